"""The visitors of the shop's site: what stands in the chat of each, and what is on its way."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

Json = dict[str, Any]

VISITOR, DESK = "visitor", "desk"


@dataclass(slots=True)
class Event:
    """What a visitor did, until the desk has taken it.

    `id` is that of the call, the same at each try; `about` the line that it is about, "" for none.
    A `forged` one is signed with a secret that the desk does not know. `answer` is how the last
    try ended: its `status` (0: nobody answered) and `text`; None before the first.
    """

    id: str
    about: str
    body: Json
    forged: bool = False
    tries: int = 0
    answer: Json | None = None


@dataclass(slots=True)
class Line:
    """A message in a chat, by whichever name both sides call it.

    `sender` is VISITOR or DESK; `reactions` are by the same names. Each of `files` is what a
    message of the Bot API with that file looks like. `refused` is what the desk did not want, by
    the types of the events.
    """

    id: str
    sender: str
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    reply_to: str | None = None
    quote: str | None = None
    automatic: bool = False
    edited: bool = False
    reactions: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Event] = field(default_factory=dict)


@dataclass(slots=True)
class Visitor:
    """Somebody at the site, and the chat in its corner.

    `events` are brought to the desk in their order. A visitor who has `shut` the chat hears no
    more; `refused` is what the desk did not want and is about no line.
    """

    id: str
    name: str
    language: str = "uk"
    lines: dict[str, Line] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    shut: bool = False
    refused: dict[str, Event] = field(default_factory=dict)

    def export(self) -> Json:
        """All of it, JSON-able."""
        return asdict(self) | {"lines": [asdict(line) for line in self.lines.values()]}

    @classmethod
    def load(cls, saved: Json) -> Self:
        """A visitor from what `export` gave."""
        lines = [
            Line(**_known(one) | {"refused": _events(one["refused"])}) for one in saved["lines"]
        ]
        parts = {
            "lines": {line.id: line for line in lines},
            "events": [Event(**one) for one in saved["events"]],
            "refused": _events(saved["refused"]),
        }
        return cls(**saved | parts)


def _known(line: Json) -> Json:
    """Without what an earlier version has saved besides."""
    return {each.name: line[each.name] for each in fields(Line) if each.name in line}


def _events(saved: Json) -> dict[str, Event]:
    return {kind: Event(**one) for kind, one in saved.items()}
