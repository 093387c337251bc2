"""Operators: who has ever been seen in a group of operators, and how they are called."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.desk.said import Person
from bot.desk.words import clean_name
from models import Operator
from models.rows import find

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


async def held(number: int) -> Operator | None:
    """The operator, locked until the transaction ends."""
    found = await find(Operator, "id = $1 FOR NO KEY UPDATE", number)
    return found[0] if found else None


async def give(operator: Operator, **values: Any) -> None:
    """Give a locked operator these values."""
    operator.update_from_dict(values)
    await operator.save(update_fields=[*values])


def named_so(wanted: str, known: Iterable[Operator]) -> list[Operator]:
    """Those whose @username it is; else those who are called so, or in whose names it stands."""
    known, name = [*known], wanted.strip().casefold()
    if name.startswith("@"):
        return [one for one in known if one.username and f"@{one.username}".casefold() == name]
    exactly = [one for one in known if one.name.casefold() == name]
    return exactly or [one for one in known if name in one.name.casefold()]


async def called(number: int) -> str:
    """What an operator is called."""
    found = await Operator.get_or_none(id=number)
    return found.name if found else "…"


async def is_on_duty(user_id: int) -> bool:
    """Whether somebody is on duty, by their Telegram user id."""
    return await Operator.filter(user_id=user_id, on_duty_since__isnull=False).exists()
