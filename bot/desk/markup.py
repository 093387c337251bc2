"""Small HTML: formatted text written as tags and tags read back, whatever state they are in."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
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
}
_KIND_OF = {
    "b": "bold",
    "strong": "bold",
    "h1": "bold",
    "h2": "bold",
    "h3": "bold",
    "h4": "bold",
    "h5": "bold",
    "h6": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "tt": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-spoiler": "spoiler",
}
_BLOCKS = frozenset(
    ("p", "div", "section", "ul", "ol", "li", "table", "tr", "blockquote", "pre")
) | {f"h{level}" for level in range(1, 7)}
_SILENT = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|head|title)\b[^>]*>.*?(?:</\1\s*>|$)|<[!?][^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\"[^\"]*\"|'[^']*'|[^'\"<>])*)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_SAFE_URL = re.compile(r"(?:https?://|tg://|mailto:|tel:)", re.IGNORECASE)


def utf16(text: str) -> int:
    """The length in UTF-16 code units, which entities are measured in."""
    return len(text) + sum(character > "\uffff" for character in text)


def places(text: str, part: str) -> list[int]:
    """Where the part stands in the text, in UTF-16 code units."""
    whole, wanted = text.encode("utf-16-le"), part.encode("utf-16-le")
    found = re.finditer(rb"(?=%s)" % re.escape(wanted), whole) if wanted else ()
    return [each.start() // 2 for each in found if each.start() % 2 == 0]


def render(text: str, entities: Iterable[Entity]) -> str:
    """Escaped HTML with b, i, u, s, a, code, pre and blockquote; other entities stay plain."""
    known = [(entity, opening) for entity in entities if (opening := _opening(entity))]
    pieces: list[str] = []
    inside: list[tuple[str, str]] = []
    for piece, offset in _pieces(text, [entity for entity, _ in known]):
        around = [
            (opening, f"</{re.split('[ >]', opening[1:])[0]}>")
            for entity, opening in known
            if entity["offset"] <= offset < entity["offset"] + entity["length"]
        ]
        same = _common(inside, around)
        pieces += [closing for _, closing in reversed(inside[same:])]
        pieces += [opening for opening, _ in around[same:]]
        pieces.append(html.escape(piece, quote=False))
        inside = around
    pieces += [closing for _, closing in reversed(inside)]
    return "".join(pieces)


def _opening(entity: Entity) -> str:
    if entity["type"] == "text_link":
        url = str(entity.get("url", ""))
        return f'<a href="{html.escape(url)}">' if _SAFE_URL.match(url) else ""
    tag = _TAG_OF.get(entity["type"])
    return f"<{tag}>" if tag else ""


def _pieces(text: str, entities: list[Entity]) -> Iterator[tuple[str, int]]:
    """The text cut wherever an entity begins or ends, with each piece's offset."""
    borders = {entity["offset"] for entity in entities}
    borders |= {entity["offset"] + entity["length"] for entity in entities}
    start = offset = begun = 0
    for place, character in enumerate(text):
        if offset in borders:
            yield text[start:place], begun
            start, begun = place, offset
        offset += 2 if character > "\uffff" else 1
    yield text[start:], begun


def _common(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> int:
    same = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        same += 1
    return same


def read(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of any HTML; unknown tags vanish, nothing raises."""
    return _Reading().read(_SILENT.sub("", source))


@dataclass(slots=True)
class _Reading:
    text: str = ""
    offset: int = 0
    entities: list[Entity] = field(default_factory=list)
    open: list[tuple[str, int, Entity]] = field(default_factory=list)
    line_due: bool = False

    def read(self, source: str) -> tuple[str, list[Entity]]:
        place = 0
        for tag in _TAG.finditer(source):
            self._write(source[place : tag.start()])
            self._tag(tag[2].lower(), tag[1] == "/", tag[3])
            place = tag.end()
        self._write(source[place:])
        for name, _, _ in reversed(self.open[:]):
            self._close(name)
        return self.text, sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def _write(self, escaped: str) -> None:
        text = html.unescape(escaped).replace("\xa0", " ").replace("\r\n", "\n")
        text = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
        if text:
            self.line_due = self.line_due and text[0] != "\n"
            self._begin_line()
            self._add(text)

    def _add(self, text: str) -> None:
        self.text += text
        self.offset += utf16(text)

    def _begin_line(self) -> None:
        """A block's border breaks the line only once something follows it."""
        if self.line_due and self.text and not self.text.endswith("\n"):
            self._add("\n")
        self.line_due = False

    def _tag(self, name: str, closing: bool, attributes: str) -> None:
        if name == "br":
            self._write("\n")
            return
        if closing:
            self._close(name)
        self.line_due = self.line_due or name in _BLOCKS
        if not closing:
            if name == "li":
                self._write("• ")
            self._begin(name, _attributes(attributes))

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        kind = _KIND_OF.get(name)
        if name == "span" and attributes.get("class") == "tg-spoiler":
            kind = "spoiler"
        if kind is None:
            return
        entity: Entity = {"type": kind}
        if kind == "text_link":
            if not _SAFE_URL.match(attributes.get("href", "")):
                return
            entity["url"] = attributes["href"]
        if kind == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        if kind == "code" and self.open and self.open[-1][2]["type"] == "pre":
            language = attributes.get("class", "")
            if language.startswith("language-"):
                self.open[-1][2]["language"] = language.removeprefix("language-")
            return
        self._begin_line()
        self.open.append((name, self.offset, entity))

    def _close(self, name: str) -> None:
        for place in reversed(range(len(self.open))):
            if self.open[place][0] == name:
                _, offset, entity = self.open.pop(place)
                if self.offset > offset:
                    placed = {"offset": offset, "length": self.offset - offset}
                    self.entities.append(entity | placed)
                return


def _attributes(source: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "")
        for match in _ATTRIBUTE.finditer(source)
    }
