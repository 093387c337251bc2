"""Operators: the members of the operators' group, and who of them is an admin."""

from datetime import datetime

from bot.desk.errors import NotAMember
from bot.desk.messages import Person
from bot.desk.words import clean_name
from models import Operator, Ticket
from models.rows import find


async def pressing(user_id: int, person: Person, now: datetime) -> Operator:
    """The operator who presses a button: an old message can still be open on somebody's screen.

    Raises NotAMember for one who has left.
    """
    operator = await Operator.get_or_none(user_id=user_id)
    if operator is not None and not operator.is_member:
        raise NotAMember
    return await present(user_id, person, now)


async def is_one(user_id: int) -> bool:
    """Whether this user is or was an operator."""
    return await Operator.exists(user_id=user_id)


async def present(user_id: int, person: Person, now: datetime) -> Operator:
    """The operator who speaks now: only members can, so whoever does is one."""
    name = clean_name(person.name) or "…"
    found = await find(Operator, "user_id = $1", user_id)
    operator = found[0] if found else None
    if operator is None:
        operator, _made = await Operator.get_or_create(
            user_id=user_id, defaults={"name": name, "username": person.username, "created_at": now}
        )
    if (operator.name, operator.username, operator.is_member) != (name, person.username, True):
        operator.name, operator.username, operator.is_member = name, person.username, True
        await operator.save(update_fields=["name", "username", "is_member"])
    return operator


async def rank(
    user_id: int, person: Person, now: datetime, *, is_member: bool, is_admin: bool
) -> Operator:
    """Follow the group: joined, promoted, demoted or gone. Who leaves hands over the tickets."""
    operator = await present(user_id, person, now)
    operator.is_member, operator.is_admin = is_member, is_admin and is_member
    await operator.save(update_fields=["is_member", "is_admin"])
    if not is_member:
        await Ticket.filter(assignee_id=operator.id).update(assignee_id=None)
    return operator
