"""Sentences: what is to be said to people, before anybody knows in which language.

A sentence is a msgid and what fills it. It is put into words where it is shown
(`bot/sentences.py`), in the language that its reader reads then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, Union

from bot.desk.words import Words

Value = Union[str, int, "Sentence", "Mention", "Size", "Request"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody by their name, whom Telegram tells that they are named."""

    name: str
    user_id: int

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"mention": self.user_id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Size:
    """So many bytes."""

    count: int

    def dump(self) -> dict[str, Any]:
        """As JSON; processes of a version before take it for a sentence."""
        return {"msgid": f"{self.count / 1e6:.0f} MB", "values": {}, "bytes": self.count}


@dataclass(frozen=True, slots=True)
class Request:
    """A ticket by its number, which leads to its topic where that is known."""

    number: int

    def dump(self) -> dict[str, Any]:
        """As JSON; processes of a version before take it for a sentence."""
        return {"msgid": f"#{self.number}", "values": {}, "request": self.number}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A msgid; `values` fill it and are never read as anything else, a sentence as its words.

    `count` chooses the plural; `many` is the msgid of all but one.
    """

    msgid: str
    values: Mapping[str, Value] = field(default_factory=dict)
    count: int | None = None
    many: str = ""

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        values = {name: dumped(value) for name, value in self.values.items()}
        plural = {} if self.count is None else {"count": self.count, "many": self.many}
        return {"msgid": self.msgid, "values": values, **plural}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        """From `dump`."""
        values = {name: loaded(value) for name, value in data["values"].items()}
        return cls(data["msgid"], values, data.get("count"), data.get("many", ""))


Said = Words | Sentence  # what a delivery says: words as they stand, or to be put into words
Choices = list[list[tuple[str | Sentence, str]]]  # buttons; a name for a label is said as it is


def stacked(*parts: Sentence | None) -> Sentence:
    """Several sentences, one below the other; None leaves a line empty."""
    named = {f"line{place}": part for place, part in enumerate(parts) if part}
    frame = [f"{{line{place}}}" if part else "" for place, part in enumerate(parts)]
    return Sentence("\n".join(frame), named)


def requests(said: Value | Words) -> set[int]:
    """The numbers of the tickets that it names."""
    if isinstance(said, Request):
        return {said.number}
    values = said.values.values() if isinstance(said, Sentence) else ()
    return {number for each in values for number in requests(each)}


def dump(said: Said) -> dict[str, Any]:
    """As fields of a payload."""
    return {"sentence" if isinstance(said, Sentence) else "words": said.dump()}


def load(payload: dict[str, Any]) -> Said:
    """From `dump`; what an earlier version put has words."""
    if "words" in payload:
        return Words.load(payload["words"])
    return Sentence.load(payload["sentence"])


def dump_choices(rows: Choices | list[list[tuple[str, str]]]) -> list[list[tuple[Any, str]]]:
    """As JSON."""
    return [[(dumped(label), data) for label, data in row] for row in rows]


def load_choices(rows: Any) -> Choices:
    """From `dump_choices`; an earlier version put labels as they stand. None for what has none."""
    return [[(loaded(label), data) for label, data in row] for row in rows or ()]


def dumped(value: Value) -> Any:
    """What fills a sentence, as JSON."""
    return value.dump() if isinstance(value, Sentence | Mention | Size | Request) else value


def loaded(value: Any) -> Any:
    """From `dumped`."""
    match value:
        case {"mention": user_id, "name": name}:
            return Mention(name, user_id)
        case {"bytes": count}:
            return Size(count)
        case {"request": number}:
            return Request(number)
        case {}:
            return Sentence.load(value)
    return value
