"""Commands about the ticket in whose topic they are given."""

from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.desk import tickets
from bot.desk.errors import Misused, OneDepartment
from bot.desk.people import departments
from bot.desk.said import Buttons
from bot.desk.talk import notices
from bot.handlers.commands.changed import nod
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import Status

# The card's buttons have the same names.
STATUSES = {
    "resolve": Status.RESOLVED,
    "close": Status.CLOSED,
    "reopen": Status.OPEN,
    "open": Status.OPEN,
    "wait": Status.WAITING,
}


async def change(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/resolve`, `/close`, `/reopen`, `/wait`: as the card's buttons."""
    status = STATUSES[command.command.lower()]
    changed = await tickets.change(here.ticket, status, here.actor, now)
    await nod(message, here, now, changed=changed, else_=_("The ticket already has this status."))


async def notes(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/notes` begins notes mode, `/notes off` ends it: who says it twice means it once."""
    asked = (command.args or "on").strip().lower()
    if asked not in ("on", "off"):
        raise Misused("notes")
    on = asked == "on"
    await tickets.set_notes(here.ticket, on, here.actor, now)
    await notices.answer(reading.spot(message), notes_mode(on), now)  # for all who write here


async def move(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/move Sales`: to another department; a button for each where it is not said which."""
    ticket, actor = here.ticket, here.actor
    await tickets.movable(ticket, actor)
    at_work = await departments.at_work()
    if not at_work.keys() - {here.group.department_id}:
        raise OneDepartment
    wanted = (command.args or "").strip().casefold()
    meant = _named(wanted, at_work)
    if len(meant) > 1:
        meant.pop(here.group.department_id, None)
    if not wanted or len(meant) > 1:
        question = _("Several departments are called so. Which one is it?") if wanted else where()
        await notices.answer(reading.command(message), question, now, _choice(ticket, meant))
        return
    name = await tickets.move(ticket, next(iter(meant), 0), actor, now)
    await notices.answer(reading.command(message), moving_to(name), now)


async def where_to(ticket: int, here: Here) -> tuple[str, Buttons]:
    """The question to which department it is to go, and those that there are."""
    await tickets.movable(ticket, here.actor)
    others = await departments.at_work()
    others.pop(here.group.department_id, None)
    if not others:
        raise OneDepartment
    return where(), _choice(ticket, others)


def where() -> str:
    """The question above the departments."""
    return _("To which department does this request go?")


def _named(wanted: str, departments: dict[int, str]) -> dict[int, str]:
    """Those that are called so; if none is, those in whose names it stands. None wanted: all."""
    called = {n: name for n, name in departments.items() if wanted == name.casefold() != ""}
    return called or {n: name for n, name in departments.items() if wanted in name.casefold()}


def _choice(ticket: int, departments: dict[int, str]) -> Buttons:
    """A button for each; those of one name are told apart by their numbers."""
    names = [name.casefold() for name in departments.values()]
    return [
        [(name if names.count(name.casefold()) == 1 else f"{name} · {n}", f"move:{ticket}:{n}")]
        for n, name in departments.items()
    ]


def moving_to(name: str) -> str:
    """What is said while the new topic is being made."""
    return _("Moving it to “{name}”…").format(name=name)


def notes_mode(on: bool) -> str:
    """What notes mode means now."""
    if on:
        return _("📝 Notes mode is on: nothing you write here reaches the customer.")
    return _("💬 Notes mode is off: your words go to the customer again.")


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(STATUSES, change),
    "notes": notes,
    "move": move,
    "transfer": move,
}
