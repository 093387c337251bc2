"""The same as the desk does with words, told plainly: slow, and easy to see that it is right."""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise
from typing import Any

from bot.desk import words
from bot.desk.words import Words, names
from bot.desk.words.graphemes import whole_cut

Entity = dict[str, Any]
TAGS = {
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


def size(text: str) -> int:
    """In UTF-16 code units."""
    return sum(2 if character > "\uffff" else 1 for character in text)


def split(said: Words, limit: int) -> list[Words]:
    """Piece by piece, each cut out of the whole."""
    pieces, start = [], 0
    while len(said) - start > limit:
        end, after = cut(said.text, start, limit)
        pieces.append(between(said, start, end))
        start = after
    pieces.append(between(said, start, len(said)))
    return [piece for piece in pieces if piece.text.strip()]


def cut(text: str, start: int, limit: int) -> tuple[int, int]:
    """Where a piece ends and where the next one begins."""
    shortest = start + max(1, limit // words._SHORTEST_SHARE)
    for kind in (*words._CUTS, re.compile(f"[{words._SPACES}]")):
        found = [*kind.finditer(text, start, start + limit + 1)]
        late = [match for match in found if match.start() >= shortest]
        if late:
            return late[-1].start(), late[-1].end()
    hard = start + whole_cut(text[start:], limit)
    return hard, hard


def between(said: Words, begin: int, end: int) -> Words:
    """What stands between two places, in characters."""
    first, last = size(said.text[:begin]), size(said.text[:end])
    kept = []
    for entity in said.entities:
        left = max(entity["offset"], first)
        right = min(entity["offset"] + entity["length"], last)
        if left < right:
            kept.append(entity | {"offset": left - first, "length": right - left})
    return Words(said.text[begin:end], tuple(kept))


def added(one: Words, other: Words) -> Words:
    """One after the other."""
    shift = size(one.text)
    moved = [entity | {"offset": entity["offset"] + shift} for entity in other.entities]
    return Words(one.text + other.text, (*one.entities, *moved))


def joined(separator: Words, parts: list[Words]) -> Words:
    """Added up."""
    whole = Words()
    for place, part in enumerate(parts):
        whole = added(added(whole, separator), part) if place else added(whole, part)
    return whole


def rendered(said: Words) -> str:
    """Run by run, each asking every entity; of those with one tag the first is shown."""
    edges = {0, len(said)}
    at = {size(said.text[:place]): place for place in range(len(said) + 1)}
    for entity in said.entities:
        if opening(entity):
            edges |= {
                at.get(min(border, size(said.text)), 0)
                for border in (entity["offset"], entity["offset"] + entity["length"])
            }
    pieces: list[str] = []
    inside: list[tuple[str, str]] = []
    for begin, end in pairwise(sorted(edges)):
        around = over(said, size(said.text[:begin]))
        same = 0
        while same < min(len(inside), len(around)) and inside[same] == around[same]:
            same += 1
        pieces += [f"</{tag}>" for tag, _ in reversed(inside[same:])]
        pieces += [text for _, text in around[same:]]
        pieces.append(html.escape(said.text[begin:end], quote=False))
        inside = around
    return "".join([*pieces, *(f"</{tag}>" for tag, _ in reversed(inside))])


def over(said: Words, offset: int) -> list[tuple[str, str]]:
    """The tags over what begins at an offset, each with its opening."""
    found: dict[str, str] = {}
    for entity in said.entities:
        if opening(entity) and entity["offset"] <= offset < entity["offset"] + entity["length"]:
            found.setdefault(TAGS[entity["type"]], opening(entity))
    return [*found.items()]


def opening(entity: Entity) -> str:
    """Of a link that does no harm, or of another known tag."""
    tag = TAGS.get(entity["type"], "")
    if tag == "a":
        return f'<a href="{html.escape(entity["url"])}">'
    return f"<{tag}>" if tag else ""


def places(text: str, part: str) -> list[int]:
    """Wherever the part stands in the text, in UTF-16 code units."""
    if not part:
        return []
    return [size(text[:place]) for place in range(len(text)) if text.startswith(part, place)]


def nearest(text: str, part: str, near: int) -> int | None:
    """Of these the one nearest to a place; of two the first."""
    return min(places(text, part), key=lambda place: abs(place - near), default=None)


def clean_name(name: str, limit: int) -> str:
    """Look at every character of it, however long it is."""
    visible = "".join(seen(name, place) for place in range(len(name)))
    line, marks = "", 0
    for character in " ".join(visible.split()):
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        line += character if marks <= names._MOST_MARKS else ""
    return line if len(line) <= limit else line[: whole_cut(line, limit)].rstrip()


def seen(name: str, place: int) -> str:
    """What is shown of one character."""
    character = name[place]
    if character in "\t\n\r\v\f\x85":
        return " "
    if character in names._BLANKS:
        return ""
    if unicodedata.category(character) not in names._INVISIBLE_CATEGORIES:
        return character
    if character == "\u200d":
        return character if names._joins_emoji(name, place) else ""
    before = name[: place + 1].rstrip("".join(map(chr, names._TAGS)))
    of_flag = len(before) <= place and before.endswith(names._FLAG)
    return character if of_flag else ""
