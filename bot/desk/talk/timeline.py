"""Timeline: all that was said and done in a ticket, in its order, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk import tickets
from bot.desk.errors import NoSuchTicket
from bot.desk.outbox import carried
from bot.desk.outbox.carried import Fate
from bot.desk.people import access, departments, operators, preferences
from bot.desk.people.actors import Actor
from bot.desk.talk import macros, using
from bot.desk.tickets import events, theirs
from models import Direction, Event, Message, Ticket
from models.rows import fetch, find

PAGE = 10  # entries
SAID = "SELECT id, created_at AS at FROM message WHERE ticket_id = $1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or something that was done. `fate`: what became of an answer, if that is known."""

    at: datetime
    message: Message | None = None
    event: Event | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of it, the oldest first; `number` from 1. The names are by the ids in the entries.

    `statuses`: what some are called in its department. `went`: of the messages that are a macro's,
    those that are answers. The ticket has its customer.
    """

    ticket: Ticket
    entries: Sequence[Entry]
    number: int
    count: int
    operators: dict[int, str]
    departments: dict[int, str]
    statuses: Mapping[str, str]
    macros: Mapping[int, str]
    went: frozenset[int]


async def page(ticket_id: int, actor: Actor, number: int | None = None) -> Page:
    """One page; None is the last one, as is one beyond it. Raises NoSuchTicket, MovedAway."""
    current = await tickets.current(ticket_id)
    if current is None:
        raise NoSuchTicket
    ticket = await theirs.with_people(current.id)
    access.in_department(actor, ticket)
    order = await _order(ticket.id)
    count = max(1, -(-len(order) // PAGE))
    number = count if number is None else max(1, min(number, count))
    entries = await _entries(ticket.id, order[(number - 1) * PAGE : number * PAGE])
    named = await _people(entries), await _rooms(entries)
    chosen = await preferences.of(ticket.department_id)
    names, went = await macros.names(_of_macros(entries, "macro")), await _went(entries)
    return Page(ticket, entries, number, count, *named, chosen.statuses, names, went)


async def _order(ticket_id: int) -> list[tuple[datetime, bool, int]]:
    """When, whether it was said, and its id: what was done by words stands behind them."""
    said = [(row["at"], False, row["id"]) for row in await fetch(SAID, ticket_id)]
    done = [(at, True, number) for number, at in await events.told(ticket_id)]
    return sorted(said + done)


async def _entries(ticket_id: int, order: list[tuple[datetime, bool, int]]) -> list[Entry]:
    said = [number for _at, is_done, number in order if not is_done]
    messages = {one.id: one for one in await find(Message, "id = ANY ($1)", said)}
    done = {one.id: one for one in await events.by_ids([n for _, is_done, n in order if is_done])}
    outwards = [one.id for one in messages.values() if one.direction is Direction.OUT]
    fates = await carried.fates(ticket_id, outwards)
    return [
        Entry(at, event=done[number])
        if is_done
        else Entry(at, messages[number], fate=fates.get(number))
        for at, is_done, number in order
    ]


async def _people(entries: Sequence[Entry]) -> dict[int, str]:
    """Whoever spoke, acted, had the ticket or has it."""
    numbers = {one.message.operator_id for one in entries if one.message}
    numbers |= {one.event.operator_id for one in entries if one.event}
    numbers |= {
        owner for one in entries if one.event for owner in _values(one.event, "assignee_id")
    }
    return {number: await operators.called(number) for number in numbers if number is not None}


async def _rooms(entries: Sequence[Entry]) -> dict[int, str]:
    numbers = {each for one in entries if one.event for each in _values(one.event, "department_id")}
    return {number: await departments.name_of(number) for number in numbers}


async def _went(entries: Sequence[Entry]) -> frozenset[int]:
    said = await find(Message, "id = ANY ($1)", [*_of_macros(entries, "message")])
    return frozenset(one.id for one in said if one.direction is Direction.OUT)


def _of_macros(entries: Sequence[Entry], name: str) -> set[int]:
    """What the events of used macros have under this name."""
    used = [one.event for one in entries if one.event and one.event.name == using.EVENT]
    return {(event.details or {})[name] for event in used}


def _values(event: Event, name: str) -> set[int]:
    sides = (event.before or {}, event.after or {})
    return {side[name] for side in sides if side.get(name) is not None}
