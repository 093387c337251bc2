"""A channel that nobody carries: whoever writes there is told, once a day, and not before."""

from datetime import datetime, timedelta

import asyncpg
import pytest

from bot.desk.outbox import claims
from bot.desk.said import ChannelAddress
from bot.desk.talk import standstill
from bot.scheduler import Job, perform, table
from models import FIRST, Department, Group
from tests.desk.talk import NOW, anna, answers, olena
from tests.files.memory import memory


def looks() -> Job:
    """Of a process that has just started."""
    return next(job for job in table(90, memory()) if job.name == "tell of standstill")


TOLD = """
SELECT (payload ->> 'chat_id')::int AS chat, payload -> 'sentence' ->> 'msgid' AS said
FROM delivery WHERE lane LIKE 'still %' ORDER BY id
"""
UNTRIED = "SELECT count(*) FROM delivery WHERE gate = 'telegram' AND state = 'head'"
SOON, LATE = NOW + timedelta(minutes=6), NOW + timedelta(minutes=6.1)


async def bound(chat: int, department: int) -> None:
    await Group.create(
        chat_id=chat,
        title="Desk",
        language="en",
        is_bound=True,
        bound_at=NOW,
        department_id=department,
    )


@pytest.fixture
async def waiting(db: str, witness: asyncpg.Connection) -> None:
    """Olena has answered, and the channel does not carry it."""
    await bound(-1, FIRST)
    await anna(1, "Where is it?")
    await olena()
    await answers(1, "On its way")


async def told(witness: asyncpg.Connection, at: datetime) -> list[int]:
    """In which chats it is said by then, by who has looked a minute before as well."""
    job = looks()
    for second in (-60, 0):
        await perform(job, at + timedelta(seconds=second))
    found = await witness.fetch(TOLD)
    assert {row["said"] for row in found} <= {standstill.STANDS}
    return [row["chat"] for row in found]


async def test_it_is_told_after_a_while_and_once_a_day(
    waiting: None, witness: asyncpg.Connection
) -> None:
    assert await told(witness, SOON) == []
    assert await told(witness, LATE) == [-1]
    await witness.execute("UPDATE delivery SET state = 'sent' WHERE lane LIKE 'still %'")
    assert await told(witness, LATE + timedelta(minutes=1)) == [-1]
    assert await told(witness, LATE + timedelta(days=1)) == [-1, -1]


@pytest.mark.parametrize("how", ["claimed", "carried another"])
async def test_a_channel_that_does_something_does_not_stand_still(
    waiting: None, witness: asyncpg.Connection, how: str
) -> None:
    """There is much to do: another customer's words are in hand, or have just arrived."""
    await anna(1, "Hello?", by=ChannelAddress("telegram", "2"))
    await answers(2, "Hello!")
    parcels = await claims.claim("telegram", 1, LATE, limit=1)
    if how == "carried another":
        await claims.mark_sent(parcels, LATE - timedelta(seconds=1))
    assert await witness.fetchval(UNTRIED) >= 1
    assert await told(witness, LATE) == []


async def test_who_has_just_started_is_given_a_minute(
    waiting: None, witness: asyncpg.Connection
) -> None:
    await perform(looks(), LATE)
    assert await witness.fetch(TOLD) == []


@pytest.mark.parametrize(("minutes", "where"), [(0, [-1]), (4, [])])
async def test_what_was_tried_is_to_be_tried_again(
    waiting: None, witness: asyncpg.Connection, minutes: float, where: list[int]
) -> None:
    """Tried once, and then by nobody any more, it stands still as well."""
    tried = NOW + timedelta(minutes=minutes)
    parcels = await claims.claim("telegram", 1, tried, limit=9)
    await claims.mark_later(parcels, tried, 0.0, "away", certain=True)
    assert await told(witness, LATE) == where


async def test_what_the_group_does_not_take_is_another_matter(
    waiting: None, witness: asyncpg.Connection
) -> None:
    await witness.execute("UPDATE delivery SET state = 'dropped' WHERE gate = 'telegram'")
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE state = 'head'")
    assert await told(witness, LATE) == []


async def test_each_department_is_told_of_its_own(
    waiting: None, witness: asyncpg.Connection
) -> None:
    sales = await Department.create(name="Sales", created_at=NOW)
    await bound(-2, sales.id)
    await witness.execute("UPDATE ticket SET department_id = $1", sales.id)
    assert await told(witness, LATE) == [-2]
