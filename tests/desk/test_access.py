"""Who may do what: the table, and that everything that changes something does as it says."""

from collections.abc import Awaitable, Callable

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import (
    AdminsOnly,
    DeskError,
    Faceless,
    LeadsOnly,
    NotAllowed,
    NotAMember,
    Observing,
    OthersTicket,
    Unseen,
)
from bot.desk.people import access, memberships
from bot.desk.people.access import Act
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said import ChannelAddress, Content
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, decisions, failures, notices, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.notices import Asked
from bot.desk.talk.replies import BARRED, OBSERVED, Spoken
from bot.desk.tickets import banning, duty, labels, members, owning, profiles, routing, team
from bot.desk.words import Words
from models import (
    FIRST,
    Customer,
    CustomField,
    Direction,
    FieldKind,
    FieldOf,
    Membership,
    Message,
    Priority,
    Role,
    Standing,
    Status,
    Ticket,
)
from models.rows import add, fetch
from tests.desk.talk import NOW, SOMEBODY, anna, answers, our_group, photo, ranks

HERE = 5  # the group


def member(standing: Standing, role: Role | None = None) -> Membership:
    found = Membership(standing=standing, role=role, since=NOW)
    found.operator_id, found.group_id = 1, HERE
    return found


ACTORS: dict[str, Actor] = {
    "owner": member(Standing.OWNER),
    "admin": member(Standing.ADMIN),
    "lead": member(Standing.MEMBER, Role.LEAD),
    "operator": member(Standing.MEMBER),
    "observer": member(Standing.MEMBER, Role.OBSERVER),
    "gone": member(Standing.GONE, Role.LEAD),
    "unknown": member(Standing.UNKNOWN, Role.LEAD),
    "customer": Customer(id=1),
    "system": HIDDEN,
}
LABELS = {Act.PRIORITY, Act.TAG, Act.FIELD, Act.SPAM, Act.PROFILE}
WORK = {
    Act.ANSWER,
    Act.STATUS,
    Act.NOTES_MODE,
    Act.ADDRESS,
    Act.RETRY,
    Act.MOVE,
    Act.TAKE,
    Act.DUTY,
    Act.OWN_MACROS,
}
WORK |= LABELS
THEIRS = {Act.STATUS, Act.ADDRESS}
# As people would say it; the table says it once more.
MAY = {
    **{"owner": set(Act), "admin": set(Act), "system": set(Act)},
    **{
        "lead": WORK | {Act.PLANNED, Act.DESK, Act.BAN, Act.ASSIGN, Act.MACROS},
        "operator": WORK,
        "observer": set(),
    },
    **{"gone": set(), "unknown": set(), "customer": set()},
}
HERS, HIS, OTHERS = Ticket(), Ticket(), Ticket()
HERS.customer_id, HIS.customer_id, OTHERS.customer_id = 1, 2, 3
HERS.assignee_id, HIS.assignee_id, OTHERS.assignee_id = None, None, 2


@pytest.mark.parametrize("who", ACTORS)
def test_the_table(who: str) -> None:
    for ticket in (HERS, HIS, None):
        theirs = THEIRS if who == "customer" and ticket is HERS else set()
        theirs = {Act.ASSIGN} if who == "operator" and ticket else theirs  # it is nobody's
        allowed = {act for act in Act if access.may(ACTORS[who], act, ticket)}
        assert allowed == MAY[who] | theirs


@pytest.mark.parametrize("who", ["owner", "admin", "lead", "operator", "observer"])
def test_in_another_group_a_member_is_nobody(who: str) -> None:
    assert not [act for act in Act if access.may(ACTORS[who], act, HERS, group_id=HERE + 1)]
    assert {act for act in Act if access.may(ACTORS[who], act, group_id=HERE)} == MAY[who]
    with pytest.raises(NotAMember):
        access.check(ACTORS[who], Act.STATUS, HERS, group_id=HERE + 1)


@pytest.mark.parametrize("who", ["lead", "operator", "observer"])
@pytest.mark.parametrize("whose", [None, 1, 2])
def test_an_operator_passes_on_what_is_theirs_or_nobodys(who: str, whose: int | None) -> None:
    ticket = Ticket()
    ticket.assignee_id = whose
    allowed = {"lead": True, "operator": whose != 2, "observer": False}[who]
    assert access.may(ACTORS[who], Act.ASSIGN, ticket) == allowed


@pytest.mark.parametrize("who", ["owner", "admin", "lead", "operator", "observer"])
def test_on_another_departments_ticket_a_member_is_nobody(who: str) -> None:
    theirs = Ticket(department_id=FIRST + 1)
    assert not [act for act in Act if access.may(ACTORS[who], act, theirs)]
    assert not access.bars(ACTORS[who], Act.ANSWER, theirs), "no role forbids it"


def test_whoever_commands_the_group_commands_the_desk_whatever_we_gave_them() -> None:
    for standing in (Standing.OWNER, Standing.ADMIN):
        for role in (None, Role.LEAD, Role.OBSERVER):
            assert member(standing, role).acts_as == standing.value


@pytest.mark.parametrize(
    ("who", "act", "error"),
    [
        ("operator", Act.DESK, LeadsOnly),
        ("observer", Act.DESK, LeadsOnly),
        ("operator", Act.BAN, LeadsOnly),
        ("lead", Act.SET_UP, AdminsOnly),
        ("operator", Act.HAND_OVER, AdminsOnly),
        ("observer", Act.ROLE, AdminsOnly),
        ("lead", Act.TEAM, AdminsOnly),
        ("lead", Act.ROUTING, AdminsOnly),
        ("lead", Act.DEPARTMENTS, AdminsOnly),
        ("observer", Act.DUTY, Observing),
        ("observer", Act.ANSWER, Observing),
        ("observer", Act.ASSIGN, Observing),
        ("operator", Act.ASSIGN, OthersTicket),
        ("gone", Act.DESK, NotAMember),
        ("unknown", Act.STATUS, NotAMember),
        ("customer", Act.NOTES_MODE, NotAllowed),
    ],
)
def test_the_reason(who: str, act: Act, error: type[DeskError]) -> None:
    with pytest.raises(error):
        access.check(ACTORS[who], act, HERS if act is not Act.ASSIGN else OTHERS)
    access.check(HIDDEN, act, HERS)


def test_every_act_says_of_every_role_who_may() -> None:
    assert set(access.MAY) == set(Act)
    columns = {*Role, access.CUSTOMER, access.SYSTEM}
    assert all(set(cells) == columns for cells in access.MAY.values())
    assert {cell for cells in access.MAY.values() for cell in cells.values()} <= {"yes", "own", "-"}


# What the desk does is what the table says

PEOPLE = {
    "owner": (Standing.OWNER, None),
    "admin": (Standing.ADMIN, None),
    "lead": (Standing.MEMBER, Role.LEAD),
    "operator": (Standing.MEMBER, None),
    "observer": (Standing.MEMBER, Role.OBSERVER),
    "gone": (Standing.GONE, None),
}


async def somebody(who: str, user_id: int = 9) -> Membership:
    """A member of this role, or one who has left."""
    standing, role = PEOPLE[who]
    found = await ranks(standing, user_id, "Oleh")
    async with outbox.transaction():
        await memberships.give(found, role)
    return found


async def actor_of(who: str) -> Actor:
    """Anna, whose is ticket 1; the system; or somebody of the group."""
    if who == "customer":
        return await Customer.get(id=1)
    return SOMEBODY if who == "system" else await somebody(who)


async def gives(who: Actor) -> object:
    return await members.give_role(await our_group(), 7, Role.LEAD, who, NOW)


async def unsends(who: Actor, ticket: int) -> None:
    line = await Message.filter(ticket_id=ticket, direction=Direction.OUT).get()
    await replies.unsend(line, who, NOW)


async def retries(who: Actor, ticket: int) -> object:
    number = "SELECT min(id) AS id FROM delivery WHERE ticket_id = $1"
    found = (await fetch(number, ticket))[0]["id"]
    return await failures.send_again(found, ticket, Spot(-1), who, NOW)


async def fills(who: Actor, ticket: int) -> object:
    if not await CustomField.exists():
        named = {"of": FieldOf.TICKET, "key": "order", "label": "Order"}
        await add(CustomField, **named, kind=FieldKind.TEXT, created_at=NOW)
    return await labels.set_field(ticket, "order", "12", who, NOW)


async def takes(who: Actor, ticket: int) -> object:
    try:
        return await owning.take(ticket, who, NOW)
    except Unseen:  # the desk itself has no use for it
        return None


async def begins(who: Actor, _ticket: int) -> object:
    try:
        return await duty.begin(who, NOW)
    except Faceless:
        return None


ASKED = Asked(Spot(-1), 9, "Oleh", "en")
# Each act by a function that asks for it; those of no ticket disregard it.
ASKS: dict[Act, Callable[[Actor, int], Awaitable[object]]] = {
    Act.ANSWER: unsends,
    Act.STATUS: lambda who, ticket: tickets.change(ticket, Status.CLOSED, who, NOW),
    Act.TAKE: takes,
    Act.ASSIGN: lambda who, ticket: owning.unassign(ticket, who, NOW),
    Act.PRIORITY: lambda who, ticket: labels.set_priority(ticket, Priority.HIGH, who, NOW),
    Act.TAG: lambda who, ticket: labels.set_tags(ticket, ["late"], [], who, NOW),
    Act.FIELD: fills,
    Act.SPAM: lambda who, ticket: labels.set_spam(ticket, True, who, NOW),
    Act.NOTES_MODE: lambda who, ticket: tickets.set_notes(ticket, True, who, NOW),
    Act.ADDRESS: lambda who, ticket: tickets.choose_address(ticket, ticket, who, NOW),
    Act.RETRY: retries,
    Act.DESK: lambda who, _ticket: notices.ask_status(Spot(-1), who, NOW),
    Act.HAND_OVER: lambda who, _ticket: notices.take_offer(ASKED, who, NOW),
    Act.ROLE: lambda who, _ticket: gives(who),
    Act.DUTY: begins,
    Act.TEAM: lambda who, _ticket: team.listed(FIRST, who),
    Act.DEPARTMENTS: lambda who, _ticket: team.departments_seen(who, NOW),
    Act.ROUTING: lambda who, ticket: routing.require(FIRST, f"tea {ticket}", who, NOW),
    Act.PROFILE: lambda who, ticket: profiles.add_note(ticket, "pays on time", who, NOW),
    Act.BAN: lambda who, ticket: banning.ban(ticket, None, "spam", who, NOW),
}
TOLD = "SELECT payload ->> 'sentence' FROM delivery WHERE kind = 'tell'"
# What the bot itself says, or shows of the request, is no word of theirs.
LEFT = """
SELECT kind FROM delivery WHERE gate <> 'forum' AND kind NOT IN ('say', 'sign') ORDER BY id
"""
WRITTEN = "SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM event)"


async def two_tickets() -> None:
    """Anna's is 1, Borys's is 2; both are answered."""
    await anna(1, "Where is it?")
    await anna(1, "And mine?", by=ChannelAddress("telegram", "2"))
    for number in (1, 2):
        await answers(number, "On its way")


@pytest.mark.parametrize("act", ASKS)
@pytest.mark.parametrize("who", [*PEOPLE, "customer", "system"])
async def test_the_desk_does_as_the_table_says(
    db: str, witness: asyncpg.Connection, act: Act, who: str
) -> None:
    await two_tickets()
    actor = await actor_of(who)
    for ticket in (1, 2):
        may = access.may(actor, act, await Ticket.get(id=ticket))
        own = {
            ("customer", 1): THEIRS,
            ("operator", 1): {Act.ASSIGN},
            ("operator", 2): {Act.ASSIGN},
        }
        assert may == (act in MAY[who] | own.get((who, ticket), set()))
        before = await witness.fetchrow(WRITTEN)
        refusal = await refused(act, actor, ticket)
        assert (refusal is None) == may, refusal
        assert may or await witness.fetchrow(WRITTEN) == before


async def refused(act: Act, actor: Actor, ticket: int) -> DeskError | None:
    try:
        async with outbox.transaction():
            await ASKS[act](actor, ticket)
    except DeskError as error:
        return error
    return None


@pytest.mark.parametrize("who", [*PEOPLE, "system"])
async def test_the_group_is_looked_at_for_who_may_have_that(
    db: str, witness: asyncpg.Connection, who: str
) -> None:
    """Others may still give a code."""
    async with outbox.transaction():
        await notices.ask_setup(ASKED, await actor_of(who), NOW)
    payload = orjson.loads(await witness.fetchval("SELECT payload FROM delivery"))
    assert payload["is_admin"] == (Act.SET_UP in MAY[who])


@pytest.mark.parametrize("who", PEOPLE)
async def test_words_of_who_may_not_write_to_customers_stay_inside(
    db: str, witness: asyncpg.Connection, who: str
) -> None:
    await anna(1, "Where is it?")
    spoken = Spoken(await somebody(who), Content(words=Words("Nowhere")))
    async with outbox.transaction():
        line = await replies.take(1, spoken, NOW)
    may = Act.ANSWER in MAY[who]
    assert (line.direction is Direction.OUT) == may
    assert [row["kind"] for row in await witness.fetch(LEFT)] == (["message"] if may else [])
    told = {"observer": OBSERVED, "gone": BARRED}
    assert await witness.fetchval(TOLD) == told.get(who)


async def test_who_is_gone_sends_nothing_that_was_held(db: str) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")  # so that nothing but the words is to change
    who = await somebody("operator")
    async with outbox.transaction():
        held = await replies.take(1, Spoken(who, Content(words=Words("/ note?"))), NOW)
    for left, error in (("observer", Observing), ("gone", NotAMember)):
        who = await somebody(left)
        with pytest.raises(error):
            async with outbox.transaction():
                await decisions.send(Press(held.id, 1, who), NOW)


@pytest.mark.parametrize("who", ["observer", "gone"])
async def test_of_an_album_it_is_said_once(db: str, witness: asyncpg.Connection, who: str) -> None:
    await anna(1, "Where is it?")
    spoken = Spoken(await somebody(who), photo("a"))
    for _part in range(2):
        async with outbox.transaction():
            await replies.take(1, spoken, NOW)
    assert len(await witness.fetch(TOLD)) == 1


@pytest.mark.parametrize("who", ["observer", "gone"])
async def test_corrections_and_reactions_of_who_may_not_write_stay_inside(
    db: str, witness: asyncpg.Connection, who: str
) -> None:
    await anna(1, "Where is it?")
    line = await answers(1, "On its way")
    await witness.execute("UPDATE delivery SET state = 'sent'")
    before = len(await witness.fetch(LEFT))
    actor = await somebody(who)
    async with outbox.transaction():
        await replies.reacted(line, "👍", actor, NOW)
        await corrections.edited(line, Content(words=Words("Nowhere")), actor, NOW)
    assert len(await witness.fetch(LEFT)) == before
    assert "kept as a note" in await witness.fetchval(TOLD)
