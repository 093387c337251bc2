"""The team: who works in a department, what they speak, know and take, and who is away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.desk.errors import BadSkill, CalledAlike, NoSuchMember, NotACapacity
from bot.desk.people import access, departments, memberships, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.tickets import events, members, routing
from bot.desk.tickets.lists import GOING
from bot.desk.words import clean_name
from models import Membership, Role
from models.rows import fetch

SKILL = 32  # characters
MOST_SKILLS = 20
MOST = range(1, 501)  # open tickets of one person
HAVE = f"""
SELECT assignee_id, count(*) AS has FROM ticket
WHERE assignee_id = ANY ($1::bigint[]) AND {GOING} GROUP BY assignee_id
"""  # noqa: S608  (nothing but our own words)

OPEN = f"""
SELECT department_id, count(*) AS has FROM ticket WHERE {GOING} GROUP BY department_id
"""  # noqa: S608  (nothing but our own words)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a department, as their admins see them; `has`: so many open tickets.

    `acts`: as what, "" while nobody knows whether they are in the group. `given`: the role that
    counts only when Telegram calls them an admin no more.
    """

    number: int
    name: str
    username: str | None
    acts: str
    given: str
    languages: Sequence[str]
    skills: Sequence[str]
    capacity: int | None
    has: int
    on_duty_since: datetime | None
    absent_until: datetime | None

    def is_away(self, now: datetime) -> bool:
        """Whether they are given nothing just now, on duty or not."""
        return self.absent_until is not None and self.absent_until > now


async def listed(department: int, actor: Actor) -> list[Colleague]:
    """All of them, in the order in which they came. Raises AdminsOnly, NotAMember."""
    access.check_department(actor, Act.TEAM, department)
    there = await memberships.of_department(department)
    return sorted(await _seen(there), key=lambda one: one.number)


async def departments_seen(
    actor: Actor, now: datetime
) -> tuple[list[departments.Overview], dict[int, int]]:
    """All departments, and how many open tickets each has. Raises AdminsOnly, NotAMember."""
    access.check(actor, Act.DEPARTMENTS)
    rows = await fetch(OPEN)
    return await departments.overview(now), {row["department_id"]: row["has"] for row in rows}


async def called(department: int, wanted: str, actor: Actor) -> Colleague:
    """Who is meant: by their number, @username, name or a part of it.

    Raises NoSuchMember, CalledAlike, AdminsOnly, NotAMember.
    """
    access.check_department(actor, Act.TEAM, department)
    there = await memberships.of_department(department)
    (found,) = await _seen([_meant(wanted, there)])
    return found


async def give_role(department: int, number: int, role: str, actor: Actor, now: datetime) -> None:
    """Make them a lead, an operator or an observer. Raises NotThere, AdminsOnly, NotAMember."""
    member = await _member(department, number, actor)
    await members.give_role(member.group_id, member.operator.user_id, Role(role), actor, now)
    await routing.freed(number, now)


async def set_languages(
    department: int, number: int, languages: Sequence[str], actor: Actor, now: datetime
) -> None:
    """They are given tickets in these alone; none: in all. Raises AdminsOnly, NotAMember."""
    await _set(department, number, "languages", actor, now, languages=[*languages] or None)


async def set_skills(
    department: int, number: int, skills: Iterable[str], actor: Actor, now: datetime
) -> None:
    """What they know, as departments ask for it. Raises BadSkill, AdminsOnly, NotAMember."""
    cleaned = [*dict.fromkeys(clean_skill(each) for each in skills)]
    if len(cleaned) > MOST_SKILLS:
        raise BadSkill(cleaned[-1])
    await _set(department, number, "skills", actor, now, skills=cleaned or None)


async def set_capacity(
    department: int, number: int, capacity: int | None, actor: Actor, now: datetime
) -> None:
    """They are given no more than so many. Raises NotACapacity, AdminsOnly, NotAMember."""
    if capacity is not None and capacity not in MOST:
        raise NotACapacity(str(capacity))
    await _set(department, number, "capacity", actor, now, capacity=capacity)


async def set_absence(
    department: int, number: int, until: datetime | None, actor: Actor, now: datetime
) -> None:
    """They are away until then, or there. Raises AdminsOnly, NotAMember."""
    await _set(department, number, "absence", actor, now, absent_until=until)


def clean_skill(name: str) -> str:
    """A skill as it is compared. Raises BadSkill."""
    cleaned = clean_name(name, SKILL + 1).casefold()
    if not 0 < len(cleaned) <= SKILL:
        raise BadSkill(name.strip()[:SKILL] or "…")
    return cleaned


async def _set(
    department: int, number: int, name: str, actor: Actor, now: datetime, **values: Any
) -> None:
    await _member(department, number, actor)
    operator = await operators.held(number)
    assert operator is not None
    async with events.watched(operator, name, actor, now):
        await operators.give(operator, **values)
    await routing.freed(number, now)


async def _member(department: int, number: int, actor: Actor) -> Membership:
    access.check_department(actor, Act.TEAM, department)
    found = await memberships.in_department(number, department)
    if found is None:
        raise NoSuchMember(await operators.called(number))
    return found


def _meant(wanted: str, there: Sequence[Membership]) -> Membership:
    known = [one.operator for one in there]
    meant = [one for one in known if wanted == str(one.id)] or operators.named_so(wanted, known)
    if not meant:
        raise NoSuchMember(wanted)
    if len(meant) > 1:
        raise CalledAlike(wanted)
    return next(one for one in there if one.operator_id == meant[0].id)


async def _seen(there: Sequence[Membership]) -> list[Colleague]:
    rows = await fetch(HAVE, [one.operator_id for one in there])
    has = {row["assignee_id"]: row["has"] for row in rows}
    return [_colleague(one, has.get(one.operator_id, 0)) for one in there]


def _colleague(one: Membership, has: int) -> Colleague:
    operator = one.operator
    return Colleague(
        number=operator.id,
        name=operator.name,
        username=operator.username,
        acts=one.acts_as or "",
        given=(one.role or "") if one.standing.is_admin else "",
        languages=operator.languages or (),
        skills=operator.skills or (),
        capacity=operator.capacity,
        has=has,
        on_duty_since=operator.on_duty_since,
        absent_until=operator.absent_until,
    )
