"""The scheduler's jobs on a real PostgreSQL, and its loop."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot import metrics, scheduler
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import FORUM, Draft, Priority
from bot.scheduler import TABLE, Job, Scheduler, perform
from models.database import connected

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
JOBS = {job.name: job for job in TABLE}
STATES = "SELECT state FROM delivery ORDER BY id"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    async with connected(database_url, connections=6):
        yield


async def put(kind: str, priority: Priority, lane: str = "forum:1", second: float = 0) -> None:
    async with outbox.transaction():
        draft = Draft(FORUM, lane, kind, priority=priority)
        await outbox.put(draft, START + timedelta(seconds=second))


async def states(witness: "asyncpg.Connection") -> list[str]:
    return [row["state"] for row in await witness.fetch(STATES)]


async def test_a_new_ticket_waits_a_minute_at_most_for_its_topic(pool: None) -> None:
    await put("words", Priority.TOPIC, "forum:1")
    await put("words", Priority.TOPIC, "forum:2", second=30)
    await put("card", Priority.TOPIC, "card:3")
    await perform(JOBS["age"], START + timedelta(seconds=61))
    urgent = await claims.claim(FORUM, 1, START + timedelta(hours=1), limit=9, least=Priority.WORDS)
    assert [parcel.lane for parcel in urgent] == ["forum:1"]


async def test_updates_seen_long_ago_are_forgotten_batch_by_batch(
    pool: None, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "BATCH", 4)
    query = (
        "INSERT INTO seen_update (bot_id, update_id, at) "
        "SELECT 1, n, $1 FROM generate_series($2::int, $3) AS n"
    )
    await witness.execute(query, START - timedelta(days=4), 1, 6)
    await witness.execute(query, START - timedelta(days=2), 7, 9)
    job = JOBS["forget seen updates"]
    assert await perform(job, START), "there is more to do"
    assert not await perform(job, START)
    left = await witness.fetch("SELECT update_id FROM seen_update ORDER BY 1")
    assert [row["update_id"] for row in left] == [7, 8, 9]


async def test_what_arrived_a_month_ago_is_forgotten_and_what_did_not_is_kept(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    for lane in ("forum:1", "forum:2", "forum:3"):
        await put("words", Priority.WORDS, lane)
    await claims.mark_sent(await claims.claim(FORUM, 1, START), START)
    await claims.mark_dead(await claims.claim(FORUM, 1, START), START, "no")
    await perform(JOBS["forget sent deliveries"], START + timedelta(days=29))
    assert await states(witness) == ["sent", "dead", "head"]
    await perform(JOBS["forget sent deliveries"], START + timedelta(days=31))
    assert await states(witness) == ["dead", "head"]


async def test_the_depth_of_the_outbox_is_measured(pool: None) -> None:
    await put("words", Priority.WORDS)
    await put("words", Priority.WORDS, second=5)
    await perform(JOBS["measure"], START + timedelta(seconds=20))
    text = metrics.render().decode()
    assert 'topicdesk_deliveries_waiting{gate="forum"} 2.0' in text
    assert 'topicdesk_oldest_delivery_seconds{gate="forum"} 20.0' in text


async def test_two_replicas_never_do_a_job_at_the_same_time(pool: None) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    done = 0

    async def work(_now: datetime) -> bool:
        nonlocal done
        done += 1
        begun.set()
        await go_on.wait()
        return True

    job = Job("slow", 60, work)
    first = asyncio.create_task(perform(job, START))
    await begun.wait()
    assert not await perform(job, START)
    assert done == 1
    go_on.set()
    assert await first
    assert await perform(job, START), "the lock has gone with its transaction"


async def test_the_loop_goes_on_after_a_failure(pool: None) -> None:
    done: asyncio.Queue[str] = asyncio.Queue()

    async def fails(_now: datetime) -> None:
        done.put_nowait("failed")
        raise ZeroDivisionError

    async def works(_now: datetime) -> None:
        done.put_nowait("worked")

    loop = Scheduler((Job("fails", 0.01, fails), Job("works", 0.01, works)))
    await loop.start()
    async with asyncio.timeout(60):
        seen = [await done.get() for _ in range(6)]
    await loop.stop()
    assert seen.count("failed") >= 2
    assert seen.count("worked") >= 2
