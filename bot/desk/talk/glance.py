"""A glance at a ticket: what operators see of it before they read on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.people import contacts, departments, fields, operators, preferences
from bot.desk.people.fields import Filled
from bot.desk.tickets import theirs
from models import Contact, FieldOf, Ticket
from models.rows import fetch

LATELY = timedelta(minutes=5)  # for so long who has answered is thought to be at it
LAST_ANSWER = """
SELECT operator_id, created_at FROM message
WHERE ticket_id = $1 AND direction = 'out' AND operator_id IS NOT NULL ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Glance:
    """A ticket with its people; `department` is named only where there are several.

    `answering`: who has answered lately, if it is not the owner. `earlier` are the latest of the
    customer's `before` tickets. `statuses`: what some are called in the department.
    """

    ticket: Ticket
    seen: datetime  # when it was looked at
    statuses: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    department: str | None = None
    contacts: list[Contact] = field(default_factory=list)
    fields: list[Filled] = field(default_factory=list)
    earlier: list[Ticket] = field(default_factory=list)
    before: int = 0
    answering: str | None = None
    deadline: datetime | None = None


async def at(ticket_id: int, now: datetime) -> Glance:
    """How it stands now; nothing is locked."""
    ticket = await theirs.with_people(ticket_id)
    owner, answering = ticket.assignee_id, await _answering(ticket, now)
    earlier, before = await theirs.earlier(ticket)
    return Glance(
        ticket,
        now,
        (await preferences.of(ticket.department_id)).statuses,
        owner=await operators.called(owner) if owner else None,
        department=await _department(ticket.department_id),
        contacts=await contacts.of(ticket.customer_id),
        fields=await fields.filled(FieldOf.TICKET, ticket.custom),
        earlier=earlier,
        before=before,
        answering=await operators.called(answering) if answering else None,
    )


async def _department(number: int) -> str | None:
    names = await departments.at_work()
    return names.get(number) if len(names) > 1 else None


async def _answering(ticket: Ticket, now: datetime) -> int | None:
    """The last who has answered, lately, unless it is whose ticket it is."""
    for row in await fetch(LAST_ANSWER, ticket.id):
        if row["operator_id"] != ticket.assignee_id and now - row["created_at"] <= LATELY:
            return int(row["operator_id"])
    return None
