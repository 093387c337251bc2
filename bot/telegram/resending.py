"""Sending a file by Telegram's id of it, without its original and without a download; or from
our store, where the bot has no id of it.

Nothing of the original is asked for but the file itself: the words are those given here.
"""

from dataclasses import asdict, replace
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
from bot.desk.said.attachments import Attachment
from bot.desk.said.extras import Location
from bot.desk.words import Words
from bot.telegram.speaker import Speaker, formatting
from bot.telegram.uploading import Upload

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
ALIKE = ("document", "audio")  # these stand together with their like only
HIDDEN = ("photo", "video", "animation", "live_photo")  # kinds that can wear a spoiler


def by_file(speaker: Speaker, content: Content, caption: Words) -> TelegramMethod[Message] | None:
    """The method that sends the file anew. None: it has none that this bot can get."""
    method, file = METHODS.get(content.kind), _file(speaker, content)
    if method is None or file is None:
        return None
    fields: dict[str, Any] = {content.kind: file}
    if caption and content.kind not in UNCAPTIONED:
        fields |= {"caption": caption.text, "caption_entities": formatting(caption)}
    return method(**speaker.where(), **fields, **_looks(speaker, content))


def as_media(speaker: Speaker, content: Content, caption: Words) -> Any | None:
    """The file as what replaces another (Bot API: InputMedia). None: this kind cannot."""
    media, file = MEDIA.get(content.kind), _file(speaker, content)
    if media is None or file is None:
        return None
    return media(
        media=file,
        caption=caption.text or None,
        caption_entities=formatting(caption),
        **_looks(speaker, content),
    )


def as_group(speaker: Speaker, parts: list[Content]) -> TelegramMethod[list[Message]] | None:
    """The method that sends an album anew, with its captions.

    None: one of the parts has no file, or they are of kinds that no album holds together.
    """
    kinds = {part.kind for part in parts}
    if not kinds <= {*GROUPED} or (len(kinds) > 1 and kinds & {*ALIKE}):
        return None
    given = [as_media(speaker, part, part.words) for part in parts]
    media = [one for one in given if one is not None]
    if len(media) < len(parts):
        return None
    return SendMediaGroup(**speaker.where(), media=media)


def placed(location: Location) -> dict[str, Any]:
    """A place as parameters (Bot API: sendLocation)."""
    return {key: value for key, value in asdict(location).items() if value is not None}


def moved(location: Location) -> dict[str, Any]:
    """Where somebody is by now (Bot API: editMessageLiveLocation): for how long stays as it is."""
    return placed(replace(location, live_period=None))


def _file(speaker: Speaker, content: Content) -> str | Upload | None:
    """This bot's id of the file; else the file itself, if our store has it.

    A live photo is two files; one that was read as its still picture has no moving one.
    """
    if not content.attachments:
        return None
    file = content.attachments[0]
    whole = content.kind != "live_photo" or _picture(speaker, file)
    if not whole:
        return None
    return file.sources.at(speaker.bot.id) or _upload(speaker, file)


def _upload(speaker: Speaker, file: Attachment) -> Upload | None:
    return Upload(speaker.files, file) if file.sources.key else None


def _picture(speaker: Speaker, file: Attachment) -> str | None:
    return file.picture.at(speaker.bot.id) if file.picture else None


def _looks(speaker: Speaker, content: Content) -> dict[str, Any]:
    """How the file is shown: hidden, under its caption, with a cover."""
    file = content.attachments[0]
    looks: dict[str, Any] = {}
    if content.kind in HIDDEN:
        looks |= {
            "has_spoiler": file.hidden or None,
            "show_caption_above_media": content.above or None,
        }
    if content.kind == "live_photo":
        looks["photo"] = _picture(speaker, file)
    if content.kind == "video":
        looks |= {"cover": _picture(speaker, file), "start_timestamp": file.start}
    return looks
