"""Two customers who may be one person are proposed for joining: once, and never joined by that."""

import asyncio

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.people import contacts, customers
from bot.desk.said import ChannelAddress, Person
from bot.desk.tickets import theirs
from bot.desk.tickets.joining import ALIKE, ALIKE_SILENT
from bot.desk.tickets.profiles import shared
from models import Contact, Likeness, Status
from models.database import connected
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, apart

HERS = contacts.phone("+380671234567")
SHE_AGAIN = ChannelAddress("telegram", "2")
TOLD = """
SELECT ticket_id, payload ->> 'sentence' AS said, payload -> 'values' ->> 'number' AS number
FROM delivery WHERE kind = 'tell' AND payload ->> 'sentence' LIKE '🔗%' ORDER BY id
"""


async def shares(place: ChannelAddress) -> None:
    async with outbox.transaction():
        await shared(await theirs.at(place, Person("Anna"), NOW), HERS, NOW)


async def told(witness: asyncpg.Connection) -> list[tuple[int, str, str | None]]:
    return [(row["ticket_id"], row["said"], row["number"]) for row in await witness.fetch(TOLD)]


async def test_the_second_with_the_same_phone_is_proposed_once(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await anna(1, "Hello", by=SHE_AGAIN)
    await shares(ANNA)
    assert await told(witness) == []
    await shares(SHE_AGAIN)
    assert await told(witness) == [(2, ALIKE, "1")]
    await shares(SHE_AGAIN)
    await shares(ANNA)
    assert len(await told(witness)) == 1
    assert await customers.find(SHE_AGAIN) is not None
    assert await Likeness.all().values_list("customer_id", "other_id") == [(1, 2)]
    assert await Contact.all().count() == 2, "nothing is joined"


async def test_what_was_typed_proposes_nobody(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    await anna(1, "Hello", by=SHE_AGAIN)
    async with outbox.transaction():
        await contacts.keep(1, HERS, None, NOW)
    await shares(SHE_AGAIN)
    assert await told(witness) == []
    await shares(ANNA)
    assert await told(witness) == [(1, ALIKE, "2")], "it is known to be hers now"


async def test_where_nobody_is_asked_it_waits_for_the_next_request(
    db: str, witness: asyncpg.Connection
) -> None:
    await shares(ANNA)
    await anna(1, "Hello", by=SHE_AGAIN)
    async with outbox.transaction():
        await tickets.change(1, Status.CLOSED, SOMEBODY, NOW)
    await shares(SHE_AGAIN)
    assert await told(witness) == [], "there is no open topic"
    await anna(1, "Hello")
    assert await told(witness) == [(2, ALIKE, "1")]


async def test_who_has_asked_nothing_yet_is_named_without_a_request(
    db: str, witness: asyncpg.Connection
) -> None:
    await shares(ANNA)
    await anna(1, "Hello", by=SHE_AGAIN)
    await shares(SHE_AGAIN)
    assert await told(witness) == [(1, ALIKE_SILENT, None)]


@pytest.mark.parametrize("_again", range(3))
async def test_of_two_who_share_at_once_one_is_proposed(
    database_url: str, witness: asyncpg.Connection, _again: int
) -> None:
    async with connected(database_url, connections=4):
        await anna(1, "Hello")
        await anna(1, "Hello", by=SHE_AGAIN)
        await asyncio.gather(*[apart(shares(one)) for one in (ANNA, SHE_AGAIN)])
    assert len(await told(witness)) == 1
