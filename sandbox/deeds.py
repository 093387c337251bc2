"""What a bot has just done, told as deeds in places that have names; and how much it may do yet."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sandbox.chats import Chat
from sandbox.journal import Entry
from sandbox.limits import is_action

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.world import World

Json = dict[str, Any]

MOST = 12
# What people notice beside the actions that Telegram limits.
FREE = frozenset(("answercallbackquery", "setmessagereaction", "deletemessage", "deletemessages"))


def deeds(sandbox: Sandbox) -> Json:
    """The newest deeds of the first bot, newest first, and what is `left` of its group's minute.

    `left` is null while there are no limits; `wait` is the rest of a flood wait in seconds.
    """
    world = sandbox.world
    told = (deed(world, entry) for entry in reversed(tuple(sandbox.calls)) if _is_deed(entry))
    found = list(islice(told, MOST))
    forum = next((chat for chat in world.chats.values() if chat.is_forum), None)
    bot = next(iter(world.bots.values()), None)
    left, wait = (
        sandbox.limits.left(bot.id, str(forum.id))
        if bot and forum and sandbox.limits.mode != "off"
        else (None, 0.0)
    )
    return {"deeds": found, "left": left, "wait": wait}


def deed(world: World, entry: Entry) -> Json:
    """One call: its method, and the names of the place where it happened."""
    where = _number(entry.chat_id)
    chat = world.chats.get(where)
    person = world.users.get(where) or world.users.get(_number(entry.values.get("from_chat_id")))
    return {
        "time": entry.time,
        "method": entry.method.lower(),
        "status": entry.status,
        "retry_after": entry.retry_after,
        "person": person.first_name if person else None,
        "in_group": chat is not None,
        "topic": _topic(chat, entry) if chat else None,
        "card": "callback_data" in str(entry.values.get("reply_markup", "")),
        "name": entry.values.get("name"),
    }


def _is_deed(entry: Entry) -> bool:
    method = entry.method.lower()
    return bool(entry.status) and (is_action(method) or method in FREE)


def _topic(chat: Chat, entry: Entry) -> str | None:
    """The name of the topic, also when only a message in it is named."""
    thread = _number(entry.values.get("message_thread_id"))
    message = chat.messages.get(_number(entry.values.get("message_id")))
    topic = chat.topics.get(thread or (message.thread if message else 0))
    return topic.name if topic else None


def _number(given: object) -> int:
    text = str(given)
    return int(text) if text.lstrip("-").isdigit() else 0
