"""The old Markdown of the Bot API (parse_mode Markdown), with TDLib's errors."""

from __future__ import annotations

from sandbox.entities.kinds import Entity
from sandbox.entities.reader import MarkupError, Reader

_ESCAPABLE = frozenset("_*`[")
_STYLES = {"_": "italic", "*": "bold"}
_FENCE = "```"


def parse(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities; an entity without an end raises `MarkupError`."""
    return _Markdown(source).parse()


class _Markdown(Reader):
    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < self.size:
            character = self.source[self.at]
            if character == "\\" and self.source[self.at + 1] in _ESCAPABLE:
                self.put(self.source[self.at + 1])
                self.at += 2
            elif character in _ESCAPABLE:
                self._entity()
            else:
                self.put(character)
                self.at += 1
        return self.result()

    def _entity(self) -> None:
        begin, offset = self.at, self.offset
        mark = self.source[begin]
        fenced = self.source.startswith(_FENCE, begin)
        self.at += len(_FENCE) if fenced else 1
        language = ""
        if fenced:
            language = self.language()
            self.skip_line_break()
        ending = _FENCE if fenced else "]" if mark == "[" else mark
        while self.at < self.size and not self.source.startswith(ending, self.at):
            self.put(self.source[self.at])
            self.at += 1
        if self.at >= self.size:
            raise MarkupError(
                f"Can't find end of the entity starting at byte offset {self.byte(begin)}"
            )
        closing = self.at
        self.at += len(ending)
        if self.offset == offset:
            return
        if mark == "[":
            self.add_link(self._address(begin, closing), offset)
        elif mark == "`":
            extra = {"language": language} if language else {}
            self.add("pre" if fenced else "code", offset, **extra)
        else:
            self.add(_STYLES[mark], offset)

    def _address(self, begin: int, closing: int) -> str:
        if self.source[self.at] != "(":
            return self.source[begin + 1 : closing]
        end = self.source.find(")", self.at)
        end = self.size if end < 0 else end
        address = self.source[self.at + 1 : end]
        self.at = end + 1
        return address
