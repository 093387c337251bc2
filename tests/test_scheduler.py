"""The scheduler's jobs on a real PostgreSQL, and its loop."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from structlog.testing import capture_logs

from bot import metrics, scheduler
from bot.bridges.webhook import signing
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM
from bot.desk.people import codes
from bot.desk.talk import hints, updates
from bot.scheduler import Job, Scheduler, perform, table
from models.atomic import session
from models.database import connected
from models.rows import BATCH
from tests.files.memory import memory

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FAILED_DAYS = 90
JOBS = {job.name: job for job in table(FAILED_DAYS, memory())}
STATES = "SELECT state FROM delivery ORDER BY id"


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    async with connected(database_url, connections=6):
        yield


async def put(kind: str, priority: Precedence, lane: str = "forum:1", second: float = 0) -> None:
    async with outbox.transaction():
        draft = Draft(FORUM, lane, kind, priority=priority)
        await outbox.put(draft, START + timedelta(seconds=second))


async def states(witness: "asyncpg.Connection") -> list[str]:
    return [row["state"] for row in await witness.fetch(STATES)]


async def test_a_new_ticket_waits_a_minute_at_most_for_its_topic(pool: None) -> None:
    await put("words", Precedence.TOPIC, "forum:1")
    await put("words", Precedence.TOPIC, "forum:2", second=30)
    await put("card", Precedence.TOPIC, "card:3")
    await perform(JOBS["hasten"], START + timedelta(seconds=61))
    urgent = await claims.claim(
        FORUM, 1, START + timedelta(hours=1), limit=9, least=Precedence.WORDS
    )
    assert [parcel.lane for parcel in urgent] == ["forum:1"]


async def forget(days: float) -> None:
    """All that is forgotten so many days later."""
    for name, job in JOBS.items():
        if name.startswith("forget"):
            await perform(job, START + days * DAY)


async def test_updates_seen_long_ago_are_forgotten_batch_by_batch(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    query = (
        "INSERT INTO seen_update (bot_id, update_id, at) "
        "SELECT 1, n, $1 FROM generate_series($2::int, $3) AS n"
    )
    await witness.execute(query, START - timedelta(days=4), 1, BATCH + 2)
    await witness.execute(query, START - timedelta(days=2), BATCH + 3, BATCH + 5)
    job = JOBS["forget seen updates"]
    assert await perform(job, START), "there is more to do"
    assert await witness.fetchval("SELECT count(*) FROM seen_update") == 5
    with capture_logs() as told:
        assert not await perform(job, START)
    left = await witness.fetch("SELECT update_id FROM seen_update ORDER BY 1")
    assert [row["update_id"] - BATCH for row in left] == [3, 4, 5]
    assert [(one["what"], one["rows"]) for one in told] == [("seen updates", 2)]


async def test_calls_are_known_for_longer_than_they_are_believed(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    for minutes, is_new in ((0, True), (2 * signing.TOLERANCE / 60, False), (61, True)):
        await perform(JOBS["forget calls"], START + timedelta(minutes=minutes))
        async with outbox.transaction():
            assert await updates.first_call("webhook", "shop.1", START) is is_new


async def test_what_arrived_is_kept_for_a_month_and_what_did_not_for_three(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    for lane in ("forum:1", "forum:2", "forum:3", "forum:4"):
        await put("words", Precedence.WORDS, lane)
    await claims.mark_sent(await claims.claim(FORUM, 1, START), START)
    await claims.mark_dead(await claims.claim(FORUM, 1, START), START, "no")
    await claims.mark_dropped(await claims.claim(FORUM, 1, START), START, "needless")
    for days, left in {
        30: ["sent", "dead", "dropped", "head"],
        30.1: ["dead", "head"],
        FAILED_DAYS: ["dead", "head"],
        FAILED_DAYS + 0.1: ["head"],
        4000: ["head"],
    }.items():
        await forget(days)
        assert await states(witness) == left


async def test_what_waited_long_is_kept_from_the_day_on_which_it_arrived(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await put("words", Precedence.WORDS)
    late = START + 40 * DAY
    await claims.mark_sent(await claims.claim(FORUM, 1, late), late)
    await forget(60)
    assert await states(witness) == ["sent"]


async def test_updates_set_aside_are_kept_until_they_are_of_no_use(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    for number in (5, 6, 7):
        await updates.set_aside(1, {"update_id": number}, "no", 3, START)
    for number, done in {1: 20, 3: 80}.items():
        async with outbox.transaction():
            aside = await updates.take_up(number, 1)
            assert aside
            await updates.done_at_last(aside, START + done * DAY)
    left = "SELECT array_agg(id ORDER BY id) FROM set_aside"
    for days, ids in {
        50: [1, 2, 3],
        50.1: [2, 3],
        FAILED_DAYS: [2, 3],
        FAILED_DAYS + 0.1: [3],
        110.1: None,
    }.items():
        await forget(days)
        assert await witness.fetchval(left) == ids


async def test_who_was_told_a_year_ago_is_told_once_more(pool: None) -> None:
    async with outbox.transaction():
        await hints.first_time(-100, "general", 7, START)
        await forget(365)
        assert not await hints.first_time(-100, "general", 7, START)
        await forget(365.1)
        assert await hints.first_time(-100, "general", 7, START)


async def test_codes_that_ran_out_are_forgotten_though_no_other_is_made(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await codes.make(START)
    await perform(JOBS["forget void codes"], START + codes.LIFE)
    assert await witness.fetchval("SELECT count(*) FROM setup_code") == 1
    await forget(1)
    assert await witness.fetchval("SELECT count(*) FROM setup_code") == 0


async def test_the_depth_of_the_outbox_is_measured(pool: None) -> None:
    await put("words", Precedence.WORDS)
    await put("words", Precedence.WORDS, second=5)
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


async def test_a_job_that_hangs_delays_no_other_and_is_broken_off(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two begin and never end; another one is done again and again meanwhile."""
    hangs: asyncio.Queue[str] = asyncio.Queue()
    works: asyncio.Queue[None] = asyncio.Queue()
    never = asyncio.Event()

    def hanging(name: str) -> Job:
        async def hang(_now: datetime) -> None:
            hangs.put_nowait(name)
            await never.wait()

        return Job(name, 0.01, hang)

    async def work(_now: datetime) -> None:
        works.put_nowait(None)

    loop = Scheduler((hanging("first"), hanging("second"), Job("works", 0.01, work)))
    async with asyncio.timeout(60):
        await loop.start()
        assert {await hangs.get(), await hangs.get()} == {"first", "second"}
        for _ in range(3):
            await works.get()
        await loop.stop()
        monkeypatch.setattr(scheduler, "LONGEST", 0.05)
        with capture_logs() as told:
            await loop.start()
            assert {await hangs.get() for _ in range(5)} == {"first", "second"}
            await loop.stop()
    assert {one["job"] for one in told} >= {"first", "second"}  # and who is slow on a busy machine


async def test_a_job_with_more_to_do_goes_on_soon_and_lets_others_breathe(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    done = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            done.set()
            await asyncio.Event().wait()

    async def work(_now: datetime) -> bool:
        return len(pauses) < 3

    monkeypatch.setattr(asyncio, "sleep", pause)
    loop = Scheduler((Job("much", 3600, work),))
    await loop.start()
    async with asyncio.timeout(60):
        await done.wait()
    await loop.stop()
    assert pauses[1:] == [scheduler.BREATH, scheduler.BREATH, 3600]


async def test_jobs_do_not_begin_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[float] = []
    begun = asyncio.Event()

    async def pause(seconds: float) -> None:
        first.append(seconds)
        if len(first) == 9:
            begun.set()
        await asyncio.Event().wait()

    async def work(_now: datetime) -> None:
        raise AssertionError("not yet")

    monkeypatch.setattr(asyncio, "sleep", pause)
    loop = Scheduler([Job(str(number), 3600, work) for number in range(9)])
    await loop.start()
    async with asyncio.timeout(60):
        await begun.wait()
    await loop.stop()
    assert len(set(first)) > 5
    assert max(first) <= 60


async def test_what_calls_outwards_does_so_outside_of_a_transaction(pool: None) -> None:
    inside: list[bool] = []

    async def work(_now: datetime) -> bool:
        inside.append(session() is not None)
        return True

    for apart in (False, True):
        assert await perform(Job("calls", 1, work, apart=apart), START)
    assert inside == [True, False]


async def test_a_file_that_no_message_has_is_let_go(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    async def chunks() -> AsyncGenerator[bytes, None]:
        yield b"words"

    store = memory()
    await store.put(chunks(), 5)
    (job,) = [each for each in table(FAILED_DAYS, store) if each.name == "let files go"]
    assert await perform(job, datetime.now(UTC) + 2 * DAY)
    assert await witness.fetchval("SELECT count(*) FROM file") == 0
