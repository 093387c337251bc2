"""A ticket has just been moved: who is still in its former topic does nothing to it unheard."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import DeskError, MovedAway, NotAMember
from bot.desk.people import access
from bot.desk.people.access import Act
from bot.desk.people.actors import GROUP, HIDDEN
from bot.desk.said import Content
from bot.desk.said.spots import Spot
from bot.desk.talk import corrections, decisions, doubts, failures, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import FIRST, Group, Message, Standing, Status, Ticket
from tests.desk.talk import NOW, SOMEBODY, anna, answers, olena, ranks
from tests.desk.test_departments import SALES, two


def group_of(department: int) -> Group:
    """Its id is the department's number."""
    group = Group(id=department)
    group.department_id = department
    return group


HERE, THERE = group_of(FIRST), group_of(SALES)
NOWHERE = Content(words=Words("Nowhere"))
WRITTEN = """
SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM message), (SELECT count(*) FROM event)
"""


async def says() -> object:
    return await replies.take(1, Spoken(await olena(), NOWHERE), NOW)


async def notes() -> object:
    return await replies.take(1, Spoken(await olena(), Content(words=Words("// between us"))), NOW)


async def edits() -> object:
    return await corrections.edited(await Message.get(id=2), NOWHERE, await olena(), NOW)


async def sends() -> object:
    return await decisions.send(Press(3, 1, await olena()), NOW)


async def keeps() -> object:
    return await decisions.keep(Press(3, 1, await olena()), NOW)


async def unsends() -> None:
    await replies.unsend(await Message.get(id=2), await olena(), NOW)


async def sends_again() -> object:
    return await failures.send_again(1, 1, Spot(-100), await olena(), NOW)


async def resolves() -> object:
    return await tickets.change(1, Status.RESOLVED, await olena(), NOW)


async def hidden_resolves() -> object:
    return await tickets.change(1, Status.RESOLVED, HIDDEN.within(HERE), NOW)


async def group_closes() -> object:
    return await tickets.change(1, Status.CLOSED, GROUP.within(HERE), NOW)


async def moves_again() -> object:
    return await tickets.move(1, FIRST, await olena(), NOW)


ACTS = (says, notes, edits, sends, keeps, unsends, sends_again, resolves, hidden_resolves)


@pytest.mark.parametrize("act", [*ACTS, group_closes, moves_again], ids=lambda act: act.__name__)
async def test_it_is_refused_and_nothing_is_written(
    db: str, witness: asyncpg.Connection, act: Callable[[], Awaitable[object]]
) -> None:
    await two(witness)
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    async with outbox.transaction():
        await replies.take(1, Spoken(await olena(), NOWHERE, doubt=doubts.FORWARD), NOW)
        await tickets.move(1, SALES, SOMEBODY, NOW)
    before = await witness.fetchrow(WRITTEN)
    with pytest.raises(MovedAway):
        async with outbox.transaction():
            await act()
    assert await witness.fetchrow(WRITTEN) == before


async def test_nor_is_it_for_who_is_in_the_group_no_more(
    db: str, witness: asyncpg.Connection
) -> None:
    """What they do is refused because of that; what they say is not kept as another's note."""
    await two(witness)
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await tickets.move(1, SALES, SOMEBODY, NOW)
    gone, theirs = await ranks(Standing.GONE), await Ticket.get(id=1)
    with pytest.raises(NotAMember):
        access.check(gone, Act.STATUS, theirs)
    with pytest.raises(MovedAway):
        async with outbox.transaction():
            await replies.take(1, Spoken(gone, NOWHERE), NOW)


def test_who_is_in_no_group_is_everywhere() -> None:
    theirs = Ticket(department_id=SALES)
    assert access.may(HIDDEN, Act.STATUS, theirs)
    assert access.may(HIDDEN.within(THERE), Act.STATUS, theirs)
    assert not access.may(HIDDEN.within(HERE), Act.STATUS, theirs)
    assert issubclass(MovedAway, DeskError)


@pytest.mark.parametrize("act", [Act.ROLE, Act.SET_UP, Act.HAND_OVER, Act.LANGUAGE])
def test_who_hides_commands_their_own_group_only(act: Act) -> None:
    hidden = HIDDEN.within(HERE)
    assert access.may(hidden, act, group_id=HERE.id)
    assert not access.may(hidden, act, group_id=THERE.id)
    with pytest.raises(NotAMember):
        access.check(hidden, act, group_id=THERE.id)
    assert access.may(HIDDEN, act, group_id=THERE.id), "the desk itself is everywhere"
