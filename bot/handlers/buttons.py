"""Buttons in the operators' group: the card's, and «send again» under a failure."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot.desk import failures, tickets
from bot.handlers.commands import STATUSES, notes_mode
from bot.handlers.filters import Pressed
from bot.middlewares.group import GroupMiddleware, Here
from bot.texts import _


def build() -> Router:
    """The router of the group's buttons."""
    group = Router(name="buttons")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(change, Pressed(*STATUSES))
    group.callback_query.register(notes, Pressed("notes"))
    group.callback_query.register(retry, Pressed("retry"))
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
    changed = await tickets.change(int(argument), STATUSES[action], now, here.operator)
    return query.answer(_("Done.") if changed else _("The ticket is already so."))


async def notes(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """Notes mode on or off."""
    return query.answer(notes_mode(await tickets.switch_notes(int(argument), now, here.operator)))


async def retry(query: CallbackQuery, argument: str, now: datetime) -> TelegramMethod[bool]:
    """«Send again» under what could not be delivered."""
    revived = await failures.send_again(int(argument), now)
    return query.answer(_("Trying again.") if revived else _("It was sent, or is on its way."))


async def no_longer(query: CallbackQuery) -> TelegramMethod[bool]:
    """A button of an earlier time, or a forged one: no spinner for ever."""
    return query.answer(_("This button no longer works."))
