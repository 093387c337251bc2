"""A page of a ticket's history: who said and did what, when, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import texts
from bot.cards import line, priority_name, status_name
from bot.cards.pages import LONGEST
from bot.desk.outbox.carried import Fate
from bot.desk.talk.timeline import Entry, Page
from bot.desk.talk.using import EVENT as USED
from bot.desk.tickets.calling import CALLED
from bot.desk.words import Words, bold, italic, join, plain
from bot.texts import _
from models import DeliveryState, Direction, Event, Message, Priority, Status

ROOMS = ((200, 64), (80, 32), (40, 16), (20, 8))  # characters of each entry, of each name in it
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
    CALLED: texts.mark("the customer asks for a person"),
}

Said = Callable[[Mapping[str, Any], Mapping[str, Any], Page], str]


def timeline(page: Page, timezone: str, now: datetime) -> Words:
    """The page, in the group's language: of each entry as much as can be turned where it stands."""
    told = Words()
    for most, name in ROOMS:
        told = _told(_Written(page, timezone, now, most, name))
        if len(told) <= LONGEST:
            break
    return told.clipped(LONGEST)


@dataclass(frozen=True, slots=True)
class _Written:
    """How it is written: `most` characters of what was said or done, `name` of each name."""

    page: Page
    timezone: str
    now: datetime
    most: int
    name: int

    def when(self, instant: datetime) -> str:
        """An instant in the company's zone."""
        return texts.moment(instant, self.timezone, self.now)

    def called(self, name: str) -> str:
        """A name, or its beginning."""
        return plain(name).clipped(self.name).text

    def short(self, said: str) -> str:
        """What was said, or its beginning, in a line."""
        return plain(" ".join(said.split())).clipped(self.most).text


def _told(how: _Written) -> Words:
    head = _("History of #{number}").format(number=how.page.ticket.id)
    return join("\n", [bold(head), *[_entry(one, how) for one in how.page.entries]])


def _entry(entry: Entry, how: _Written) -> Words:
    when = how.when(entry.at)
    if entry.message:
        return plain(f"{when} · ") + _message(entry.message, entry.fate, how)
    assert entry.event
    who = how.called(_who(entry.event, how.page))
    return italic(f"{when} · {who} · {how.short(_event(entry.event, how.page))}")


def _message(message: Message, fate: Fate | None, how: _Written) -> Words:
    customer = how.called(how.page.ticket.customer.name)
    operator = how.called(how.page.operators.get(message.operator_id or 0, NOTHING))
    names = {
        Direction.IN: customer,
        Direction.OUT: f"{operator} → {customer}",
        Direction.NOTE: f"📝 {operator}",
    }
    said = how.short(line(message, how.most).text)
    gone = _(" (taken back)") if message.unsent_at else ""
    return bold(names[message.direction]) + f": {said}{gone}{_fate(fate, how)}"


def _fate(fate: Fate | None, how: _Written) -> str:
    if fate is None:
        return ""
    if fate.sent_at:
        return f" ✓ {how.when(fate.sent_at)}"
    if fate.state is DeliveryState.DEAD:
        return " · " + _("⚠️ not delivered") + f": {how.short(fate.why or NOTHING)}"
    return "" if fate.state is DeliveryState.DROPPED else " ⏳"


def _who(event: Event, page: Page) -> str:
    if event.operator_id:
        return page.operators.get(event.operator_id, NOTHING)
    return page.ticket.customer.name if event.actor == "customer" else _("the desk")


def _event(event: Event, page: Page) -> str:
    if event.name == USED:
        return _macro(event.details or {}, page)
    said = CHANGES.get(event.name)
    if said:
        return said(event.before or {}, event.after or {}, page)
    return _(DONE[event.name]) if event.name in DONE else event.name


def _macro(details: Mapping[str, Any], page: Page) -> str:
    """It went, or is held, or was kept as a note."""
    said = _("chose the macro “{name}”, which is not sent")
    if details["message"] in page.went:
        said = _("sent the macro “{name}”")
    return said.format(name=page.macros.get(details["macro"], NOTHING))


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
