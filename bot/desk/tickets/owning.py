"""Owning: whose a ticket is. It is taken, given to somebody else, or put back."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.errors import (
    Ended,
    MayNotAnswer,
    NobodyToGiveTo,
    NoSuchOperator,
    TakenBy,
    Unconfirmed,
    Unseen,
)
from bot.desk.people import access, memberships, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Mention, Sentence
from bot.desk.tickets import events, looks, routing
from bot.desk.tickets.routing import YOURS
from models import Membership, Operator, Standing, Status, Ticket

GIVEN = texts.mark("👉 {whom}, {name} gives this request to you.")


async def take(ticket_id: int, actor: Actor, now: datetime) -> bool:
    """The ticket is theirs from now on. False: it is already. Of two at once one gets it.

    Raises TakenBy, Ended, Unseen, MovedAway, Observing, NotAMember.
    """
    ticket = await _going(ticket_id, actor, Act.TAKE)
    if not isinstance(actor, Membership):
        raise Unseen
    if ticket.assignee_id == actor.operator_id:
        return False
    if ticket.assignee_id is not None:
        raise TakenBy(await operators.called(ticket.assignee_id))
    access.check(await memberships.stays(actor), Act.TAKE, ticket)
    await _belongs(ticket, actor.operator_id, actor, now)
    return True


async def assign(
    ticket_id: int, operator_id: int, actor: Actor, now: datetime, *, note: int | None = None
) -> str | None:
    """The ticket is somebody's, who is told of it in its topic. Gives their name.

    `note`: the message in which it is said why. None: it is theirs already.
    Raises NoSuchOperator, MayNotAnswer, Unconfirmed, OthersTicket, Ended, MovedAway, Observing,
    NotAMember.
    """
    ticket = await _going(ticket_id, actor, Act.ASSIGN)
    whom = await _able(ticket, operator_id)
    had = ticket.assignee_id
    if had == operator_id:
        return None
    await _belongs(ticket, operator_id, actor, now)
    if not (isinstance(actor, Membership) and actor.operator_id == operator_id):
        await tickets.tell(ticket.id, _news(whom, actor), now, message_id=note)
    await routing.freed(had, now)
    return whom.name


async def unassign(ticket_id: int, actor: Actor, now: datetime) -> bool:
    """The ticket is nobody's. False: it is already.

    Raises OthersTicket, MovedAway, Observing, NotAMember.
    """
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, Act.ASSIGN, ticket)
    had = ticket.assignee_id
    if had is None:
        return False
    await release(ticket, actor, now)
    await routing.freed(had, now, ticket.department_id)
    return True


async def release(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """A locked ticket of somebody's is nobody's until somebody takes it; it is not given out."""
    await _belongs(ticket, None, actor, now)


async def heirs(ticket_id: int, actor: Actor, wanted: str = "") -> dict[int, str]:
    """To whom they may give it, by their numbers, with their names: all, or who is called so.

    `wanted` is a @username, a name or a part of one. Who has the ticket is none of them, unless
    they alone are called so.
    Raises NobodyToGiveTo, NoSuchOperator, OthersTicket, Ended, MovedAway, Observing, NotAMember.
    """
    ticket = await _going(ticket_id, actor, Act.ASSIGN)
    there = await memberships.of_department(ticket.department_id)
    meant = operators.named_so(wanted, [member.operator for member in there])
    if wanted and len(meant) == 1:
        return {one.id: one.name for one in meant}
    able = {member.operator_id for member in there if access.may(member, Act.ANSWER)}
    left = {one.id: one.name for one in meant if one.id in able - {ticket.assignee_id}}
    if not left:
        raise NoSuchOperator(wanted) if wanted else NobodyToGiveTo()
    return left


async def _going(ticket_id: int, actor: Actor, act: Act) -> Ticket:
    """The ticket, locked, for who may do that with it while it is not closed."""
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, act, ticket)
    if ticket.status is Status.CLOSED:
        raise Ended
    return ticket


async def _able(ticket: Ticket, operator_id: int) -> Operator:
    """Who is to have it: a member of the department's group who may answer customers."""
    member = await memberships.heir(operator_id, ticket.department_id)
    if member is None or member.standing is Standing.GONE:
        raise NoSuchOperator(await operators.called(operator_id))
    if not member.is_there:
        raise Unconfirmed(member.operator.name)
    if not access.may(member, Act.ANSWER):
        raise MayNotAnswer(member.operator.name)
    return member.operator


async def _belongs(ticket: Ticket, operator_id: int | None, actor: Actor, now: datetime) -> None:
    await events.alter(ticket, "assignee", actor, now, assignee_id=operator_id)
    await looks.refresh_card(ticket.id, now)


def _news(whom: Operator, actor: Actor) -> Sentence:
    """What they are told: whose it is now, and by whom if it is a person."""
    mention = Mention(whom.name, whom.user_id)
    if isinstance(actor, Membership):
        return Sentence(GIVEN, {"whom": mention, "name": actor.operator.name})
    return Sentence(YOURS, {"whom": mention})
