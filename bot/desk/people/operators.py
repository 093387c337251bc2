"""Operators: who has ever been seen in a group of operators, and how they are called."""

from datetime import datetime, timedelta

from bot.desk.said import Person
from bot.desk.words import clean_name
from models import Operator

OFTEN = timedelta(hours=12)


async def known(user_id: int, person: Person, now: datetime) -> Operator:
    """Who is new is known by name from now on, and a member of no group."""
    name = clean_name(person.name) or "…"
    values = {"name": name, "username": person.username, "created_at": now}
    operator, _is_new = await Operator.get_or_create(user_id=user_id, defaults=values)
    return operator


async def sees_aside(operator: Operator, now: datetime) -> None:
    """Their app shows what they alone are to see; it need not be written down twice a day."""
    if operator.aside_at is None or now - operator.aside_at > OFTEN:
        operator.aside_at = now
        await operator.save(update_fields=["aside_at"])


async def named(operator: Operator, person: Person) -> Operator:
    """They are called as they call themselves now."""
    name = clean_name(person.name) or "…"
    if (operator.name, operator.username) != (name, person.username):
        operator.name, operator.username = name, person.username
        await operator.save(update_fields=["name", "username"])
    return operator


async def called(number: int) -> str:
    """What an operator is called."""
    found = await Operator.get_or_none(id=number)
    return found.name if found else "…"
