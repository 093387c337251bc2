"""Answers that a customer gives by a button under our words."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot.config import Settings
from bot.desk.errors import ChosenAlready, NoChoice
from bot.desk.said import Branch
from bot.desk.talk import choices
from bot.desk.talk.intake import Terms
from bot.handlers.filters import Pressed
from bot.middlewares.customer import CustomerMiddleware
from bot.texts import _
from models import Address


def build() -> Router:
    """The router of these buttons."""
    answers = Router(name="answers")
    answers.callback_query.middleware(CustomerMiddleware())
    answers.callback_query.register(press, Pressed("answer"))
    return answers


async def press(
    query: CallbackQuery,
    argument: str,
    address: Address,
    branch: Branch | None,
    now: datetime,
    settings: Settings,
) -> TelegramMethod[bool]:
    """It comes to us as if they had written it."""
    message, _colon, place = argument.partition(":")
    terms = Terms(settings.reopen_days, settings.open_tickets)
    try:
        said = await choices.choose(address, int(message), int(place), now, terms, branch)
    except (NoChoice, ChosenAlready) as refusal:
        return query.answer(_(refusal.sentence), show_alert=True)
    return query.answer(_("Your answer: {words}").format(words=said))
