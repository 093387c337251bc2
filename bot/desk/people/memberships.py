"""Memberships: what Telegram says of somebody in a group, and which role we have given them.

Both stand in one row, and no statement of the one touches the other. A group is known here by its
id alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bot.desk.said import Person
from models import Membership, Operator, Role, Standing
from models.rows import Row, columns, fetch, made

SEEN = """
INSERT INTO membership (operator_id, group_id, standing, since) VALUES ($1, $2, 'unknown', $3)
ON CONFLICT (operator_id, group_id) DO NOTHING
"""
GIVE = "UPDATE membership SET role = $2 WHERE id = $1"
KNOWN = """
SELECT id, operator_id, standing FROM membership
WHERE standing NOT IN ('gone', 'unknown') AND group_id = $1
"""
DOUBTED = "UPDATE membership SET standing = 'unknown' WHERE id = ANY ($1::bigint[])"
DEPARTMENT = """
(SELECT department_id FROM operator_group WHERE operator_group.id = membership.group_id)
    AS department
"""
# Where they are a member, of those groups where the desk works.
WORKS_IN = """
SELECT chat_id, department_id, standing FROM membership
    JOIN operator_group ON operator_group.id = membership.group_id
WHERE operator_id = $1 AND is_bound AND standing NOT IN ('gone', 'unknown')
ORDER BY department_id
"""
# After all others of the group, even if several are given something at one instant.
GIVEN = """
UPDATE membership SET given_at = greatest($2,
    (SELECT max(given_at) FROM membership AS other WHERE other.group_id = membership.group_id)
        + interval '1 microsecond')
WHERE id = $1
"""
IN_DEPARTMENT = "operator.id = $1 AND operator_group.department_id = $2"
STAYS = "FOR KEY SHARE OF membership"
OF_DEPARTMENT = """
operator_group.department_id = $1 AND standing <> 'gone' ORDER BY operator.name, operator.id
"""
OF_PERSON = "operator.user_id = $1 ORDER BY membership.id"
OF_ONE = "operator_id = (SELECT id FROM operator WHERE user_id = $2)"
OF_ADMINS = """
standing IN ('owner', 'admin')
    AND operator_id <> ALL (ARRAY(SELECT id FROM operator WHERE user_id = ANY ($2::bigint[])))
"""

Doubted = dict[int, Standing]  # what was known of these operators


class Stranger(Exception):
    """Nobody knows this person as a member. Telegram is to be asked, outside of the transaction."""

    def __init__(self, group_id: int, user_id: int, person: Person) -> None:
        super().__init__(f"user {user_id} is not known as a member of group {group_id}")
        self.group_id = group_id
        self.user_id = user_id
        self.person = person


async def found(group_id: int, user_id: int) -> Membership | None:
    """What is known of this person in the group, with the operator."""
    return _one(await fetch(found_by(), group_id, user_id))


async def in_department(operator_id: int, department: int) -> Membership | None:
    """What this operator is in the group that works on the department's tickets."""
    return _one(await fetch(_at_work(IN_DEPARTMENT), operator_id, department))


async def stays(member: Membership) -> Membership:
    """The same as it is now. Until the transaction ends they neither leave nor change their role.

    Who is leaving at this moment is waited for, and is gone then.
    """
    (row,) = await fetch(f"{found_by()} {STAYS}", member.group_id, member.operator.user_id)
    return _whole(row)


async def heir(operator_id: int, department: int) -> Membership | None:
    """As `in_department`, and it `stays`."""
    return _one(await fetch(f"{_at_work(IN_DEPARTMENT)} {STAYS}", operator_id, department))


async def held(group_id: int, user_id: int) -> Membership | None:
    """As `found`, locked until the transaction ends."""
    return _one(await fetch(f"{found_by()} FOR UPDATE OF membership", group_id, user_id))


async def known(group_id: int, operator: Operator, now: datetime) -> Membership:
    """What is known of them, locked; who is seen there for the first time is no member by that."""
    await fetch(SEEN, operator.id, group_id, now)
    member = await held(group_id, operator.user_id)
    assert member is not None
    return member


async def stands(
    group_id: int, operator: Operator, standing: Standing, now: datetime
) -> Membership:
    """What Telegram says of them in the group. The role that we have given them stays."""
    (row,) = await fetch(_stands(), operator.id, group_id, standing.value, now)
    member = _made(row)
    member.operator = operator
    return member


async def give(member: Membership, role: Role | None) -> None:
    """A role of ours, or none. What Telegram says of them stays."""
    member.role = role
    await fetch(GIVE, member.id, role and role.value)


async def doubt(group_id: int, user_id: int) -> Doubted:
    """What is known of somebody is old: Telegram is asked when they speak. Tickets stay theirs."""
    return await _doubt(f"AND {OF_ONE}", group_id, user_id)


async def doubt_admins(group_id: int, *, but: Collection[int]) -> Doubted:
    """As `doubt`, for all who are said to be admins, but those with these user ids."""
    return await _doubt(f"AND {OF_ADMINS}", group_id, [*but])


async def doubt_all(group_id: int) -> Doubted:
    """As `doubt`, for everybody: nobody tells us any more who comes to the group and leaves it."""
    return await _doubt("", group_id)


async def _doubt(of: str, *values: object) -> Doubted:
    rows = await fetch(f"{KNOWN} {of} ORDER BY id FOR UPDATE", *values)
    await fetch(DOUBTED, [row["id"] for row in rows])
    return {row["operator_id"]: Standing(row["standing"]) for row in rows}


async def of_department(department: int) -> list[Membership]:
    """Who is in its group, or may be, by their names."""
    return [_whole(row) for row in await fetch(_at_work(OF_DEPARTMENT), department)]


@dataclass(frozen=True, slots=True)
class Seat:
    """A group where somebody works."""

    chat_id: int
    department: int
    standing: Standing


async def places(operator_id: int) -> list[Seat]:
    """Where they are a member for certain, and the desk works."""
    rows = await fetch(WORKS_IN, operator_id)
    return [Seat(row["chat_id"], row["department_id"], Standing(row["standing"])) for row in rows]


async def given(number: int, now: datetime) -> None:
    """A ticket has been given to who has this membership: it is their turn last."""
    await fetch(GIVEN, number, now)


async def of_person(user_id: int) -> list[Membership]:
    """What somebody is in each group that the desk works in."""
    return [_whole(row) for row in await fetch(_at_work(OF_PERSON), user_id)]


def _one(rows: list[Row]) -> Membership | None:
    return _whole(rows[0]) if rows else None


def _whole(row: Row) -> Membership:
    member = _made(row)
    member.operator = made(Operator, row, "operator")
    return member


def _made(row: Row) -> Membership:
    member = made(Membership, row, "membership")
    member.department = row["department"]
    return member


@cache
def found_by() -> str:
    """The statement of `found`, which each word of an operator's asks."""
    return f"""
SELECT {columns(Membership, "membership")}, {columns(Operator, "operator")}, {DEPARTMENT}
FROM operator JOIN membership ON membership.operator_id = operator.id
WHERE membership.group_id = $1 AND operator.user_id = $2
"""  # noqa: S608  (nothing but our own words)


@cache
def _at_work(where: str) -> str:
    """Those in groups that are bound."""
    return f"""
SELECT {columns(Membership, "membership")}, {columns(Operator, "operator")}, {DEPARTMENT}
FROM operator JOIN membership ON membership.operator_id = operator.id
    JOIN operator_group ON operator_group.id = membership.group_id
WHERE is_bound AND {where}
"""  # noqa: S608  (nothing but our own words)


@cache
def _stands() -> str:
    return f"""
INSERT INTO membership (operator_id, group_id, standing, since) VALUES ($1, $2, $3, $4)
ON CONFLICT (operator_id, group_id) DO UPDATE SET standing = excluded.standing, since =
    CASE membership.standing WHEN excluded.standing THEN membership.since ELSE excluded.since END
RETURNING {columns(Membership, "membership")}, {DEPARTMENT}
"""  # noqa: S608  (nothing but our own words)
