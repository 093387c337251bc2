"""Members: who speaks in the operators' group is one of it; who leaves hands over their tickets."""

from datetime import datetime

from bot.desk.people import operators
from bot.desk.people.actors import GROUP
from bot.desk.people.operators import Standing, Stranger
from bot.desk.said import Person
from bot.desk.tickets import events
from models import Operator, Ticket


async def present(
    user_id: int, person: Person, now: datetime, standing: Standing | None = None
) -> Operator:
    """The person who speaks or presses, who need not be a member of the group (any more).

    Raises Stranger for one who is not known as a member, unless Telegram was asked: `standing`.
    """
    operator = await operators.found(user_id)
    if operator is not None and operator.is_member:
        return await operators.named(operator, person)
    if standing is None:
        raise Stranger(user_id, person)
    if standing is Standing.SILENT:
        return await operators.known(user_id, person, now)
    is_admin = standing is Standing.ADMIN
    is_member = is_admin or standing is Standing.MEMBER
    return await rank(user_id, person, now, is_member=is_member, is_admin=is_admin)


async def met(user_id: int, person: Person, now: datetime, *, is_admin: bool) -> None:
    """Somebody is said to be in the group. That makes nobody a member: it may be late.

    Telegram is asked when they speak. Of a member it tells whether they are an admin.
    """
    operator = await operators.known(user_id, person, now)
    if operator.is_member:
        await rank(user_id, person, now, is_member=True, is_admin=is_admin)


async def rank(
    user_id: int, person: Person, now: datetime, *, is_member: bool, is_admin: bool
) -> Operator:
    """Follow the group: joined, promoted, demoted or gone. Who leaves hands over the tickets."""
    operator = await operators.known(user_id, person, now)
    await operators.named(operator, person)
    await operators.rank(operator, is_member=is_member, is_admin=is_admin)
    if not is_member:
        await _hand_over(operator, now)
    return operator


async def _hand_over(operator: Operator, now: datetime) -> None:
    """Nobody's tickets are these until somebody takes them."""
    for ticket in await Ticket.filter(assignee_id=operator.id).select_for_update().order_by("id"):
        await events.alter(ticket, "assignee", GROUP, now, assignee_id=None)
