"""Pressed buttons: whose they are, and where they stand."""

from dataclasses import replace

from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from bot.desk.errors import WrongTopic
from bot.desk.said.spots import Spot
from bot.middlewares.group import Here
from bot.telegram import buttons, reading
from bot.texts import _


def own(here: Here, argument: str) -> int:
    """The ticket that a button names; raises WrongTopic in another one's topic."""
    if here.ticket != int(argument):
        raise WrongTopic
    return here.ticket


def own_and(here: Here, argument: str) -> tuple[int, int]:
    """The same of a button that names something else besides: a department, an operator."""
    number, _colon, other = argument.partition(":")
    return own(here, number), int(other)


def done(query: CallbackQuery, *, changed: bool) -> AnswerCallbackQuery:
    """Whether the press has changed anything."""
    return query.answer(_("Done.") if changed else _("It is so already."))


def where(query: CallbackQuery, here: Here) -> Spot:
    """Where the button stands; Telegram always names it for a button of our own posts."""
    if isinstance(query.message, Message):
        return reading.spot(query.message)
    return Spot(here.group.chat_id, post_id=query.message.message_id if query.message else 0)


def asked(query: CallbackQuery, here: Here) -> Spot:
    """Where to answer who pressed it, and to whom."""
    return replace(where(query, here), asked_by=query.from_user.id)


def turned(query: CallbackQuery, here: Here) -> Spot:
    """The answer whose button is pressed: it says something else from now on, where it stands.

    Where no such button stands, nothing is turned: an app can press what is not there.
    """
    there = isinstance(query.message, Message) and buttons.stands_there(query.message, query.data)
    return replace(asked(query, here), turns=here.stands if there else None)
