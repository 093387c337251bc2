"""`/settings`: how a department works, as its admins have chosen; what is typed behind it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import cards, texts
from bot.cards.team import ROUTINGS
from bot.config import Settings
from bot.desk.errors import BadDays, Misused
from bot.desk.people import fields
from bot.desk.people.preferences import Collisions, Preferences, ReplyMode
from bot.desk.said import Buttons
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import labels, preferring, routing
from bot.desk.words import Words, bold, join, plain
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import FieldKind, FieldOf, Status

USUAL = "-"  # typed for what is so where nobody has chosen
COLLISIONS = {
    Collisions.HOLD: texts.mark("wait a few seconds, so that their author can think again"),
    Collisions.WARN: texts.mark("go, and their author is told"),
    Collisions.OFF: texts.mark("go like all others"),
}
MODES = {
    ReplyMode.ALL: texts.mark("all, but notes"),
    ReplyMode.REPLY: texts.mark("those that reply to a message of the customer’s"),
}
KINDS = {
    FieldKind.TEXT: texts.mark("text"),
    FieldKind.NUMBER: texts.mark("number"),
    FieldKind.DATE: texts.mark("date"),
    FieldKind.FLAG: texts.mark("yes or no"),
    FieldKind.CHOICE: texts.mark("one of: {choices}"),
}

Typed = Callable[[str, Here, datetime], Awaitable[bool]]


async def settings(
    message: Message, command: CommandObject, now: datetime, here: Here, settings: Settings
) -> None:
    """`/settings`: what is chosen, with buttons; what buttons cannot say is typed behind it."""
    at, said = reading.command(message), (command.args or "").strip()
    chosen = await preferring.chosen(here.group.department_id, here.actor)
    if not said:
        await _show(at, chosen, here, settings, now)
        return
    name, _space, rest = said.partition(" ")
    typed = TYPED.get(name.casefold())
    if typed is None:
        raise Misused("settings")
    changed = await typed(rest.strip(), here, now)
    await notices.answer(at, _("Done.") if changed else _("It is so already."), now)


async def _show(
    at: Spot, chosen: Preferences, here: Here, settings: Settings, now: datetime
) -> None:
    words = await _overview(chosen, here, settings)
    buttons: Buttons = [
        [(_("✋ Second answers"), "prefer:collisions"), (_("💬 What goes out"), "prefer:reply")],
        [(_("↩️ Reopening"), "prefer:days"), (_("🌐 Language"), "prefer:language")],
        [(_("👥 New requests"), "prefer:routing")],
    ]
    await notices.answer(at, words, now, buttons)


async def _overview(chosen: Preferences, here: Here, settings: Settings) -> Words:
    mode = chosen.reply_mode or ReplyMode(settings.reply_mode)
    way = await routing.chosen(here.group.department_id, here.actor)
    days = settings.reopen_days if chosen.reopen_days is None else chosen.reopen_days
    lines: list[Words | str] = [
        bold(_("Settings of this department")),
        _line(_("Language"), texts.NATIVE[here.group.language]),
        _line(_("Words that go to the customer"), _(MODES[mode])),
        _line(_("Second answers to one request"), collisions_in_words(chosen.collisions)),
        _line(_("Days in which new words open a closed request again"), str(days)),
        _line(_("New requests"), _(ROUTINGS[way.routing])),
        _line(_("Names of topics"), chosen.template or cards.TEMPLATE),
        "",
        _statuses(chosen),
        *await _fields(FieldOf.TICKET, _("Fields of a request")),
        *await _fields(FieldOf.CUSTOMER, _("Fields of a customer")),
        _line(_("Tags"), ", ".join(await labels.tags()) or "—"),
        "",
        _("Typed, since no button can say it:"),
        "/settings template #{number} {name} · {subject}",
        "/settings days 14",
        _("/settings status open In progress"),
        _("/settings field ticket order text Order number"),
        _("/settings unfield ticket order"),
        _("/settings untag old-tag"),
        _("A hyphen instead of a value brings the usual one back."),
    ]
    return join("\n", lines)


def _statuses(chosen: Preferences) -> Words:
    """Those that are called otherwise here."""
    own = [(one, chosen.statuses[one]) for one in Status if one in chosen.statuses]
    named = [f"{cards.status_name(one)} → {name}" for one, name in own]
    return _line(_("Names of statuses"), ", ".join(named) or _("the usual ones"))


async def _fields(what: FieldOf, head: str) -> list[Words]:
    found = await fields.all_of(what)
    named = [f"{one.label} ({one.key}, {_kind(one.kind, one.choices)})" for one in found]
    return [_line(head, ", ".join(named) or "—")]


def _kind(kind: FieldKind, choices: list[str] | None) -> str:
    return _(KINDS[kind]).format(choices=" | ".join(choices or []))


def collisions_in_words(how: Collisions) -> str:
    """What becomes of second answers."""
    return _(COLLISIONS[how])


def _line(name: str, value: str) -> Words:
    return plain(f"{name}: ") + bold(value)


async def _template(said: str, here: Here, now: datetime) -> bool:
    department = here.group.department_id
    if not said:
        raise Misused("settings")
    return await preferring.template(department, "" if said == USUAL else said, here.actor, now)


async def _days(said: str, here: Here, now: datetime) -> bool:
    if said != USUAL and not (said.isascii() and said.isdigit() and len(said) < 9):
        raise BadDays
    days = None if said == USUAL else int(said)
    return await preferring.reopen_days(here.group.department_id, days, here.actor, now)


async def _status(said: str, here: Here, now: datetime) -> bool:
    which, _space, name = said.partition(" ")
    status = next((one for one in Status if one == which.casefold()), None)
    if status is None or not name.strip():
        raise Misused("settings")
    named = "" if name.strip() == USUAL else name
    return await preferring.name_status(here.group.department_id, status, named, here.actor, now)


async def _field(said: str, here: Here, now: datetime) -> bool:
    """`ticket order text Order number`, `customer size choice S|M|L Size`."""
    parts = said.split(maxsplit=3)
    kinds, sides = {one.value for one in FieldKind}, {one.value for one in FieldOf}
    if len(parts) < 4 or parts[0] not in sides or parts[2] not in kinds:
        raise Misused("settings")
    what, key, kind, label = FieldOf(parts[0]), parts[1], FieldKind(parts[2]), parts[3]
    choices: list[str] = []
    if kind is FieldKind.CHOICE:
        listed, _space, label = label.partition(" ")
        choices = [one for one in listed.split("|") if one]
    new = fields.New(what, key, label, kind, choices)
    return await preferring.add_field(new, here.actor, now)


async def _unfield(said: str, here: Here, now: datetime) -> bool:
    side, _space, key = said.partition(" ")
    if side not in {one.value for one in FieldOf} or not key:
        raise Misused("settings")
    return await preferring.remove_field(FieldOf(side), key, here.actor, now)


async def _untag(said: str, here: Here, now: datetime) -> bool:
    if not said:
        raise Misused("settings")
    return await preferring.remove_tag(said, here.actor, now)


TYPED: dict[str, Typed] = {
    "template": _template,
    "days": _days,
    "status": _status,
    "field": _field,
    "unfield": _unfield,
    "untag": _untag,
}
HANDLERS: dict[str, Handler] = {"settings": settings}
