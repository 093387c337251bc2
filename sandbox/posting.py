"""Putting messages into chats and taking them out; telling bots and the page what happened."""

from __future__ import annotations

from typing import Any

from sandbox.accounts import Bot
from sandbox.chats import Chat
from sandbox.messages import Message
from sandbox.showing import message_json, person_view
from sandbox.world import World

Json = dict[str, Any]


def post(world: World, chat: Chat, message: Message) -> Message:
    """Give the message the chat's next id, keep it, and tell everybody who may see it."""
    chat.last_id += 1
    message.id = chat.last_id
    chat.messages[message.id] = message
    if message.reply_to and not message.thread and chat.type == "supergroup":
        target = chat.messages[message.reply_to]
        message.top = target.top or target.id
    if message.thread and (topic := chat.topics.get(message.thread)):
        topic.ids.append(message.id)
    tell_bots(world, chat, message, "message")
    tell_page(world, chat, message, "message")
    return message


def announce(
    world: World, chat: Chat, sender: int, kind: str, content: Json, *, thread: int = 0
) -> Message:
    """Post a service message; `content` is its whole part of Bot API's Message."""
    message = Message(0, world.now(), sender, kind, content, thread=thread)
    return post(world, chat, message)


def remove(world: World, chat: Chat, message: Message) -> None:
    """Delete a message for everybody. Bots are not told."""
    del chat.messages[message.id]
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    emit(world, "deleted", chat, message.thread, message_id=message.id)


def tell_bots(world: World, chat: Chat, message: Message, kind: str) -> None:
    """Emit `message` or `edited_message` to each bot that is to see it."""
    for bot in listeners(world, chat):
        if _sees(world, chat, message, bot):
            bot.updates.put(kind, message_json(world, chat, message, bot.id), chat.queue)


def listeners(world: World, chat: Chat) -> list[Bot]:
    """The bots present in the chat."""
    if chat.private:
        return [world.bots_by_id[chat.bot]]
    return [world.bots_by_id[number] for number in chat.bots]


def _sees(world: World, chat: Chat, message: Message, bot: Bot) -> bool:
    """Bots hear of service messages, their own included, but not of what bots say."""
    if message.service:
        return True
    if message.sender == bot.id or world.users[message.sender].is_bot:
        return False
    hears_all = chat.private or not bot.privacy or chat.is_admin(bot.id)
    return hears_all or message.via == bot.id or _addressed(chat, message, bot)


def _addressed(chat: Chat, message: Message, bot: Bot) -> bool:
    """Privacy mode: commands, mentions and replies to the bot."""
    target = chat.messages.get(message.reply_to)
    if target is not None and target.sender == bot.id:
        return True
    words = message.words.encode("utf-16-le")
    for entity in message.formatting:
        start, length = entity["offset"] * 2, entity["length"] * 2
        piece = words[start : start + length].decode("utf-16-le").lower()
        name = bot.user.username.lower()
        if entity["type"] == "mention" and piece == f"@{name}":
            return True
        if entity["type"] == "bot_command" and start == 0:
            return piece.partition("@")[2] in ("", name)
    return False


def tell_page(world: World, chat: Chat, message: Message, kind: str) -> None:
    """Emit a `message` or `edited` event for those who watch the world."""
    if world.listeners:
        emit(world, kind, chat, message.thread, message=person_view(world, chat, message))


def emit(world: World, kind: str, chat: Chat, thread: int = 0, **more: Any) -> None:
    """Emit one event of the world (see `World.listeners`)."""
    if not world.listeners:
        return
    event: Json = {"type": kind, "chat": chat.id, "thread": thread or None, "person": None}
    if chat.private:
        event |= {"person": chat.id, "bot": chat.bot}
    event |= more
    world.tell(event)
