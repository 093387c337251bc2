"""Events: what was done, by whom; replaying those of a ticket gives the ticket as it is.

So do those of a customer, an address or a member: of these there are none from before they were
written down.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from tortoise.models import Model

from bot.desk.people import actors
from bot.desk.people.actors import Actor
from models import Address, Customer, Event, Operator, Ticket
from models.rows import add, fetch, find, to_json

# What a ticket is. When its customer spoke last is told by the messages.
STATE = (
    "address_id",
    "address_chosen",
    "previous_id",
    "merged_into_id",
    "department_id",
    "assignee_id",
    "status",
    "priority",
    "tags",
    "custom",
    "is_spam",
    "subject",
    "notes_mode",
    "answered_at",
    "resolved_at",
    "closed_at",
)
# What its message says as well, or nobody asks for.
UNTOLD = ["answered", "address chosen", "subject", "sent after all", "kept inside", "reacted"]
TOLD = "SELECT id, at FROM event WHERE ticket_id = $1 AND name <> ALL ($2::text[])"
ACTED = """
SELECT 1 FROM event
WHERE ticket_id = $1 AND at > $3
    AND (operator_id = $2 OR name = 'assignee' AND after @> jsonb_build_object('assignee_id', $2))
LIMIT 1
"""
DID = """
SELECT 1 FROM event
WHERE ticket_id = $1 AND operator_id = $2 AND name = $3 AND details @> $4::text::jsonb AND at > $5
LIMIT 1
"""
# What else is watched, and what of it.
WATCHED: dict[type[Model], tuple[str, ...]] = {
    Customer: (
        *("name", "username", "named_by_id"),
        *("language", "language_chosen"),
        *("current_id", "wants_new"),
        *("is_vip", "about", "tags", "custom"),
        *("banned_at", "banned_until", "ban_reason"),
    ),
    Address: ("blocked_at",),
    Operator: (
        *("name", "username"),
        *("languages", "skills", "capacity", "on_duty_since", "absent_until"),
    ),
}


async def opened(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """A ticket begins."""
    await note(ticket.id, "opened", actor, now, after=_values(ticket, STATE))


async def alter(ticket: Ticket, name: str, actor: Actor, now: datetime, **values: Any) -> None:
    """Give a locked ticket these values, and write down what they were and are."""
    before = _values(ticket, values)
    ticket.update_from_dict(values)
    await ticket.save(update_fields=[*values])
    await note(ticket.id, name, actor, now, before=before, after=_values(ticket, values))


@asynccontextmanager
async def watched(
    row: Customer | Address | Operator, name: str, actor: Actor, now: datetime
) -> AsyncIterator[None]:
    """Write down what becomes of a locked row; nothing, if it stays as it is."""
    names = WATCHED[type(row)]
    before = _values(row, names)
    yield
    after = {name: value for name, value in _values(row, names).items() if value != before[name]}
    if after:
        was = {name: before[name] for name in after}
        whose = {row._meta.db_table: row.id}
        await note(None, name, actor, now, before=was, after=after, details=whose)


async def met(address: Address, now: datetime) -> None:
    """Somebody has come whom nobody knew."""
    customer = address.customer
    whose = {"customer": customer.id, "by": address.id}
    after = _values(customer, WATCHED[Customer])
    await note(None, "met", customer, now, after=after, details=whose)


async def note(
    ticket_id: int | None, name: str, actor: Actor, now: datetime, **what: dict[str, Any] | None
) -> None:
    """Write it down: `before` and `after` of the ticket's state, or `details` of something else.

    What is about no ticket says in `details` whose `before` and `after` they are.
    """
    await add(Event, ticket_id=ticket_id, name=name, at=now, **actors.columns(actor), **what)


async def told(ticket_id: int) -> list[tuple[int, datetime]]:
    """What people are told of that was done to a ticket: ids and instants."""
    return [(row["id"], row["at"]) for row in await fetch(TOLD, ticket_id, UNTOLD)]


async def by_ids(numbers: list[int]) -> list[Event]:
    """These."""
    return await find(Event, "id = ANY ($1)", numbers)


async def acted(ticket_id: int, operator_id: int, since: datetime) -> bool:
    """Whether they have done something to the ticket since then, or have got it."""
    return bool(await fetch(ACTED, ticket_id, operator_id, since))


async def did(
    ticket_id: int, operator_id: int, name: str, details: dict[str, Any], since: datetime
) -> bool:
    """Whether they have done just this in the ticket since then."""
    return bool(await fetch(DID, ticket_id, operator_id, name, to_json(details), since))


def replay(events: Iterable[Event]) -> dict[str, Any]:
    """The state that a ticket's events lead to, in their order; values as JSON has them."""
    state: dict[str, Any] = {}
    for event in events:
        state.update(event.after or {})
    return state


def _values(row: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
