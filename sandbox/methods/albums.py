"""sendMediaGroup."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ApiError, bad
from sandbox.messages import Message
from sandbox.methods.call import Call, method
from sandbox.methods.media import read_media
from sandbox.methods.sending import prepare
from sandbox.methods.target import open_chat
from sandbox.posting import post
from sandbox.showing import message_json

Json = dict[str, Any]

MOST = 10
_ALONE = {"audio": "Audio", "document": "Document"}
_KINDS = frozenset(("photo", "video", "audio", "document"))


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[Json]:
    """Bot API: sendMediaGroup. All messages are sent, or none."""
    chat = open_chat(call)
    parts = _parts(call)
    messages: list[Message] = []
    for number, part in enumerate(parts, 1):
        try:
            inner = call.params.within(part)
            given = call.params.attached(str(part.get("media") or ""))
            content = read_media(call, part["type"], given, inner)
            messages.append(prepare(call, chat, part["type"], content))
        except ApiError as error:
            if len(parts) == 1 or _concerns_all(error):
                raise
            text = error.description.removeprefix("Bad Request: ")
            raise bad(f'failed to send message #{number} with the error message "{text}"') from None
    album = call.world.new_album() if len(messages) > 1 else ""
    for message in messages:
        message.album, message.markup = album, None
        post(call.world, chat, message)
    return [message_json(call.world, chat, message, call.bot.id) for message in messages]


def _concerns_all(error: ApiError) -> bool:
    """Whether the error concerns the whole call and not one part."""
    whole = ("thread not found", "TOPIC_", "replied not found", "QUOTE_", "not enough rights")
    return any(text in error.description for text in whole)


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
