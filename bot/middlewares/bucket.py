"""What one person brings, held to a pace before it costs the database anything."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import InlineQuery, Message, TelegramObject, Update
from redis.exceptions import RedisError

from bot import texts
from bot.bucket import REFUSED_FOR, Bucket, Refusal
from bot.desk import outbox
from bot.desk.people import customers
from bot.desk.said.sentences import Sentence
from bot.desk.talk import updates
from bot.desk.tickets import theirs
from bot.telegram import branches, reading
from bot.telegram.inflow import ComesLater
from bot.texts import _

TOO_MUCH = texts.marks(
    "That is a great many messages at once. We have not taken this one in, nor will we see"
    " what you send within {n} minute. Please send it again after that.",
    "That is a great many messages at once. We have not taken this one in, nor will we see"
    " what you send within {n} minutes. Please send it again after that.",
)
LONGEST_ASK = 1.0  # seconds; Redis that is slower counts as away
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class BucketMiddleware(BaseMiddleware):
    """Outer middleware of updates, before the transaction. Raises ComesLater.

    Private chats are counted, presses of buttons anywhere, and, apart, what is asked in the line,
    where each letter asks. While Redis is away nobody waits.
    `pressed`: others would wait behind what waits, so nothing does; without it nothing is counted.
    """

    def __init__(self, bucket: Bucket, line: Bucket) -> None:
        self._bucket = bucket
        self._line = line

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Go on, or let it come later; who is refused is told once, by the outbox."""
        if not isinstance(event, Update):
            raise TypeError("this middleware belongs to updates")
        if event.inline_query and "pressed" in data and not await self._may_ask(event.inline_query):
            return event.inline_query.answer([], cache_time=1, is_personal=True)
        who = _who(event, data["bot"])
        if who is None or "pressed" not in data:
            return await handler(event, data)
        telling = event.update_id if _words(event) else None
        can_wait = not (data["pressed"] or _is_part(event))
        room = await self._take(who, can_wait=can_wait, telling=telling)
        if room == 0:
            return await handler(event, data)
        if press := event.callback_query:
            person = reading.customer(press.from_user, data["settings"].language)
            with texts.use(person.language):
                return press.answer(_("Too many presses at once. Please wait a moment."))
        if not isinstance(room, Refusal):
            raise ComesLater(room)
        if room.first:
            await _refuse(event, data)
        return None

    async def _may_ask(self, query: InlineQuery) -> bool:
        """Each answer is worth nothing once the next letter is typed, so none comes later."""
        return await self._take(f"line:{query.from_user.id}", of=self._line, can_wait=True) == 0

    async def _take(
        self,
        who: int | str,
        *,
        can_wait: bool,
        telling: int | None = None,
        of: Bucket | None = None,
    ) -> float | Refusal:
        try:
            async with asyncio.timeout(LONGEST_ASK):
                return await (of or self._bucket).take(who, can_wait=can_wait, telling=telling)
        except (RedisError, OSError):  # a time-out is an OSError, too
            return 0.0


def _who(update: Update, bot: Bot) -> int | None:
    """Whose bucket it is; none for what is said in groups, or what we have done ourselves."""
    if update.callback_query:
        return update.callback_query.from_user.id
    event = update.message or update.edited_message or update.message_reaction
    if event is None or event.chat.type != "private" or branches.is_ours(update.message, bot):
        return None
    return event.chat.id


def _is_part(update: Update) -> bool:
    """An album comes in whole."""
    return update.message is not None and update.message.media_group_id is not None


def _words(update: Update) -> Message | None:
    """What its author is told about: a reaction is no words."""
    return update.message or update.edited_message


async def _refuse(update: Update, data: dict[str, Any]) -> None:
    """Tell that these words were not taken in, nor will others be."""
    message, now = _words(update), datetime.now(UTC)
    if message is None or message.from_user is None:
        return
    place = reading.address(message.chat.id)
    person = reading.customer(message.from_user, data["settings"].language)
    async with outbox.transaction():
        if await updates.first_time(data["bot"].id, update.update_id, now):
            address = await theirs.at(place, person, now)
            address.branch = branches.at(message, data["settings"])
            await customers.say(address, _refusal(), now, reply_to=str(message.message_id))


def _refusal() -> Sentence:
    minutes, (one, many) = REFUSED_FOR // 60, TOO_MUCH
    return Sentence(one, {"n": minutes}, minutes, many)
