"""Commands about the customer whose ticket it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import texts
from bot.config import Settings
from bot.desk.errors import Misused
from bot.desk.talk import notices
from bot.desk.tickets import banning
from bot.desk.time import moments
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _


async def ban(
    message: Message, command: CommandObject, now: datetime, here: Here, settings: Settings
) -> None:
    """`/ban 7d reason`, or without a time for good."""
    until, reason = _end(command.args or "", now.astimezone(ZoneInfo(settings.timezone)))
    await banning.ban(here.ticket, until, reason, here.actor, now)
    said = _("⛔️ The customer is turned away from now on. They are told when they write.")
    if until:
        said = _("⛔️ The customer is turned away until {moment}. They are told when they write.")
        said = said.format(moment=texts.moment(until, settings.timezone, now))
    await notices.answer(reading.command(message), said, now)


def _end(said: str, now: datetime) -> tuple[datetime | None, str]:
    """Until when, and why. A number that is no time is not taken for a reason. Raises Misused."""
    until, reason = moments.read(said, now) or (None, said.strip())
    if not reason or (until is None and reason.lstrip("+-")[:1].isdigit()):
        raise Misused("ban")
    return until, reason


async def unban(message: Message, now: datetime, here: Here) -> None:
    """`/unban`: at once, whatever end was set."""
    await banning.unban(here.ticket, here.actor, now)
    await notices.answer(reading.command(message), _("The customer can write to us again."), now)


HANDLERS: dict[str, Handler] = {"ban": ban, "unban": unban}
