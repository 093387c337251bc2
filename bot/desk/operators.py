"""Operators: the members of the operators' group, and who of them is an admin."""

from datetime import datetime
from enum import Enum, auto

from bot.desk.messages import Person
from bot.desk.words import clean_name
from models import Operator, Ticket
from models.rows import find


class Standing(Enum):
    """What Telegram says of somebody in the operators' group, when it is asked."""

    ADMIN = auto()
    MEMBER = auto()
    GONE = auto()
    SILENT = auto()  # it did not answer


class Stranger(Exception):
    """Nobody knows this person as a member. Telegram is to be asked, outside of the transaction."""

    def __init__(self, user_id: int) -> None:
        super().__init__(f"user {user_id} is not known as a member")
        self.user_id = user_id


async def present(
    user_id: int, person: Person, now: datetime, standing: Standing | None = None
) -> Operator:
    """The person who speaks or presses, who need not be a member of the group (any more).

    Raises Stranger for one who is not known as a member, unless Telegram was asked: `standing`.
    """
    operator = await _found(user_id)
    if operator is not None and operator.is_member:
        return await _named(operator, person)
    if standing is None:
        raise Stranger(user_id)
    if standing is Standing.SILENT:
        return await _known(user_id, person, now)
    is_admin = standing is Standing.ADMIN
    is_member = is_admin or standing is Standing.MEMBER
    return await rank(user_id, person, now, is_member=is_member, is_admin=is_admin)


async def met(user_id: int, person: Person, now: datetime, *, is_admin: bool) -> None:
    """Somebody is said to be in the group. That makes nobody a member: it may be late.

    Telegram is asked when they speak. Of a member it tells whether they are an admin.
    """
    operator = await _known(user_id, person, now)
    if operator.is_member:
        await rank(user_id, person, now, is_member=True, is_admin=is_admin)


async def doubt(user_id: int) -> None:
    """What is known of somebody is old: Telegram is asked when they speak. Tickets stay theirs."""
    await Operator.filter(user_id=user_id).update(is_member=False, is_admin=False)


async def rank(
    user_id: int, person: Person, now: datetime, *, is_member: bool, is_admin: bool
) -> Operator:
    """Follow the group: joined, promoted, demoted or gone. Who leaves hands over the tickets."""
    operator = await _known(user_id, person, now)
    await _named(operator, person)
    operator.is_member, operator.is_admin = is_member, is_admin and is_member
    await operator.save(update_fields=["is_member", "is_admin"])
    if not is_member:
        await Ticket.filter(assignee_id=operator.id).update(assignee_id=None)
    return operator


async def _found(user_id: int) -> Operator | None:
    found = await find(Operator, "user_id = $1", user_id)
    return found[0] if found else None


async def _known(user_id: int, person: Person, now: datetime) -> Operator:
    """Who is new is known by name from now on, and not as a member."""
    name = clean_name(person.name) or "…"
    values = {"name": name, "username": person.username, "is_member": False, "created_at": now}
    operator, _is_new = await Operator.get_or_create(user_id=user_id, defaults=values)
    return operator


async def _named(operator: Operator, person: Person) -> Operator:
    name = clean_name(person.name) or "…"
    if (operator.name, operator.username) != (name, person.username):
        operator.name, operator.username = name, person.username
        await operator.save(update_fields=["name", "username"])
    return operator
