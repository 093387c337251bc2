"""Names people give themselves, made safe to show in one line of an operator's screen."""

from __future__ import annotations

import unicodedata
from functools import cache

from bot.desk.graphemes import whole_cut

_JOINER = "\u200d"
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and symbols that look like nothing: Hangul fillers and the empty Braille cell.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_NOTHING = _INVISIBLE_CATEGORIES | {"Mn", "Me"}
_FLAG = "\U0001f3f4"
_TAGS = range(0xE0020, 0xE0080)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_MOST_MARKS = 3


def clean_name(name: str, limit: int = 64) -> str:
    """One visible line of at most `limit` characters; an empty string if nothing is visible.

    Control characters, direction marks and zero-width characters go (joiners stay inside
    emoji), white space becomes single spaces, piled-up accents are thinned out.
    """
    visible = "".join(_visible(name, place) for place in range(len(name)))
    line = _thinned(" ".join(visible.split()))
    if len(line) > limit:
        line = line[: whole_cut(line, limit)].rstrip()
    return line


def unmasked(text: str, gap: str = "") -> str:
    """The text with `gap` in the place of each character that looks like nothing."""
    return text.translate(_gaps(gap))


class _Gaps(dict[int, int | str]):
    """What each code point becomes, found out once: every message is asked about."""

    def __init__(self, gap: str) -> None:
        super().__init__()
        self._gap = gap

    def __missing__(self, code: int) -> int | str:
        self[code] = shown = self._gap if _looks_like_nothing(chr(code)) else code
        return shown


@cache
def _gaps(gap: str) -> _Gaps:
    return _Gaps(gap)


def _looks_like_nothing(character: str) -> bool:
    if character in _BLANKS:
        return True
    return not character.isspace() and unicodedata.category(character) in _NOTHING


def _visible(name: str, place: int) -> str:
    character = name[place]
    category = unicodedata.category(character)
    if character in "\t\n\r\v\f\x85":
        return " "
    if character in _BLANKS:
        return ""
    if category not in _INVISIBLE_CATEGORIES:
        return character
    if character == _JOINER:
        return character if _joins_emoji(name, place) else ""
    return character if _is_tag_of_flag(name, place) else ""


def _joins_emoji(name: str, place: int) -> bool:
    before = place - 1
    while before >= 0 and (name[before] == "\ufe0f" or ord(name[before]) in _SKIN_TONES):
        before -= 1
    return (
        before >= 0
        and place + 1 < len(name)
        and all(unicodedata.category(name[beside]) == "So" for beside in (before, place + 1))
    )


def _is_tag_of_flag(name: str, place: int) -> bool:
    while place >= 0 and ord(name[place]) in _TAGS:
        place -= 1
    return place >= 0 and name[place] == _FLAG


def _thinned(line: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in line:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
