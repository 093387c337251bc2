"""A page of a ticket's history: who said and did what, when, and what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot import texts
from bot.cards import line, priority_name, status_name
from bot.desk.outbox.carried import Fate
from bot.desk.talk.timeline import Entry, Page
from bot.desk.words import Words, bold, italic, join, plain
from bot.texts import _
from models import DeliveryState, Direction, Event, Message, Priority, Status

SHORT = 200  # characters of each message
NOTHING = "—"
DONE: dict[str, str] = {
    "opened": texts.mark("opened the request"),
    "edited": texts.mark("changed a message"),
    "deleted": texts.mark("deleted a message"),
    "unsent": texts.mark("took an answer back"),
    "still there": texts.mark("an answer could not be taken back"),
    "held": texts.mark("an answer waits for its moment"),
    "held no more": texts.mark("an answer stays inside"),
    "tried again": texts.mark("tried to send again what had failed"),
    "address": texts.mark("replies go to another address"),
}

Said = Callable[[Mapping[str, Any], Mapping[str, Any], Page], str]


def timeline(page: Page, timezone: str, now: datetime) -> Words:
    """The page, in the group's language."""
    head = _("History of #{number}").format(number=page.ticket.id)
    entries = [_entry(one, page, timezone, now) for one in page.entries]
    return join("\n", [bold(head), *entries])


def _entry(entry: Entry, page: Page, timezone: str, now: datetime) -> Words:
    when = texts.moment(entry.at, timezone, now)
    if entry.message:
        return plain(f"{when} · ") + _message(entry.message, entry.fate, page, timezone, now)
    assert entry.event
    return italic(f"{when} · {_who(entry.event, page)} · {_event(entry.event, page)}")


def _message(
    message: Message, fate: Fate | None, page: Page, timezone: str, now: datetime
) -> Words:
    customer = page.ticket.customer.name
    operator = page.operators.get(message.operator_id or 0, NOTHING)
    names = {
        Direction.IN: customer,
        Direction.OUT: f"{operator} → {customer}",
        Direction.NOTE: f"📝 {operator}",
    }
    said = plain(line(message, SHORT).text.replace("\n", " "))
    gone = _(" (taken back)") if message.unsent_at else ""
    return bold(names[message.direction]) + ": " + said + gone + _fate(fate, timezone, now)


def _fate(fate: Fate | None, timezone: str, now: datetime) -> str:
    if fate is None:
        return ""
    if fate.sent_at:
        return f" ✓ {texts.moment(fate.sent_at, timezone, now)}"
    if fate.state is DeliveryState.DEAD:
        return " · " + _("⚠️ not delivered") + f": {fate.why or NOTHING}"
    return "" if fate.state is DeliveryState.DROPPED else " ⏳"


def _who(event: Event, page: Page) -> str:
    if event.operator_id:
        return page.operators.get(event.operator_id, NOTHING)
    return page.ticket.customer.name if event.actor == "customer" else _("the desk")


def _event(event: Event, page: Page) -> str:
    said = CHANGES.get(event.name)
    if said:
        return said(event.before or {}, event.after or {}, page)
    return _(DONE[event.name]) if event.name in DONE else event.name


def _status(was: Mapping[str, Any], became: Mapping[str, Any], page: Page) -> str:
    sides = [status_name(Status(side["status"]), page.statuses) for side in (was, became)]
    return _("status: {was} → {became}").format(was=sides[0], became=sides[1])


def _owner(was: Mapping[str, Any], became: Mapping[str, Any], page: Page) -> str:
    sides = [page.operators.get(side.get("assignee_id") or 0, NOTHING) for side in (was, became)]
    return _("owner: {was} → {became}").format(was=sides[0], became=sides[1])


def _priority(was: Mapping[str, Any], became: Mapping[str, Any], _page: Page) -> str:
    sides = [priority_name(Priority(side["priority"])) for side in (was, became)]
    return _("priority: {was} → {became}").format(was=sides[0], became=sides[1])


def _department(was: Mapping[str, Any], became: Mapping[str, Any], page: Page) -> str:
    sides = [page.departments.get(side.get("department_id") or 0) for side in (was, became)]
    named = [side or NOTHING for side in sides]
    return _("department: {was} → {became}").format(was=named[0], became=named[1])


def _tags(_was: Mapping[str, Any], became: Mapping[str, Any], _page: Page) -> str:
    return _("tags: {tags}").format(tags=", ".join(became.get("tags") or []) or NOTHING)


def _fields(was: Mapping[str, Any], became: Mapping[str, Any], _page: Page) -> str:
    before, after = was.get("custom") or {}, became.get("custom") or {}
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return ", ".join(f"{key}: {after.get(key, NOTHING)}" for key in changed)


def _spam(_was: Mapping[str, Any], became: Mapping[str, Any], _page: Page) -> str:
    return _("it is spam") if became.get("is_spam") else _("it is no spam")


def _notes(_was: Mapping[str, Any], became: Mapping[str, Any], _page: Page) -> str:
    return _("notes mode on") if became.get("notes_mode") else _("notes mode off")


CHANGES: dict[str, Said] = {
    "status": _status,
    "assignee": _owner,
    "priority": _priority,
    "department": _department,
    "tags": _tags,
    "custom": _fields,
    "spam": _spam,
    "notes mode": _notes,
}
