"""`/setup`: make a group the operators' group, check the one that is, hand the desk over."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot.config import Settings
from bot.desk.outbox.kinds.to_group import Choice
from bot.desk.people import codes
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.talk.notices import Asked
from bot.handlers.filters import Pressed, Slash
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading
from bot.texts import _


def build() -> Router:
    """The router of set-up: the only one that answers in a group that is not bound."""
    router = Router(name="setup")
    router.message.filter(Slash())
    router.message.middleware(GroupMiddleware(strangers=True))
    router.message.register(setup, Command("setup", ignore_case=True))
    router.message.register(setup, CommandStart(deep_link=True, ignore_case=True))
    router.callback_query.middleware(GroupMiddleware())
    router.callback_query.register(hand_over, Pressed("handover"))
    return router


def choosing() -> Router:
    """The router of what is pressed in a group that is not bound."""
    router = Router(name="choosing")
    router.callback_query.middleware(GroupMiddleware(strangers=True))
    router.callback_query.register(choose, Pressed("choose"))
    return router


async def setup(
    message: Message,
    command: CommandObject,
    now: datetime,
    settings: Settings,
    here: Here | None = None,
) -> None:
    """`/setup`: have the group checked and bound.

    It takes a code that the console shows, so that no stranger can take the desk over by adding
    the bot to a group of their own. Whether it is right is found out by who carries this: there
    tries are counted.
    """
    code = (command.args or "").strip()
    user_id, name = _speaker(message)
    asked = Asked(
        spot=reading.spot(message),
        user_id=user_id,
        name=name,
        language=here.group.language if here else settings.language,
        bound=here is not None,
        code=codes.hashed(code) if code else None,
    )
    await notices.ask_setup(asked, here.actor if here else None, now)


async def hand_over(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """«Hand the desk over to …», in the bound group; for admins."""
    asked = Asked(
        spot=Spot(here.group.chat_id),
        user_id=query.from_user.id,
        name=reading.person(query.from_user).name,
        language=here.group.language,
        offer=int(argument),
    )
    await notices.take_offer(asked, here.actor, now)
    return query.answer(_("Looking at that group…"))


async def choose(
    query: CallbackQuery, argument: str, now: datetime, settings: Settings
) -> TelegramMethod[bool]:
    """What a further group is to be: another department's, or one in another's place."""
    if query.message is not None:
        asked = Asked(
            spot=Spot(query.message.chat.id),
            user_id=query.from_user.id,
            name=reading.person(query.from_user).name,
            language=settings.language,
            choice=Choice.read(argument),
        )
        await notices.ask_setup(asked, None, now)
    return query.answer(_("Looking at this group…"))


def _speaker(message: Message) -> tuple[int, str]:
    """Whom tries are counted for: who hides behind a group shares nothing with other groups."""
    if message.sender_chat is not None:
        return message.sender_chat.id, message.sender_chat.title or "…"
    user = message.from_user
    return (user.id, reading.person(user).name) if user else (message.chat.id, "…")
