"""Dissolving: a department is no more, and its tickets are another one's."""

from datetime import datetime

from bot.desk.errors import FirstDepartment, NoSuchDepartment, ThereAlready, Unready
from bot.desk.people import access, actors, departments
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.tickets import ENDED, MOVED, events, tell
from models import FIRST, Status
from models.rows import fetch

PRESENT = """
SELECT id FROM ticket
WHERE department_id = $1 AND status = ANY ($2::text[]) AND merged_into_id IS NULL ORDER BY id
"""
# All at once, with an event for each: of years of work most are over, and need no topic.
INHERIT = """
WITH former AS MATERIALIZED (
    SELECT id, assignee_id FROM ticket WHERE department_id = $1 ORDER BY id FOR NO KEY UPDATE
), moved AS (
    UPDATE ticket SET department_id = $2, assignee_id = NULL FROM former
    WHERE ticket.id = former.id
)
INSERT INTO event (ticket_id, name, at, actor, operator_id, cause, before, after)
SELECT id, 'department', $3, $4, $5, $6,
    jsonb_build_object('department_id', $1::bigint, 'assignee_id', assignee_id),
    jsonb_build_object('department_id', $2::bigint, 'assignee_id', NULL)
FROM former ORDER BY id
"""


def check(actor: Actor) -> None:
    """Go on only if they may dissolve a department. Raises AdminsOnly, NotAMember."""
    access.check(actor, Act.DISSOLVE)


async def dissolve(department: int, heir: int, actor: Actor, now: datetime) -> None:
    """Its tickets are the heir's, and nobody's until one of them takes them.

    Those that go on get a topic there; of those that are over, whatever still comes goes there.
    Call it where its group has been let go in this transaction: nothing is moved to it any more.
    Raises FirstDepartment, NoSuchDepartment, ThereAlready, Unready, AdminsOnly, NotAMember.
    """
    check(actor)
    if department == FIRST:
        raise FirstDepartment
    if department == heir:
        raise ThereAlready
    if heir not in await departments.at_work():
        raise NoSuchDepartment
    if not await departments.is_ready(heir):
        raise Unready
    name = await departments.name_of(department)
    await departments.dissolve(department, now)
    going_on = await _inherit(department, heir, actor, now)
    for ticket in going_on:
        await tell(ticket, MOVED, now, values={"department": name or "…"})
    whose = {"department": department, "heir": heir, "tickets": len(going_on)}
    after = {"dissolved_at": now.isoformat()}
    before = {"dissolved_at": None}
    await events.note(None, "dissolved", actor, now, before=before, after=after, details=whose)


async def _inherit(department: int, heir: int, actor: Actor, now: datetime) -> list[int]:
    """Give them all to the heir; gives those that are not over."""
    open_ = [status.value for status in Status if status not in ENDED]
    going_on = [row["id"] for row in await fetch(PRESENT, department, open_)]
    who = actors.columns(actor)
    by = who["actor"], who.get("operator_id"), who.get("cause")
    await fetch(INHERIT, department, heir, now, *by)
    return going_on
