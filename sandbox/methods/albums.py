"""sendMediaGroup."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ApiError, bad
from sandbox.methods.call import Call, method
from sandbox.methods.media import read_media
from sandbox.methods.sending import prepare
from sandbox.methods.target import open_chat
from sandbox.posting import post
from sandbox.showing import message_json

Json = dict[str, Any]

MOST = 10
_ALONE = {"audio": "Audio", "document": "Document"}
_KINDS = frozenset(("photo", "live_photo", "video", "audio", "document"))


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[Json]:
    """Bot API: sendMediaGroup. All messages are sent, or none."""
    chat = open_chat(call)
    parts = _parts(call)
    contents = [_content(call, parts, number) for number in range(len(parts))]
    messages = [
        prepare(call, chat, part["type"], content)
        for part, content in zip(parts, contents, strict=True)
    ]
    album = call.world.new_album() if len(messages) > 1 else ""
    for message in messages:
        message.album, message.markup = album, None
        post(call.world, chat, message)
    return [message_json(call.world, chat, message, call.bot.id) for message in messages]


def _content(call: Call, parts: list[Json], number: int) -> Json:
    part = parts[number]
    given = call.params.attached(str(part["media"]))
    try:
        return read_media(call, part["type"], given, call.params.within(part))
    except ApiError as error:
        if len(parts) == 1:
            raise
        text = error.description.removeprefix("Bad Request: ")
        raise bad(f'failed to send message #{number + 1} with the error message "{text}"') from None


def _parts(call: Call) -> list[Json]:
    parts = call.params.array("media", "media")
    if not parts:
        raise bad("there are no messages to send")
    if len(parts) > MOST:
        raise bad("too many messages to send as an album")
    for part in parts:
        _check(part)
    kinds = {part["type"] for part in parts}
    for kind, name in _ALONE.items():
        if kind in kinds and len(kinds) > 1:
            raise bad(f"{name} can't be mixed with other media types")
    return parts


def _check(part: Any) -> None:
    if not isinstance(part, dict):
        raise bad("can't parse InputMedia: expected an Object")
    kind = part.get("type")
    if not kind or not isinstance(kind, str):
        raise bad('can\'t parse InputMedia: Field "type" must be of type String')
    if kind not in _KINDS:
        raise bad(f'type "{kind}" can\'t be used in sendMediaGroup')
    if not part.get("media"):
        raise bad("media not found")
