"""A banned customer is turned away at the door: it costs one look, and nothing is written."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.types import CallbackQuery, TelegramObject, Update

from bot import sentences, texts
from bot.desk import outbox
from bot.desk.people import bans
from bot.desk.talk import barring
from bot.telegram import branches, buttons, reading

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class BarringMiddleware(BaseMiddleware):
    """Outer middleware of updates, behind the bucket and before the transaction.

    Of private chats alone: an operator who is banned as a customer works on, by the buttons of
    the group's answers that stand there as well.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Go on, unless they are banned; then a press is answered, and words are the first time."""
        if not isinstance(event, Update):
            raise TypeError("this middleware belongs to updates")
        who, now = _who(event, data["bot"]), datetime.now(UTC)
        ban = await bans.at(reading.address(who), now) if who else None
        if ban is None:
            return await handler(event, data)
        said = sentences.barred(ban, data["settings"].timezone, now)
        if press := event.callback_query:
            with texts.use(ban.language):
                return press.answer(sentences.text(said), show_alert=True)
        words = event.message or event.edited_message
        if words and not ban.is_told:
            branch = branches.at(words, data["settings"])
            async with outbox.transaction():
                await barring.tell(ban, said, now, str(words.message_id), branch)
        return None


def _who(update: Update, bot: Bot) -> int | None:
    """Who is in a private chat with us, as a customer."""
    if press := update.callback_query:
        is_private = press.message is not None and press.message.chat.type == "private"
        return press.from_user.id if is_private and not _is_placed(press, bot) else None
    event = update.message or update.edited_message or update.message_reaction
    if event is None or event.chat.type != "private" or branches.is_ours(update.message, bot):
        return None
    return event.chat.id


def _is_placed(press: CallbackQuery, bot: Bot) -> bool:
    """Whether its button acts in a group, where it is found out who may."""
    read = buttons.read(press.data or "", buttons.signing_key(bot.token))
    return read is not None and read[0] == buttons.AT
