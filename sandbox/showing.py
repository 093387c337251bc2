"""How chats and messages look in Bot API's JSON, for one bot or for a person."""

from __future__ import annotations

from typing import Any

from sandbox.accounts import ANONYMOUS, CHANNEL, User
from sandbox.chats import Chat
from sandbox.files import PEOPLE
from sandbox.messages import FILE_KINDS, Message
from sandbox.world import World

Json = dict[str, Any]
OWN_CHANNEL = -1002000000002  # the channel as which a person writes


def chat_json(world: World, chat: Chat) -> Json:
    """Bot API: Chat."""
    if chat.private:
        user = world.users[chat.id].json()
        names: Json = {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        return {"id": chat.id, **names, "type": "private"}
    shown: Json = {"id": chat.id, "title": chat.title, "type": chat.type}
    if chat.username:
        shown["username"] = chat.username
    if chat.is_forum:
        shown["is_forum"] = True
    return shown


def message_json(
    world: World, chat: Chat, message: Message, viewer: int, *, deep: bool = True
) -> Json:
    """Bot API: Message, with file ids valid for `viewer`; `deep` shows what it replies to."""
    shown: Json = {"message_id": message.id}
    if message.ephemeral:
        shown["ephemeral_message_id"] = message.ephemeral
        shown["receiver_user"] = world.users[message.receiver].json()
    shown["from"] = _sender(world, message).json()
    shown["chat"] = chat_json(world, chat)
    _add_guise(shown, chat, message)
    shown["date"] = message.date
    if message.thread and chat.is_forum:
        shown["message_thread_id"] = message.thread
        shown["is_topic_message"] = True
    elif message.top:
        shown["message_thread_id"] = message.top
    if message.via:
        shown["via_bot"] = world.users[message.via].json()
    _add_marks(shown, message)
    if deep:
        _add_reply(world, chat, message, viewer, shown)
    shown |= _content(world, chat, message, viewer, deep)
    return shown


def _sender(world: World, message: Message) -> User:
    if message.channel:
        return CHANNEL
    return ANONYMOUS if message.anonymous else world.users[message.sender]


def _add_guise(shown: Json, chat: Chat, message: Message) -> None:
    """As whom, and with what beside the name, the sender writes."""
    member = chat.member(message.sender)
    if message.anonymous:
        shown["sender_chat"] = shown["chat"]
        if member.title:
            shown["author_signature"] = member.title
    elif message.channel:
        shown["sender_chat"] = {"id": OWN_CHANNEL, "type": "channel", "title": message.channel}
    elif member.label and chat.type == "supergroup":
        shown["sender_tag"] = member.label


def _add_marks(shown: Json, message: Message) -> None:
    if message.origin:
        shown |= _forwarded(message.origin)
    if message.edit_date:
        shown["edit_date"] = message.edit_date
    if message.protected:
        shown["has_protected_content"] = True
    if message.album:
        shown["media_group_id"] = message.album
    if message.effect:
        shown["effect_id"] = message.effect
    if message.inline_keyboard:
        shown["reply_markup"] = message.inline_keyboard


def _forwarded(origin: Json) -> Json:
    """The origin, and the older fields many clients still read beside it."""
    shown: Json = {"forward_origin": origin, "forward_date": origin["date"]}
    if origin["type"] == "user":
        shown["forward_from"] = origin["sender_user"]
    elif origin["type"] == "hidden_user" and "sender_user_name" in origin:
        shown["forward_sender_name"] = origin["sender_user_name"]
    elif origin["type"] == "chat":
        shown["forward_from_chat"] = origin["sender_chat"]
    elif origin["type"] == "channel":
        shown["forward_from_chat"] = origin["chat"]
        shown["forward_from_message_id"] = origin["message_id"]
    return shown


def _add_reply(world: World, chat: Chat, message: Message, viewer: int, shown: Json) -> None:
    if message.external_reply:
        shown["external_reply"] = world.files.reveal(message.external_reply, viewer)
    target = chat.messages.get(message.reply_to)
    if target is None and not message.external_reply and not message.service and chat.is_forum:
        target = chat.messages.get(message.thread)
    if target is not None:
        shown["reply_to_message"] = message_json(world, chat, target, viewer, deep=False)
    if message.quote:
        shown["quote"] = message.quote


def _content(world: World, chat: Chat, message: Message, viewer: int, deep: bool) -> Json:
    if message.kind in FILE_KINDS:
        return world.files.reveal(message.content, viewer)  # type: ignore[no-any-return]
    if message.kind == "pinned_message":
        if not deep:
            return {}
        return {"pinned_message": maybe_message(world, chat, message.content["id"], viewer)}
    return message.content


def maybe_message(world: World, chat: Chat, message_id: int, viewer: int) -> Json:
    """Bot API: MaybeInaccessibleMessage."""
    target = chat.messages.get(message_id)
    if target is None:
        return inaccessible_json(world, chat, message_id)
    return message_json(world, chat, target, viewer, deep=False)


def inaccessible_json(world: World, chat: Chat, message_id: int) -> Json:
    """Bot API: InaccessibleMessage, known by the date 0."""
    return {"chat": chat_json(world, chat), "message_id": message_id, "date": 0}


def person_view(world: World, chat: Chat, message: Message) -> Json:
    """A message as people see it: all keyboards, reactions, pins and read marks of editing."""
    shown = message_json(world, chat, message, PEOPLE)
    if message.markup:
        shown["reply_markup"] = message.markup
    shown["reactions"] = [
        {"emoji": emoji, "by": user} for user, found in message.reactions.items() for emoji in found
    ]
    shown["edited"] = bool(message.edit_date)
    if message.replaces:
        shown["replaces"] = message.replaces
    shown["pinned"] = message.id in chat.pinned
    if message.anonymous:
        shown["real_sender"] = message.sender
    return shown
