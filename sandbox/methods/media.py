"""sendPhoto and its kin: everything that is not plain text."""

from __future__ import annotations

from typing import Any

from sandbox.entities import caption
from sandbox.errors import bad
from sandbox.files import File, picture_size
from sandbox.media import (
    Given,
    contact_content,
    dice_content,
    file_content,
    place_content,
    venue_content,
    with_still,
)
from sandbox.messages import CAPTION_KINDS, FILE_KINDS
from sandbox.methods.call import Call, method
from sandbox.methods.sending import send
from sandbox.methods.target import open_chat
from sandbox.params import Params, Upload

Json = dict[str, Any]

PHOTO_LIMIT = 10 << 20
PHOTO_SIDES = 10_000  # pixels, both together (Bot API: sendPhoto)
_LIMITED = {"photo": "photo", "live_photo": "live photo"}
_MARKS = {
    "has_spoiler": "has_media_spoiler",
    "show_caption_above_media": "show_caption_above_media",
}
_MARKED = frozenset(("photo", "live_photo", "video", "animation"))
_TYPE_NAMES = {"live_photo": "LivePhoto", "voice": "VoiceNote", "video_note": "VideoNote"}


def _enter(kind: str) -> None:
    """sendPhoto and the like: one method for each kind of file."""

    def send_file(call: Call) -> Json:
        chat = open_chat(call)
        content = read_media(call, kind, call.params.file(kind), call.params)
        return send(call, chat, kind, content)

    method(f"send{kind.title().replace('_', '')}")(send_file)


for _kind in FILE_KINDS:
    _enter(_kind)


def read_media(call: Call, kind: str, given: Upload | str | None, params: Params) -> Json:
    """The content of a media message: its file, caption and marks, read from `params`."""
    if given is None:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    content = dict(_stored(call, kind, given, params))
    if kind == "live_photo":
        content = with_still(content, read_media(call, "photo", params.file("photo"), params))
    if kind in CAPTION_KINDS:
        text, entities = caption(params, call.world.find_user)
        content |= {"caption": text} if text else {}
        content |= {"caption_entities": entities} if entities else {}
    for mark, shown in _MARKS.items():
        if kind in _MARKED and params.flag(mark):
            content[shown] = True
    return content


def _stored(call: Call, kind: str, given: Upload | str, params: Params) -> Json:
    if isinstance(given, Upload):
        if not given.data:
            raise bad("file must be non-empty")
        if kind in _LIMITED and len(given.data) > PHOTO_LIMIT:
            raise bad(
                f"file of size {len(given.data)} bytes is too big for a {_LIMITED[kind]}; "
                f"the maximum size is {PHOTO_LIMIT} bytes"
            )
        if kind == "photo" and sum(picture_size(given.data)) > PHOTO_SIDES:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        new = Given(given.data, given.filename, given.content_type)
        return file_content(call.world.files, kind, new, params.values)
    if given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    return known_file(call, kind, given)


def known_file(call: Call, kind: str, file_id: str) -> Json:
    """The content that a file id of this bot's stands for."""
    file = call.world.files.find(file_id, call.bot.id)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad(f"can't use file of type {_type(file)} as {_TYPE_NAMES.get(kind, kind.title())}")
    return file.content


def _type(file: File) -> str:
    return _TYPE_NAMES.get(file.kind, file.kind.title())


@method("sendLocation")
def send_location(call: Call) -> Json:
    """Bot API: sendLocation; with `live_period` it can be moved later."""
    return send(call, open_chat(call), "location", place_content(call.params.values))


@method("sendVenue")
def send_venue(call: Call) -> Json:
    """Bot API: sendVenue."""
    return send(call, open_chat(call), "venue", venue_content(call.params.values))


@method("sendContact")
def send_contact(call: Call) -> Json:
    """Bot API: sendContact."""
    return send(
        call, open_chat(call), "contact", contact_content(call.params.values, call.world.whose)
    )


@method("sendDice")
def send_dice(call: Call) -> Json:
    """Bot API: sendDice."""
    chat = open_chat(call)
    content = dice_content(call.params.text("emoji"), call.world.chance.random())
    return send(call, chat, "dice", content)
