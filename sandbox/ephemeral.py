"""Ephemeral messages: one member of a group and one bot see them, and nobody's history has them.

Of `World.ephemeral`: `lost` answers ok and shows them to nobody, which Telegram does not exclude;
`unknown` is a Bot API server from before 10.2, which posts them for all to see.
"""

from __future__ import annotations

from typing import Any

from sandbox.accounts import Bot
from sandbox.chats import Chat
from sandbox.messages import Message
from sandbox.posting import emit, listeners
from sandbox.showing import chat_json, message_json, person_view
from sandbox.world import World

Json = dict[str, Any]

FIRST = 29_000_001


def whisper(world: World, chat: Chat, message: Message, receiver: int) -> Message:
    """Show the message to its receiver alone."""
    message.id, message.receiver = 0, receiver
    message.ephemeral = FIRST + world.number("ephemeral")
    chat.ephemerals[message.ephemeral] = message
    bot = world.bots_by_id.get(receiver)
    if bot is not None:
        bot.updates.put("message", message_json(world, chat, message, bot.id), chat.queue)
    elif world.ephemeral == "lost":
        chat.unseen.add(message.ephemeral)
        return message
    tell_page(world, chat, message)
    return message


def tell_page(world: World, chat: Chat, message: Message) -> None:
    """Those who watch the world see it as well, and whose it is."""
    if not world.listeners or message.ephemeral in chat.unseen:
        return
    shown = person_view(world, chat, message)
    emit(world, "ephemeral", chat, message.thread, to=seen_by(world, message), message=shown)


def dismiss(world: World, chat: Chat, message: Message) -> None:
    """It is shown no more."""
    del chat.ephemerals[message.ephemeral]
    if message.ephemeral in chat.unseen:
        chat.unseen.remove(message.ephemeral)
        return
    gone = {"to": seen_by(world, message), "ephemeral_message_id": message.ephemeral}
    emit(world, "dismissed", chat, message.thread, **gone)


def seen_by(world: World, message: Message) -> int:
    """The person of the two; the other one is a bot."""
    return message.sender if message.receiver in world.bots_by_id else message.receiver


def seen(world: World, chat: Chat, person: int, thread: int | None = None) -> list[Message]:
    """What a person's app shows now, in the chat or in one topic of it (1 is General)."""
    return [
        message
        for number, message in chat.ephemerals.items()
        if seen_by(world, message) == person
        and number not in chat.unseen
        and thread in (None, message.thread or 1)
    ]


def commanded(world: World, chat: Chat, message: Message) -> Bot | None:
    """The bot that alone is to get this command, as the menu in the sender's app says.

    Bot API: BotCommand.is_ephemeral. Who hides behind the group or a channel writes as ever.
    """
    if message.anonymous or message.channel or chat.private or world.ephemeral == "unknown":
        return None
    first = message.words.split(maxsplit=1)[0] if message.words.startswith("/") else ""
    name, _at, whose = first[1:].lower().partition("@")
    for bot in listeners(world, chat):
        if whose in ("", bot.user.username.lower()) and name in _quiet(world, chat, message, bot):
            return bot
    return None


def _quiet(world: World, chat: Chat, message: Message, bot: Bot) -> set[str]:
    user = world.users[message.sender]
    admin = chat.is_admin(user.id)
    shown = chat_json(world, chat)
    menu = bot.commands.resolve(shown, user.id, user.language_code, administrator=admin)
    return {each["command"] for each in menu if each.get("is_ephemeral")}
