"""What one person brings, held to a pace before it costs the database anything."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.methods import AnswerCallbackQuery, SendMessage, TelegramMethod
from aiogram.types import Message, ReplyParameters, TelegramObject, Update
from redis.exceptions import RedisError

from bot import texts
from bot.bucket import REFUSED_FOR, Bucket, Refusal
from bot.telegram.inflow import NotYet
from bot.texts import _, ngettext

LONGEST_ASK = 1.0  # seconds; Redis that is slower counts as away
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class BucketMiddleware(BaseMiddleware):
    """Outer middleware of updates, before the transaction. Raises NotYet.

    Private chats are counted, and presses of buttons anywhere. While Redis is away nobody waits.
    `pressed`: others would wait behind what waits, so nothing does; without it nothing is counted.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Go on, or let it come later; who is refused reads so once."""
        if not isinstance(event, Update):
            raise TypeError("this middleware belongs to updates")
        who = _who(event)
        if who is None or "pressed" not in data:
            return await handler(event, data)
        room = await self._take(who, can_wait=not (data["pressed"] or _is_part(event)))
        if room == 0:
            return await handler(event, data)
        if event.callback_query is None and not isinstance(room, Refusal):
            raise NotYet(room)
        with texts.use(_language(event, data)):
            return _answer(event, room)

    async def _take(self, who: int, *, can_wait: bool) -> float | Refusal:
        try:
            async with asyncio.timeout(LONGEST_ASK):
                return await self._bucket.take(who, can_wait=can_wait)
        except (RedisError, OSError):  # a time-out is an OSError, too
            return 0.0


def _who(update: Update) -> int | None:
    """Whose bucket it is; none for what is said in groups."""
    if update.callback_query:
        return update.callback_query.from_user.id
    event = update.message or update.edited_message or update.message_reaction
    return event.chat.id if event and event.chat.type == "private" else None


def _is_part(update: Update) -> bool:
    """An album comes in whole."""
    return update.message is not None and update.message.media_group_id is not None


def _language(update: Update, data: dict[str, Any]) -> str:
    event = update.callback_query or update.message or update.edited_message
    code = event.from_user.language_code if event and event.from_user else None
    return texts.nearest(code or "", data["settings"].language)


def _answer(update: Update, room: float | Refusal) -> TelegramMethod[Any] | None:
    if press := update.callback_query:
        text = _("Too many presses at once. Please wait a moment.")
        return AnswerCallbackQuery(callback_query_id=press.id, text=text)
    message = update.message or update.edited_message
    if message is None or not isinstance(room, Refusal) or not room.first:
        return None
    return _refused(message)


def _refused(message: Message) -> SendMessage:
    minutes = REFUSED_FOR // 60
    text = ngettext(
        "That is a great many messages at once. We have not taken this one in, nor will we see"
        " what you send within {n} minute. Please send it again after that.",
        "That is a great many messages at once. We have not taken this one in, nor will we see"
        " what you send within {n} minutes. Please send it again after that.",
        minutes,
    ).format(n=minutes)
    reply = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    return SendMessage(chat_id=message.chat.id, text=text, reply_parameters=reply)
