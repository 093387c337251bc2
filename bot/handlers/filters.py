"""Filters: where it happened, what it is, which button was pressed and that nobody forged it.

All of them are coroutines: aiogram sends a plain function, and a bare `F`, to a thread, and
waking a thread a few times for each update costs more than handling the update.
"""

from typing import Any

from aiogram import Bot, F
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, TelegramObject
from aiogram.utils.magic_filter import MagicFilter

from bot.telegram import buttons, reading

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
SLASH = Where(F.text.startswith("/"))


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


class Service(Filter):
    """A message that Telegram wrote: somebody joined, something was pinned."""

    async def __call__(self, message: Message) -> bool:
        """Whether it is one."""
        return reading.kind_of(message) in SERVICE


class Carried(Filter):
    """A message of a kind that Telegram lets a bot pass on."""

    async def __call__(self, message: Message) -> bool:
        """Whether it is one."""
        return reading.kind_of(message) in reading.CARRIED


SERVICE = {
    *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo"),
    *("delete_chat_photo", "group_chat_created", "supergroup_chat_created"),
    *("channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id"),
    *("migrate_from_chat_id", "pinned_message", "connected_website", "write_access_allowed"),
    *("proximity_alert_triggered", "boost_added", "chat_background_set"),
    *("forum_topic_created", "forum_topic_edited", "forum_topic_closed"),
    *("forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden"),
    *("giveaway_created", "giveaway_completed", "video_chat_scheduled", "video_chat_started"),
    *("video_chat_ended", "video_chat_participants_invited"),
}
