"""Operators: the members of the operators' group, and who of them is an admin."""

from datetime import datetime
from enum import Enum, auto

from bot.desk.said import Person
from bot.desk.words import clean_name
from models import Operator
from models.rows import find


class Standing(Enum):
    """What Telegram says of somebody in the operators' group, when it is asked."""

    ADMIN = auto()
    MEMBER = auto()
    GONE = auto()
    SILENT = auto()  # it did not answer


class Stranger(Exception):
    """Nobody knows this person as a member. Telegram is to be asked, outside of the transaction."""

    def __init__(self, user_id: int, person: Person) -> None:
        super().__init__(f"user {user_id} is not known as a member")
        self.user_id = user_id
        self.person = person


async def doubt(user_id: int) -> None:
    """What is known of somebody is old: Telegram is asked when they speak. Tickets stay theirs."""
    await Operator.filter(user_id=user_id).update(is_member=False, is_admin=False)


async def rank(operator: Operator, *, is_member: bool, is_admin: bool) -> None:
    """In the group or not; only who is in it can be an admin of it."""
    operator.is_member, operator.is_admin = is_member, is_admin and is_member
    await operator.save(update_fields=["is_member", "is_admin"])


async def found(user_id: int) -> Operator | None:
    """Who this is, if they are known."""
    rows = await find(Operator, "user_id = $1", user_id)
    return rows[0] if rows else None


async def known(user_id: int, person: Person, now: datetime) -> Operator:
    """Who is new is known by name from now on, and not as a member."""
    name = clean_name(person.name) or "…"
    values = {"name": name, "username": person.username, "is_member": False, "created_at": now}
    operator, _is_new = await Operator.get_or_create(user_id=user_id, defaults=values)
    return operator


async def named(operator: Operator, person: Person) -> Operator:
    """They are called as they call themselves now."""
    name = clean_name(person.name) or "…"
    if (operator.name, operator.username) != (name, person.username):
        operator.name, operator.username = name, person.username
        await operator.save(update_fields=["name", "username"])
    return operator
