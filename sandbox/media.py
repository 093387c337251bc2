"""The content of messages that are more than text, made from what bots and people give."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.errors import bad
from sandbox.files import File, Files, picture_size

Json = dict[str, Any]

THUMBNAIL_SIDE = 90
LARGEST = (1 << 53) - 1
_MIMES = {
    "live_photo": "video/mp4",
    "video": "video/mp4",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
}
_EXTRA = {
    "live_photo": ("width", "height", "duration"),
    "video": ("width", "height", "duration", "start_timestamp"),
    "animation": ("width", "height", "duration"),
    "audio": ("duration", "performer", "title"),
    "voice": ("duration",),
    "video_note": ("length", "duration"),
    "sticker": ("width", "height", "emoji", "set_name"),
    "document": (),
    "photo": (),
}
_DEFAULTS: dict[str, Json] = {
    "live_photo": {"width": 720, "height": 960, "duration": 3},
    "video": {"width": 1280, "height": 720, "duration": 5},
    "animation": {"width": 480, "height": 360, "duration": 3},
    "audio": {"duration": 180},
    "voice": {"duration": 3},
    "video_note": {"length": 240, "duration": 5},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
}
_NUMBERS = frozenset(("width", "height", "duration", "length", "start_timestamp"))
_NAMED = frozenset(("video", "animation", "document", "audio"))
DICE_SIDES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


@dataclass(frozen=True, slots=True)
class Given:
    """A new file: its bytes, or only the size of bytes nobody has."""

    data: bytes | None
    name: str = ""
    mime: str = ""
    size: int = 0


def file_content(files: Files, kind: str, given: Given, fields: Json) -> Json:
    """Keep a new file and describe it as the content of a message."""
    mime = given.mime if given.mime not in ("", "application/octet-stream") else ""
    mime = mime or mimetypes.guess_type(given.name)[0] or _MIMES.get(kind, "")
    file = files.add(kind, given.data, size=given.size, name=given.name, mime=mime)
    if kind == "photo":
        content: Json = {"photo": _photo_sizes(files, file)}
    else:
        content = {kind: _described(kind, file, fields)}
    if kind == "animation":
        content["document"] = {k: content[kind][k] for k in ("file", "file_name", "mime_type")}
    file.content = content
    return content


def with_still(moving: Json, still: Json) -> Json:
    """A live photo with its picture, which stands beside it too (Bot API: Message.live_photo)."""
    whole = {**moving["live_photo"], "photo": still["photo"]}
    return {**moving, "live_photo": whole, "photo": still["photo"]}


def _photo_sizes(files: Files, file: File) -> list[Json]:
    data = files.bytes_of(file) if file.blob else b""
    width, height = picture_size(data)
    small = files.add("photo", data or None, size=file.size, name=file.name, mime=file.mime)
    scale = THUMBNAIL_SIDE / max(width, height, 1)
    sizes = [
        {
            "file": small.key,
            "width": max(1, int(width * scale)),
            "height": max(1, int(height * scale)),
        },
        {"file": file.key, "width": width, "height": height},
    ]
    small.content = {"photo": sizes}
    return sizes


def _described(kind: str, file: File, fields: Json) -> Json:
    described: Json = {"file": file.key, **_DEFAULTS.get(kind, {})}
    for name in _EXTRA[kind]:
        if fields.get(name) not in (None, ""):
            described[name] = _number(fields[name]) if name in _NUMBERS else str(fields[name])
    if kind in _NAMED:
        described["file_name"] = file.name or f"{kind}.{file.path.rpartition('.')[2]}"
    if kind in _NAMED or kind in ("voice", "live_photo"):
        described["mime_type"] = file.mime or "application/octet-stream"
    return described


def _number(value: Any) -> int:
    try:
        return min(max(0, int(value)), LARGEST)
    except (TypeError, ValueError, OverflowError):
        return 0


def location(fields: Json) -> Json:
    """Bot API: Location; raises `ApiError` for what is not on the globe."""
    try:
        latitude, longitude = float(fields["latitude"]), float(fields["longitude"])
    except (KeyError, TypeError, ValueError):
        raise bad('can\'t parse location: Field "latitude" must be of type Number') from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    shown: Json = {"latitude": latitude, "longitude": longitude}
    for name in ("live_period", "heading", "proximity_alert_radius"):
        if fields.get(name) not in (None, "", 0, "0"):
            shown[name] = _number(fields[name])
    if accuracy := _number(fields.get("horizontal_accuracy")):
        shown["horizontal_accuracy"] = float(accuracy)
    return shown


def place_content(fields: Json) -> Json:
    """A location, live or not."""
    return {"location": location(fields)}


def venue_content(fields: Json) -> Json:
    """Bot API: Venue."""
    place = location({k: fields.get(k) for k in ("latitude", "longitude")})
    venue: Json = {"location": place}
    for name in ("title", "address"):
        if not fields.get(name):
            raise bad(f"{name} must be non-empty")
        venue[name] = str(fields[name])
    optional = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
    venue |= {name: str(fields[name]) for name in optional if fields.get(name)}
    return {"venue": venue, "location": place}


def contact_content(fields: Json, whose: Callable[[str], int]) -> Json:
    """Bot API: Contact. Telegram itself says `whose` number it is: nobody can claim another's."""
    contact: Json = {}
    for name, text in (("phone_number", "phone number"), ("first_name", "first name")):
        if not fields.get(name):
            raise bad(f"{text} is empty")
        contact[name] = str(fields[name])
    contact |= {k: str(fields[k]) for k in ("last_name", "vcard") if fields.get(k)}
    if owner := whose(contact["phone_number"]):
        contact["user_id"] = owner
    return {"contact": contact}


def dice_content(emoji: str, chance: float) -> Json:
    """Bot API: Dice; `chance` in [0, 1) decides the value."""
    emoji = (emoji or "🎲").replace("\ufe0f", "")
    if emoji not in DICE_SIDES:
        raise bad("wrong dice emoji specified")
    return {"dice": {"emoji": emoji, "value": 1 + int(chance * DICE_SIDES[emoji])}}
