"""Where a text may be cut without breaking what a reader sees as one character."""

from __future__ import annotations

import unicodedata
from functools import cache

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
_TAGS = range(0xE0020, 0xE0080)


def is_whole(text: str, place: int) -> bool:
    """Whether cutting before `text[place]` leaves both sides' characters whole."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if _extends(after) or _JOINER in (before, after) or (before, after) == ("\r", "\n"):
        return False
    return not (after in _REGIONS and _regions_before(text, place) % 2)


def whole_cut(text: str, place: int) -> int:
    """The last whole cut at or before `place`; `place` itself if there is none above 0."""
    cut = place
    while not is_whole(text, cut):
        cut -= 1
    return cut or place


@cache  # texts may consist of them
def _extends(character: str) -> bool:
    code = ord(character)
    return (
        code in _SKIN_TONES
        or code in _TAGS
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )


def _regions_before(text: str, place: int) -> int:
    """How many flag halves stand in a row before the place: an odd number is half a flag."""
    before = text[:place]
    return len(before) - len(before.rstrip(_REGIONS))
