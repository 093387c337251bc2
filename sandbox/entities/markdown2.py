"""MarkdownV2 of the Bot API (parse_mode MarkdownV2), with TDLib's errors."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.entities.kinds import Entity
from sandbox.entities.reader import MarkupError, Reader, emoji_id, moment
from sandbox.entities.units import lowered

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_INSIDE_CODE = frozenset("`")
_LAST_ESCAPABLE = "\x7e"
_MARKS = {
    "Bold": "*",
    "Italic": "_",
    "Underline": "__",
    "Strikethrough": "~",
    "Spoiler": "||",
    "Code": "`",
    "Pre": "```",
    "PreCode": "```",
    "TextUrl": "]",
    "CustomEmoji": "]",
}
_TYPES = {
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
}
# A longer mark is looked for before a shorter one that begins in the same way.
_OPENINGS = (
    ("__", "Underline"),
    ("_", "Italic"),
    ("*", "Bold"),
    ("~", "Strikethrough"),
    ("||", "Spoiler"),
    ("[", "TextUrl"),
    ("![", "CustomEmoji"),
    ("```", "Pre"),
    ("`", "Code"),
)
_CODE = frozenset({"Code", "Pre", "PreCode"})


@dataclass(slots=True)
class _Mark:
    kind: str
    offset: int
    begin: int
    text_from: int
    language: str = ""


def parse(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; wrong markup raises `MarkupError`."""
    return _Markdown2(source).parse()


class _Markdown2(Reader):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._open: list[_Mark] = []
        self._quoting = False
        self._line_start = True

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            character = self.source[self.at]
            if character == "\\" and "\0" < self.source[self.at + 1] <= _LAST_ESCAPABLE:
                self._escaped()
            elif character not in self._reserved():
                self.put(character)
                self._line_start = self._line_start and character == "\r"
                self.at += 1
            elif self._ends(character):
                self._end(character)
            else:
                self._begin(character)
        self._finish()
        return self.result()

    def _reserved(self) -> frozenset[str]:
        return _INSIDE_CODE if self._open and self._open[-1].kind in _CODE else _RESERVED

    def _escaped(self) -> None:
        character = self.source[self.at + 1]
        self.put(character)
        if character != "\r":
            self._line_start = character == "\n"
        self.at += 2

    def _ends(self, character: str) -> bool:
        if not self._open:
            return False
        following = self.source[self.at + 1]
        if self._quoting and character == "\n":
            return self.at + 1 == self.size or following != ">"
        kind = self._open[-1].kind
        if kind == "BlockQuote":
            return False
        if kind == "Italic":
            return character == "_" and following != "_"
        return self.source.startswith(_MARKS[kind], self.at)

    def _begin(self, character: str) -> None:
        if character == "\n":
            self.put(character)
            self._line_start = True
            self.at += 1
            return
        if character == ">" and self._line_start:
            if not self._quoting:
                self._push("BlockQuote")
                self._quoting = True
            self.at += 1
            return
        for mark, kind in _OPENINGS:
            if self.source.startswith(mark, self.at):
                self._push(kind)
                self.at += len(mark)
                if kind == "Pre":
                    self._block()
                return
        raise MarkupError(
            f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
        )

    def _push(self, kind: str) -> None:
        self._open.append(_Mark(kind, self.offset, self.at, self.written_count))

    def _block(self) -> None:
        mark = self._open[-1]
        mark.language = self.language()
        if mark.language:
            mark.kind = "PreCode"
        self.skip_line_break()

    def _unfinished(self, mark: _Mark) -> MarkupError:
        return MarkupError(
            f"Can't find end of {mark.kind} entity at byte offset {self.byte(mark.begin)}"
        )

    def _end(self, character: str) -> None:
        mark = self._open[-1]
        if character == "\n":
            self._end_quote()
            return
        filled = self.offset != mark.offset
        self.at += len(_MARKS[mark.kind])
        if mark.kind == "TextUrl":
            url = self._address("a URL")
            url = self.written(mark.text_from) if url is None else url
            if filled:
                self.add_link(url, mark.offset)
        elif mark.kind == "CustomEmoji":
            self._emoji(mark, filled)
        elif filled:
            extra = {"language": mark.language} if mark.language else {}
            self.add(_TYPES.get(mark.kind, mark.kind.lower()), mark.offset, **extra)
        self._open.pop()

    def _end_quote(self) -> None:
        kind = "BlockQuote"
        if self._open[-1].kind != kind:
            self._drop_expansion()
            kind = "ExpandableBlockQuote"
        self.put("\n")
        self._line_start = True
        self._quoting = False
        self.add(_TYPES[kind], self._open.pop().offset)
        self.at += 1

    def _drop_expansion(self) -> None:
        """`||` right before a quotation's end makes it expandable."""
        mark = self._open[-1]
        gap = self.at - mark.begin
        if mark.kind != "Spoiler" or not (gap == 2 or (gap == 3 and self.written()[-1:] == "\r")):
            raise self._unfinished(mark)
        self._open.pop()
        if self._open[-1].kind != "BlockQuote":
            raise self._unfinished(self._open[-1])

    def _address(self, what: str) -> str | None:
        """The part in parentheses, or None if there is none here."""
        if self.source[self.at] != "(":
            return None
        self.at += 1
        begin = self.at
        address: list[str] = []
        while self.at < self.size and self.source[self.at] != ")":
            if self.source[self.at] == "\\" and "\0" < self.source[self.at + 1] <= _LAST_ESCAPABLE:
                self.at += 1
            address.append(self.source[self.at])
            self.at += 1
        if self.at >= self.size:
            raise MarkupError(f"Can't find end of {what} at byte offset {self.byte(begin)}")
        self.at += 1
        return "".join(address)

    def _emoji(self, mark: _Mark, filled: bool) -> None:
        url = self._address("a custom emoji URL")
        if url is None:
            raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
        kind, extra = _special(url)
        if filled:
            self.add(kind, mark.offset, **extra)

    def _finish(self) -> None:
        if self._quoting:
            kind = "BlockQuote"
            if self._open[-1].kind == "Spoiler" and self._open[-1].begin == self.size - 2:
                self._open.pop()
                kind = "ExpandableBlockQuote"
            if self._open[-1].kind == "BlockQuote":
                mark = self._open.pop()
                if self.offset != mark.offset:
                    self.add(_TYPES[kind], mark.offset)
        if self._open:
            raise self._unfinished(self._open[-1])


def _special(url: str) -> tuple[str, dict[str, object]]:
    """What an address after `![…]` says: a custom emoji or a moment."""
    lower = lowered(url)
    if not lower.startswith("tg:"):
        raise MarkupError("Custom emoji URL must have scheme tg")
    host, _, query = url[3:].removeprefix("//").partition("#")[0].partition("?")
    host = lowered(host).removesuffix("/")
    fields = dict(part.partition("=")[::2] for part in reversed(query.split("&")))
    if host == "time":
        return "date_time", moment(fields.get("unix", ""), fields.get("format", ""))
    if host != "emoji":
        raise MarkupError('Custom emoji URL must have host "emoji"')
    if "id" not in fields:
        raise MarkupError("Custom emoji URL must have an emoji identifier")
    return "custom_emoji", {"custom_emoji_id": emoji_id(fields["id"])}
