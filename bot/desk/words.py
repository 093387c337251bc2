"""Rich text that crosses the counter: words with formatting, in the Bot API's own shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk import markup
from bot.desk.graphemes import whole_cut
from bot.desk.names import clean_name

__all__ = [
    "Words",
    "blockquote",
    "bold",
    "clean_name",
    "code",
    "from_html",
    "italic",
    "join",
    "link",
    "plain",
]

LONG_QUOTE = 200  # characters
_ELLIPSIS = "…"
# Where to cut, the best first; what the pattern matches is dropped at the cut.
_CUTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\r?\n[ \t\r]*\n",
        r"\r?\n",
        r"(?<=[.!?…。])[ \t]+",
        r"[ \t\u3000]",
    )
)
# A cut too early would leave next to nothing in a message: the next kind of cut is tried then.
_SHORTEST_SHARE = 4


@dataclass(frozen=True, slots=True)
class Words:
    """Text with formatting; entities' offsets and lengths are in UTF-16 code units."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()

    def __add__(self, other: Words | str) -> Words:
        words = plain(other) if isinstance(other, str) else other
        shift = markup.utf16(self.text)
        moved = (entity | {"offset": entity["offset"] + shift} for entity in words.entities)
        return Words(self.text + words.text, (*self.entities, *moved))

    def __radd__(self, other: str) -> Words:
        return plain(other) + self

    def __len__(self) -> int:
        """The length in characters, as Telegram's limits count it."""
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def split(self, limit: int) -> list[Words]:
        """Pieces of at most `limit` characters, none of them blank.

        Cut at a paragraph, a line, a sentence or a space, the white space at the cut being
        dropped; else between whole characters. Formatting goes on in the next piece.
        """
        pieces, start = [], 0
        while len(self.text) - start > limit:
            end, after = self._cut(start, limit)
            pieces.append(self._between(start, end))
            start = after
        pieces.append(self._between(start, len(self.text)))
        return [piece for piece in pieces if piece.text.strip()]

    def parted(self, limit: int) -> tuple[Words, Words]:
        """The first piece of `split`, and all the rest as it stands."""
        if len(self.text) <= limit:
            return self, Words()
        end, after = self._cut(0, limit)
        return self._between(0, end), self._between(after, len(self.text))

    def clipped(self, limit: int) -> Words:
        """At most `limit` characters, the last one an ellipsis if something was cut."""
        if len(self.text) <= limit:
            return self
        if limit <= 0:
            return Words()
        end = whole_cut(self.text, limit - 1)
        return self._between(0, end).trimmed() + _ELLIPSIS

    def trimmed(self) -> Words:
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self._between(start, max(start, len(self.text.rstrip())))

    def html(self) -> str:
        """Small HTML, escaped: b i u s a code pre blockquote; the rest stays plain."""
        return markup.render(self.text, self.entities)

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "entities": list(self.entities)}

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Words:
        """The reverse of `dump`."""
        return cls(data["text"], tuple(data.get("entities") or ()))

    def _cut(self, start: int, limit: int) -> tuple[int, int]:
        """Where a piece ends and where the next one begins."""
        shortest = start + max(1, limit // _SHORTEST_SHARE)
        for cut in _CUTS:
            last = None
            for match in cut.finditer(self.text, start, start + limit + 1):
                if match.start() >= shortest:
                    last = match
            if last is not None:
                return last.start(), last.end()
        hard = start + whole_cut(self.text[start:], limit)
        return hard, hard

    def _between(self, begin: int, end: int) -> Words:
        first = markup.utf16(self.text[:begin])
        last = first + markup.utf16(self.text[begin:end])
        return Words(self.text[begin:end], tuple(_kept(self.entities, first, last)))


def _kept(entities: Iterable[dict[str, Any]], first: int, last: int) -> Iterator[dict[str, Any]]:
    for entity in entities:
        begin = max(entity["offset"], first)
        end = min(entity["offset"] + entity["length"], last)
        if begin < end:
            yield entity | {"offset": begin - first, "length": end - begin}


def plain(text: str) -> Words:
    """Words without formatting."""
    return Words(text)


def from_html(html: str) -> Words:
    """Words of small HTML; bad HTML gives what can be read of it and never raises."""
    text, entities = markup.read(html)
    return Words(text, tuple(entities))


def bold(text: Words | str) -> Words:
    """Bold words."""
    return _around(text, "bold")


def italic(text: Words | str) -> Words:
    """Italic words."""
    return _around(text, "italic")


def blockquote(text: Words | str) -> Words:
    """Words of somebody else; many of them are folded."""
    return _around(text, "expandable_blockquote" if len(text) > LONG_QUOTE else "blockquote")


def code(text: Words | str) -> Words:
    """Words in a fixed-width font, copied with one tap."""
    return _around(text, "code")


def link(text: Words | str, url: str) -> Words:
    """Words that open an address."""
    return _around(text, "text_link", url=url)


def join(separator: Words | str, parts: Iterable[Words | str]) -> Words:
    """The parts one after another with the separator between."""
    joined = Words()
    for place, part in enumerate(parts):
        joined = joined + separator + part if place else joined + part
    return joined


def _around(text: Words | str, kind: str, **extra: str) -> Words:
    words = plain(text) if isinstance(text, str) else text
    if not words:
        return words
    outer = {"type": kind, "offset": 0, "length": markup.utf16(words.text), **extra}
    return Words(words.text, (outer, *words.entities))
