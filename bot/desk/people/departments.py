"""Departments: which there are, and what they are called."""

from datetime import datetime
from itertools import chain, count

from bot.desk.words import clean_name
from models import Department
from models.rows import add as add_row
from models.rows import fetch

NAME = 64  # code points
NAMELESS = "…"  # of whose name nothing can be seen
AT_WORK = """
SELECT department.id, department.name FROM department
WHERE EXISTS (SELECT FROM operator_group AS at WHERE at.department_id = department.id AND is_bound)
ORDER BY department.id
"""
READY = """
SELECT FROM operator_group
WHERE department_id = $1 AND is_bound AND deaf_since IS NULL AND lacks IS NULL
FOR SHARE
"""
NAMED = "UPDATE department SET name = $2 WHERE id = $1 AND name = '' RETURNING name"


async def add(name: str, now: datetime) -> int:
    """One more; gives its number. While it is named, no other may be."""
    added = await add_row(Department, name=await _free(name), created_at=now)
    return int(added.id)


async def called(number: int, name: str) -> str | None:
    """It is called so, if it has no name yet: as the first is not until it has a group.

    Gives the name that it has got. None: it had one.
    """
    named = await fetch(NAMED, number, await _free(name, but=number))
    return named[0]["name"] if named else None


async def _free(name: str, *, but: int = 0) -> str:
    """The name, or «Support (2)» where another has it: `/move Support` means one."""
    present = Department.filter(dissolved_at=None).exclude(id=but)
    others = await present.values_list("name", flat=True)
    taken = {str(other).casefold() for other in others}
    ends = chain([""], (f" ({number})" for number in count(2)))
    names = ((clean_name(name, NAME - len(end)) or NAMELESS) + end for end in ends)
    return next(each for each in names if each.casefold() not in taken)


async def name_of(number: int) -> str:
    """What it is called; "" while it is called nothing, or if there is none such."""
    found = await Department.get_or_none(id=number)
    return found.name if found else ""


async def at_work() -> dict[int, str]:
    """Those that have a group, by their numbers, the oldest first; with their names."""
    return {row["id"]: row["name"] for row in await fetch(AT_WORK)}


async def is_ready(number: int) -> bool:
    """Whether its group lets the bot work there, as far as is known: hear, and make topics.

    In a transaction: nobody dissolves it before the end.
    """
    return bool(await fetch(READY, number))


async def dissolve(number: int, now: datetime) -> None:
    """It is no more; its name is free."""
    await Department.filter(id=number).update(dissolved_at=now)


async def dissolved() -> list[int]:
    """Those that were, and are no more."""
    return [each.id for each in await Department.filter(dissolved_at__isnull=False)]


async def is_dissolved(number: int) -> bool:
    """Whether it was one, and is no more."""
    return await Department.filter(id=number, dissolved_at__isnull=False).exists()
