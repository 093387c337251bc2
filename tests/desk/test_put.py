"""What is put within one transaction: seen by those who look for it, written once, told once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import asyncpg

from bot.desk import outbox
from bot.desk.outbox import waiting
from bot.desk.outbox.drafts import Draft
from bot.desk.outbox.gates import FORUM
from models.database import connected
from models.rows import fetch
from tests.desk.talk import apart, held_open, stands

GATE = "telegram"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = "SELECT kind, state, payload::text AS payload FROM delivery ORDER BY id"


def draft(kind: str = "say", number: int = 1, **more: object) -> Draft:
    return Draft(GATE, "lane", kind, {"n": number}, **more)  # type: ignore[arg-type]


async def rows(witness: "asyncpg.Connection") -> list[tuple[str, str, str]]:
    return [tuple(row) for row in await witness.fetch(ROWS)]


@contextmanager
def wakes() -> Iterator[list[frozenset[str]]]:
    """Which carriers are told."""
    told: list[frozenset[str]] = []
    outbox.listeners.append(told.append)
    try:
        yield told
    finally:
        outbox.listeners.remove(told.append)


async def test_nobody_is_woken_by_a_transaction_that_puts_nothing(db: str) -> None:
    with wakes() as told:
        async with outbox.transaction():
            await outbox.flush()
        assert told == []


async def test_what_is_put_instead_replaces_what_the_same_transaction_has_put(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        await outbox.put(draft("react", 1), START)
        await outbox.put_instead(draft("react", 2), START)
        await outbox.put_instead(draft("unsend", 3), START)
    assert await rows(witness) == [("react", "head", '{"n": 2}'), ("unsend", "waiting", '{"n": 3}')]


async def test_what_is_put_once_is_there_once_in_one_transaction_too(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        for number in (1, 2):
            await outbox.put(draft("card", number, once=True), START)
        await outbox.put(draft("shut", 3, once=True), START)
        await outbox.put(draft("card", 4), START)
    kinds = [(kind, payload) for kind, _state, payload in await rows(witness)]
    assert kinds == [("card", '{"n": 1}'), ("shut", '{"n": 3}'), ("card", '{"n": 4}')]


async def test_one_lane_gets_one_head_however_often_it_is_written(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        await outbox.put(draft(), START)
        await outbox.put(draft(), START)
        await outbox.flush()
        await outbox.put(draft(), START)
    assert [state for _kind, state, _payload in await rows(witness)] == ["head"] + 2 * ["waiting"]


async def test_what_has_just_been_put_waits_already(db: str) -> None:
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "lane", "message", {"messages": [5]}), START)
        assert await waiting.waits("lane", "message", 5)
        assert not await waiting.waits("lane", "edit", 5)
        assert not await waiting.waits("lane", "message", 6)
        assert await waiting.put_off("lane", "message", 5, START)
        assert not await waiting.put_off("lane", "message", 6, START)
        assert not await waiting.put_off("lane", "edit", 5, START)
        assert not await waiting.in_hand("lane", "message")


async def test_what_is_in_hand_is_put_off_by_nobody(db: str, witness: "asyncpg.Connection") -> None:
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "lane", "message", {"messages": [5]}), START)
    await witness.execute("UPDATE delivery SET state = 'claimed'")
    async with outbox.transaction():
        assert not await waiting.put_off("lane", "message", 5, START)
        assert await waiting.in_hand("lane", "message")
        assert not await waiting.in_hand("lane", "edit")
        assert not await waiting.in_hand("other", "message")
        assert not await waiting.waits("lane", "message", 5)


async def puts_off() -> bool:
    async with outbox.transaction():
        return await waiting.put_off("lane", "message", 5, START + timedelta(seconds=1))


async def test_what_is_claimed_meanwhile_is_put_off_by_nobody(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        async with outbox.transaction():
            await outbox.put(Draft(GATE, "lane", "message", {"messages": [5]}), START)
        async with held_open(lambda: fetch("UPDATE delivery SET state = 'claimed'")):
            waits = apart(puts_off())
            await stands(waits, witness)
        assert not await waits


async def test_what_may_have_arrived_is_not_put_off(db: str, witness: "asyncpg.Connection") -> None:
    """Who has it would not be told what joined it since."""
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "lane", "message", {"messages": [5]}), START)
    assert await puts_off()
    assert await witness.fetchval("SELECT due_at FROM delivery") == START + timedelta(seconds=1)
    await witness.execute("UPDATE delivery SET uncertain = TRUE")
    assert not await puts_off()


async def test_people_have_done_what_was_waited_for(db: str, witness: "asyncpg.Connection") -> None:
    """Only what was tried, at no fault of its own: what is put off keeps its time."""
    for lane, error, attempts in (("a", "no right", 0), ("b", None, 0), ("c", "busy", 1)):
        async with outbox.transaction():
            await outbox.put(Draft(FORUM, lane, "words", delay=60), START)
            await outbox.put(Draft(FORUM, lane, "words", delay=60), START)
        change = "UPDATE delivery SET last_error = $2, attempts = $3 WHERE lane = $1"
        await witness.execute(change, lane, error, attempts)
    await witness.execute("UPDATE delivery SET state = 'dropped' WHERE id = 1")
    soon = START + timedelta(seconds=30)
    with wakes() as told:
        for gate, now in ((FORUM, soon), (FORUM, START + timedelta(seconds=45)), (GATE, START)):
            async with outbox.transaction():
                await outbox.try_now(gate, now)
    assert told == [{FORUM}, {FORUM}, {GATE}]
    due = "SELECT id, lane, state FROM delivery WHERE due_at = $1 AND rank = $1"
    assert [tuple(row) for row in await witness.fetch(due, soon)] == [(2, "a", "waiting")]


async def test_what_is_put_behind_what_has_left_is_the_head(
    db: str, witness: "asyncpg.Connection"
) -> None:
    fronts = {
        "sent": "head",
        "dead": "head",
        "dropped": "head",
        "head": "waiting",
        "claimed": "waiting",
    }
    for front, behind in fronts.items():
        for number in (1, 2):
            async with outbox.transaction():
                await outbox.put(Draft(GATE, front, "say", {"n": number}), START)
            if number == 1:
                await witness.execute("UPDATE delivery SET state = lane WHERE lane = $1", front)
        query = "SELECT state FROM delivery WHERE lane = $1 ORDER BY id"
        states = [row["state"] for row in await witness.fetch(query, front)]
        assert states == [front, behind]


async def test_a_lane_is_locked_early_only_by_who_holds_and_puts_nothing_yet(db: str) -> None:
    """Whoever comes later locks with the rest, in the order of all: two would wait in a circle."""
    async with outbox.transaction():
        assert outbox.early("b") == "b"
        assert outbox.early("a") is None
    async with outbox.transaction():
        await outbox.lock("b")
        assert outbox.early("a") is None
    async with outbox.transaction():
        await outbox.put(draft(), START)
        assert outbox.early("a") is None


async def test_what_waits_longer_already_is_not_hastened(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """A part that comes while it pauses after a failure cuts no pause short."""
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "lane", "message", {"messages": [5]}), START)
    later = START + timedelta(minutes=5)
    await witness.execute("UPDATE delivery SET due_at = $1", later)
    assert await puts_off()
    assert await witness.fetchval("SELECT due_at FROM delivery") == later
