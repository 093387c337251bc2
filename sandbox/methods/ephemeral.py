"""Ephemeral messages, as bots send and change them (Bot API: Ephemeral messages and commands).

Where Telegram's own words of a refusal are not known, they are made up after its others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox import keyboards
from sandbox.chats import Chat
from sandbox.entities import caption, parse
from sandbox.ephemeral import dismiss, tell_page
from sandbox.errors import ApiError, bad
from sandbox.messages import CAPTION_KINDS, FILE_KINDS, Message
from sandbox.methods.call import Call, method
from sandbox.methods.media import read_media
from sandbox.methods.sending import ephemeral_markup
from sandbox.methods.target import open_chat

Json = dict[str, Any]

EDITED = 1024  # characters: telegram-bot-api#881 takes a text for a caption
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_MEDIA = frozenset(("photo", "live_photo", "video", "animation", "document", "audio"))


@dataclass(frozen=True, slots=True)
class Found:
    """The message that a call names."""

    chat: Chat
    message: Message


def _find(call: Call, doing: str) -> Found:
    if call.world.ephemeral == "unknown":
        raise ApiError(404, "Not Found: method not found")
    chat = open_chat(call)
    receiver = call.params.integer("receiver_user_id")
    message = chat.ephemerals.get(call.params.integer("ephemeral_message_id"))
    if not message or message.receiver != receiver or message.sender != call.bot.id:
        raise bad(f"message to {doing} not found")
    return Found(chat, message)


@method("editEphemeralMessageText")
def edit_text(call: Call) -> bool:
    """Bot API: editEphemeralMessageText."""
    if call.params.has("rich_message"):
        raise bad("rich messages are not modelled by the sandbox")
    found = _find(call, "edit")
    text, entities = parse(call.params, find_user=call.world.find_user)
    if found.message.kind != "text":
        raise bad("there is no text in the message to edit")
    if len(text) > EDITED:
        raise bad("MEDIA_CAPTION_TOO_LONG")
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    if preview := call.params.mapping("link_preview_options", "link preview options"):
        content["link_preview_options"] = preview
    return _change(call, found, content)


@method("editEphemeralMessageCaption")
def edit_caption(call: Call) -> bool:
    """Bot API: editEphemeralMessageCaption."""
    found = _find(call, "edit")
    if found.message.kind not in CAPTION_KINDS:
        raise bad("there is no caption in the message to edit")
    text, entities = caption(call.params, call.world.find_user)
    kept = ("caption", "caption_entities")
    content = {k: v for k, v in found.message.content.items() if k not in kept}
    content |= {"caption": text} if text else {}
    content |= {"caption_entities": entities} if entities else {}
    return _change(call, found, content)


@method("editEphemeralMessageMedia")
def edit_media(call: Call) -> bool:
    """Bot API: editEphemeralMessageMedia."""
    found = _find(call, "edit")
    part = call.params.mapping("media", "input media")
    if not part:
        raise bad("input media is not specified")
    kind = str(part.get("type"))
    if kind not in _MEDIA:
        raise bad("media type is invalid")
    if found.message.kind not in FILE_KINDS - {"sticker", "video_note", "voice"}:
        raise bad("message can't be edited")
    given = call.params.attached(str(part.get("media") or ""))
    content = read_media(call, kind, given, call.params.within(part))
    return _change(call, found, content, kind)


@method("editEphemeralMessageReplyMarkup")
def edit_markup(call: Call) -> bool:
    """Bot API: editEphemeralMessageReplyMarkup."""
    found = _find(call, "edit")
    return _change(call, found, found.message.content)


@method("deleteEphemeralMessage")
def delete(call: Call) -> bool:
    """Bot API: deleteEphemeralMessage."""
    found = _find(call, "delete")
    dismiss(call.world, found.chat, found.message)
    return True


def _change(call: Call, found: Found, content: Json, kind: str = "") -> bool:
    message = found.message
    markup = ephemeral_markup(keyboards.read(call.params, found.chat.type, only_inline=True))
    if content == message.content and markup == message.markup:
        raise bad(_SAME)
    message.content, message.markup = content, markup
    message.kind = kind or message.kind
    message.edit_date = call.world.now()
    tell_page(call.world, found.chat, message)
    return True
