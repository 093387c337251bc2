"""`python -m bot run` against a Bot API server, as an operator of the service meets it."""

import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from bot.config import Settings
from models.database import MIGRATION_LOCK
from sandbox import demo
from sandbox.people import Person
from sandbox.server import Sandbox

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_END = 60
ASKS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND query LIKE '%pg_try_advisory_lock%'
"""


@pytest.fixture
def place() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="topicdesk run "))
    yield directory
    shutil.rmtree(directory)


@asynccontextmanager
async def desk(
    place: Path, telegram: Sandbox, **settings: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command as a process of its own, killed at the end if it is still there."""
    ours = {name.upper() for name in Settings.model_fields}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": demo.TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "PORT": "0",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=place,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode()


def person(telegram: Sandbox, name: str) -> Person:
    return next(p for p in telegram.world.people() if p.user.first_name == name)


async def test_set_up_serve_and_end_on_sigterm(
    place: Path, database_url: str, redis_url: str
) -> None:
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    async with Sandbox(demo.world(time.time)) as telegram, desk(place, telegram, **stores) as run:
        found = re.search(r"http://\S+/healthz", await line(run))
        assert found
        async with aiohttp.ClientSession() as session:
            for path in ("/healthz", "/readyz", "/metrics"):
                async with session.get(found[0].replace("/healthz", path)) as answer:
                    assert answer.status == 200, await answer.text()

        code = re.search(r"(/setup \S+)", await line(run))
        assert code
        group = demo.operators_group(telegram.world)
        assert group is not None
        person(telegram, demo.OWNER[0]).writes(group, code[1])
        deadline = time.monotonic() + 60
        while len(telegram.world.topics(group)) < 2:
            assert time.monotonic() < deadline, telegram.world.history(group)
            await asyncio.sleep(0.05)

        run.send_signal(signal.SIGTERM)
        began = time.monotonic()
        await run.communicate()
        assert time.monotonic() - began < SECONDS_TO_END
        assert run.returncode == 0


async def test_a_taken_port_is_one_sentence(place: Path, database_url: str, redis_url: str) -> None:
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    async with Sandbox(demo.world(time.time)) as telegram:
        port = telegram.url.rpartition(":")[2]
        async with desk(place, telegram, PORT=port, **stores) as run:
            _, errors = await run.communicate()
    assert run.returncode == 1
    (sentence,) = [text for text in errors.decode().splitlines() if not text.startswith("{")]
    assert sentence.startswith(f"The address 127.0.0.1:{port} is taken")


async def test_a_missing_right_is_one_sentence(
    place: Path, database_url: str, redis_url: str
) -> None:
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    async with Sandbox(demo.world(time.time)) as telegram:
        group = demo.operators_group(telegram.world)
        assert group is not None
        owner, bot = person(telegram, demo.OWNER[0]), telegram.world.bots[demo.TOKEN]
        owner.sets_bot_rights(bot, group, can_manage_topics=False, can_delete_messages=True)
        async with desk(place, telegram, OPERATOR_GROUP_ID=str(group), **stores) as run:
            _, errors = await run.communicate()
    assert run.returncode == 1
    assert "lacks rights in the group" in errors.decode()
    assert "Manage Topics" in errors.decode()
    assert "Traceback" not in errors.decode()


PIDS = ("postgres/postmaster.pid", "valkey/valkey.pid")


@pytest.mark.parametrize("later", [0.0, 3.0])
async def test_it_ends_in_order_though_its_stores_were_killed(place: Path, later: float) -> None:
    """What was in hand is told again by Telegram; nothing is left to finish it with."""
    async with Sandbox(demo.world(time.time)) as telegram:
        group, bot = demo.operators_group(telegram.world), telegram.world.bots[demo.TOKEN]
        async with desk(place, telegram, OPERATOR_GROUP_ID=str(group)) as run:
            assert "serving" in await line(run)
            customer = person(telegram, demo.CUSTOMERS[0][0])
            customer.start(bot)
            for number in range(50):
                customer.writes(bot, f"Line {number}.")
            async with asyncio.timeout(SECONDS_TO_END):
                while not telegram.calls.of("sendMessage"):  # noqa: ASYNC110  (another's process)
                    await asyncio.sleep(0.01)
            for each in PIDS:
                os.kill(int((place / "data" / each).read_text().split()[0]), signal.SIGKILL)
            await asyncio.sleep(later)
            await ends(run)


async def test_it_ends_though_a_store_keeps_it_from_starting(
    place: Path, database_url: str, redis_url: str, witness: asyncpg.Connection
) -> None:
    """Another one that migrates and hangs, say: the start is broken off."""
    await witness.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    stores = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    async with Sandbox(demo.world(time.time)) as telegram, desk(place, telegram, **stores) as run:
        async with asyncio.timeout(SECONDS_TO_END):
            while not await witness.fetchval(ASKS):  # noqa: ASYNC110  (it asks the database)
                await asyncio.sleep(0.05)
        await ends(run)


async def ends(run: asyncio.subprocess.Process) -> None:
    """On SIGTERM, in order, and without an account of what nobody can mend."""
    run.send_signal(signal.SIGTERM)
    async with asyncio.timeout(SECONDS_TO_END):
        _said, errors = await run.communicate()
    assert "Traceback" not in errors.decode()
    assert run.returncode == 0
