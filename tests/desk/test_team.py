"""The team: what is known of colleagues, who is on duty, and what becomes of who leaves."""

from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot import sentences, texts
from bot.cards import team as cards
from bot.desk import outbox
from bot.desk.errors import (
    BadSkill,
    CalledAlike,
    DeskError,
    Faceless,
    NoSuchMember,
    NotACapacity,
    NotAMember,
)
from bot.desk.outbox.kinds.to_group import Notice
from bot.desk.people import departments
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said import Person
from bot.desk.tickets import duty, labels, members, owning, team
from models import FIRST, Membership, Role, Standing, Status
from tests.desk.talk import NOW, SOMEBODY, anna, our_group, ranks, turns
from tests.desk.test_owning import team as there_are

TAGS = "SELECT payload FROM delivery WHERE kind = 'tag' ORDER BY id"
NOTICES = "SELECT payload FROM delivery WHERE kind = 'report' ORDER BY id"
BIND = """
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES (-200, $1, 'Sales', 'en', now()) RETURNING id
"""


async def meant(wanted: str) -> str:
    return (await team.called(FIRST, wanted, SOMEBODY)).name


async def leaves(user_id: int, name: str, standing: Standing = Standing.GONE) -> None:
    async with outbox.transaction():
        await members.rank(await our_group(), user_id, Person(name), NOW, standing)


async def told(witness: asyncpg.Connection) -> list[str]:
    """What was said in the group."""
    found = [Notice.load(orjson.loads(row["payload"])) for row in await witness.fetch(NOTICES)]
    return [sentences.words(each.said).text for each in found]


async def test_who_is_meant(db: str) -> None:
    await there_are(olena=None, olha=None)
    taras = await members.rank(
        await our_group(), 9, Person("Taras Shevchenko", "kobzar"), NOW, Standing.MEMBER
    )
    assert await meant("@KOBZAR") == await meant("shev") == "Taras Shevchenko"
    assert await meant(str(taras.operator_id)) == "Taras Shevchenko"
    assert await meant("OLHA") == "Olha"
    for wanted, error in (("ol", CalledAlike), ("@olha", NoSuchMember), ("99", NoSuchMember)):
        with pytest.raises(error) as refused:
            await meant(wanted)
        assert refused.value.values == {"name": wanted}


async def test_of_two_of_one_name_each_has_a_number(db: str) -> None:
    await there_are(olena=None)
    other = await ranks(Standing.MEMBER, 8, "Olena")
    with pytest.raises(CalledAlike):
        await meant("Olena")
    assert (await team.called(FIRST, str(other.operator_id), SOMEBODY)).number == other.operator_id


async def test_what_is_set_of_somebody_is_seen(db: str) -> None:
    number = (await there_are(olena=None))["olena"].operator_id
    later = NOW + timedelta(days=3)
    async with outbox.transaction():
        await team.give_role(FIRST, number, "lead", SOMEBODY, NOW)
        await team.set_languages(FIRST, number, ["uk", "en"], SOMEBODY, NOW)
        await team.set_skills(FIRST, number, [" Refunds ", "tea", "TEA"], SOMEBODY, NOW)
        await team.set_capacity(FIRST, number, 3, SOMEBODY, NOW)
        await team.set_absence(FIRST, number, later, SOMEBODY, NOW)
    (one,) = await team.listed(FIRST, SOMEBODY)
    assert (one.acts, one.languages, one.skills) == ("lead", ["uk", "en"], ["refunds", "tea"])
    assert (one.capacity, one.absent_until, one.is_away(NOW)) == (3, later, True)
    assert not one.is_away(later)
    async with outbox.transaction():
        await team.set_languages(FIRST, number, [], SOMEBODY, NOW)
        await team.set_skills(FIRST, number, [], SOMEBODY, NOW)
        await team.set_capacity(FIRST, number, None, SOMEBODY, NOW)
        await team.set_absence(FIRST, number, None, SOMEBODY, NOW)
    (one,) = await team.listed(FIRST, SOMEBODY)
    assert (one.languages, one.skills, one.capacity, one.absent_until) == ((), (), None, None)


async def test_of_an_admin_the_role_is_kept_for_when_they_are_none(db: str) -> None:
    await there_are()
    number = (await ranks(Standing.ADMIN)).operator_id
    async with outbox.transaction():
        await team.give_role(FIRST, number, "observer", SOMEBODY, NOW)
    (one,) = await team.listed(FIRST, SOMEBODY)
    assert (one.acts, one.given) == ("admin", "observer")
    with texts.use("uk"):
        told = cards.colleague(one, "Europe/Kyiv", NOW).text
        assert "адміністратор · у Telegram; тут: спостерігач" in told
        labels_of = [label for row in cards.roles(one) for label, _data in row]
    assert labels_of == ["старший оператор", "оператор"]
    await ranks(Standing.MEMBER)
    (one,) = await team.listed(FIRST, SOMEBODY)
    assert (one.acts, one.given) == ("observer", "")


async def test_what_they_have_is_what_goes_on(db: str) -> None:
    there = await there_are(olena=None)
    for number in range(1, 4):
        await anna(number, "Where is it?", at=NOW + timedelta(days=30 * number))
        async with outbox.transaction():
            await owning.take(number, there["olena"], NOW)
        await turns(number, Status.CLOSED if number < 3 else Status.WAITING)
    (one,) = await team.listed(FIRST, SOMEBODY)
    assert one.has == 1


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        (lambda one: team.set_capacity(FIRST, one, 0, SOMEBODY, NOW), NotACapacity),
        (lambda one: team.set_capacity(FIRST, one, 501, SOMEBODY, NOW), NotACapacity),
        (lambda one: team.set_skills(FIRST, one, ["x" * 33], SOMEBODY, NOW), BadSkill),
        (lambda one: team.set_skills(FIRST, one, [" "], SOMEBODY, NOW), BadSkill),
        (lambda one: team.set_skills(FIRST, one, map(str, range(21)), SOMEBODY, NOW), BadSkill),
        (lambda one: team.set_capacity(FIRST, one + 99, 5, SOMEBODY, NOW), NoSuchMember),
    ],
)
async def test_what_cannot_be_set(
    db: str, witness: asyncpg.Connection, deed: Any, error: type[DeskError]
) -> None:
    there = await there_are(olena=None)
    with pytest.raises(error):
        async with outbox.transaction():
            await deed(there["olena"].operator_id)
    row = await witness.fetchrow("SELECT capacity, skills FROM operator")
    assert tuple(row) == (None, None)


async def test_an_admin_sets_nothing_of_another_departments_people(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await there_are(olena=None)
    sales = await departments.add("Sales", NOW)
    group = await witness.fetchval(BIND, sales)
    async with outbox.transaction():
        boss = await members.rank(group, 20, Person("Ivan"), NOW, Standing.ADMIN)
    number = there["olena"].operator_id
    for department, error in ((FIRST, NotAMember), (sales, NoSuchMember)):
        with pytest.raises(error):
            await team.set_capacity(department, number, 5, boss, NOW)
        with pytest.raises(error):
            await team.give_role(department, number, "observer", boss, NOW)
    with pytest.raises(NotAMember):
        await team.listed(FIRST, boss)


# On duty


async def test_who_is_on_duty_says_so_in_all_their_groups(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await there_are(olena=None)
    group = await witness.fetchval(BIND, await departments.add("Sales", NOW))
    async with outbox.transaction():
        await members.rank(group, 7, Person("Olena"), NOW, Standing.MEMBER)
        assert await duty.begin(there["olena"], NOW)
        assert not await duty.begin(there["olena"], NOW)
    tags = [orjson.loads(row["payload"]) for row in await witness.fetch(TAGS)]
    assert tags == [{"chat_id": chat, "user_id": 7} for chat in (-77, -200)]
    async with outbox.transaction():
        assert await duty.end(there["olena"], NOW)
        assert not await duty.end(there["olena"], NOW)
    assert len(await witness.fetch(TAGS)) == 2, "as it is when it is carried"


async def test_an_admin_has_no_tag(db: str, witness: asyncpg.Connection) -> None:
    await there_are()
    async with outbox.transaction():
        await duty.begin(await ranks(Standing.ADMIN), NOW)
    assert await witness.fetch(TAGS) == []


async def test_somebody_hidden_is_not_on_duty(db: str) -> None:
    with pytest.raises(Faceless):
        await duty.begin(HIDDEN, NOW)


async def test_who_goes_off_duty_keeps_their_tickets(db: str, witness: asyncpg.Connection) -> None:
    there = await there_are(olena=None)
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await duty.begin(there["olena"], NOW)
        await owning.take(1, there["olena"], NOW)
        await duty.end(there["olena"], NOW)
    assert await witness.fetchval("SELECT assignee_id FROM ticket") == there["olena"].operator_id


async def test_who_leaves_their_last_group_is_not_on_duty(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await there_are(olena=None)
    group = await witness.fetchval(BIND, await departments.add("Sales", NOW))
    async with outbox.transaction():
        await members.rank(group, 7, Person("Olena"), NOW, Standing.MEMBER)
        await duty.begin(there["olena"], NOW)
    since = "SELECT on_duty_since FROM operator"
    await leaves(7, "Olena")
    assert await witness.fetchval(since) == NOW, "she works in the other"
    async with outbox.transaction():
        await members.rank(group, 7, Person("Olena"), NOW, Standing.GONE)
    assert await witness.fetchval(since) is None


# Who leaves


async def taken(who: Membership, tickets: int) -> None:
    for number in range(1, tickets + 1):
        await anna(number, f"Thing {number}", at=NOW + timedelta(days=30 * number))
        await turns(number, Status.CLOSED)
    for number in range(1, tickets + 1):
        await turns(number, Status.OPEN)
        async with outbox.transaction():
            await owning.take(number, who, NOW)


async def watchers() -> tuple[Membership, Actor]:
    """Olha is a lead, Oleh an admin; Taras and the observer watch over nobody."""
    there = await there_are(olena=None, olha=Role.LEAD, taras=None, ivan=Role.OBSERVER)
    return there["olena"], await ranks(Standing.ADMIN, 20, "Oleh")


async def test_leads_and_admins_are_told_once_what_was_put_back(
    db: str, witness: asyncpg.Connection
) -> None:
    olena, _oleh = await watchers()
    await taken(olena, 3)
    await turns(2, Status.RESOLVED)
    await leaves(7, "Olena")
    await leaves(7, "Olena")
    assert await told(witness) == [
        "Olena has left this group. 2 open requests were put back:\n"
        "#1 · Thing 1\n#3 · Thing 3\nOleh, Olha"
    ]
    assert await witness.fetchval("SELECT count(assignee_id) FROM ticket") == 1, "it is over"
    said = orjson.loads(await witness.fetchval(NOTICES))["sentence"]
    names = said["values"]["whom"]["values"].values()
    assert [each["mention"] for each in names] == [20, 8]


async def test_so_they_are_of_who_may_not_answer_any_more(
    db: str, witness: asyncpg.Connection
) -> None:
    olena, oleh = await watchers()
    await taken(olena, 1)
    async with outbox.transaction():
        await team.give_role(FIRST, olena.operator_id, "observer", oleh, NOW)
    assert await told(witness) == [
        "Olena may not answer customers any more. 1 open request was put back:\n"
        "#1 · Thing 1\nOleh, Olha"
    ]


async def test_of_who_had_nothing_nobody_is_told(db: str, witness: asyncpg.Connection) -> None:
    olena, _oleh = await watchers()
    await taken(olena, 1)
    await turns(1, Status.CLOSED)
    await leaves(7, "Olena")
    await leaves(9, "Taras")
    assert await told(witness) == []


async def test_of_very_many_the_first_are_listed(db: str, witness: asyncpg.Connection) -> None:
    olena, _oleh = await watchers()
    await taken(olena, 1)
    again = "INSERT INTO ticket (customer_id, address_id, assignee_id, status, subject, opened_at,"
    again += " customer_at) SELECT 1, 1, assignee_id, 'open', 'More', opened_at, customer_at"
    again += " FROM ticket, generate_series(1, 24) WHERE ticket.id = 1"
    await witness.execute(again)
    await leaves(7, "Olena")
    (said,) = await told(witness)
    assert "25 open requests were put back" in said
    assert said.splitlines()[-2:] == ["… and 5 more", "Oleh, Olha"]
    assert len(said.splitlines()) == 1 + 20 + 2


async def owner(witness: asyncpg.Connection) -> int | None:
    found: int | None = await witness.fetchval("SELECT assignee_id FROM ticket")
    return found


@pytest.mark.parametrize("how", ["status", "words", "no spam"])
async def test_what_was_over_is_nobodys_once_it_is_opened_again(
    db: str, witness: asyncpg.Connection, how: str
) -> None:
    olena, _oleh = await watchers()
    await taken(olena, 1)
    async with outbox.transaction():
        await labels.set_spam(1, True, SOMEBODY, NOW)
    await leaves(7, "Olena")
    assert await owner(witness) == olena.operator_id, "she had it"
    if how == "status":
        await turns(1, Status.OPEN)
    elif how == "words":
        await anna(9, "Once more")
    else:
        async with outbox.transaction():
            await labels.set_spam(1, False, SOMEBODY, NOW)
    assert await owner(witness) is None
    assert await told(witness) == []


async def test_it_stays_theirs_while_they_are_there(db: str, witness: asyncpg.Connection) -> None:
    olena, _oleh = await watchers()
    await taken(olena, 1)
    await turns(1, Status.CLOSED)
    await turns(1, Status.OPEN)
    assert await owner(witness) == olena.operator_id
    async with outbox.transaction():
        await members.doubt(await our_group(), 7, NOW)
    await turns(1, Status.CLOSED)
    await turns(1, Status.OPEN)
    assert await owner(witness) == olena.operator_id, "nobody says that she is gone"
