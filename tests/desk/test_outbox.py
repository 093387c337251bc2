"""The outbox on a real PostgreSQL: what is put, claimed and marked, one case at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.outbox import claims, kinds
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft, Precedence
from models.database import connected
from models.rows import fetch
from tests.desk.talk import apart, held_open, stands

GATE = "telegram"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def put(lane: str, number: int = 0, now: datetime = START, **more: object) -> None:
    async with outbox.transaction():
        await outbox.put(Draft(GATE, lane, "say", {"n": number}, **more), now)  # type: ignore[arg-type]


async def claim_one(worker: int = 1, now: datetime = START) -> Parcel:
    [parcel] = await claims.claim(GATE, worker, now)
    return parcel


async def state(witness: "asyncpg.Connection", number: int) -> str:
    query = "SELECT state FROM delivery WHERE payload ->> 'n' = $1 ORDER BY id DESC LIMIT 1"
    return str(await witness.fetchval(query, str(number)))


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    """Many connections, and tasks in contexts of their own."""
    async with connected(database_url, connections=12):
        yield


def now() -> datetime:
    return datetime.now(UTC)


def n_of(parcel: Parcel) -> int:
    """The number under which it was put."""
    assert isinstance(parcel.what, kinds.Unknown)
    return int(parcel.what.payload["n"])


async def test_the_most_urgent_and_then_the_longest_waiting_go_first(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute("DROP INDEX delivery_rank, delivery_head")  # they have an order anyway
    for number, (priority, second) in enumerate(
        [(Precedence.LOOK, 0), (Precedence.CARD, 1), (Precedence.WORDS, 3), (Precedence.WORDS, 2)]
    ):
        when = START + timedelta(seconds=second)
        await put(f"lane:{number}", number, when, priority=priority)
    later = START + timedelta(seconds=9)
    some = await claims.claim(GATE, 1, later, limit=9, least=Precedence.DEADLINE)
    assert [n_of(parcel) for parcel in some] == [3, 2]
    rest = [await claim_one(now=later) for _ in range(2)]
    assert [n_of(parcel) for parcel in rest] == [1, 0]


async def test_a_claim_goes_round_what_another_transaction_holds(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    await put("lane:b", 2)
    async with witness.transaction():
        await witness.execute("SELECT FROM delivery WHERE lane = 'lane:a' FOR UPDATE")
        async with asyncio.timeout(60):
            assert [one.lane for one in await claims.claim(GATE, 1, START, limit=5)] == ["lane:b"]
    assert (await claim_one()).lane == "lane:a"


async def test_once_means_one_that_waits(db: str, witness: "asyncpg.Connection") -> None:
    for number in (1, 2):
        await put("card:1", number, once=True)
    first = await claim_one()
    assert n_of(first) == 1
    await put("card:1", 3, once=True)  # what is being carried may have been rendered already
    await put("card:1", 4, once=True)
    await claims.mark_sent([first], START)
    await put("card:1", 5, once=True)  # what was sent before is none that waits
    assert n_of(await claim_one()) == 3
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 2


async def test_once_does_not_rely_on_what_is_claimed_meanwhile(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await put("card:1", 1, once=True)
    async with held_open(lambda: fetch("UPDATE delivery SET state = 'claimed'")):
        putting = apart(put("card:1", 2, once=True))
        await stands(putting, witness)
    await putting
    assert await state(witness, 2) == "waiting"


async def test_once_is_due_at_the_earlier_of_both_instants(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for delay in (10.0, 0.0, 20.0):
        async with outbox.transaction():
            await outbox.put(Draft(GATE, "card:1", "card", delay=delay, once=True), START)
    assert (await claim_one()).due_at == START
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 1


async def test_once_hurries_only_what_is_of_its_lane_and_kind(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async def put_all(*drafts: Draft) -> None:
        async with outbox.transaction():
            for draft in drafts:
                await outbox.put(draft, START)

    await put_all(*(Draft(GATE, "lane", kind, delay=10) for kind in ("card", "look")))
    await put_all(*(Draft(GATE, "other", kind, delay=10) for kind in ("say", "shut", "shut")))
    await put_all(Draft(GATE, "lane", "card"), Draft(GATE, "lane", "shut", once=True))
    due = "SELECT kind, extract(epoch FROM due_at - $1)::int AS due FROM delivery ORDER BY id"
    found = [tuple(row) for row in await witness.fetch(due, START)]
    others = [("say", 10), ("shut", 10), ("shut", 10)]
    assert found == [("card", 10), ("look", 10), *others, ("card", 0), ("shut", 0)]


async def test_once_does_not_shorten_the_pause_after_a_failure(db: str) -> None:
    await put("card:1", 1, once=True)
    await claims.mark_later([await claim_one()], START, 60, "not now", certain=True)
    await put("card:1", 2, once=True)
    assert await claims.claim(GATE, 1, START) == []
    later = START + timedelta(seconds=60)
    assert n_of(await claim_one(now=later)) == 1


async def put_off(seconds: float, priority: Precedence = Precedence.LOOK) -> None:
    draft = Draft(GATE, "card:1", "card", {}, priority, delay=2, once=True, patience=10)
    async with outbox.transaction():
        await outbox.put(draft, START + timedelta(seconds=seconds))


async def test_what_may_wait_is_put_off_by_further_ones_but_not_for_ever(
    db: str, witness: "asyncpg.Connection"
) -> None:
    due = "SELECT extract(epoch FROM due_at - $1)::float FROM delivery"
    puts = ((0, 2), (1, 3), (2.5, 4.5), (4, 6), (5.5, 7.5), (7, 9), (8.5, 10), (12, 10))
    for second, expected in puts:
        await put_off(second)
        assert await witness.fetchval(due, START) == expected, second
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "card:1", "card", once=True), START)
    assert await witness.fetchval(due, START) == 0
    await put_off(1)
    assert await witness.fetchval(due, START) == 0, "what is due is not put off"


async def test_what_is_put_once_more_takes_the_greater_urgency(
    db: str, witness: "asyncpg.Connection"
) -> None:
    priority = "SELECT priority FROM delivery"
    for put_as, becomes in (
        (Precedence.LOOK, Precedence.LOOK),
        (Precedence.CARD, Precedence.CARD),
        (Precedence.LOOK, Precedence.CARD),
    ):
        await put_off(0, put_as)
        assert await witness.fetchval(priority) == becomes


async def test_only_the_last_of_what_is_put_instead_is_carried(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async def put_instead(number: int) -> None:
        async with outbox.transaction():
            await outbox.put_instead(Draft(GATE, "react:1", "react", {"n": number}), START)

    await put_instead(1)
    await put_instead(2)
    first = await claim_one()
    assert n_of(first) == 2
    await put_instead(3)  # what is being carried is not changed any more
    await put_instead(4)
    await claims.mark_sent([first], START)
    assert n_of(await claim_one()) == 4
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 2


async def test_what_once_relies_on_is_not_claimed_before_the_commit(pool: None) -> None:
    await put("card:1", 1, once=True)
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "card:1", "say", once=True), START)
        await outbox.flush()
        elsewhere = asyncio.create_task(claims.claim(GATE, 1, START), context=Context())
        assert await elsewhere == []
    assert n_of(await claim_one()) == 1


async def test_a_lost_claim_changes_nothing_but_the_truth(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    await put("lane:a", 2)
    slow = await claim_one(worker=1)
    await claims.release(1)
    quick = await claim_one(worker=2)
    assert (quick.id, quick.uncertain) == (slow.id, True)
    await claims.mark_later([slow], START, 60, "late", certain=True)
    await claims.mark_dead([slow], START, "late")
    assert await state(witness, 1) == "claimed", "the new owner's claim stands"
    await claims.mark_sent([slow], START)
    await claims.mark_later([quick], START, 60, "busy", certain=True)
    assert await state(witness, 1) == "sent", "it has arrived, and is not sent again"
    assert n_of(await claim_one()) == 2


async def test_a_record_is_written_with_the_mark_or_not_at_all(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    parcel = await claim_one()

    async def record() -> None:
        await outbox.put(Draft("forum", "card:1", "card"), START)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claims.mark_sent([parcel], START, record=record)
    assert await state(witness, 1) == "claimed"
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 1


async def test_what_was_not_tried_is_not_counted(db: str) -> None:
    await put("lane:a")
    for _ in range(3):
        parcel = await claim_one()
        assert (parcel.attempts, parcel.uncertain) == (1, False)
        await claims.mark_later([parcel], START, 0, None, certain=True, counts=False)
    parcel = await claim_one()
    await claims.mark_later([parcel], START, 0, "busy", certain=False)
    again = await claim_one()
    assert (again.attempts, again.uncertain) == (2, True)


async def test_a_dead_one_is_revived_at_the_end_of_its_lane(db: str) -> None:
    for number in (1, 2):
        await put("lane:a", number)
    parcel = await claim_one()
    await claims.mark_dead([parcel], START, "blocked")
    assert await outbox.revive(parcel.id, START)
    assert not await outbox.revive(parcel.id, START), "only once"
    order = []
    while found := await claims.claim(GATE, 1, START):
        order.append(n_of(found[0]))
        await claims.mark_sent(found, START)
    assert order == [2, 1]


async def test_orphans_are_freed_when_their_worker_has_been_gone_for_a_while(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for worker in (11, 12, 13):
        await put(f"lane:{worker}", worker)
        await claim_one(worker)
    await witness.execute("SELECT pg_advisory_lock_shared($1, 12)", claims.LIFE)
    await witness.execute("SELECT pg_advisory_lock_shared($1, 11)", claims.LIFE + 1)
    await witness.execute("SELECT pg_advisory_lock(($1::bigint << 32) + 11)", claims.LIFE)
    assert await claims.release_orphans(13, START + timedelta(seconds=4)) == frozenset()
    assert await claims.release_orphans(13, START + timedelta(seconds=6)) == {GATE}
    freed = await claim_one(worker=14)
    assert (n_of(freed), freed.uncertain) == (11, True)
    assert await state(witness, 12) == "claimed", "its worker lives"
    assert await state(witness, 13) == "claimed", "so does the one who asks"


async def test_the_carriers_are_told_after_the_commit_and_only_then(
    db: str, witness: "asyncpg.Connection"
) -> None:
    told: list[frozenset[str]] = []
    outbox.listeners.append(told.append)
    try:
        async with outbox.transaction():
            await outbox.put(Draft(GATE, "lane:a", "say"), START)
            async with outbox.transaction():
                await outbox.put(Draft("forum", "lane:b", "words"), START)
            assert told == []
            assert await witness.fetchval("SELECT count(*) FROM delivery") == 0
        assert told == [frozenset({GATE, "forum"})]
        with suppress(ZeroDivisionError):
            async with outbox.transaction():
                await outbox.put(Draft(GATE, "lane:a", "say"), START)
                raise ZeroDivisionError
        assert len(told) == 1
    finally:
        outbox.listeners.remove(told.append)


async def test_nothing_is_put_without_a_cause(db: str) -> None:
    with pytest.raises(RuntimeError):
        await outbox.put(Draft(GATE, "lane:a", "say"), START)
