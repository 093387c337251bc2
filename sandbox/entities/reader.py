"""What the three markup parsers share: walking over the source and writing the plain text."""

from __future__ import annotations

import re
from typing import Any

from sandbox.entities import links, moments
from sandbox.entities.kinds import Entity, in_order
from sandbox.entities.units import utf8, width

# The original works on zero-terminated strings and looks a few characters ahead.
_END = "\0\0\0\0"
_NUMBER = re.compile(r"[1-9][0-9]*", re.ASCII)
_LARGEST_EMOJI = (1 << 63) - 1
_LAST_MOMENT = (1 << 31) - 1
SPACES = frozenset(" \t\r\n\v\0")


class MarkupError(Exception):
    """The markup cannot be parsed; the text is Telegram's."""


def emoji_id(text: str) -> str:
    """The identifier of a custom emoji, checked."""
    if not _NUMBER.fullmatch(text) or int(text) > _LARGEST_EMOJI:
        raise MarkupError("Invalid custom emoji identifier specified")
    return text


def moment(unix: str, form: str) -> dict[str, Any]:
    """A moment in seconds since 1970 and how it is shown, checked."""
    if not _NUMBER.fullmatch(unix) or int(unix) > _LAST_MOMENT:
        raise MarkupError("Invalid Unix time specified")
    try:
        return {"unix_time": int(unix), "date_time_format": moments.in_markup(form)}
    except moments.FormatError:
        raise MarkupError("Invalid date format used") from None


class Reader:
    """A place in the source, the plain text read so far and the entities found in it."""

    def __init__(self, source: str) -> None:
        self.size = len(source)
        self.source = source + _END
        self.at = 0
        self.offset = 0
        self.entities: list[Entity] = []
        self._written: list[str] = []

    def put(self, character: str) -> None:
        """Write one character of plain text."""
        self._written.append(character)
        self.offset += width(character)

    def written(self, since: int = 0) -> str:
        """The plain text from the given character on."""
        return "".join(self._written[since:])

    @property
    def written_count(self) -> int:
        """How many characters of plain text there are."""
        return len(self._written)

    def byte(self, place: int) -> int:
        """The byte offset of a place in the source, for error texts."""
        return utf8(self.source[:place])

    def add(self, kind: str, offset: int, **extra: Any) -> None:
        """An entity from `offset` up to here."""
        self.entities.append(Entity(kind, offset, self.offset - offset, extra))

    def add_link(self, url: str, offset: int) -> None:
        """A link or a mention by id from `offset` up to here; a wrong address adds nothing."""
        user_id = links.user_id(url)
        if user_id:
            self.add("text_mention", offset, user={"id": user_id})
            return
        address = links.checked(url)
        if address:
            self.add("text_link", offset, url=address)

    def skip_line_break(self) -> None:
        """A code block's text begins after one line break."""
        first, second = self.source[self.at], self.source[self.at + 1]
        if first in "\r\n":
            self.at += 2 if second in "\r\n" and first != second else 1

    def language(self) -> str:
        """The language named after the opening of a code block, or an empty string."""
        end = self.at
        while self.source[end] not in SPACES and self.source[end] != "`":
            end += 1
        if end == self.at or end >= self.size or self.source[end] == "`":
            return ""
        name = self.source[self.at : end]
        self.at = end
        return name

    def result(self) -> tuple[str, list[Entity]]:
        """The plain text and its entities in order."""
        return self.written(), in_order(self.entities)
