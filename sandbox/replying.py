"""What a reply shows of the message it answers: quotes, and replies across chats and topics."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat
from sandbox.errors import bad
from sandbox.messages import Message
from sandbox.origins import origin_of
from sandbox.showing import chat_json
from sandbox.world import World

Json = dict[str, Any]

_QUOTED = frozenset(
    ("bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time")
)  # Bot API: ReplyParameters
_WORDS = frozenset(("text", "entities", "caption", "caption_entities", "link_preview_options"))


def external_reply(world: World, source: Chat, target: Message) -> Json:
    """Bot API: ExternalReplyInfo, with files as the message has them."""
    shown: Json = {"origin": origin_of(world, source, target)}
    if not source.private:
        shown |= {"chat": chat_json(world, source), "message_id": target.id}
    return shown | {k: v for k, v in target.content.items() if k not in _WORDS}


def quote_of(target: Message, text: str, entities: list[Json], near: int = 0) -> Json:
    """Bot API: TextQuote; `ApiError` QUOTE_TEXT_INVALID when the text is not in the message.

    `near` is where to look first, in UTF-16 units.
    """
    start = len(target.words.encode("utf-16-le")[: near * 2].decode("utf-16-le", "ignore"))
    at = target.words.find(text, start)
    if at < 0:
        at = target.words.find(text)
    if at < 0 or not text:
        raise bad("QUOTE_TEXT_INVALID")
    position = len(target.words[:at].encode("utf-16-le")) // 2
    quote: Json = {"text": text, "position": position, "is_manual": True}
    if entities:
        quote["entities"] = entities
    return quote


def marks_of(target: Message, quote: Json) -> list[Json]:
    """The entities that a person's quote takes along, as places in the quote."""
    start, end = quote["position"], quote["position"] + len(quote["text"].encode("utf-16-le")) // 2
    found = []
    for entity in target.formatting:
        first = max(entity["offset"], start)
        last = min(entity["offset"] + entity["length"], end)
        if entity["type"] in _QUOTED and first < last:
            found.append({**entity, "offset": first - start, "length": last - first})
    return found
