"""HTML of the Bot API (parse_mode HTML), with TDLib's errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.entities.kinds import Entity
from sandbox.entities.reader import SPACES, MarkupError, Reader, emoji_id, moment
from sandbox.entities.units import lowered

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_STYLES) | {"a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*))")
_LONGEST_REFERENCE = 10
_NAME_END = SPACES | frozenset("=>/\"'")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")


@dataclass(slots=True)
class _Tag:
    name: str
    offset: int
    text_from: int
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of a code tag: class="language-…"."""
        name = self.attributes.get("class", "")
        return name.removeprefix("language-") if name.startswith("language-") else ""


def parse(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; wrong markup raises `MarkupError`."""
    return _Html(source).parse()


class _Html(Reader):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._open: list[_Tag] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            character = self.source[self.at]
            if character == "<":
                self._tag()
            else:
                self.put(self._reference() or self._next())
        if self._open:
            name = self._open[-1].name
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{name}"')
        text, entities = self.result()
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        for entity in entities:
            if entity.type == "code":
                entity.extra.clear()
        return text, entities

    def _next(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def _reference(self) -> str:
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            return ""
        hexadecimal, decimal, name = match.groups()
        if name is not None:
            character = _NAMED.get(name, "")
        else:
            digits, base = (decimal, 10) if hexadecimal is None else (hexadecimal, 16)
            if not digits or len(match[0]) >= _LONGEST_REFERENCE:
                return ""
            code = int(digits, base)
            character = chr(code) if 0 < code < 0x10FFFF else ""
        if character:
            self.at = match.end() + (self.source[match.end()] == ";")
        return character

    def _tag(self) -> None:
        if self.source[self.at + 1] == "/":
            self._end_tag()
        else:
            self._start_tag()
        self.at += 1

    def _start_tag(self) -> None:
        begin = self.at
        self._to(">")
        if self.source[self.at] == "\0":
            raise MarkupError(f"Unclosed start tag at byte offset {self.byte(begin)}")
        name = lowered(self.source[begin + 1 : self.at])
        if name not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {self.byte(begin)}')
        tag = _Tag(name, self.offset, self.written_count)
        while self.source[self.at] != ">":
            self._spaces()
            if self.source[self.at] != ">":
                self._attribute(tag, begin)
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise MarkupError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}'
            )
        self._open.append(tag)

    def _to(self, end: str) -> None:
        while self.source[self.at] not in SPACES and self.source[self.at] != end:
            self.at += 1

    def _spaces(self) -> None:
        while self.source[self.at] in SPACES and self.source[self.at] != "\0":
            self.at += 1

    def _attribute(self, tag: _Tag, begin: int) -> None:
        start = self.at
        while self.source[self.at] not in _NAME_END:
            self.at += 1
        name = self.source[start : self.at]
        if not name:
            raise MarkupError(
                f'Empty attribute name in the tag "{tag.name}" at byte offset {self.byte(begin)}'
            )
        self._spaces()
        unclosed = f'Unclosed start tag "{tag.name}" at byte offset {self.byte(begin)}'
        if self.source[self.at] == "\0":
            raise MarkupError(unclosed)
        if self.source[self.at] != "=":
            tag.attributes[name] = ""
            return
        self.at += 1
        self._spaces()
        if self.source[self.at] == "\0":
            raise MarkupError(unclosed)
        tag.attributes[name] = self._value()
        if self.source[self.at] == "\0":
            raise MarkupError(f"Unclosed start tag at byte offset {self.byte(begin)}")

    def _value(self) -> str:
        quote = self.source[self.at]
        if quote not in "'\"":
            return self._token()
        self.at += 1
        value: list[str] = []
        while self.source[self.at] not in (quote, "\0"):
            value.append(self._reference() or self._next())
        if self.source[self.at] == quote:
            self.at += 1
        return "".join(value)

    def _token(self) -> str:
        match = _NAME_TOKEN.match(self.source, self.at)
        start = self.at
        token = match[0] if match else ""
        self.at += len(token)
        if self.source[self.at] not in SPACES and self.source[self.at] != ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {self.byte(start)}")
        return lowered(token)

    def _end_tag(self) -> None:
        begin = self.at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self.byte(begin)}")
        self._to(">")
        name = lowered(self.source[begin + 2 : self.at])
        self._spaces()
        if self.source[self.at] != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {self.byte(begin)}")
        tag = self._open[-1]
        if name and name != tag.name:
            raise MarkupError(
                f"Unmatched end tag at byte offset {self.byte(begin)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if self.offset > tag.offset:
            self._close(tag)
        self._open.pop()

    def _close(self, tag: _Tag) -> None:
        if tag.name in _STYLES:
            self.add(_STYLES[tag.name], tag.offset)
        elif tag.name == "a":
            self.add_link(tag.attributes.get("href") or self.written(tag.text_from), tag.offset)
        elif tag.name == "blockquote":
            wide = "expandable" in tag.attributes
            self.add("expandable_blockquote" if wide else "blockquote", tag.offset)
        elif tag.name == "tg-emoji":
            identifier = emoji_id(tag.attributes.get("emoji-id", ""))
            self.add("custom_emoji", tag.offset, custom_emoji_id=identifier)
        elif tag.name == "tg-time":
            self._time(tag)
        else:
            self._code(tag)

    def _time(self, tag: _Tag) -> None:
        given = (tag.attributes.get(name, "") for name in ("unix", "format"))
        self.add("date_time", tag.offset, **moment(*given))

    def _code(self, tag: _Tag) -> None:
        """A pre right around a code with a language, or inside it, is one block."""
        last = self.entities[-1] if self.entities else None
        if last is not None and (last.offset, last.end) == (tag.offset, self.offset):
            if (tag.name, last.type) == ("pre", "code") and last.extra:
                last.type = "pre"
                return
            if (tag.name, last.type) == ("code", "pre") and tag.language:
                last.extra["language"] = tag.language
                return
        extra = {"language": tag.language} if tag.name == "code" and tag.language else {}
        self.add(tag.name, tag.offset, **extra)
