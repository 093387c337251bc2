"""Events: what was done, by whom; replaying those of a ticket gives the ticket as it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.desk.people import actors
from bot.desk.people.actors import Actor
from models import Event, Ticket
from models.rows import add

# What a ticket is. When its customer spoke last is told by the messages.
STATE = (
    "address_id",
    "address_chosen",
    "previous_id",
    "merged_into_id",
    "department_id",
    "assignee_id",
    "status",
    "subject",
    "notes_mode",
    "answered_at",
    "resolved_at",
    "closed_at",
)


async def opened(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """A ticket begins."""
    await note(ticket.id, "opened", actor, now, after=_values(ticket, STATE))


async def alter(ticket: Ticket, name: str, actor: Actor, now: datetime, **values: Any) -> None:
    """Give a locked ticket these values, and write down what they were and are."""
    before = _values(ticket, values)
    ticket.update_from_dict(values)
    await ticket.save(update_fields=[*values])
    await note(ticket.id, name, actor, now, before=before, after=_values(ticket, values))


async def note(
    ticket_id: int | None, name: str, actor: Actor, now: datetime, **what: dict[str, Any] | None
) -> None:
    """Write it down: `before` and `after` of the ticket's state, or `details` of something else.

    What is done to the desk is about no ticket.
    """
    await add(Event, ticket_id=ticket_id, name=name, at=now, **actors.columns(actor), **what)


def replay(events: Iterable[Event]) -> dict[str, Any]:
    """The state that a ticket's events lead to, in their order; values as JSON has them."""
    state: dict[str, Any] = {}
    for event in events:
        state.update(event.after or {})
    return state


def _values(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in names}
