"""setMessageReaction and sendChatAction."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.messages import Message
from sandbox.methods.call import Call, method
from sandbox.methods.target import find_message, open_chat, thread_for
from sandbox.posting import emit
from sandbox.reacting import EMOJI, set_reaction

Json = dict[str, Any]

_ACTIONS = frozenset(
    (
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
        "cancel",
    )
)


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    """Bot API: setMessageReaction. One reaction at most; none takes it back."""
    chat = open_chat(call)
    message = _first_of_album(chat, find_message(call, chat, "react"))
    emoji = [_emoji(given) for given in call.params.array("reaction", "reaction types") or []]
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if message.service:
        raise bad("MESSAGE_NOT_MODIFIED" if not emoji else "message can't be reacted")
    set_reaction(call.world, chat, message, call.bot.id, emoji)
    return True


def _first_of_album(chat: Chat, message: Message) -> Message:
    """In an album the first message carries the reactions."""
    number = message.id
    while message.album:
        before = chat.messages.get(number - 1)
        if before is None or before.album != message.album:
            break
        number, message = number - 1, before
    return message


def _emoji(given: Any) -> str:
    if not isinstance(given, dict):
        raise bad("can't parse ReactionType: expected an Object")
    kind = given.get("type")
    if kind == "emoji":
        emoji = str(given.get("emoji") or "").replace("\ufe0f", "")
        if emoji in EMOJI:
            return EMOJI[emoji]
        raise bad("REACTION_INVALID")
    if kind == "custom_emoji":
        raise bad("REACTION_INVALID")
    if kind == "paid":
        raise bad("bots can't use paid reactions")
    raise bad("invalid reaction type specified")


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """Bot API: sendChatAction."""
    chat = open_chat(call)
    action = call.params.text("action").lower()
    if action not in _ACTIONS:
        raise bad("wrong parameter action in request")
    thread = thread_for(call, chat)
    emit(call.world, "action", chat, thread, action=action, user=call.bot.id)
    return True
