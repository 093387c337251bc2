"""Operators: who is one, who says so, and what is believed of whom Telegram was not asked about."""

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.people import operators
from bot.desk.people.operators import Standing, Stranger
from bot.desk.said import Person
from bot.desk.tickets import members
from models import Operator
from tests.desk.talk import NOW, anna

OLENA = Person("Olena", "olena")
KNOWN = "SELECT name, username, is_member, is_admin FROM operator"


async def speaks(standing: Standing | None = None, person: Person = OLENA) -> Operator:
    async with outbox.transaction():
        return await members.present(7, person, NOW, standing)


async def is_met(*, is_admin: bool) -> None:
    async with outbox.transaction():
        await members.met(7, OLENA, NOW, is_admin=is_admin)


async def known(witness: "asyncpg.Connection") -> list[tuple[object, ...]]:
    return [tuple(row) for row in await witness.fetch(KNOWN)]


async def test_of_somebody_unknown_telegram_is_to_be_asked(
    db: str, witness: "asyncpg.Connection"
) -> None:
    with pytest.raises(Stranger) as unknown:
        await speaks()
    assert unknown.value.user_id == 7
    assert await known(witness) == []


@pytest.mark.parametrize(
    ("standing", "is_member", "is_admin"),
    [
        (Standing.ADMIN, True, True),
        (Standing.MEMBER, True, False),
        (Standing.GONE, False, False),
        (Standing.SILENT, False, False),
    ],
)
async def test_what_telegram_says_of_them_is_so(
    db: str, witness: "asyncpg.Connection", standing: Standing, is_member: bool, is_admin: bool
) -> None:
    operator = await speaks(standing)
    assert (operator.is_member, operator.is_admin) == (is_member, is_admin)
    assert await known(witness) == [("Olena", "olena", is_member, is_admin)]


async def test_a_member_is_one_until_it_is_doubted_and_keeps_their_tickets_meanwhile(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(Standing.ADMIN)
    await speaks(None, Person("Olena Maria"))
    await speaks(Standing.GONE, Person("Olena Maria"))
    assert await known(witness) == [("Olena Maria", None, True, True)], "nobody asks about her"
    await anna(1, "Where is it?")
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    async with outbox.transaction():
        await operators.doubt(8)
        await operators.doubt(7)
    with pytest.raises(Stranger):
        await speaks()
    await speaks(Standing.SILENT)
    assert await known(witness) == [("Olena Maria", None, False, False)]
    assert await witness.fetchval("SELECT assignee_id FROM ticket") == 1


async def test_to_be_met_makes_nobody_a_member_and_a_member_an_admin(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await is_met(is_admin=True)
    assert await known(witness) == [("Olena", "olena", False, False)]
    await speaks(Standing.MEMBER)
    for is_admin in (True, False):
        await is_met(is_admin=is_admin)
        assert await known(witness) == [("Olena", "olena", True, is_admin)]


async def test_who_has_no_name_to_be_seen_gets_one(db: str, witness: "asyncpg.Connection") -> None:
    await speaks(Standing.SILENT, Person("\u3164"))
    assert await known(witness) == [("…", None, False, False)]
    await speaks(Standing.MEMBER, Person("\u200b\u200b"))
    assert await known(witness) == [("…", None, True, False)]


async def test_who_is_ranked_is_named_too_and_the_same_name_is_not_written_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(Standing.MEMBER)
    written = "SELECT xmin::text FROM operator"  # the transaction that wrote the row as it is
    before = await witness.fetchval(written)
    await speaks()
    assert await witness.fetchval(written) == before
    async with outbox.transaction():
        await members.rank(7, Person("Olena Maria"), NOW, is_member=True, is_admin=True)
    assert await known(witness) == [("Olena Maria", None, True, True)]
