"""Operators: who is one, who says so, and what is believed of whom Telegram was not asked about."""

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.people import memberships
from bot.desk.people.memberships import Stranger
from bot.desk.said import Person
from bot.desk.tickets import members
from models import Membership, Role, Standing
from tests.desk.talk import NOW, anna, our_group, ranks

OLENA = Person("Olena", "olena")
KNOWN = """
SELECT name, username, standing FROM operator JOIN membership ON operator_id = operator.id
ORDER BY group_id
"""
ADMIN, MEMBER, GONE, UNKNOWN = Standing.ADMIN, Standing.MEMBER, Standing.GONE, Standing.UNKNOWN


async def speaks(
    standing: Standing | None = None, person: Person = OLENA, chat_id: int = -77
) -> Membership:
    group = await our_group(chat_id)
    async with outbox.transaction():
        return await members.present(group, 7, person, NOW, standing)


async def is_met(standing: Standing) -> None:
    group = await our_group()
    async with outbox.transaction():
        await members.met(group, 7, OLENA, NOW, standing)


async def known(witness: "asyncpg.Connection") -> list[tuple[object, ...]]:
    return [tuple(row) for row in await witness.fetch(KNOWN)]


async def test_of_somebody_unknown_telegram_is_to_be_asked(
    db: str, witness: "asyncpg.Connection"
) -> None:
    with pytest.raises(Stranger) as unknown:
        await speaks()
    assert (unknown.value.group_id, unknown.value.user_id) == (await our_group(), 7)
    assert await known(witness) == []


@pytest.mark.parametrize(
    ("standing", "acts_as"),
    [
        (Standing.OWNER, Role.OWNER),
        (ADMIN, Role.ADMIN),
        (MEMBER, Role.OPERATOR),
        (GONE, None),
        (UNKNOWN, None),
    ],
)
async def test_what_telegram_says_of_them_is_so(
    db: str, witness: "asyncpg.Connection", standing: Standing, acts_as: Role | None
) -> None:
    assert (await speaks(standing)).acts_as is acts_as
    assert await known(witness) == [("Olena", "olena", standing.value)]


async def test_a_member_is_one_until_it_is_doubted_and_keeps_their_tickets_meanwhile(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(ADMIN)
    await speaks(None, Person("Olena Maria"))
    await speaks(GONE, Person("Olena Maria"))
    assert await known(witness) == [("Olena Maria", None, "admin")], "nobody asks about her"
    await anna(1, "Where is it?")
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    group = await our_group()
    async with outbox.transaction():
        await memberships.doubt(group, 8)
        await memberships.doubt(group, 7)
    with pytest.raises(Stranger):
        await speaks()
    await speaks(UNKNOWN)
    assert await known(witness) == [("Olena Maria", None, "unknown")]
    assert await witness.fetchval("SELECT assignee_id FROM ticket") == 1


async def test_to_be_met_makes_nobody_a_member_and_a_member_an_admin(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await is_met(ADMIN)
    assert await known(witness) == [("Olena", "olena", "unknown")]
    await speaks(MEMBER)
    for standing in (ADMIN, MEMBER):
        await is_met(standing)
        assert await known(witness) == [("Olena", "olena", standing.value)]


async def test_who_is_said_to_be_gone_is_gone_though_they_were_doubted(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(MEMBER)
    await anna(1, "Where is it?")
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    await memberships.doubt(await our_group(), 7)
    await is_met(MEMBER)
    assert await known(witness) == [("Olena", "olena", "unknown")]
    await is_met(GONE)
    assert await witness.fetchval("SELECT assignee_id FROM ticket") is None
    await memberships.doubt(await our_group(), 7)
    assert await known(witness) == [("Olena", "olena", "gone")], "that is certain"


async def test_who_has_no_name_to_be_seen_gets_one(db: str, witness: "asyncpg.Connection") -> None:
    await speaks(UNKNOWN, Person("\u3164"))
    assert await known(witness) == [("…", None, "unknown")]
    await speaks(MEMBER, Person("\u200b\u200b"))
    assert await known(witness) == [("…", None, "member")]


async def test_who_is_ranked_is_named_too_and_the_same_is_not_written_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(MEMBER)
    # The transactions that wrote the rows as they are.
    written = "SELECT operator.xmin::text || membership.xmin::text FROM operator, membership"
    before = await witness.fetchval(written)
    await speaks()
    assert await witness.fetchval(written) == before
    await ranks(ADMIN, name="Olena Maria")
    assert await known(witness) == [("Olena Maria", None, "admin")]


async def test_silence_changes_nothing_that_is_known(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(GONE)
    assert (await speaks(UNKNOWN)).acts_as is None
    assert await known(witness) == [("Olena", "olena", "gone")]


async def test_who_is_a_member_of_one_group_is_a_stranger_in_another(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(ADMIN)
    with pytest.raises(Stranger):
        await speaks(chat_id=-78)
    assert (await speaks(MEMBER, chat_id=-78)).acts_as is Role.OPERATOR
    assert (await speaks()).acts_as is Role.ADMIN
    async with outbox.transaction():
        await memberships.doubt(await our_group(-78), 7)
    assert await known(witness) == [("Olena", "olena", "admin"), ("Olena", "olena", "unknown")]


async def test_of_a_group_that_is_left_nothing_is_believed_any_more(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await speaks(ADMIN)
    await speaks(MEMBER, chat_id=-78)
    await memberships.doubt_all(await our_group())
    assert [one[2] for one in await known(witness)] == ["unknown", "member"]


async def test_the_admins_that_telegram_lists_are_all_there_are(
    db: str, witness: "asyncpg.Connection"
) -> None:
    group = await our_group()
    for user_id, standing in {1: Standing.OWNER, 2: ADMIN, 3: ADMIN, 4: MEMBER, 5: GONE}.items():
        await ranks(standing, user_id, f"{user_id}")
    async with outbox.transaction():
        listed = {2: (Person("2"), Standing.OWNER), 6: (Person("6"), ADMIN)}
        await members.commanded_by(group, listed, NOW)
    assert {one[0]: one[2] for one in await known(witness)} == {
        **{"1": "unknown", "2": "owner", "3": "unknown"},
        **{"4": "member", "5": "gone", "6": "admin"},
    }


async def test_since_when_they_stand_so_is_kept(db: str, witness: "asyncpg.Connection") -> None:
    group, person = await our_group(), Person("Olena")
    since = "SELECT since FROM membership"
    for year, standing in ((2020, MEMBER), (2021, MEMBER), (2022, ADMIN), (2023, ADMIN)):
        await members.rank(group, 7, person, NOW.replace(year=year), standing)
    assert await witness.fetchval(since) == NOW.replace(year=2022)
