"""`python -m bot sandbox`, which is what `make run` does without a token, as a person uses it."""

import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.config import Settings

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 60  # on a machine that is busy with other things
SECONDS_TO_END = 60


@pytest.fixture
def place() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="topicdesk demo "))
    yield directory
    shutil.rmtree(directory)


class Page:
    """What the page in the browser does: asks the control API."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    async def get(self, path: str, **query: Any) -> Any:
        async with self._session.get(self._address + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def front(self) -> str:
        async with self._session.get(self._address) as answer:
            assert answer.status == 200
            return await answer.text()

    async def act(self, who: int, do: str, **args: Any) -> Any:
        wish = {"who": who, "do": do, "args": args}
        async with self._session.post(f"{self._address}/sandbox/act", json=wish) as answer:
            done = await answer.json()
            assert done["ok"], done
            return done["result"]

    async def topics(self) -> list[Any]:
        (group,) = (await self.get("/sandbox/state"))["chats"]
        return [topic for topic in group["topics"] if topic["thread"] != 1]

    async def says(self, words: str, **where: Any) -> bool:
        history = await self.get("/sandbox/history", **where)
        return any(words in message.get("text", "") for message in history)

    async def person(self, role: str) -> Any:
        people = (await self.get("/sandbox/state"))["people"]
        return next(person for person in people if person["role"] == role)


@asynccontextmanager
async def demo(place: Path, **settings: str) -> AsyncIterator[Page]:
    """Start it, use its page, press Ctrl-C; fails if anything is left or the status is not 0."""
    ours = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"PYTHONPATH": str(ROOT), **settings}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox"),
        cwd=place,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    family: list[psutil.Process] = []
    try:
        assert process.stdout is not None
        async with asyncio.timeout(SECONDS_TO_START):
            first = (await process.stdout.readline()).decode()
        found = re.search(r"http://\S+", first)
        assert found, first
        family = psutil.Process(process.pid).children(recursive=True)
        async with aiohttp.ClientSession() as session:
            yield Page(session, found[0])
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        await process.communicate()
        assert time.monotonic() - began < SECONDS_TO_END
        assert process.returncode == 0
        assert len(family) >= 2
        assert not [left for left in family if left.is_running()]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        for left in family:
            if left.is_running():
                left.kill()


async def until(ask: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    """Ask until the answer is true."""
    deadline = time.monotonic() + seconds
    while not (answer := await ask()):
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.05)
    return answer


async def test_a_conversation_that_outlives_a_restart(place: Path) -> None:
    async with demo(place, PORT="0") as page:
        assert "<html" in await page.front()
        customer = (await page.person("customer"))["id"]
        owner = (await page.person("owner"))["id"]
        await page.act(customer, "start", bot="bot")
        await page.act(customer, "writes", chat="bot", text="Де моє замовлення?")
        (topic,) = await until(page.topics)
        (group,) = (await page.get("/sandbox/state"))["chats"]
        there = {"chat": group["id"], "thread": topic["thread"]}
        await page.act(owner, "writes", **there, text="Уже в дорозі!")
        await until(lambda: page.says("Уже в дорозі!", person=customer))

    async with demo(place, PORT="0") as page:
        assert [known["thread"] for known in await page.topics()] == [topic["thread"]]
        assert await page.says("Уже в дорозі!", person=customer)
        await page.act(customer, "writes", chat="bot", text="Дякую!")
        await until(lambda: page.says("Дякую!", **there))


async def test_a_taken_port_is_no_trouble_unless_it_was_asked_for(place: Path) -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "sandbox"),
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PORT": str(port)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    server.close()
    await server.wait_closed()
    assert process.returncode == 1
    assert (
        errors.decode()
        .splitlines()[-1]
        .startswith(f"The sandbox cannot listen on 127.0.0.1:{port}")
    )
