"""The database is killed and comes back: nothing is lost, done twice or out of order."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from bot.embedded import postgres
from models import configuration
from models.database import migrate
from tests.inflow.scene import Gate, a_scene, message, said, until


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory for a PostgreSQL of this test's own."""
    path = Path(tempfile.mkdtemp(prefix="topicdesk-test-"))
    yield path
    shutil.rmtree(path)


def _kill(place: Path) -> None:
    first = (place / "postgres" / "postmaster.pid").read_text().split()[0]
    os.kill(int(first), signal.SIGKILL)


async def test_the_database_is_killed_and_comes_back(place: Path, lines: list[Any]) -> None:
    gate = Gate()
    with ExitStack() as first:
        url = first.enter_context(postgres(place))
        await migrate(url)
        async with TortoiseContext() as context:
            await context.init(config=configuration(url))
            async with a_scene() as scene:
                scene.acts["a1"] = gate
                taken = [scene.inflow.take(message(n, f"a{n}", chat=1)) for n in (1, 2, 3)]
                taken += [scene.inflow.take(message(n, f"b{n}", chat=n)) for n in range(4, 30)]
                await gate.reached.wait()
                _kill(place)
                gate.opened.set()
                await until(_holds(lambda: scene.inflow.away))
                first.pop_all().close()
                impatient = scene.inflow.take(message(99, "webhook", chat=99), patient=False)
                assert await impatient is False
                with postgres(place):
                    async with asyncio.timeout(60):
                        assert all(await asyncio.gather(*taken))
                    assert not scene.inflow.away
                    witness = await asyncpg.connect(url)
                    names = await said(witness)
                    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 0
                    await witness.close()
                    await context.close_connections()
    assert sorted(names) == sorted(f"{'a' if n < 4 else 'b'}{n}" for n in range(1, 30))
    assert [name for name in names if name.startswith("a")] == ["a1", "a2", "a3"]
    assert sum(line["event"] == "updates wait for a store" for line in lines) < 5


def _holds(condition: Any) -> Any:
    async def done() -> object:
        return condition()

    return done
