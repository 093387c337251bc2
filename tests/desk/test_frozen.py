"""Whose claims are freed: a worker lives while its session stands and says something."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot import tasks
from bot.delivery import presence
from bot.delivery.presence import Presence
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.drafts import Draft
from models.database import connected

GATE = "telegram"
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)
SILENT_FOR = """
SELECT extract(epoch FROM clock_timestamp() - state_change)::float8 FROM pg_stat_activity
WHERE pid = $1
"""
OWNERS = "SELECT claimed_by FROM delivery WHERE state = 'claimed' ORDER BY claimed_by"
SESSIONS = """
SELECT pid, query_start FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'topicdesk%'
"""
Sessions = list["asyncpg.Record"]


@asynccontextmanager
async def alive(database_url: str, worker: int) -> AsyncIterator["asyncpg.Connection"]:
    """The session of another process's worker."""
    session = await asyncpg.connect(database_url)
    await session.execute("SELECT pg_advisory_lock_shared($1, $2)", claims.LIFE, worker)
    yield session
    await session.close()


async def has_in_hand(*workers: int) -> None:
    for worker in workers:
        async with outbox.transaction():
            await outbox.put(Draft(GATE, f"lane:{worker}", "say"), LONG_AGO)
        await claims.claim(GATE, worker, LONG_AGO)


async def owners(witness: "asyncpg.Connection") -> list[int]:
    return [row["claimed_by"] for row in await witness.fetch(OWNERS)]


async def until(true: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(60):
        while not await true():  # noqa: ASYNC110  (what happens, happens in the database)
            await asyncio.sleep(0.01)


async def test_a_frozen_worker_loses_its_claims_and_one_that_speaks_keeps_them(
    db: str, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncExitStack() as stack:
        frozen, speaks = [await stack.enter_async_context(alive(db, worker)) for worker in (12, 13)]
        await has_in_hand(11, 12, 13, 14)
        assert await claims.release_orphans(14, datetime.now(UTC)) == {GATE}
        assert await owners(witness) == [12, 13, 14], "11 has no session"
        assert await claims.release_orphans(14, datetime.now(UTC)) == frozenset()

        async def silent() -> bool:
            return bool(await witness.fetchval(SILENT_FOR, frozen.get_server_pid()) > 3)

        await until(silent)
        monkeypatch.setattr(claims, "FROZEN", 3)
        await speaks.execute("SELECT 1")
        assert await claims.release_orphans(14, datetime.now(UTC)) == {GATE}
        assert await owners(witness) == [13, 14], "14 asks, so it lives"


@pytest.mark.parametrize(
    "lock",
    [f"{claims.LIFE + 1}, 12", f"({claims.LIFE}::bigint << 32) + 12", f"{claims.LIFE}, 13"],
    ids=["of another kind", "a lane's", "another worker's"],
)
async def test_not_every_lock_is_a_life(db: str, witness: "asyncpg.Connection", lock: str) -> None:
    await witness.execute(f"SELECT pg_advisory_lock_shared({lock})")
    await has_in_hand(12)
    assert await claims.release_orphans(13, datetime.now(UTC)) == {GATE}


async def test_another_databases_worker_of_the_same_number_is_not_ours(
    db: str, witness: "asyncpg.Connection", postgres_url: str
) -> None:
    async with alive(postgres_url, 12):
        await has_in_hand(12)
        assert await claims.release_orphans(13, datetime.now(UTC)) == {GATE}
        assert await owners(witness) == []


async def test_who_has_just_connected_again_gives_the_others_time_to_do_so_too(
    database_url: str, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that restarts cuts all sessions at once; nobody is gone for that."""
    monkeypatch.setattr(presence, "ROUND", 0.05)
    monkeypatch.setattr(claims, "YOUNGEST_ORPHAN", 3.0)
    async with connected(database_url, connections=4):
        await has_in_hand(12)
        ours = Presence(database_url, lambda _gates: None)
        other = await asyncpg.connect(database_url)
        await other.execute("SELECT pg_advisory_lock_shared($1, 12)", claims.LIFE)
        running = asyncio.create_task(ours.run())
        await two_rounds(witness)
        assert await owners(witness) == [12]
        (cut,) = await witness.fetch(SESSIONS)
        await witness.execute("SELECT pg_terminate_backend($1)", cut["pid"])
        other.terminate()
        await two_rounds(witness, but=cut["pid"])
        assert await owners(witness) == [12], "it may be on its way back"

        async def freed() -> bool:
            return await owners(witness) == []

        await until(freed)
        await tasks.end([running])


async def two_rounds(witness: "asyncpg.Connection", but: int = 0) -> None:
    """Wait until the one presence that is not `but` has asked twice who is there."""
    asked: set[datetime] = set()

    async def twice() -> bool:
        found = await witness.fetch(f"{SESSIONS} AND query LIKE '%count(*) FROM pg_locks%'")
        asked.update(row["query_start"] for row in found if row["pid"] != but)
        return len(asked) > 2

    await until(twice)
