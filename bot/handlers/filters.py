"""Filters: where it happened, what it is, which button was pressed and that nobody forged it.

All of them are coroutines: aiogram sends a plain function, and a bare `F`, to a thread, and
waking a thread a few times for each update costs more than handling the update.
"""

import re
from collections.abc import Callable
from typing import Any

from aiogram import Bot, F
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram.utils.magic_filter import MagicFilter

from bot.desk.errors import BadPhone
from bot.desk.people import contacts
from bot.desk.people.contacts import Typed
from bot.telegram import branches, buttons, reading

Handler = Callable[..., Any]  # whatever aiogram calls
GROUPS = {"group", "supergroup"}


class Where(Filter):
    """What an `F` says of the event, found out on the spot."""

    def __init__(self, magic: MagicFilter) -> None:
        self._magic = magic

    async def __call__(self, event: TelegramObject) -> bool:
        """Whether it is so."""
        return bool(self._magic.resolve(event))


PRIVATE = Where(F.chat.type == "private")
IN_GROUP = Where(F.chat.type.in_(GROUPS))


class Slash(Filter):
    """Words of one's own that begin as a command does; a forward commands nothing."""

    async def __call__(self, message: Message) -> bool:
        """Whether they do."""
        return begins_a_command(message.text or "") and not reading.is_forwarded(message)


def begins_a_command(text: str) -> bool:
    """Whether these are a slash and a name; two slashes are words, as is one that stands alone."""
    return re.match(r"/\w", text) is not None


class Pressed(Filter):
    """A button of one of these actions; hands over its `action` and `argument`."""

    def __init__(self, *actions: str) -> None:
        self._actions = actions

    async def __call__(self, query: CallbackQuery, bot: Bot) -> bool | dict[str, Any]:
        """Read the signed data; a forged or foreign button matches nothing."""
        read = buttons.read(query.data or "", buttons.signing_key(bot.token))
        if read is None or read[0] not in self._actions:
            return False
        return {"action": read[0], "argument": read[1]}


class OwnContact(Filter):
    """A contact that Telegram says is its sender's own; hands over the `phone`.

    Whose it is Telegram finds by the number, whatever was typed beside it (Bot API: Contact). What
    is forwarded was somebody else's to say.
    """

    async def __call__(self, message: Message) -> bool | dict[str, Typed]:
        """Look whose it is."""
        contact, author = message.contact, message.from_user
        if contact is None or author is None or contact.user_id != author.id:
            return False
        if reading.is_forwarded(message):
            return False
        try:
            return {"phone": contacts.shared_phone(contact.phone_number)}
        except BadPhone:
            return False


class Service(Filter):
    """A message that nobody said: Telegram wrote it, be it of a kind that is not known yet."""

    def __init__(self, *, unknown: bool = True) -> None:
        """`unknown`: whether what cannot be told apart is taken for one."""
        self._unknown = unknown

    async def __call__(self, message: Message) -> bool:
        """Whether it is one."""
        return reading.is_service(message, unknown=self._unknown)


class OwnBranch(Filter):
    """Telegram's word that we have made a topic in somebody's private chat."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        """Whether it is that."""
        return branches.is_ours(message, bot)


class Carriable(Filter):
    """A message of a kind that Telegram lets a bot pass on."""

    async def __call__(self, message: Message) -> bool:
        """Whether it is one."""
        return reading.content(message) is not None
