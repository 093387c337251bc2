"""Sending a file by Telegram's id of it: without its original, without a download.

Nothing of the original is asked for but the file itself: the words are those given here.
"""

from typing import Any

from aiogram.methods import (
    SendAnimation,
    SendAudio,
    SendDocument,
    SendLivePhoto,
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
    InputMediaLivePhoto,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)

from bot.desk.said import Content
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
    "live_photo": SendLivePhoto,
}
MEDIA: dict[str, type[Any]] = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "animation": InputMediaAnimation,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
    "live_photo": InputMediaLivePhoto,
}
UNCAPTIONED = ("video_note", "sticker")
GROUPED = ("photo", "video", "document", "audio", "live_photo")  # Bot API: sendMediaGroup
HIDDEN = ("photo", "video", "animation", "live_photo")  # kinds that can wear a spoiler


def by_file(speaker: Speaker, content: Content, caption: Words) -> TelegramMethod[Message] | None:
    """The method that sends the file anew. None: this kind has no file."""
    method = METHODS.get(content.kind)
    if method is None or not _has_file(content):
        return None
    fields: dict[str, Any] = {content.kind: content.about["media_file_id"]}
    if caption and content.kind not in UNCAPTIONED:
        fields |= {"caption": caption.text, "caption_entities": formatting(caption)}
    return method(**speaker.where(), **fields, **_looks(content))


def as_media(content: Content, caption: Words) -> Any | None:
    """The file as what replaces another (Bot API: InputMedia). None: this kind cannot."""
    media = MEDIA.get(content.kind)
    if media is None or not _has_file(content):
        return None
    return media(
        media=content.about["media_file_id"],
        caption=caption.text or None,
        caption_entities=formatting(caption),
        **_looks(content),
    )


def as_group(speaker: Speaker, parts: list[Content]) -> TelegramMethod[list[Message]] | None:
    """The method that sends an album anew, with its captions.

    None: one of the parts has no file, or is of a kind that no album holds.
    """
    given = [as_media(part, part.words) for part in parts if part.kind in GROUPED]
    media = [one for one in given if one is not None]
    if len(media) < len(parts):
        return None
    return SendMediaGroup(**speaker.where(), media=media)


def _has_file(content: Content) -> bool:
    """A live photo is two files; one that was read as its still picture has no moving one."""
    about = content.about
    return "media_file_id" in about and (content.kind != "live_photo" or "still_id" in about)


def _looks(content: Content) -> dict[str, Any]:
    """How the file is shown: hidden, under its caption, with a cover."""
    about = content.about
    looks: dict[str, Any] = {}
    if content.kind in HIDDEN:
        looks |= {
            "has_spoiler": about.get("spoiler"),
            "show_caption_above_media": about.get("above"),
        }
    if content.kind == "live_photo":
        looks["photo"] = about["still_id"]
    if content.kind == "video":
        looks |= {"cover": about.get("cover_id"), "start_timestamp": about.get("start_timestamp")}
    return looks
