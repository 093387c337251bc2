"""Rich text that crosses the counter: words with formatting, in the Bot API's own shape."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.words import markup
from bot.desk.words.graphemes import whole_cut
from bot.desk.words.names import clean_name

__all__ = [
    "Words",
    "blockquote",
    "bold",
    "clean_name",
    "code",
    "counting",
    "italic",
    "join",
    "link",
    "mention",
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
    )
)
_SPACES = " \t\u3000"  # then at the last of these; a long text has too many to look at each
# A cut too early would leave next to nothing in a message: the next kind of cut is tried then.
_SHORTEST_SHARE = 4


@dataclass(frozen=True, slots=True)
class Words:
    """Text with formatting; entities' offsets and lengths are in UTF-16 code units."""

    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()

    def __add__(self, other: Words | str) -> Words:
        return join("", (self, other))

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
        spans, start = [], 0
        while len(self.text) - start > limit:
            end, after = self._cut(start, limit)
            spans.append((start, end))
            start = after
        spans.append((start, len(self.text)))
        return self._parts([(begin, end) for begin, end in spans if self.text[begin:end].strip()])

    def parted(self, limit: int) -> tuple[Words, Words]:
        """The first piece of `split`, and all the rest as it stands."""
        if len(self.text) <= limit:
            return self, Words()
        end, after = self._cut(0, limit)
        head, rest = self._parts([(0, end), (after, len(self.text))])
        return head, rest

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

    def behind(self, start: int) -> Words:
        """What stands from this character on."""
        return self._between(min(start, len(self.text)), len(self.text))

    def before(self, end: int) -> Words:
        """What stands until this character."""
        return self._between(0, min(end, len(self.text)))

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
            last = deque(cut.finditer(self.text, start, start + limit + 1), maxlen=1)
            if last and last[0].start() >= shortest:
                return last[0].span()
        place = max(self.text.rfind(space, shortest, start + limit + 1) for space in _SPACES)
        if place >= 0:
            return place, place + 1
        hard = start + whole_cut(self.text[start : start + limit + 1], limit)
        return hard, hard

    def _between(self, begin: int, end: int) -> Words:
        return self._parts([(begin, end)])[0]

    def _parts(self, spans: list[tuple[int, int]]) -> list[Words]:
        """What stands at these places, in characters: one after the other, none across another."""
        shares = _shared(self.entities, _in_units(self.text, spans))
        return [
            Words(self.text[begin:end], tuple(share))
            for (begin, end), share in zip(spans, shares, strict=True)
        ]


def _in_units(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found, place, offset = [], 0, 0
    for begin, end in spans:
        first = offset + markup.utf16(text[place:begin])
        place, offset = end, first + markup.utf16(text[begin:end])
        found.append((first, offset))
    return found


def _shared(
    entities: Iterable[dict[str, Any]], spans: list[tuple[int, int]]
) -> list[list[dict[str, Any]]]:
    """What of the entities each of these spans has, all in UTF-16 code units."""
    ends = [last for _, last in spans]
    shares: list[list[dict[str, Any]]] = [[] for _ in spans]
    for entity in entities:
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        for number in range(bisect_right(ends, begin), len(spans)):
            first, last = spans[number]
            if first >= end:
                break
            offset = max(begin, first) - first
            length = min(end, last) - first - offset
            if length > 0:
                shares[number].append(entity | {"offset": offset, "length": length})
    return shares


def plain(text: str) -> Words:
    """Words without formatting."""
    return Words(text)


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


def mention(name: str, user_id: int) -> Words:
    """The name of somebody whom Telegram tells of it (Bot API: MessageEntity, text_mention)."""
    return _around(name, "text_mention", user={"id": user_id, "is_bot": False, "first_name": name})


def counting(text: str, to: int) -> Words:
    """An instant in words, by Unix time; a client that can counts down to it by itself instead.

    Bot API: MessageEntity, date_time.
    """
    return _around(text, "date_time", unix_time=to, date_time_format="r")


def join(separator: Words | str, parts: Iterable[Words | str]) -> Words:
    """The parts one after another with the separator between."""
    between = _words(separator)
    texts: list[str] = []
    entities: list[dict[str, Any]] = []
    offset = 0
    for place, part in enumerate(parts):
        for words in (between, _words(part)) if place else (_words(part),):
            texts.append(words.text)
            entities += _moved(words.entities, offset)
            offset += markup.utf16(words.text)
    return Words("".join(texts), tuple(entities))


def _moved(entities: Iterable[dict[str, Any]], shift: int) -> list[dict[str, Any]]:
    return [entity | {"offset": entity["offset"] + shift} for entity in entities]


def _words(text: Words | str) -> Words:
    return plain(text) if isinstance(text, str) else text


def _around(text: Words | str, kind: str, **extra: Any) -> Words:
    words = _words(text)
    if not words:
        return words
    outer = {"type": kind, "offset": 0, "length": markup.utf16(words.text), **extra}
    return Words(words.text, (outer, *words.entities))
