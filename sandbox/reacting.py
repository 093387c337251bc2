"""Reactions, and which bots hear of them."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat
from sandbox.messages import Message
from sandbox.posting import emit, listeners
from sandbox.showing import chat_json
from sandbox.world import World

Json = dict[str, Any]

_ALLOWED = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 "
    "🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 "
    "🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
EMOJI = {emoji.replace("\ufe0f", ""): emoji for emoji in _ALLOWED.split()}


def set_reaction(
    world: World,
    chat: Chat,
    message: Message,
    user: int,
    emoji: list[str],
    *,
    anonymous: bool = False,
) -> None:
    """Replace a user's reactions. Bots hear of people's only, and in groups only as admins."""
    old = message.reactions.pop(user, [])
    if emoji:
        message.reactions[user] = emoji
    if old == emoji:
        return
    if not world.users[user].is_bot:
        payload = _payload(world, chat, message, user, anonymous)
        payload |= {"old_reaction": _types(old), "new_reaction": _types(emoji)}
        for bot in listeners(world, chat):
            if chat.private or chat.is_admin(bot.id):
                bot.updates.put("message_reaction", payload, f"reaction:{chat.id}")
    emit(world, "reaction", chat, message.thread, message_id=message.id, user=user, emoji=emoji)


def _payload(world: World, chat: Chat, message: Message, user: int, anonymous: bool) -> Json:
    shown = chat_json(world, chat)
    payload: Json = {"chat": shown, "message_id": message.id, "date": world.now()}
    if anonymous:
        return payload | {"actor_chat": shown}
    return payload | {"user": world.users[user].json()}


def _types(emoji: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
