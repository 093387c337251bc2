"""Sending a file again by Telegram's id of it, without its original and without a download."""

from typing import Any

from aiogram.methods import (
    SendAnimation,
    SendAudio,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendSticker,
    SendVideo,
    SendVideoNote,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import (
    InputMediaAnimation,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from bot.desk.messages import Content
from bot.desk.words import Words
from bot.telegram.speaker import Speaker, formatting

METHODS: dict[str, type[TelegramMethod[Message]]] = {
    "photo": SendPhoto,
    "video": SendVideo,
    "animation": SendAnimation,
    "document": SendDocument,
    "audio": SendAudio,
    "voice": SendVoice,
    "video_note": SendVideoNote,
    "sticker": SendSticker,
}
MEDIA: dict[str, type[Any]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "animation": InputMediaAnimation,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}
UNCAPTIONED = ("video_note", "sticker")
GROUPED = ("photo", "video", "document", "audio")  # Bot API: sendMediaGroup
CAPTION_LIMIT = 1024
HIDDEN = ("photo", "video", "animation")  # kinds that can wear a spoiler


def by_file(speaker: Speaker, content: Content, caption: Words) -> TelegramMethod[Message] | None:
    """The method that sends the file anew. None: this kind has no file."""
    method = METHODS.get(content.kind)
    file_id = content.about.get("media_file_id")
    if method is None or file_id is None:
        return None
    fields: dict[str, Any] = {content.kind: file_id}
    if caption and content.kind not in UNCAPTIONED:
        fields |= {"caption": caption.text, "caption_entities": formatting(caption)}
    if content.kind in HIDDEN:
        fields |= _looks(content)
    return method(**speaker.where(), **fields)


def as_media(content: Content, caption: Words) -> Any | None:
    """The file as what replaces another (Bot API: InputMedia). None: this kind cannot."""
    media = MEDIA.get(content.kind)
    file_id = content.about.get("media_file_id")
    if media is None or file_id is None:
        return None
    looks = _looks(content) if content.kind in HIDDEN else {}
    return media(
        media=file_id,
        caption=caption.text or None,
        caption_entities=formatting(caption),
        **looks,
    )


def as_group(speaker: Speaker, parts: list[Content]) -> TelegramMethod[list[Message]] | None:
    """The method that sends an album anew. None: a copy is the better way for these parts."""
    short = all(len(part.words) <= CAPTION_LIMIT for part in parts)
    given = [as_media(part, part.words) for part in parts if part.kind in GROUPED]
    media = [one for one in given if one is not None]
    if not short or len(media) < len(parts) or "forwarded" in parts[0].about:
        return None
    return SendMediaGroup(**speaker.where(), media=media)


def _looks(content: Content) -> dict[str, Any]:
    return {
        "has_spoiler": content.about.get("spoiler"),
        "show_caption_above_media": content.about.get("above"),
    }
