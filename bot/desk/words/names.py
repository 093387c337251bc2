"""Names people give themselves, made safe to show in one line of an operator's screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from bot.desk.words.graphemes import whole_cut

_JOINER = "\u200d"
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters and symbols that look like nothing: Hangul fillers and the empty Braille cell.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_NOTHING = _INVISIBLE_CATEGORIES | {"Mn", "Me"}
_FLAG = "\U0001f3f4"
_TAGS = range(0xE0020, 0xE0080)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_MOST_MARKS = 3
_PATH = re.compile(r"[/\\]+")
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_LONGEST_EXTENSION = 16
_ENDS = ". "


def clean_name(name: str, limit: int = 64) -> str:
    """One visible line of at most `limit` characters; an empty string if nothing is visible.

    Control characters, direction marks and zero-width characters go (joiners stay inside
    emoji), white space becomes single spaces, piled-up accents are thinned out.
    """
    line = "".join(islice(_thinned(_in_one_line(_visible(name))), limit + 1))
    if len(line) > limit:
        line = line[: whole_cut(line, limit)].rstrip()
    return line


def clean_file_name(name: str, limit: int = 128) -> str:
    """A name under which a file can be shown and saved; an empty string if nothing is left.

    The last part of a path, without what `clean_name` takes away, what some system does not allow,
    and dots at its ends. What is too long keeps its extension.
    """
    last = _PATH.split(name)[-1].translate(_FORBIDDEN)
    stem, dot, extension = last.rpartition(".")
    extension = clean_name(extension, _LONGEST_EXTENSION + 1)
    if not dot or not extension or len(extension) > _LONGEST_EXTENSION:
        return clean_name(last, limit).strip(_ENDS)
    stem = clean_name(stem, limit - len(extension) - 1).strip(_ENDS)
    return f"{stem}.{extension}" if stem else extension


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


def _visible(name: str) -> Iterator[str]:
    in_flag = False
    for place, character in enumerate(name):
        in_flag = character == _FLAG or (in_flag and ord(character) in _TAGS)
        if character in "\t\n\r\v\f\x85":
            yield " "
        elif character not in _BLANKS and (in_flag or _is_seen(name, place)):
            yield character


def _is_seen(name: str, place: int) -> bool:
    if name[place] == _JOINER:
        return _joins_emoji(name, place)
    return unicodedata.category(name[place]) not in _INVISIBLE_CATEGORIES


def _joins_emoji(name: str, place: int) -> bool:
    before = place - 1
    while before >= 0 and (name[before] == "\ufe0f" or ord(name[before]) in _SKIN_TONES):
        before -= 1
    return (
        before >= 0
        and place + 1 < len(name)
        and all(unicodedata.category(name[beside]) == "So" for beside in (before, place + 1))
    )


def _in_one_line(text: Iterable[str]) -> Iterator[str]:
    """White space between characters as one space."""
    space, begun = False, False
    for character in text:
        if character.isspace():
            space = begun
            continue
        if space:
            yield " "
        yield character
        space, begun = False, True


def _thinned(line: Iterable[str]) -> Iterator[str]:
    marks = 0
    for character in line:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            yield character
