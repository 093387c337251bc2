"""Editing what the bot has sent."""

from __future__ import annotations

from typing import Any

from sandbox import keyboards
from sandbox.chats import Chat
from sandbox.entities import caption, parse
from sandbox.errors import bad
from sandbox.inline import place_of
from sandbox.media import location
from sandbox.messages import CAPTION_KINDS, FILE_KINDS, Message
from sandbox.methods.call import Call, method
from sandbox.methods.media import read_media
from sandbox.methods.target import find_message, open_chat
from sandbox.posting import tell_page
from sandbox.showing import message_json

Json = dict[str, Any]

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_CANNOT = "message can't be edited"
_WORDS = frozenset(("text", "entities", "caption", "caption_entities", "link_preview_options"))
_MEDIA_KINDS = frozenset(("photo", "live_photo", "video", "animation", "document", "audio"))


def _own(call: Call) -> tuple[Chat, Message]:
    """The bot's own message that may be edited; what was sent by its inline mode is, too."""
    if call.params.has("inline_message_id"):
        return _inline(call)
    chat = open_chat(call)
    message = find_message(call, chat, "edit")
    own = call.bot.id in (message.sender, message.via)
    if not own or message.origin or message.service:
        raise bad(_CANNOT)
    if message.markup and not message.inline_keyboard:
        raise bad(_CANNOT)
    return chat, message


def _inline(call: Call) -> tuple[Chat, Message]:
    """A message of the bot's inline mode, wherever it stands: the bot need not be there."""
    number, bot, message_id = place_of(call.params.text("inline_message_id")) or (0, 0, 0)
    world = call.world
    chat = world.private_chats.get((bot, number)) if bot else world.chats.get(number)
    message = chat.messages.get(message_id) if chat else None
    if chat is None or message is None or message.via != call.bot.id:
        raise bad("MESSAGE_ID_INVALID")
    return chat, message


@method("editMessageText")
def edit_text(call: Call) -> Json | bool:
    """Bot API: editMessageText. Without `reply_markup` the inline keyboard goes away."""
    if call.params.has("rich_message"):
        if call.params.has("text"):
            raise bad("exactly one of text and rich_message must be specified")
        raise bad("rich messages are not modelled by the sandbox")
    chat, message = _own(call)
    text, entities = parse(call.params, find_user=call.world.find_user)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    content: Json = {"text": text} | ({"entities": entities} if entities else {})
    if preview := call.params.mapping("link_preview_options", "link preview options"):
        content["link_preview_options"] = preview
    return _change(call, chat, message, content)


@method("editMessageCaption")
def edit_caption(call: Call) -> Json | bool:
    """Bot API: editMessageCaption."""
    chat, message = _own(call)
    if message.kind not in CAPTION_KINDS:
        raise bad("there is no caption in the message to edit")
    text, entities = caption(call.params, call.world.find_user)
    content = {k: v for k, v in message.content.items() if k not in _WORDS}
    content |= {"caption": text} if text else {}
    content |= {"caption_entities": entities} if entities else {}
    return _change(call, chat, message, content)


@method("editMessageMedia")
def edit_media(call: Call) -> Json | bool:
    """Bot API: editMessageMedia."""
    chat, message = _own(call)
    part = call.params.mapping("media", "input media")
    if not part:
        raise bad("input media is not specified")
    if str(part.get("type")) not in _MEDIA_KINDS:
        raise bad("media type is invalid")
    if message.kind not in FILE_KINDS - {"sticker", "video_note", "voice"}:
        raise bad("message media can't be edited" if message.kind != "text" else _CANNOT)
    kind = part["type"]
    if message.album and kind != message.kind:
        raise bad("message content type can't be changed in an album")
    given = call.params.attached(str(part.get("media") or ""))
    content = read_media(call, kind, given, call.params.within(part))
    return _change(call, chat, message, content, kind)


@method("editMessageReplyMarkup")
def edit_markup(call: Call) -> Json | bool:
    """Bot API: editMessageReplyMarkup."""
    chat, message = _own(call)
    return _change(call, chat, message, message.content)


@method("editMessageLiveLocation")
def edit_live_location(call: Call) -> Json | bool:
    """Bot API: editMessageLiveLocation."""
    chat, message = _live(call)
    place = location({**call.params.values, "live_period": _period(call, message)})
    return _change(call, chat, message, {"location": place})


@method("stopMessageLiveLocation")
def stop_live_location(call: Call) -> Json | bool:
    """Bot API: stopMessageLiveLocation."""
    chat, message = _live(call)
    old = message.content["location"]
    place = {k: v for k, v in old.items() if k in ("latitude", "longitude")}
    return _change(call, chat, message, {"location": place})


def _live(call: Call) -> tuple[Chat, Message]:
    chat, message = _own(call)
    if not message.content.get("location", {}).get("live_period"):
        raise bad(_CANNOT)
    return chat, message


def _period(call: Call, message: Message) -> int:
    return call.params.integer("live_period") or int(message.content["location"]["live_period"])


def _change(
    call: Call, chat: Chat, message: Message, content: Json, kind: str | None = None
) -> Json | bool:
    markup = _asking_as_before(message, keyboards.read(call.params, chat.type, only_inline=True))
    if content == message.content and markup == message.markup:
        raise bad(_SAME)
    message.content, message.markup = content, markup
    message.kind = kind or message.kind
    message.edit_date = call.world.now()
    tell_page(call.world, chat, message, "edited")
    if call.params.has("inline_message_id"):
        return True
    return message_json(call.world, chat, message, call.bot.id)


def _asking_as_before(message: Message, markup: Json | None) -> Json | None:
    """An edit does not change whether the keyboard asks for a reply."""
    if markup is None:
        return None
    kept = {name: value for name, value in markup.items() if name != "force_reply"}
    asks = bool(message.markup and message.markup.get("force_reply"))
    return {**kept, "force_reply": True} if asks else kept
