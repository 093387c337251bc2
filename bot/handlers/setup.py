"""`/setup`: make a group the operators' group, or check the one that is."""

import hmac
from dataclasses import replace
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message

from bot.config import Settings
from bot.desk import reports
from bot.handlers.filters import SLASH
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading


def build() -> Router:
    """The router of set-up: the only one that answers in a group that is not bound."""
    router = Router(name="setup")
    router.message.filter(SLASH)
    router.message.middleware(GroupMiddleware(strangers=True))
    router.message.register(setup, Command("setup"))
    router.message.register(setup, CommandStart(deep_link=True))
    return router


async def setup(
    message: Message,
    command: CommandObject,
    now: datetime,
    settings: Settings,
    here: Here | None = None,
) -> None:
    """`/setup`: have the group checked and bound.

    The first time it takes the code that the console shows, so that no stranger can take the
    desk over by adding the bot to a group of their own.
    """
    code = (command.args or "").strip().upper()
    knows_code = hmac.compare_digest(code.encode(), settings.setup_code.encode())
    allowed = knows_code or (here is not None and here.is_admin)
    user_id = message.from_user.id if message.from_user else 0
    language = here.group.language if here else settings.language
    spot = replace(reading.place(message), ours=here is not None)
    await reports.ask_setup(spot, user_id, language, allowed, now)
