"""Departments: which there are, and what they are called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

from bot.desk.words import clean_name
from models import Department, Routing
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
# All there are, and who is on duty there at $1.
OVERVIEW = """
SELECT department.id, department.name, department.routing, at.title,
    ARRAY(SELECT operator.name FROM membership JOIN operator ON operator.id = operator_id
          WHERE membership.group_id = at.id AND standing NOT IN ('gone', 'unknown')
              AND on_duty_since IS NOT NULL AND coalesce(absent_until <= $1, true)
          ORDER BY operator.name) AS on_duty
FROM department LEFT JOIN operator_group AS at ON at.department_id = department.id AND at.is_bound
WHERE dissolved_at IS NULL
ORDER BY department.id
"""
CHAT = "SELECT chat_id FROM operator_group WHERE department_id = $1 AND is_bound"
LANGUAGES = """
SELECT department_id, language FROM operator_group
WHERE is_bound AND department_id = ANY ($1::bigint[])
"""
ROUTING = "SELECT routing, skill FROM department WHERE id = $1"
ROUTED = "SELECT id FROM department WHERE routing <> 'manual' AND dissolved_at IS NULL ORDER BY id"
# Gives what was so before.
ROUTE = """
UPDATE department SET routing = $2, skill = $3
FROM (SELECT id, routing, skill FROM department WHERE id = $1 FOR NO KEY UPDATE) AS was
WHERE department.id = was.id RETURNING was.routing, was.skill
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


async def chat_of(number: int) -> int | None:
    """The chat of its group, if the desk works in one."""
    found = await fetch(CHAT, number)
    return found[0]["chat_id"] if found else None


@dataclass(frozen=True, slots=True)
class Way:
    """Who gets a department's new tickets, and which skill they must have, if any."""

    routing: Routing = Routing.MANUAL
    skill: str | None = None


async def way(number: int) -> Way:
    """Who gets its new tickets."""
    found = await fetch(ROUTING, number)
    return Way(Routing(found[0]["routing"]), found[0]["skill"]) if found else Way()


async def choose_way(number: int, chosen: Way) -> Way:
    """Its new tickets go so from now on; gives how they went before."""
    (was,) = await fetch(ROUTE, number, chosen.routing.value, chosen.skill)
    return Way(Routing(was["routing"]), was["skill"])


@dataclass(frozen=True, slots=True)
class Overview:
    """A department, what its group is called, if it has one, and the names of who is on duty."""

    number: int
    name: str
    group: str
    routing: Routing
    on_duty: Sequence[str]


async def overview(now: datetime) -> list[Overview]:
    """All of them, the oldest first."""
    return [
        Overview(
            row["id"], row["name"], row["title"] or "", Routing(row["routing"]), row["on_duty"]
        )
        for row in await fetch(OVERVIEW, now)
    ]


async def routed() -> list[int]:
    """Those whose tickets are given out by the desk."""
    return [row["id"] for row in await fetch(ROUTED)]


async def dissolve(number: int, now: datetime) -> None:
    """It is no more; its name is free."""
    await Department.filter(id=number).update(dissolved_at=now)


async def dissolved() -> list[int]:
    """Those that were, and are no more."""
    return [each.id for each in await Department.filter(dissolved_at__isnull=False)]


async def is_dissolved(number: int) -> bool:
    """Whether it was one, and is no more."""
    return await Department.filter(id=number, dissolved_at__isnull=False).exists()


async def languages(numbers: Collection[int]) -> dict[int, str]:
    """In which language the desk speaks to the groups of these."""
    found = await fetch(LANGUAGES, [*numbers])
    return {row["department_id"]: row["language"] for row in found}
