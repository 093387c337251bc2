"""Duty: who is there to be given tickets. Who goes off it keeps those that they have."""

from datetime import datetime

from bot.desk import outbox
from bot.desk.errors import Faceless
from bot.desk.outbox.kinds.to_group import Tag
from bot.desk.people import access, memberships, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.tickets import events, routing
from models import Membership, Standing


async def begin(actor: Actor, now: datetime) -> bool:
    """They are on duty from now on, in all their groups. False: they are already.

    Raises Faceless, Observing, NotAMember.
    """
    whose = _themselves(actor)
    if not await _turn(whose, now, actor, now):
        return False
    await routing.freed(whose, now)
    return True


async def end(actor: Actor, now: datetime) -> bool:
    """They are on duty no more. False: they were not. Raises Faceless, Observing, NotAMember."""
    return await _turn(_themselves(actor), None, actor, now)


async def left(member: Membership, actor: Actor, now: datetime) -> None:
    """Who is a member of no group is not on duty, either."""
    if not await memberships.places(member.operator_id):
        await _turn(member.operator_id, None, actor, now)


async def speaks_anew(chat_id: int, department: int, now: datetime) -> None:
    """Tags of the group are to say it in another language."""
    for member in await memberships.of_department(department):
        if member.standing is Standing.MEMBER and member.operator.on_duty_since:
            await outbox.put(Tag(chat_id, member.operator.user_id).draft(), now)


def _themselves(actor: Actor) -> int:
    access.check(actor, Act.DUTY)
    if not isinstance(actor, Membership):
        raise Faceless
    return actor.operator_id


async def _turn(number: int, since: datetime | None, actor: Actor, now: datetime) -> bool:
    operator = await operators.held(number)
    if operator is None or (operator.on_duty_since is None) == (since is None):
        return False
    async with events.watched(operator, "on duty" if since else "off duty", actor, now):
        await operators.give(operator, on_duty_since=since)
    for place in await memberships.places(number):
        if place.standing is Standing.MEMBER:  # Telegram gives tags to no others
            await outbox.put(Tag(place.chat_id, operator.user_id).draft(), now)
    return True
