"""Dissolving: a department is no more, and its tickets are another one's."""

from datetime import datetime

from bot.desk.errors import FirstDepartment, NoSuchDepartment, ThereAlready, Unready
from bot.desk.outbox import clearing
from bot.desk.people import access, departments
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor, System
from bot.desk.tickets import ENDED, MOVED, events, halts, tell
from bot.desk.tickets.halts import Halt
from models import FIRST
from models.rows import fetch

DISSOLVED = System("its department was dissolved")
PORTION = 500  # at a time: who is told locks a lane, and PostgreSQL has few locks
# The event of a department's end says whose its tickets are, and by whom.
INHERIT = f"""
WITH dissolved AS (
    SELECT (details ->> 'heir')::bigint AS heir, actor, operator_id, cause FROM event
    WHERE ticket_id IS NULL AND name = 'dissolved' AND (details ->> 'department')::bigint = $1
), former AS MATERIALIZED (
    SELECT id, assignee_id, status = ANY ($3::text[]) OR merged_into_id IS NOT NULL AS is_over
    FROM ticket, dissolved WHERE department_id = $1
    ORDER BY status = ANY ($3::text[]), id LIMIT {PORTION} FOR NO KEY UPDATE OF ticket
), moved AS (
    UPDATE ticket SET department_id = dissolved.heir, assignee_id = NULL FROM former, dissolved
    WHERE ticket.id = former.id
), noted AS (
    INSERT INTO event (ticket_id, name, at, actor, operator_id, cause, before, after)
    SELECT id, 'department', $2, actor, operator_id, cause,
        jsonb_build_object('department_id', $1::bigint, 'assignee_id', assignee_id),
        jsonb_build_object('department_id', heir, 'assignee_id', NULL)
    FROM former, dissolved ORDER BY id
)
SELECT id, is_over, heir FROM former, dissolved ORDER BY id
"""  # noqa: S608  (nothing but our own words)
UNFINISHED = """
SELECT number FROM unnest($1::bigint[]) AS number
WHERE EXISTS (SELECT FROM ticket WHERE department_id = number)
"""


def check(actor: Actor, department: int) -> None:
    """Go on only if they may dissolve it. Raises FirstDepartment, AdminsOnly, NotAMember."""
    access.check(actor, Act.DISSOLVE)
    if department == FIRST:
        raise FirstDepartment


async def dissolve(department: int, heir: int, actor: Actor, now: datetime) -> None:
    """Its tickets are the heir's, and nobody's until one of them takes them; the last by `finish`.

    Those that go on get a topic there; of those that are over, whatever still comes goes there.
    Call it where its group has been let go in this transaction: nothing is moved to it any more.
    Raises FirstDepartment, NoSuchDepartment, ThereAlready, Unready, AdminsOnly, NotAMember.
    """
    check(actor, department)
    if department == heir:
        raise ThereAlready
    if heir not in await departments.at_work():
        raise NoSuchDepartment
    if not await departments.is_ready(heir):
        raise Unready
    await departments.dissolve(department, now)
    whose = {"department": department, "heir": heir}
    after = {"dissolved_at": now.isoformat()}
    before = {"dissolved_at": None}
    await events.note(None, "dissolved", actor, now, before=before, after=after, details=whose)
    await _inherit(department, now)


async def finish(now: datetime) -> bool:
    """What dissolved departments still have, and what waits at their gates, goes to the heirs.

    True: there may be more.
    """
    for row in await fetch(UNFINISHED, await departments.dissolved()):
        if await _inherit(row["number"], now):
            return True
    return await clearing.clear(now)


async def _inherit(department: int, now: datetime) -> bool:
    """Give a portion to the heir, those first that go on; whether there was something to give."""
    name = await departments.name_of(department)
    ended = [status.value for status in ENDED]
    inherited = await fetch(INHERIT, department, now, ended)
    for row in inherited:
        if not row["is_over"]:
            await tell(row["id"], MOVED, now, values={"department": name or "…"})
    if inherited:
        ids = [row["id"] for row in inherited]
        await halts.halt(Halt(ids, heir=inherited[0]["heir"]), DISSOLVED, now)
    return bool(inherited)
