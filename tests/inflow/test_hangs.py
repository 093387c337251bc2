"""A database that hangs refuses nothing: it is waited for all the same, in order."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from tortoise.context import TortoiseContext

from bot import outage
from bot.embedded import postgres
from bot.telegram import inflow
from models import configuration
from models.database import migrate
from models.rows import fetch
from tests.inflow.scene import Scene, a_scene, message, said

HANGS = 4.0  # seconds, in which a time-out that counts would have counted thrice
SECRET = "my card is 4149 4990 1234 5678"


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory for a PostgreSQL of this test's own."""
    path = Path(tempfile.mkdtemp(prefix="topicdesk-test-"))
    yield path
    shutil.rmtree(path)


def _all_of_it(place: Path, number: signal.Signals) -> None:
    first = int((place / "postgres" / "postmaster.pid").read_text().split()[0])
    for process in [psutil.Process(first), *psutil.Process(first).children()]:
        os.kill(process.pid, number)


async def test_a_database_that_hangs_is_waited_for(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflow, "LONGEST_WORK", 0.3)
    monkeypatch.setattr(outage, "SOON", 0.2)
    with postgres(place, durable=False) as url:
        await migrate(url)
        async with TortoiseContext() as context:
            await context.init(config=configuration(url))
            async with a_scene() as scene:
                assert await scene.inflow.take(message(1, "before", chat=1))
                _all_of_it(place, signal.SIGSTOP)
                taken = [scene.inflow.take(message(n, f"m{n}", chat=1)) for n in range(2, 6)]
                await asyncio.sleep(HANGS)
                _all_of_it(place, signal.SIGCONT)
                async with asyncio.timeout(60):
                    assert all(await asyncio.gather(*taken))
            witness = await asyncpg.connect(url)
            assert await said(witness) == ["before", "m2", "m3", "m4", "m5"]
            assert await witness.fetchval("SELECT count(*) FROM set_aside") == 0
            await witness.close()


async def test_an_update_that_takes_too_long_by_itself_is_set_aside(
    scene: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflow, "LONGEST_WORK", 0.2)
    monkeypatch.setattr(inflow, "PAUSES", (0.0, 0.0, 0.0))

    async def never(_message: Any) -> None:
        await asyncio.Event().wait()

    scene.acts["never"] = never
    assert await scene.inflow.take(message(1, "never"))
    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 1


async def test_what_is_stored_of_a_failure_holds_no_words(scene: Scene, witness: Any) -> None:
    broken = message(1, SECRET)
    broken["message"]["chat"] = {"id": "nobody", "title": SECRET}
    assert await scene.inflow.take(broken)
    error = await witness.fetchval("SELECT error FROM set_aside")
    assert "validation error" in error
    assert SECRET not in error


@pytest.mark.parametrize(
    "setting",
    ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"],
)
async def test_our_sessions_do_not_wait_for_ever(db: str, setting: str) -> None:
    (row,) = await fetch(f"SHOW {setting}")
    assert row[setting] != "0"
