"""Text as Telegram keeps it: control characters out, white space off the ends, entities moved."""

from __future__ import annotations

import re

from sandbox.entities.kinds import Entity, in_order
from sandbox.entities.units import utf8, utf16, width
from sandbox.errors import bad

_DROPPED = frozenset("\r\u0333\u033f\u030a") | {chr(code) for code in range(0x2028, 0x202F)}
_SPACED = frozenset(chr(code) for code in range(33)) - {"\n", "\r"}
_MARK_RUN = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")
_LARGEST_OFFSET = 1_000_000
_WHITE = " \n"


def check_unicode(text: str) -> None:
    """A lone surrogate cannot be written in UTF-8."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad("strings must be encoded in UTF-8")


def clean(text: str) -> str:
    """The text without what Telegram drops or replaces (TDLib: clean_input_string)."""
    kept = (character for character in text if character not in _DROPPED)
    spaced = "".join(" " if character in _SPACED else character for character in kept)
    return _MARK_RUN.sub(lambda run: "\u200c" * len(run[0]), spaced)


def check_places(entities: list[Entity]) -> None:
    """Absurd offsets and lengths are refused before anything else."""
    for entity in entities:
        for name, value in (("offset", entity.offset), ("length", entity.length)):
            if not 0 <= value <= _LARGEST_OFFSET:
                raise bad(f"receive an entity with incorrect {name} {value}")


def move(text: str, entities: list[Entity]) -> None:
    """Move entities of the raw text to where they are in the cleaned one, or refuse them."""
    places = _places(text)
    end = utf16(text)
    for entity in entities:
        if entity.offset > end:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
        if entity.offset not in places:
            raise bad(
                "entity begins in a middle of a UTF-16 symbol at byte offset "
                f"{_byte_after(text, entity.offset)}"
            )
        if entity.end > end:
            raise bad(
                f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the "
                f"text at UTF-16 offset {entity.end}"
            )
        if entity.end not in places:
            raise bad(
                f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 "
                f"symbol at byte offset {_byte_after(text, entity.end)}"
            )
    for entity in entities:
        begin, after = places[entity.offset], places[entity.end]
        entity.offset, entity.length = begin, after - begin


def _places(text: str) -> dict[int, int]:
    """Where each border between characters lands after cleaning, in UTF-16 units."""
    places, before, after = {0: 0}, 0, 0
    for character in text:
        before += width(character)
        after += 0 if character in _DROPPED else width(character)
        places[before] = after
    return places


def _byte_after(text: str, offset: int) -> int:
    passed = 0
    for place, character in enumerate(text):
        if passed >= offset:
            return utf8(text[:place])
        passed += width(character)
    return utf8(text)


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space at the end, and at the start as far as no entity begins there."""
    text = text.rstrip(_WHITE)
    end = utf16(text)
    kept = [entity for entity in entities if entity.offset < end]
    for entity in kept:
        entity.length = min(entity.length, end - entity.offset)
    first = min((entity.offset for entity in kept), default=end)
    lead = min(len(text) - len(text.lstrip(_WHITE)), first)
    for entity in kept:
        entity.offset -= lead
    return text[lead:], in_order(kept)
