"""The content of what a person sends that is more than text."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ApiError, Refused
from sandbox.media import (
    Given,
    contact_content,
    dice_content,
    file_content,
    place_content,
    venue_content,
    with_still,
)
from sandbox.messages import FILE_KINDS, RARE_KINDS
from sandbox.people.acting import Acting, Json
from sandbox.people.rare import rare_content

LIVE_PERIOD = 900


def content_of(
    person: Acting, kind: str, data: bytes | None, filename: str | None, fields: Json
) -> tuple[str, Json]:
    """The kind of message and its content."""
    try:
        if kind in FILE_KINDS:
            return kind, _file(person, kind, data, filename, fields)
        if kind in RARE_KINDS:
            return rare_content(person, kind, fields)
        return _PLAIN[kind](person, fields)
    except KeyError as missing:
        raise Refused(f"There is no {missing} to send.") from None
    except ApiError as error:
        raise Refused(error.description) from None


def _file(
    person: Acting, kind: str, data: bytes | None, filename: str | None, fields: Json
) -> Json:
    if data is None and not fields.get("size"):
        data = f"{kind} {person.world.number('bytes')}".encode()
    given = Given(data, filename or "", str(fields.get("mime") or ""), fields.get("size") or 0)
    content = file_content(person.world.files, kind, given, fields)
    if kind == "live_photo":
        still = Given(f"still of {given.name or kind}".encode())
        content = with_still(content, file_content(person.world.files, "photo", still, {}))
    if fields.get("has_spoiler"):
        content = {**content, "has_media_spoiler": True}
    return content


def _place(_person: Acting, fields: Json) -> tuple[str, Json]:
    return "location", place_content(fields)


def _live_place(_person: Acting, fields: Json) -> tuple[str, Json]:
    return "location", place_content({"live_period": LIVE_PERIOD, **fields})


def _venue(_person: Acting, fields: Json) -> tuple[str, Json]:
    return "venue", venue_content(fields)


def _contact(person: Acting, fields: Json) -> tuple[str, Json]:
    return "contact", contact_content(fields, person.world.whose)


def _dice(person: Acting, fields: Json) -> tuple[str, Json]:
    chance = person.world.chance.random()
    return "dice", dice_content(str(fields.get("emoji") or ""), chance)


def _poll(person: Acting, fields: Json) -> tuple[str, Json]:
    given: dict[str, Any] = {"question": fields["question"], "options": list(fields["options"])}
    given |= {k: v for k, v in fields.items() if k in ("is_anonymous", "allows_multiple_answers")}
    return "poll", {"poll": person.world.add_poll(given, person.id).shown}


_PLAIN = {
    "location": _place,
    "live_location": _live_place,
    "venue": _venue,
    "contact": _contact,
    "dice": _dice,
    "poll": _poll,
}
