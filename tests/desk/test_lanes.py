"""A lane that is added to while its front leaves: whoever comes second waits for the first."""

from collections.abc import AsyncIterator, Awaitable, Coroutine
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.outbox import claims, waiting
from bot.desk.outbox.claims import Arrival
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.gates import FORUM
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import intake, replies
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import Status
from models.database import connected
from tests.desk.talk import SOMEBODY, Act, apart, held_open, olena, stands

START = datetime.now(UTC)
FRONT = """
SELECT lane, (payload -> 'messages' ->> 0)::bigint FROM delivery WHERE kind = 'message'
"""


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    """Several connections: two transactions are open at a time."""
    async with connected(database_url, connections=4):
        yield


async def says(number: int) -> None:
    incoming = Incoming(
        ChannelAddress("telegram", "5"), Person("Anna"), str(number), Content(words=Words("hello"))
    )
    await intake.receive(incoming, START, reopen_days=7)


async def answers(text: str) -> None:
    await replies.take(1, Spoken(await olena(), Content(words=Words(text))), START)


async def done(act: Awaitable[object]) -> None:
    async with outbox.transaction():
        await act


async def states(witness: "asyncpg.Connection", lane: str) -> list[str]:
    query = "SELECT state FROM delivery WHERE lane = $1 ORDER BY id"
    return [row["state"] for row in await witness.fetch(query, lane)]


async def claimed(gate: str) -> list[Parcel]:
    return await claims.claim(gate, 1, datetime.now(UTC), limit=9)


async def arrive_meanwhile(front: list[Parcel], act: Act, witness: "asyncpg.Connection") -> None:
    """The front is marked as sent while `act` is written and not committed."""
    await meanwhile(act, claims.mark_all_sent([Arrival([one]) for one in front], START), witness)


async def meanwhile(
    act: Act, end: Coroutine[Any, Any, None], witness: "asyncpg.Connection"
) -> None:
    """The front comes to this end while `act` is written and not committed."""
    async with held_open(act):
        ending = apart(end)
        await stands(ending, witness)
    await ending


async def test_words_behind_a_front_that_leaves_become_the_head(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await done(says(1))
    front = await claimed(FORUM)
    await arrive_meanwhile(front, lambda: says(2), witness)
    assert await states(witness, "forum:1") == ["sent", "head"]


async def test_words_behind_a_front_that_cannot_be_carried_become_the_head(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await done(says(1))
    (front,) = [one for one in await claimed(FORUM) if one.kind == "words"]
    await meanwhile(lambda: says(2), claims.mark_dead([front], START, "no"), witness)
    assert await states(witness, "forum:1") == ["dead", "head"]


async def test_words_behind_a_front_that_is_withdrawn_become_the_head(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await done(says(1))
    await claims.mark_all_sent([Arrival(await claimed("telegram"))], START)
    await done(answers("one"))
    lane, message = await witness.fetchrow(FRONT)
    await meanwhile(lambda: answers("two"), withdrawn(lane, message), witness)
    assert (await states(witness, lane))[-2:] == ["dropped", "head"]


async def withdrawn(lane: str, message: int) -> None:
    async with outbox.transaction():
        assert await waiting.withdraw(lane, 1, message, START) == {message}


async def test_an_answer_behind_one_that_leaves_becomes_the_head(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await done(says(1))
    await claims.mark_all_sent([Arrival(await claimed("telegram"))], START)
    await done(answers("one"))
    front = await claimed("telegram")
    await arrive_meanwhile(front, lambda: answers("two"), witness)
    assert (await states(witness, front[0].lane))[-2:] == ["sent", "head"]


async def test_a_reopening_message_and_a_card_that_leaves_do_not_lock_in_a_circle(
    pool: None, witness: "asyncpg.Connection"
) -> None:
    await done(says(1))
    await done(tickets.change(1, Status.CLOSED, SOMEBODY, START))
    front = sorted(await claimed(FORUM), key=lambda one: one.lane)
    assert [one.lane for one in front] == ["card:1", "forum:1", "look:1", "shut:1"]
    async with outbox.transaction():
        await says(2)
        arriving = apart(claims.mark_all_sent([Arrival([one]) for one in front], START))
        await stands(arriving, witness)  # it holds the lanes that nobody else does
        await outbox.flush()
    await arriving  # a circle would end one of the two by an error
    assert await states(witness, "forum:1") == ["sent", "head"]
