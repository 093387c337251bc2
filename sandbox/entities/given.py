"""Entities a bot gives itself instead of markup (Bot API: MessageEntity in `entities`)."""

from __future__ import annotations

from typing import Any

from sandbox.entities import links, moments
from sandbox.entities.kinds import FOUND, QUOTES, SPLITTABLE, Entity
from sandbox.errors import ApiError, bad

_LARGEST_EMOJI = (1 << 63) - 1
_LAST_MOMENT = (1 << 31) - 1
_PLAIN = frozenset(SPLITTABLE) | QUOTES | {"code"}


def read(values: list[Any]) -> list[Entity]:
    """The entities, without those Telegram finds by itself; wrong ones raise `ApiError`."""
    return [entity for value in values if (entity := _read(value)) is not None]


def _wrong(text: str) -> ApiError:
    return bad(f"can't parse MessageEntity: {text}")


def _read(value: Any) -> Entity | None:
    if not isinstance(value, dict):
        raise _wrong("expected an Object")
    offset, length = _whole(value, "offset"), _whole(value, "length")
    kind = _string(value, "type")
    if kind in FOUND:
        return None
    return Entity(kind, offset, length, _extra(kind, value))


def _extra(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return {}
    if kind == "pre":
        language = _string(value, "language", required=False)
        return {"language": language} if language else {}
    if kind == "text_link":
        return {"url": _address(_string(value, "url"))}
    if kind == "text_mention":
        return {"user": _user(value)}
    if kind == "custom_emoji":
        return {"custom_emoji_id": _emoji(value)}
    if kind == "date_time":
        return _moment(value)
    raise _wrong("Unsupported type specified")


def _moment(value: dict[str, Any]) -> dict[str, Any]:
    unix = _whole(value, "unix_time")
    if abs(unix) > _LAST_MOMENT:
        raise _wrong('Field "unix_time" must be a valid Number')
    try:
        form = moments.in_entity(_string(value, "date_time_format", required=False))
    except moments.FormatError:
        raise _wrong("Invalid date-time format specified") from None
    if unix <= 0:
        raise bad("invalid date specified")
    return {"unix_time": unix, "date_time_format": form}


def _missing(name: str) -> ApiError:
    return _wrong(f'Can\'t find field "{name}"')


def _whole(value: dict[str, Any], name: str) -> int:
    number = value.get(name)
    if number is None:
        raise _missing(name)
    try:
        return int(number)
    except (TypeError, ValueError):
        raise _wrong(f'Field "{name}" must be of type Number') from None


def _string(value: dict[str, Any], name: str, *, required: bool = True) -> str:
    text = value.get(name)
    if text is None:
        if required:
            raise _missing(name)
        return ""
    if not isinstance(text, str):
        raise _wrong(f'Field "{name}" must be of type String')
    return text


def _address(url: str) -> str:
    try:
        return links.check(url)
    except links.LinkError as error:
        raise bad(f"entity {error}") from None


def _user(value: dict[str, Any]) -> dict[str, Any]:
    user = value.get("user")
    if not isinstance(user, dict):
        raise _missing("user")
    if _whole(user, "id") <= 0:
        raise bad("user not found")
    return {"id": _whole(user, "id")}


def _emoji(value: dict[str, Any]) -> str:
    text = str(value.get("custom_emoji_id", ""))
    if not text:
        raise _missing("custom_emoji_id")
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST_EMOJI:
        raise _wrong('Field "custom_emoji_id" must be a valid Number')
    return text
