"""Whose a ticket is: taken once, given to who can have it, and told to them."""

import asyncio
from contextvars import Context
from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot import sentences
from bot.desk import outbox
from bot.desk.errors import (
    DeskError,
    Ended,
    MayNotAnswer,
    MovedAway,
    NobodyToGiveTo,
    NoSuchOperator,
    NoSuchTicket,
    NotAMember,
    Observing,
    OthersTicket,
    TakenBy,
    Unconfirmed,
    Unseen,
)
from bot.desk.outbox.kinds.to_topic import Tell
from bot.desk.people import memberships
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said import Person
from bot.desk.tickets import members, owning
from models import Group, Membership, Operator, Role, Standing, Status, Ticket
from models.database import connected
from tests.desk.talk import NOW, SOMEBODY, anna, apart, held_open, our_group, ranks, stands, turns

TOLD = "SELECT payload FROM delivery WHERE kind = 'tell' ORDER BY id"
CARDS = "SELECT count(*) FROM delivery WHERE kind = 'card'"
TAKEN = "SELECT count(*) FROM event WHERE name = 'assignee'"


async def team(**roles: Role | None) -> dict[str, Membership]:
    """Members of the group, which is bound, by their names."""
    await Group.filter(id=await our_group()).update(is_bound=True)
    found = {}
    for number, (name, role) in enumerate(roles.items(), 7):
        found[name] = await ranks(Standing.MEMBER, number, name.capitalize())
        await memberships.give(found[name], role)
    return found


async def owner() -> str | None:
    """Who has ticket 1."""
    (ticket,) = await Ticket.all().select_related("assignee")
    return ticket.assignee.name if ticket.assignee else None


async def take(actor: Actor) -> bool:
    async with outbox.transaction():
        return await owning.take(1, actor, NOW)


async def assign(operator_id: int, actor: Actor = SOMEBODY) -> str | None:
    async with outbox.transaction():
        return await owning.assign(1, operator_id, actor, NOW)


async def unassign(actor: Actor) -> bool:
    async with outbox.transaction():
        return await owning.unassign(1, actor, NOW)


async def heirs(wanted: str, actor: Actor = SOMEBODY) -> list[str]:
    async with outbox.transaction():
        return [*(await owning.heirs(1, actor, wanted)).values()]


async def told(witness: asyncpg.Connection) -> list[str]:
    """What was said in the topic."""
    found = [Tell.load(orjson.loads(row["payload"])) for row in await witness.fetch(TOLD)]
    return [sentences.text(each.said()) for each in found]


async def test_who_takes_a_ticket_has_it(db: str, witness: asyncpg.Connection) -> None:
    there = await team(olena=None)
    await anna(1, "Where is it?")
    assert await take(there["olena"])
    assert await owner() == "Olena"
    assert await witness.fetchval(CARDS) == 1
    assert await told(witness) == [], "they know it"
    assert not await take(there["olena"]), "it is theirs already"
    assert await witness.fetchval(TAKEN) == 1


async def test_of_two_who_take_it_at_once_one_gets_it_and_the_other_learns_who(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        there = await team(olena=None, taras=None)
        await anna(1, "Where is it?")

        async def taken(who: Membership) -> bool | str:
            try:
                async with outbox.transaction():
                    got = await owning.take(1, who, NOW)
                    await asyncio.sleep(0.05)
                    return got
            except TakenBy as error:
                return error.name

        racing = [asyncio.create_task(taken(one), context=Context()) for one in there.values()]
        got = [*zip(["Olena", "Taras"], await asyncio.gather(*racing), strict=True)]
        has = await owner()
    assert sorted(got, key=lambda one: one[1] is not True)[0] == (has, True)
    assert [result for name, result in got if name != has] == [has]
    assert await witness.fetchval(TAKEN) == 1


async def test_what_is_somebodys_is_not_taken_but_given(db: str) -> None:
    there = await team(olena=None, taras=None, iryna=Role.LEAD)
    await anna(1, "Where is it?")
    await take(there["olena"])
    for refused in (take(there["taras"]), take(there["iryna"])):
        with pytest.raises(TakenBy) as error:
            await refused
        assert error.value.values == {"name": "Olena"}
    with pytest.raises(OthersTicket):
        await assign(there["taras"].operator_id, there["taras"])
    with pytest.raises(OthersTicket):
        await unassign(there["taras"])
    assert await assign(there["taras"].operator_id, there["olena"]) == "Taras"
    assert await assign(there["iryna"].operator_id, there["iryna"]) == "Iryna"
    assert await unassign(there["iryna"])
    assert not await unassign(there["iryna"])
    assert await owner() is None


async def test_who_is_given_a_ticket_is_told_by_whom(db: str, witness: asyncpg.Connection) -> None:
    there = await team(olena=None, taras=None)
    await anna(1, "Where is it?")
    olena, taras = (each.operator_id for each in there.values())
    await assign(taras, there["olena"])
    assert await told(witness) == ["👉 Taras, Olena gives this request to you."]
    mention = Tell.load(orjson.loads(await witness.fetchval(TOLD))).said().values["whom"]
    words = sentences.words(owning._news(await Operator.get(id=taras), there["olena"]))
    assert mention.user_id == 8  # type: ignore[union-attr]
    (entity,) = words.entities
    assert (entity["type"], entity["user"]["id"]) == ("text_mention", 8)
    assert (entity["offset"], entity["length"]) == (3, 5), "two units of the hand, and a space"
    await assign(olena)
    assert (await told(witness))[-1] == "👉 Olena, this request is yours now."
    assert await assign(olena) is None, "it is theirs already"
    assert len(await told(witness)) == 2


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("@TARAS_sh", ["Taras Shevchenko"]),
        ("taras shevchenko", ["Taras Shevchenko"]),
        ("shev", ["Taras Shevchenko"]),
        ("taras", ["Taras Bulba", "Taras Shevchenko"]),
        ("Ira", ["Ira"]),
        ("", ["Ira", "Iraida", "Olena", "Taras Bulba", "Taras Shevchenko"]),
    ],
)
async def test_somebody_is_found_by_what_they_are_called(
    db: str, wanted: str, found: list[str]
) -> None:
    await team(olena=None)
    for number, name in enumerate(("Taras Shevchenko", "Taras Bulba", "Ira", "Iraida"), 20):
        await ranks(Standing.MEMBER, number, name)
    await Operator.filter(name="Taras Shevchenko").update(username="taras_sh")
    await anna(1, "Where is it?")
    assert await heirs(wanted) == found


@pytest.mark.parametrize("wanted", ["@nobody", "Nobody", "@"])
async def test_an_unknown_operator_is_said_to_be_so(db: str, wanted: str) -> None:
    await team(olena=None)
    await anna(1, "Where is it?")
    with pytest.raises(NoSuchOperator) as error:
        await heirs(wanted)
    assert error.value.values == {"name": wanted}


async def test_who_cannot_have_it_is_not_offered_and_named_why(db: str) -> None:
    there = await team(olena=None, petro=Role.OBSERVER, oleh=None, ira=None)
    await anna(1, "Where is it?")
    await ranks(Standing.GONE, 9, "Oleh")
    await ranks(Standing.UNKNOWN, 10, "Ira")
    assert await heirs("") == ["Olena"]
    for name, refusal in (("petro", MayNotAnswer), ("ira", Unconfirmed), ("oleh", NoSuchOperator)):
        with pytest.raises(refusal) as error:
            await assign(there[name].operator_id)
        assert error.value.values == {"name": name.capitalize()}
    assert await heirs("petro") == ["Petro"], "so that it can be said why"
    await take(there["olena"])
    with pytest.raises(NobodyToGiveTo):
        await heirs("")


async def somebody_elsewhere() -> Membership:
    member = await ranks(Standing.MEMBER, 99, "Ivan")
    member.department = 2
    return member


async def test_what_is_refused_changes_nothing(db: str, witness: asyncpg.Connection) -> None:
    there = await team(olena=None, petro=Role.OBSERVER)
    await anna(1, "Where is it?")
    before = await witness.fetchval("SELECT count(*) FROM event WHERE ticket_id IS NOT NULL")
    olena = there["olena"].operator_id
    elsewhere = await somebody_elsewhere()
    refusals: list[tuple[Actor, type[DeskError]]] = [
        (there["petro"], Observing),
        (HIDDEN, Unseen),
        (elsewhere, MovedAway),
    ]
    for who, refusal in refusals:
        with pytest.raises(refusal):
            await take(who)
        if refusal is not Unseen:
            with pytest.raises(refusal):
                await assign(olena, who)
    for act in (owning.take(404, there["olena"], NOW), owning.unassign(404, SOMEBODY, NOW)):
        with pytest.raises(NoSuchTicket):
            async with outbox.transaction():
                await act
    assert await owner() is None
    after = await witness.fetchval("SELECT count(*) FROM event WHERE ticket_id IS NOT NULL")
    assert after == before


async def test_a_closed_ticket_is_reopened_first(db: str) -> None:
    there = await team(olena=None)
    await anna(1, "Where is it?")
    await turns(1, Status.CLOSED)
    for act in (take(there["olena"]), assign(there["olena"].operator_id), heirs("")):
        with pytest.raises(Ended):
            await act
    await turns(1, Status.RESOLVED)
    assert await take(there["olena"]), "what is resolved may have somebody who looks after it"


async def test_who_leaves_or_observes_has_none_and_the_card_shows_it(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await team(olena=None, taras=None)
    await anna(1, "Where is it?")
    for who, leave in (
        ("olena", lambda: ranks(Standing.GONE, 7, "Olena")),
        ("taras", lambda: observes(8)),
    ):
        await take(there[who])
        await witness.execute("DELETE FROM delivery")
        await leave()
        assert await owner() is None
        assert await witness.fetchval(CARDS) == 1


async def observes(user_id: int) -> None:
    async with outbox.transaction():
        await members.give_role(await our_group(), user_id, Role.OBSERVER, SOMEBODY, NOW)


async def test_of_many_changes_at_once_the_card_is_edited_once(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await team(olena=None)
    await anna(1, "Where is it?")
    for second in range(4):
        async with outbox.transaction():
            act = owning.unassign if second % 2 else owning.take
            await act(1, there["olena"], NOW + timedelta(seconds=second))
    assert await witness.fetchval(CARDS) == 1


@pytest.mark.parametrize("given", [False, True], ids=["they take it", "it is given to them"])
async def test_who_leaves_at_that_moment_gets_nothing(
    database_url: str, witness: asyncpg.Connection, given: bool
) -> None:
    async with connected(database_url, connections=4):
        there = await team(olena=None, taras=None)
        await anna(1, "Where is it?")
        group = await our_group()

        async def leaves() -> None:
            await members.met(group, 8, Person("Taras"), NOW, Standing.GONE)

        async def claims() -> None:
            async with outbox.transaction():
                if given:
                    await owning.assign(1, there["taras"].operator_id, there["olena"], NOW)
                else:
                    await owning.take(1, there["taras"], NOW)

        async with held_open(leaves):
            claiming = apart(claims())
            await stands(claiming, witness)
        with pytest.raises(NoSuchOperator if given else NotAMember):
            await claiming
        assert await owner() is None
