"""Filling: variables in words, such as `{customer.name|friend}`, and what stands in their place.

Each brace is meant as a variable's: of what is not well written its author is told, rather than
the customer. What fills one is never read as anything else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.words import Words
from bot.desk.words.markup import utf16

BRACED = re.compile(r"\{([^{}\n|]*)(?:\|([^{}\n]*))?\}|[{}][^\s{}]*")


@dataclass(frozen=True, slots=True)
class Variable:
    """From one place to another, in characters; `otherwise` stands where nothing is known."""

    name: str
    otherwise: str | None
    begin: int
    end: int


def variables(text: str) -> list[Variable]:
    """Those of a text; a brace that belongs to none is one whose name nobody knows."""
    return [Variable(_name(found), found[2], *found.span()) for found in BRACED.finditer(text)]


def _name(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else found[1].strip().casefold()


def fill(words: Words, values: Mapping[str, str], *, keeps_unknown: bool = False) -> Words:
    """The words with what is known; the rest has what its author gave it, or stands as it is.

    `keeps_unknown`: all that is not known stands as it is. Formatting that lies over a variable
    lies over what fills it.
    """
    filled = (
        (each, values.get(each.name, None if keeps_unknown else each.otherwise))
        for each in variables(words.text)
    )
    gaps = [(each, value) for each, value in filled if value is not None]
    text, place, moves = "", 0, _Moves()
    for gap, value in gaps:
        text += words.text[place : gap.begin] + value
        begin = utf16(words.text[: gap.begin])
        moves.add(begin, begin + utf16(words.text[gap.begin : gap.end]), utf16(value))
        place = gap.end
    moved = [moves.of(entity) for entity in words.entities]
    return Words(text + words.text[place:], tuple(each for each in moved if each["length"] > 0))


class _Moves:
    """Where each place in the text goes, in UTF-16 units."""

    def __init__(self) -> None:
        self._gaps: list[tuple[int, int, int]] = []

    def add(self, begin: int, end: int, length: int) -> None:
        """What stands there has this length from now on."""
        self._gaps.append((begin, end, length))

    def of(self, entity: dict[str, Any]) -> dict[str, Any]:
        """The entity where it stands then."""
        begin = self._place(entity["offset"], is_end=False)
        end = self._place(entity["offset"] + entity["length"], is_end=True)
        return entity | {"offset": begin, "length": end - begin}

    def _place(self, place: int, *, is_end: bool) -> int:
        """A place inside of a variable goes to its beginning, or its end."""
        shift = 0
        for begin, end, length in self._gaps:
            if place <= begin:
                break
            if place < end:
                return begin + shift + (length if is_end else 0)
            shift += length - (end - begin)
        return place + shift
