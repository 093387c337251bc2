"""Formatting laid over a text: where it stands, in UTF-16 units, and small HTML of it."""

from __future__ import annotations

import codecs
import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

Entity = dict[str, Any]

_TAG_OF = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
}
_SAFE_URL = re.compile(r"(?:https?://|tg://|mailto:|tel:)", re.IGNORECASE)
_LONGEST_URL = 8000  # RFC 9110, 4.1: no longer one is certain to be followed


def utf16(text: str) -> int:
    """The length in UTF-16 code units, which entities are measured in."""
    return len(_units(text)) // 2


def characters(text: str, offsets: Iterable[int]) -> dict[int, int]:
    """How many whole characters stand before each of these offsets in UTF-16 code units."""
    units, before, read = _units(text), 0, 0
    found: dict[int, int] = {}
    for offset in sorted(set(offsets)):
        some, size = codecs.utf_16_le_decode(units[read : 2 * max(0, offset)], "surrogatepass")
        before, read = before + len(some), read + size
        found[offset] = before
    return found


def nearest(text: str, part: str, near: int) -> int | None:
    """Where the part stands in the text, the nearest to a place, all in UTF-16 code units."""
    if not part:
        return None
    middle = characters(text, [near])[near]
    above = text[: middle + len(part)]
    back = above[::-1].find(part[::-1])  # rfind may take the square of the length
    before = len(above) - back - len(part) if back >= 0 else -1
    found = [utf16(text[:place]) for place in (before, text.find(part, middle)) if place >= 0]
    return min(found, key=lambda place: abs(place - near), default=None)


def render(text: str, entities: Iterable[Entity]) -> str:
    """Escaped HTML with b, i, u, s, a, code, pre and blockquote; other entities stay plain.

    No tag stands inside another of its name, where it would say nothing, or be no HTML.
    """
    pieces: list[str] = []
    inside: list[_Tag] = []
    for begin, end, around in _runs(len(text), _tags(text, entities)):
        same = _common(inside, around)
        pieces += [f"</{tag.name}>" for tag in reversed(inside[same:])]
        pieces += [tag.opening for tag in around[same:]]
        pieces.append(html.escape(text[begin:end], quote=False))
        inside = around
    pieces += [f"</{tag.name}>" for tag in reversed(inside)]
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Tag:
    """From one place in the text, in characters, to another."""

    name: str
    opening: str
    begin: int
    end: int


def _tags(text: str, entities: Iterable[Entity]) -> list[_Tag]:
    known = [
        (_TAG_OF[entity["type"]], opening, entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if (opening := _opening(entity))
    ]
    at = characters(text, [offset for *_, begin, end in known for offset in (begin, end)])
    return [_Tag(name, opening, at[begin], at[end]) for name, opening, begin, end in known]


def _opening(entity: Entity) -> str:
    if entity["type"] == "text_link":
        url = str(entity.get("url", ""))
        safe = len(url) <= _LONGEST_URL and _SAFE_URL.match(url)
        return f'<a href="{html.escape(url)}">' if safe else ""
    tag = _TAG_OF.get(entity["type"])
    return f"<{tag}>" if tag else ""


def _runs(size: int, tags: list[_Tag]) -> Iterator[tuple[int, int, list[_Tag]]]:
    """The text cut wherever a tag begins or ends, with those around each run.

    Of one name there is the first given of them.
    """
    begins: dict[int, list[int]] = defaultdict(list)
    for number, tag in enumerate(tags):
        begins[tag.begin].append(number)
    standing: dict[str, list[int]] = defaultdict(list)  # heaps
    for begin, end in pairwise(sorted({0, size, *begins, *(tag.end for tag in tags)})):
        for number in begins.get(begin, ()):
            heappush(standing[tags[number].name], number)
        for numbers in standing.values():
            while numbers and tags[numbers[0]].end <= begin:
                heappop(numbers)
        yield begin, end, [tags[first] for first in sorted(n[0] for n in standing.values() if n)]


def _common(first: list[_Tag], second: list[_Tag]) -> int:
    """How many stay open; a tag that goes on as the next one does not end between."""
    same = 0
    for one, other in zip(first, second, strict=False):
        if one.opening != other.opening:
            break
        same += 1
    return same


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")
