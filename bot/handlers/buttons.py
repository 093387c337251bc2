"""Buttons in the operators' group: the card's, and «send again» under a failure."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot import texts
from bot.config import Settings
from bot.desk import tickets
from bot.desk.errors import NotYours
from bot.desk.talk import corrections, decisions, doubts, failures, held, notices
from bot.desk.talk.decisions import Press
from bot.forum import Forum
from bot.handlers.commands import words
from bot.handlers.commands.ticket import STATUSES, moving_to, notes_mode
from bot.handlers.filters import Pressed
from bot.handlers.pressed import own, own_and, turned, where
from bot.middlewares.group import GroupMiddleware, Here
from bot.texts import _


def build() -> Router:
    """The router of the group's buttons."""
    group = Router(name="buttons")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(change, Pressed(*STATUSES))
    group.callback_query.register(notes, Pressed("notes_on", "notes_off"))
    group.callback_query.register(move, Pressed("move"))
    group.callback_query.register(language, Pressed("speak"))
    group.callback_query.register(dissolve, Pressed("dissolve"))
    group.callback_query.register(send, Pressed("send"))
    group.callback_query.register(keep, Pressed("keep"))
    group.callback_query.register(anyway, Pressed("anyway"))
    group.callback_query.register(history, Pressed("history"))
    group.callback_query.register(retry, Pressed("retry"))
    group.callback_query.register(wordings, Pressed("wordings"))
    return group


def stale() -> Router:
    """The router of buttons that match nothing else, wherever they are."""
    rest = Router(name="stale buttons")
    rest.callback_query.register(no_longer)
    return rest


async def change(
    query: CallbackQuery, action: str, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """A status button of the card."""
    changed = await tickets.change(own(here, argument), STATUSES[action], here.actor, now)
    return query.answer(_("Done.") if changed else _("The ticket already has this status."))


async def notes(
    query: CallbackQuery, action: str, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """Notes mode on, or off."""
    on = action == "notes_on"
    await tickets.set_notes(own(here, argument), on, here.actor, now)
    return query.answer(notes_mode(on))


async def move(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """A department to which the ticket is moved."""
    ticket, department = own_and(here, argument)
    name = await tickets.move(ticket, department, here.actor, now)
    return query.answer(moving_to(name))


async def dissolve(
    query: CallbackQuery, argument: str, now: datetime, here: Here, forum: Forum
) -> TelegramMethod[bool]:
    """The department that is to have the requests of the one that is dissolved."""
    which, _colon, heir = argument.partition(":")
    await forum.dissolve(here.group, int(which), int(heir), here.actor, now)
    return query.answer(_("It is dissolved."))


async def language(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """A language that the group is to read from now on."""
    await notices.ask_language(where(query, here), texts.nearest(argument), here.actor, now)
    return query.answer()


async def send(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """«Send to the customer» under words that were kept inside in doubt."""
    press = _press(here, argument, here.ticket)
    if not await decisions.send(press, now):
        return query.answer(_("It was sent already."))
    await notices.retell(press.ticket_id, turned(query, here), doubts.SENT, now)
    return query.answer(_("Sending."))


async def keep(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """«It is a note» under words in doubt; «Do not send», in General too, where it is listed."""
    here.not_left()
    number = here.topic or await held.ticket_of(int(argument))
    press = _press(here, argument, number)
    if not await decisions.keep(press, now):
        return query.answer(_("It was sent already."))
    await notices.retell(press.ticket_id, turned(query, here), doubts.KEPT, now)
    return query.answer()


async def anyway(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """«Even if the customer writes first», of what is to go later."""
    if not await decisions.anyway(_press(here, argument, here.ticket), now):
        return query.answer(_("It was sent already."))
    return query.answer(_("It goes whoever writes first."))


async def history(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """Another page of the ticket's history."""
    _ticket, page = own_and(here, argument)
    await words.recount(turned(query, here), here, settings, now, page)
    return query.answer()


async def retry(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """«Send again» under what could not be delivered."""
    at = where(query, here)
    revived = await failures.send_again(int(argument), here.ticket, at, here.actor, now)
    return query.answer(_("Trying again.") if revived else _("It has been sent, or is on its way."))


async def wordings(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """Another page of a message's wordings."""
    number, page = map(int, argument.split(":"))
    line = await corrections.line(number, here.ticket)
    await words.show(turned(query, here), line, now, settings, page)
    return query.answer()


async def no_longer(query: CallbackQuery) -> TelegramMethod[bool]:
    """A button of an earlier time, or a forged one: no spinner for ever."""
    return query.answer(_("This button no longer works."))


def _press(here: Here, argument: str, ticket: int) -> Press:
    """Raises NotYours for an admin who hides: whose words these are cannot be seen."""
    if here.member is None:
        raise NotYours
    return Press(int(argument), ticket, here.member)
