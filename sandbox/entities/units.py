"""Lengths: Telegram places entities in UTF-16 units, and its errors in bytes of UTF-8."""

from __future__ import annotations

_ASTRAL = 0x10000
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def utf16(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(character >= "\U00010000" for character in text)


def width(character: str) -> int:
    """How many UTF-16 code units one character takes: 1 or 2."""
    return 2 if ord(character) >= _ASTRAL else 1


def utf8(text: str) -> int:
    """The length in bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def lowered(text: str) -> str:
    """Lower case for Latin letters alone, as protocols, tags and hosts want it."""
    return text.translate(_LOWER)


class Ruler:
    """Turns places in a string (in characters) into UTF-16 offsets."""

    def __init__(self, text: str) -> None:
        self._offsets = [0]
        for character in text:
            self._offsets.append(self._offsets[-1] + width(character))

    def __getitem__(self, place: int) -> int:
        return self._offsets[place]
