"""What a bot has just done, told as deeds in places that have names; and how much it may do yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sandbox.accounts import User
from sandbox.chats import Chat
from sandbox.journal import Entry, Journal
from sandbox.limits import Limits, is_action
from sandbox.living import LivingWorld
from sandbox.messages import Message

Json = dict[str, Any]

MOST = 12
LATELY = 50  # a person's messages among which shown words and files are looked for
_FILE_ID = re.compile(r"[\w-]{30,}")
# What people notice beside the actions that Telegram limits.
FREE = frozenset(("answercallbackquery", "setmessagereaction", "deletemessage", "deletemessages"))


def deeds(world: LivingWorld, calls: Journal, limits: Limits) -> Json:
    """The newest deeds of the first bot, newest first, and what is `left` of its group's minute.

    `left` is null while there are no limits; `wait` is the rest of a flood wait in seconds.
    """
    told = (deed(world, entry) for entry in reversed(tuple(calls)) if _is_deed(entry))
    found = list(islice(told, MOST))
    forum = next((chat for chat in world.chats.values() if chat.is_forum), None)
    bot = next(iter(world.bots.values()), None)
    left, wait = (
        limits.left(bot.id, str(forum.id))
        if bot and forum and limits.mode != "off"
        else (None, 0.0)
    )
    return {"deeds": found, "left": left, "wait": wait}


def deed(world: LivingWorld, entry: Entry) -> Json:
    """One call: its method, the place where it happened, and the person whom it concerns.

    `alone`: none but that person sees it. `shows` tells that it put this person's words or files
    before others.
    """
    where = _number(entry.chat_id)
    chat = world.chats.get(where)
    topic = _topic(chat, entry) if chat else entry.values.get("name")  # one of a private chat
    named = _named(world, topic)
    author = _author(world, entry, named) if chat else None
    person = world.users.get(entry.receiver or where) or author or named
    return {
        "time": entry.time,
        "method": entry.method.lower(),
        "status": entry.status,
        "retry_after": entry.retry_after,
        "person": person.first_name if person else None,
        "in_group": chat is not None,
        "topic": topic,
        "shows": author is not None,
        "alone": entry.ephemeral,
        "card": _is_card(entry),
    }


def _is_card(entry: Entry) -> bool:
    """It has buttons, and answers nothing: a question to an operator stands under their words."""
    buttons = "callback_data" in str(entry.values.get("reply_markup", ""))
    return buttons and not entry.values.get("reply_parameters")


def _is_deed(entry: Entry) -> bool:
    method = entry.method.lower()
    return bool(entry.status) and (is_action(method) or method in FREE)


def _topic(chat: Chat, entry: Entry) -> str | None:
    """The name of the topic, also of one that is made, or when only a message in it is named."""
    if entry.method.lower() == "createforumtopic":
        return str(entry.values.get("name"))
    thread = _number(entry.values.get("message_thread_id"))
    message = chat.messages.get(_number(entry.values.get("message_id")))
    topic = chat.topics.get(thread or (message.thread if message else 0))
    return topic.name if topic else None


def _named(world: LivingWorld, topic: str | None) -> User | None:
    """The person whose whole name is in the name of the topic."""
    people = (one for one in world.people() if topic and one.name in topic)
    return next((one.user for one in people), None)


def _author(world: LivingWorld, entry: Entry, named: User | None) -> User | None:
    """Whose words or files this call shows: said by it, else found in what was sent lately.

    Of several who sent the same it is the one who is `named`.
    """
    if source := world.users.get(_number(entry.values.get("from_chat_id"))):
        return source
    said = str(entry.values.get("text") or entry.values.get("caption") or "")
    words, ids = {said, *said.split("\n")} - {""}, _FILE_ID.findall(str(entry.values))
    files = {file.key for one in ids if (file := world.files.find(one))}
    authors = [
        world.users[chat.id]
        for chat in world.private_chats.values()
        if any(one.words in words or _holds(one.content, files) for one in _lately(chat))
    ]
    return named if named in authors else next(iter(authors), None)


def _lately(chat: Chat) -> Iterator[Message]:
    newest = islice(reversed(chat.messages.values()), LATELY)
    return (message for message in newest if message.sender == chat.id)


def _holds(content: Any, files: set[int]) -> bool:
    """Whether one of the files is a part of the content."""
    if isinstance(content, list):
        return any(_holds(part, files) for part in content)
    if not isinstance(content, dict):
        return False
    return content.get("file") in files or any(_holds(part, files) for part in content.values())


def _number(given: object) -> int:
    text = str(given)
    return int(text) if text.lstrip("-").isdigit() else 0
