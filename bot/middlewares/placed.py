"""Buttons of an answer that stands in a private chat: they act in the group where it was asked."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from bot.desk.said.spots import PRIVATE, stand
from bot.telegram import buttons

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PlacedMiddleware(BaseMiddleware):
    """What such a button asks comes as if it had been pressed there; who may is found out there."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Read where it acts; all other buttons come as they are."""
        if isinstance(event, CallbackQuery) and isinstance(event.message, Message):
            signing = buttons.signing_key(data["bot"].token)
            read = buttons.read(event.data or "", signing)
            if read is not None and read[0] == buttons.AT:
                data["stands"] = stand(PRIVATE, event.message.message_id)
                event = await _there(event, event.message, read[1], signing, data)
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
