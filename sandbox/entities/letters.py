"""Kinds of characters, as TDLib's finders tell them apart."""

from __future__ import annotations

import unicodedata

_TAG_MARKS = frozenset("_\u200c\u00b7")
_SINHALA = range(0xD80, 0xE00)
_DASHES = range(0x2010, 0x2016)
_PUNCTUATION = range(0x2000, 0x2070)
_JOINERS = frozenset("\u200c\u200d")


def is_word(character: str) -> bool:
    """A letter, a digit or an underscore; an empty string is none."""
    return character != "" and (
        character == "_" or unicodedata.category(character)[0] == "L" or _is_number(character)
    )


def _is_number(character: str) -> bool:
    return unicodedata.category(character) in ("Nd", "Nl", "No")


def is_tag_letter(character: str) -> bool:
    """What a hashtag may be made of."""
    if not character:
        return False
    category = unicodedata.category(character)
    return (
        character in _TAG_MARKS
        or ord(character) in _SINHALA
        or category == "Nd"
        or category[0] == "L"
    )


def is_url_letter(character: str) -> bool:
    """What may stand in an address besides Latin letters."""
    code = ord(character)
    if code in _PUNCTUATION:
        return character in _JOINERS or code in _DASHES
    return unicodedata.category(character)[0] != "Z"


def is_separator(character: str) -> bool:
    """White space of any kind."""
    return unicodedata.category(character)[0] == "Z"
