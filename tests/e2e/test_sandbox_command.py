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
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from bot.config import Settings

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 60  # on a machine that is busy with other things
SECONDS_TO_END = 60
MINUTE = 60.0


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
        group, *_ = (await self.get("/sandbox/state"))["chats"]
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
            first = [(await process.stdout.readline()).decode() for _ in range(3)]
        found = re.fullmatch(r"http://\S+", first[-1].strip())  # on a line of its own
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
        # Process 1 may take its time to wait for them; PostgreSQL takes a zombie for a living one.
        await asyncio.to_thread(psutil.wait_procs, family, SECONDS_TO_END)


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
        group, *_ = (await page.get("/sandbox/state"))["chats"]
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


class Beginning(Page):
    """The page as the demo grants its wishes."""

    async def wishes(self, wish: str) -> None:
        async with self._session.post(self._address + "/sandbox/wish", json={"wish": wish}) as said:
            assert (await said.json())["ok"]

    async def names(self) -> list[str]:
        return sorted(topic["name"].split(" · ")[0] for topic in await self.topics())

    async def seeded(self) -> bool:
        """Requests: one resolved, one answered with a note, one with a picture, one moved."""
        topics = {topic["name"][:2]: topic for topic in await self.topics()}
        if set(topics) != {"#1", "#2", "#3", "#4", "#5"} or topics["#1"]["emoji"] != "✅":
            return False
        if not topics["#4"]["closed"]:
            return False
        history = [await self._of(topics[number]) for number in ("#2", "#3")]
        noted = any(message.get("text", "").startswith("//") for message in history[0])
        return noted and sum("photo" in message for message in history[1]) == 1

    async def cards_say(self, words: str) -> bool:
        """Whether each open topic's card does; one that a killed desk forgot is above its next."""
        found = [await self._of(topic) for topic in await self.topics() if not topic["closed"]]
        cards = [[one for one in said if "reply_markup" in one][-1:] for said in found]
        return all(card and words in str(card[0]["reply_markup"]) for card in cards)

    async def _of(self, topic: Any) -> Any:
        group, *_ = (await self.get("/sandbox/state"))["chats"]
        return await self.get("/sandbox/history", chat=group["id"], thread=topic["thread"])


def beginning(page: Page) -> Beginning:
    return Beginning(page._session, page._address)


async def test_the_beginning_comes_where_only_replies_go_to_customers(place: Path) -> None:
    async with demo(place, PORT="0", REPLY_MODE="reply") as plain:
        page = beginning(plain)
        await page.wishes("uk")
        await until(page.seeded, 3 * MINUTE)
        await until(lambda: whole(place), MINUTE)


async def test_the_first_page_finds_a_living_desk_and_a_welcome_once(place: Path) -> None:
    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        assert await page.topics() == []
        customer = (await page.person("customer"))["id"]
        assert not await page.says("anything", person=customer)  # a page looks before it wishes
        await page.wishes("uk")
        await until(page.seeded, 3 * MINUTE)
        group, sales = (await page.get("/sandbox/state"))["chats"]
        assert "продажі" in sales["title"]
        assert await page.says("Це пісочниця Topicdesk", chat=group["id"], thread=1)
        names = await page.names()
        await until(lambda: whole(place), MINUTE)

    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        await page.wishes("uk")
        customer = (await page.person("customer"))["id"]
        await page.act(customer, "start", bot="bot")
        await page.act(customer, "writes", chat="bot", text="Чи є у вас подушки?")
        anna = "#6 Анна Шевченко"
        await until(lambda: has(page, anna), MINUTE)
        assert await page.names() == sorted([*names, anna])


async def test_a_kill_in_the_middle_of_the_beginning_doubles_and_loses_nothing(
    place: Path,
) -> None:
    async with demo_that_dies(place) as plain:
        page = beginning(plain)
        await page.wishes("uk")
        await until(page.topics, MINUTE)
        assert not await whole(place)

    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        await page.wishes("uk")
        await until(page.seeded, 3 * MINUTE)
        assert len(await page.topics()) == 5
        people = (await page.get("/sandbox/state"))["people"]
        assert len({one["username"] for one in people if one["username"]}) == len(
            [one for one in people if one["username"]]
        )


async def test_the_operators_language_follows_the_pages(place: Path) -> None:
    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        await page.wishes("uk")
        await until(page.seeded, 3 * MINUTE)
        await until(lambda: page.cards_say("Нотатка"), MINUTE)
        await page.wishes("en")
        await until(lambda: page.cards_say("Note"), 2 * MINUTE)  # the budget comes first
        assert not await page.cards_say("Нотатка")


async def test_a_new_beginning_forgets_what_was_written(place: Path) -> None:
    async with demo(place, PORT="0") as plain:
        page = beginning(plain)
        customer = (await page.person("customer"))["id"]
        await page.act(customer, "start", bot="bot")
        await page.act(customer, "writes", chat="bot", text="Де моє замовлення?")
        await until(page.topics, MINUTE)
        await page.wishes("reset")
        await until(lambda: is_empty(page), MINUTE)
        await page.wishes("en")
        await until(page.seeded, 3 * MINUTE)
        assert "#1 Oksana Hrytsenko" in await page.names()


@asynccontextmanager
async def demo_that_dies(place: Path) -> AsyncIterator[Page]:
    """The demo, which is killed at the end of the block."""
    with suppress(ProcessLookupError):
        async with demo(place, PORT="0") as page:
            yield page
            await kill(place)
            raise ProcessLookupError


async def has(page: Beginning, name: str) -> bool:
    return name in await page.names()


async def whole(place: Path) -> bool:
    return not (place / "data" / "sandbox" / "unfinished").exists()


async def is_empty(page: Beginning) -> bool:
    try:
        return not await page.topics()
    except aiohttp.ClientError:
        return False


async def kill(place: Path) -> None:
    """SIGKILL the process that serves in `place`."""
    for process in psutil.process_iter(["cmdline", "cwd"]):
        if process.info["cwd"] == str(place) and "sandbox" in (process.info["cmdline"] or ()):
            process.kill()
            process.wait()
