"""Where a forwarded message comes from (Bot API: MessageOrigin)."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat
from sandbox.messages import Message
from sandbox.showing import chat_json
from sandbox.world import World

Json = dict[str, Any]


def origin_of(world: World, source: Chat, message: Message, *, hidden: bool = False) -> Json:
    """The origin a forward of this message shows; a forward keeps its first origin.

    `hidden` is for people whose settings hide their account in forwards.
    """
    if message.origin:
        return message.origin
    if message.anonymous:
        origin: Json = {"type": "chat", "date": message.date}
        origin["sender_chat"] = chat_json(world, source)
        return origin
    sender = world.users[message.sender]
    if hidden:
        name = f"{sender.first_name} {sender.last_name}".strip()
        return {"type": "hidden_user", "date": message.date, "sender_user_name": name}
    return {"type": "user", "date": message.date, "sender_user": sender.json()}
