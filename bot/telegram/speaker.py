"""One voice in one chat or topic: how a call is made, repeated, checked and replied with."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.methods import DeleteMessages, SendMessage, TelegramMethod
from aiogram.types import (
    EphemeralMessageParameters,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.desk.outbox.carrying import TryLater
from bot.desk.said import Buttons, Preview, Quote
from bot.desk.words import Words, plain
from bot.files import Store
from bot.telegram.buttons import keyboard, signing_key
from bot.telegram.calls import ask
from bot.telegram.keyboards import instead_of_letters
from bot.telegram.refusals import BadQuote, Refused, ReplyGone, TopicGone

T = TypeVar("T")
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

TEXT_LIMIT = 4096  # Bot API: sendMessage
CAPTION_LIMIT = 1024  # Bot API: copyMessage, sendPhoto, editMessageCaption …
QUOTE_LIMIT = 1024  # Bot API: ReplyParameters
ROUNDS = 5  # tries for what follows a part that has arrived already


@dataclass(frozen=True, slots=True)
class Thread:
    """Where to speak; General and private chats have no thread.

    `only`: the member of the group who alone is to see it.
    """

    chat_id: int
    thread_id: int | None = None
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Which message is answered, and which part of it."""

    message_id: int
    quote: Quote | None = None


Turn = Callable[[float], Awaitable[None]]


class Speaker:
    """Makes the calls of one parcel.

    The first call has been paid for; before each further one `turn(after)` is awaited, which
    waits `after` seconds at least and then for the chat's budget. Through `doors` go only so
    many calls at a time: whatever is under way when the process is killed may be shown twice.
    """

    def __init__(
        self, bot: Bot, place: Thread, turn: Turn, doors: asyncio.Semaphore, files: Store
    ) -> None:
        """`files` has what the bot has no id of."""
        self.bot = bot
        self.place = place
        self.files = files
        self._turn = turn
        self._doors = doors
        self.calls = 0
        self._arrived = False

    async def call(self, method: TelegramMethod[T]) -> T:
        """One call. Once something has arrived, the rest is finished here.

        To begin anew would show the first part twice.
        """
        after = 0.0
        for rounds_left in reversed(range(ROUNDS)):
            if self.calls:
                await self._turn(after)
            self.calls += 1
            try:
                async with self._doors:
                    return await ask(self.bot, method)
            except TryLater as trouble:
                if not self._arrived:
                    raise
                if not rounds_left:
                    raise TryLater(
                        str(trouble), after=trouble.after, hold=trouble.hold
                    ) from trouble
                after = trouble.after or 2.0 ** (ROUNDS - rounds_left) / 4
        raise AssertionError("the last round returns or raises")

    async def post(self, method: TelegramMethod[T], reply: Reply | None = None) -> T:
        """A call that shows something, as an answer to `reply` where that is still possible."""
        try:
            shown = await self.call(_answering(method, reply))
        except BadQuote:
            shown = await self.call(_answering(method, Reply(reply.message_id) if reply else None))
        except ReplyGone:
            shown = await self.call(_answering(method, None))
        await self._check(shown if isinstance(shown, list) else [shown])
        self._arrived = True
        return shown

    async def say(
        self,
        words: Words,
        reply: Reply | None = None,
        buttons: Buttons | None = None,
        preview: Preview | None = None,
    ) -> list[int]:
        """Words, in as many messages as they need; the buttons are under the last one."""
        shown = await self.says(words, reply, buttons, preview)
        return [message.message_id for message in shown]

    async def says(
        self,
        words: Words,
        reply: Reply | None = None,
        buttons: Buttons | None = None,
        preview: Preview | None = None,
    ) -> list[Message]:
        """As `say`; gives what has been shown."""
        pieces = words.split(TEXT_LIMIT) or [plain("…")]
        shown: list[Message] = []
        for piece in pieces:
            method = SendMessage(
                **self.where(),
                text=piece.text,
                entities=formatting(piece),
                link_preview_options=previewed(preview),
                reply_markup=self._below(buttons) if piece is pieces[-1] else None,
            )
            shown.append(await self.post(method, reply if not shown else None))
        return shown

    def where(self) -> dict[str, Any]:
        """The place, as parameters."""
        at = {"chat_id": self.place.chat_id, "message_thread_id": self.place.thread_id}
        if self.place.only is None:
            return at
        to = EphemeralMessageParameters(receiver_user_id=self.place.only)
        return {**at, "ephemeral_message_parameters": to}

    def _below(self, buttons: Buttons | None) -> Markup | None:
        """What stands under words: a keyboard in the place of the letters', or buttons."""
        return instead_of_letters(buttons or []) or self.keyboard(buttons)

    def keyboard(self, buttons: Buttons | None) -> InlineKeyboardMarkup | None:
        """Buttons with this bot's signature."""
        return keyboard(buttons, signing_key(self.bot.token)) if buttons else None

    async def _check(self, shown: list[Any]) -> None:
        """Telegram has been seen to answer ok and put a deleted topic's message into General.

        Of a copy and of a forwarded album it gives the ids alone: those cannot be checked.
        """
        outside = [
            one.message_id
            for one in shown
            if isinstance(one, Message) and not one.ephemeral_message_id
            if _thread_of(one) != self.place.thread_id
        ]
        if self.place.thread_id is None or not outside:
            return
        with suppress(Refused):
            await self.call(DeleteMessages(chat_id=self.place.chat_id, message_ids=outside))
        raise TopicGone("the message was put outside of its topic")


def turns(take: Callable[[], Awaitable[float]], hold: Callable[[float], Awaitable[None]]) -> Turn:
    """How a place is waited for that is asked for its turn again and again."""

    async def turn(after: float) -> None:
        if after:
            await hold(after)
        while True:
            wait = await take()
            if not wait:
                return
            await asyncio.sleep(wait)

    return turn


def _thread_of(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def previewed(preview: Preview | None) -> LinkPreviewOptions | None:
    """How a link's preview is shown, where not as by itself."""
    return LinkPreviewOptions(**asdict(preview)) if preview else None


def formatting(words: Words) -> list[MessageEntity] | None:
    """Entities as the Bot API takes them; words are never sent with a parse mode."""
    return _entities(words.entities) or None


def _entities(found: Iterable[dict[str, Any]]) -> list[MessageEntity]:
    return [MessageEntity.model_validate(entity) for entity in found]


def _answering(method: TelegramMethod[T], reply: Reply | None) -> TelegramMethod[T]:
    if reply is None:
        return method
    parameters = ReplyParameters(message_id=reply.message_id, allow_sending_without_reply=True)
    quote = reply.quote
    if quote and 0 < len(quote.words) <= QUOTE_LIMIT:
        parameters = ReplyParameters(
            message_id=reply.message_id,
            allow_sending_without_reply=True,
            quote=quote.words.text,
            quote_entities=formatting(quote.words),
            quote_position=quote.position,
        )
    return method.model_copy(update={"reply_parameters": parameters})
