"""Where a call points: the chat, the thread, the message replied to; and whether it may."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat, Topic
from sandbox.errors import ApiError, bad, forbidden
from sandbox.messages import Message
from sandbox.methods.call import Call

Json = dict[str, Any]

_NAMES = {"group": "group chat", "supergroup": "supergroup chat", "private": "chat"}


def find_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat a bot names, if the bot knows it; nothing is said of rights yet."""
    given = call.params.text(name).strip()
    if not given:
        raise bad("chat_id is empty")
    if given.startswith("@"):
        return _public(call, given[1:])
    try:
        number = int(given)
    except ValueError:
        raise bad("chat not found") from None
    return _private(call, number) if number > 0 else _group(call, number)


def _public(call: Call, username: str) -> Chat:
    for chat in call.world.chats.values():
        if chat.username and chat.username.lower() == username.lower():
            return chat
    raise bad("chat not found")


def _private(call: Call, number: int) -> Chat:
    chat = call.world.private_chats.get((call.bot.id, number))
    if chat is not None:
        return chat
    user = call.world.users.get(number)
    if user is None:
        raise bad("chat not found")
    if user.is_bot:
        raise forbidden("the bot can't send messages to the bot")
    if not has_met(call, number):
        raise bad("chat not found")
    return call.world.private_chat(call.bot, number)


def has_met(call: Call, user: int) -> bool:
    """Whether the bot has had to do with the user, hence knows the account behind the id."""
    if user in call.bot.met or (call.bot.id, user) in call.world.private_chats:
        return True
    chats = call.world.chats.values()
    return any(call.bot.id in chat.members and user in chat.members for chat in chats)


def _group(call: Call, number: int) -> Chat:
    chat = call.world.chats.get(number)
    if chat is None or (call.bot.id not in chat.members and not chat.username):
        raise bad("chat not found")
    if chat.upgraded_to:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.upgraded_to},
        )
    return chat


def open_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat, if the bot may act in it now."""
    _check_modelled(call)
    chat = find_chat(call, name)
    if chat.private:
        _check_private(call, chat)
    else:
        _check_group(call, chat)
    return chat


def _check_modelled(call: Call) -> None:
    """Refuse what would change who sends the message."""
    if call.params.has("business_connection_id"):
        raise bad("business connection not found")


def readable_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat, if the bot may look into it: a blocked bot still may, a removed one may not."""
    chat = find_chat(call, name)
    if not chat.private:
        _check_group(call, chat)
    return chat


def _check_private(call: Call, chat: Chat) -> None:
    if call.world.users[chat.id].deactivated:
        raise forbidden("user is deactivated")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")


def _check_group(call: Call, chat: Chat) -> None:
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    if chat.member(call.bot.id).status == "kicked":
        raise forbidden(f"bot was kicked from the {_NAMES[chat.type]}")
    if not chat.has(call.bot.id):
        raise forbidden(f"bot is not a member of the {_NAMES[chat.type]}")


def forum(call: Call) -> Chat:
    """The chat, if it is a forum."""
    chat = open_chat(call)
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    return chat


def thread_for(call: Call, chat: Chat, reply_to: int = 0) -> int:
    """The topic to post into: as given, else that of the message replied to; 0 is General."""
    if not chat.is_forum:
        return 0
    thread = call.params.integer("message_thread_id")
    if not thread:
        target = chat.messages.get(reply_to)
        thread = target.thread if target else 0
        return _checked_topic(call, chat, thread)
    if thread not in chat.topics:
        if call.world.misplaces and thread in chat.gone_topics:
            return _checked_topic(call, chat, 0)
        gone = thread in chat.gone_topics
        raise bad(call.world.deleted_topic_text if gone else "message thread not found")
    return _checked_topic(call, chat, thread)


def _checked_topic(call: Call, chat: Chat, thread: int) -> int:
    topic = chat.topic(thread)
    if topic is not None and topic.closed and not manages(chat, topic, call.bot.id):
        raise bad("TOPIC_CLOSED")
    return thread


def manages(chat: Chat, topic: Topic, user: int) -> bool:
    """Whether the user may edit and close the topic: an admin with the right, or its creator."""
    return topic.creator == user or chat.admin_may(user, "can_manage_topics")


def find_message(call: Call, chat: Chat, doing: str, name: str = "message_id") -> Message:
    """The message a call names; `doing` is the verb of the error text."""
    number = call.params.integer(name)
    message = chat.messages.get(number)
    if message is None:
        if not call.params.has(name):
            raise bad("message identifier is not specified")
        raise bad(f"message to {doing} not found")
    return message
