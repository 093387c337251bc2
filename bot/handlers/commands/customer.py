"""Commands about the customer whose ticket it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import profiles as shown
from bot import texts
from bot.config import Settings
from bot.desk.errors import Misused
from bot.desk.people import contacts, fields
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import banning, profiles
from bot.desk.time import moments
from bot.handlers.commands import labels
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import FieldOf


async def profile(
    message: Message, command: CommandObject, now: datetime, here: Here, settings: Settings
) -> None:
    """`/profile` shows who the customer is; with words, such as `note …`, it changes it."""
    what, said = [*(command.args or "").split(maxsplit=1), "", ""][:2]
    if what and not await _changed(what.lower(), said, here, now):
        raise Misused("profile")
    await show(reading.command(message), here, now, settings)


async def show(spot: Spot, here: Here, now: datetime, settings: Settings, page: int = 1) -> None:
    """The profile as it is, to who asks; a page that is not there is the last one."""
    found = await profiles.of(here.ticket)
    above = shown.about(found, settings.timezone, now)
    if page <= len(above):
        said = above[page - 1]
    else:
        found = await profiles.of(here.ticket, page - len(above))
        said = shown.words(found, settings.timezone, now, alone=bool(above))
        page = len(above) + found.page
    rows = shown.buttons(found, page, len(above) + found.pages)
    await notices.answer(spot, said, now, rows)


async def _changed(what: str, said: str, here: Here, now: datetime) -> bool:
    """Whether it is anything that can be changed, with what it is to be."""
    ticket, actor = here.ticket, here.actor
    match what, said.lower():
        case "vip", "on" | "off":
            await profiles.set_vip(ticket, said.lower() == "on", actor, now)
        case "note", words if words:
            await profiles.add_note(ticket, said, actor, now)
        case "phone", words if words:
            await profiles.add_contact(ticket, contacts.phone(said), actor, now)
        case "email", words if words:
            await profiles.add_contact(ticket, contacts.email(said), actor, now)
        case "tag", words if words:
            more, less = labels.signed(labels.listed(said))
            await profiles.set_tags(ticket, more, less, actor, now)
        case "field", words if words:
            field, text = await fields.parted(FieldOf.CUSTOMER, said)
            await profiles.set_field(ticket, field.key, text, actor, now)
        case _:
            return False
    return True


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
    """Until when, and why. What may be a time is not taken for a reason. Raises Misused."""
    try:
        until, reason = moments.read(said, now) or (None, said.strip())
    except moments.Unclear:
        raise Misused("ban") from None
    if not reason or (until is None and reason.lstrip("+-")[:1].isdigit()):
        raise Misused("ban")
    return until, reason


async def unban(message: Message, now: datetime, here: Here) -> None:
    """`/unban`: at once, whatever end was set."""
    await banning.unban(here.ticket, here.actor, now)
    await notices.answer(reading.command(message), _("The customer can write to us again."), now)


HANDLERS: dict[str, Handler] = {"profile": profile, "ban": ban, "unban": unban}
