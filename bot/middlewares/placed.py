"""Buttons of an answer to one person, where others see it or where it was not asked.

In a private chat they act in the group where it was asked; before all, for who asked alone.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from bot.desk.said.spots import PRIVATE, stand
from bot.telegram import buttons
from bot.texts import _

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PlacedMiddleware(BaseMiddleware):
    """What such a button asks comes as any other would; who may is found out where it acts."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Read where it acts, and for whom; all other buttons come as they are."""
        if not isinstance(event, CallbackQuery):
            return await handler(event, data)
        signing = buttons.signing_key(data["bot"].token)
        action, argument = buttons.read(event.data or "", signing) or ("", "")
        if action == buttons.AT and isinstance(event.message, Message):
            data["stands"] = stand(PRIVATE, event.message.message_id)
            event = await _there(event, event.message, argument, signing, data)
        if action == buttons.BY:
            owner, inner = buttons.owner(argument, signing)
            if owner != event.from_user.id:
                sentence = _("This answers somebody else. Please ask for it yourself.")
                return event.answer(sentence, show_alert=True)
            event = event.model_copy(update={"data": inner})
        return await handler(event, data)


async def _there(
    query: CallbackQuery, shown: Message, argument: str, signing: bytes, data: dict[str, Any]
) -> CallbackQuery:
    group, thread, inner = buttons.here(argument, signing)
    chat_id = await data["forum"].chat_of(group)
    if chat_id is None:
        return query  # of a group that is gone: nothing knows such a button
    there = {
        "chat": Chat(id=chat_id, type=ChatType.SUPERGROUP),
        "message_id": 0,
        "message_thread_id": thread,
        "is_topic_message": thread is not None,
    }
    return query.model_copy(update={"data": inner, "message": shown.model_copy(update=there)})
