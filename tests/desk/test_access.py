"""Who may do what: the table, and that everything that changes something asks it."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import AdminsOnly, DeskError, NotAllowed, NotAMember
from bot.desk.people import access
from bot.desk.people.access import Act, Role
from bot.desk.people.actors import HIDDEN, Actor
from bot.desk.said import Content, Person
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, decisions, failures, replies, reports
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import BARRED, Spoken
from bot.desk.talk.reports import Asked
from bot.desk.tickets import members
from bot.desk.words import Words
from models import Customer, Direction, Message, Operator, Status, Ticket
from tests.desk.talk import NOW, anna, answers

OPERATOR = Operator(id=1, is_member=True, is_admin=False)
ADMIN = Operator(id=2, is_member=True, is_admin=True)
GONE = Operator(id=3, is_member=False, is_admin=True)
ANNA, BORYS = Customer(id=1), Customer(id=2)
HERS = Ticket()
HERS.customer_id = 1
LEFT = "SELECT kind FROM delivery WHERE gate <> 'forum' AND kind <> 'say' ORDER BY id"
TOLD = "SELECT payload ->> 'sentence' FROM delivery WHERE kind = 'tell'"
ADMINS = {Act.DESK, Act.HAND_OVER}
CUSTOMERS = {Act.STATUS, Act.ADDRESS}


@pytest.mark.parametrize(
    ("actor", "acts"),
    [
        (OPERATOR, set(Act) - ADMINS),
        (ADMIN, set(Act)),
        (HIDDEN, set(Act)),
        (GONE, set()),
        (ANNA, CUSTOMERS),
        (BORYS, set()),
    ],
)
def test_the_table(actor: Actor, acts: set[Act]) -> None:
    assert {act for act in Act if access.may(actor, act, HERS)} == acts


def test_a_customer_may_nothing_where_there_is_no_ticket() -> None:
    assert not any(access.may(ANNA, act) for act in Act)


@pytest.mark.parametrize(
    ("actor", "act", "error"),
    [
        (OPERATOR, Act.DESK, AdminsOnly),
        (GONE, Act.DESK, NotAMember),
        (GONE, Act.STATUS, NotAMember),
        (BORYS, Act.STATUS, NotAllowed),
        (ANNA, Act.NOTES_MODE, NotAllowed),
    ],
)
def test_the_reason(actor: Actor, act: Act, error: type[DeskError]) -> None:
    with pytest.raises(error):
        access.check(actor, act, HERS)
    access.check(HIDDEN, act, HERS)


def test_every_act_says_who_may() -> None:
    assert set(access.MAY) == set(Act)
    assert all(roles <= set(Role) for roles in access.MAY.values())


async def stranger() -> Operator:
    """Somebody who is in the group no more."""
    return await members.rank(9, Person("Oleh"), NOW, is_member=False, is_admin=False)


ASKS: dict[str, Callable[[Actor, Message], Awaitable[object]]] = {
    "change": lambda who, _line: tickets.change(1, Status.CLOSED, who, NOW),
    "notes": lambda who, _line: tickets.set_notes(1, True, who, NOW),
    "address": lambda who, _line: tickets.choose_address(1, 1, who, NOW),
    "unsend": lambda who, line: replies.unsend(line, who, NOW),
    "retry": lambda who, _line: failures.send_again(1, 1, Spot(-1), who, NOW),
    "status": lambda who, _line: reports.ask_status(Spot(-1), who, NOW),
    "offer": lambda who, _line: reports.take_offer(Asked(Spot(-1), 9, "Oleh", "en"), who, NOW),
}


@pytest.mark.parametrize("asks", ASKS)
async def test_who_is_gone_changes_nothing(db: str, witness: asyncpg.Connection, asks: str) -> None:
    await anna(1, "Where is it?")
    line = await answers(1, "On its way")
    async with outbox.transaction():
        who = await stranger()
    before = await witness.fetchval("SELECT count(*) FROM delivery")
    with pytest.raises(NotAMember):
        async with outbox.transaction():
            await ASKS[asks](who, line)
    assert await witness.fetchval("SELECT count(*) FROM delivery") == before


async def test_who_is_gone_sends_nothing_that_was_held(db: str) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")  # so that nothing but the words is to change
    async with outbox.transaction():
        who = await members.rank(9, Person("Oleh"), NOW, is_member=True, is_admin=False)
        held = await replies.take(1, Spoken(who, Content(words=Words("/ note?"))), NOW)
    async with outbox.transaction():
        who = await stranger()
        with pytest.raises(NotAMember):
            await decisions.send(Press(held.id, 1, who), NOW)


async def test_words_of_who_may_not_write_to_customers_stay_inside(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        spoken = Spoken(await stranger(), Content(words=Words("Nowhere")))
        note = await replies.take(1, spoken, NOW)
    assert note.direction is Direction.NOTE
    assert await witness.fetch(LEFT) == []
    assert await witness.fetchval(TOLD) == BARRED


async def test_of_an_album_it_is_said_once(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    for _part in range(2):
        async with outbox.transaction():
            spoken = Spoken(await stranger(), Content("photo", album="a"))
            await replies.take(1, spoken, NOW)
    assert len(await witness.fetch(TOLD)) == 1


async def test_corrections_and_reactions_of_who_may_not_write_stay_inside(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    line = await answers(1, "On its way")
    await witness.execute("UPDATE delivery SET state = 'sent'")
    before = len(await witness.fetch(LEFT))
    async with outbox.transaction():
        who = await stranger()
        await replies.reacted(line, "👍", who, NOW)
        await corrections.edited(line, Content(words=Words("Nowhere")), who, NOW)
    assert len(await witness.fetch(LEFT)) == before
    assert "kept as a note" in await witness.fetchval(TOLD)
