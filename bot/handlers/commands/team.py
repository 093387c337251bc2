"""Commands about who works here: roles, what they speak and know, who is away, who is on duty."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import texts
from bot.cards import pages
from bot.cards import team as shown
from bot.config import Settings
from bot.desk.errors import Misused, NoMoment, NotACapacity, NotSpoken
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import duty, team
from bot.desk.time import moments
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _

CHANGE = re.compile(
    r"(?:^|\s)(lead|operator|observer|languages?|skills?|capacity|absent)(?:\s+(.+))?$", re.I
)
UNTIL = re.compile(r"(?:until|till|by|до|по)\s+", re.I)
NONE = {"no", "none", "-", "all", "ні", "немає", "нет"}

Apply = Callable[[Here, int, str, datetime], Awaitable[None]]


async def operators(
    message: Message, command: CommandObject, now: datetime, here: Here, settings: Settings
) -> None:
    """`/operators`: all; `/operators @olha lead`, `languages uk, en`, … changes one of them."""
    at, args = reading.command(message), " ".join((command.args or "").split())
    department, local = here.group.department_id, now.astimezone(ZoneInfo(settings.timezone))
    if not args:
        await list_team(at, here, now, settings)
        return
    found = CHANGE.search(args)
    wanted = args[: found.start()] if found else args
    if not wanted:
        raise Misused("operators")
    one = await team.called(department, wanted, here.actor)
    if found:
        await _change(here, one.number, found[1].lower(), found[2] or "", local)
    await show(at, one.number, here, now, settings, choosing=not found)


async def list_team(
    at: Spot, here: Here, now: datetime, settings: Settings, number: int = 1
) -> None:
    """A page of all of them."""
    there = await team.listed(here.group.department_id, here.actor)
    said, rows = pages.page(shown.team(there, settings.timezone, now), number, "team")
    await notices.answer(at, said, now, rows)


async def show(
    at: Spot, number: int, here: Here, now: datetime, settings: Settings, *, choosing: bool = True
) -> None:
    """What is known of one of them; `choosing`: with a button for each other role."""
    one = await team.called(here.group.department_id, str(number), here.actor)
    said = shown.colleague(one, settings.timezone, now)
    await notices.answer(at, said, now, shown.roles(one) if choosing else None)


async def _change(here: Here, number: int, what: str, value: str, now: datetime) -> None:
    if what in shown.GIVEN:
        if value:
            raise Misused("operators")
        await team.give_role(here.group.department_id, number, what, here.actor, now)
        return
    if not value:
        raise Misused("operators")
    await CHANGES[what.removesuffix("s")](here, number, value, now)


async def _languages(here: Here, number: int, value: str, now: datetime) -> None:
    named = [] if value.lower() in NONE else [one for one in re.split(r"[,\s]+", value) if one]
    spoken = list(dict.fromkeys(map(_language, named)))
    await team.set_languages(here.group.department_id, number, spoken, here.actor, now)


def _language(name: str) -> str:
    for code, native in texts.NATIVE.items():
        if name.casefold() in (code, native.casefold()):
            return code
    raise NotSpoken(name)


async def _skills(here: Here, number: int, value: str, now: datetime) -> None:
    named = [] if value.lower() in NONE else [one for one in value.split(",") if one.strip()]
    await team.set_skills(here.group.department_id, number, named, here.actor, now)


async def _capacity(here: Here, number: int, value: str, now: datetime) -> None:
    if value.lower() in NONE:
        most = None
    elif value.isdecimal() and len(value) < 5:
        most = int(value)
    else:
        raise NotACapacity(value)
    await team.set_capacity(here.group.department_id, number, most, here.actor, now)


async def _absent(here: Here, number: int, value: str, now: datetime) -> None:
    until = None
    if value.lower() not in NONE:
        said = UNTIL.sub("", value, count=1) if UNTIL.match(value) else value
        try:
            until, rest = moments.read(said, now) or (None, said)
        except moments.Unclear:
            raise NoMoment(value) from None
        if until is None or rest:
            raise NoMoment(value)
    await team.set_absence(here.group.department_id, number, until, here.actor, now)


CHANGES: dict[str, Apply] = {
    "language": _languages,
    "skill": _skills,
    "capacity": _capacity,
    "absent": _absent,
}


async def on_duty(message: Message, now: datetime, here: Here) -> None:
    """`/onduty`: of oneself."""
    said = _("You are on duty already.")
    if await duty.begin(here.actor, now):
        said = _("🟢 You are on duty: new requests can be given to you. /offduty ends it.")
    await notices.answer(reading.command(message), said, now)


async def off_duty(message: Message, now: datetime, here: Here) -> None:
    """`/offduty`: of oneself."""
    said = _("You are not on duty.")
    if await duty.end(here.actor, now):
        said = _("You are on duty no more. What is yours stays yours.")
    await notices.answer(reading.command(message), said, now)


HANDLERS: dict[str, Handler] = {"operators": operators, "onduty": on_duty, "offduty": off_duty}
