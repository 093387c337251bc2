"""Pressed buttons that wait for a bot's answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

Json = dict[str, Any]

LIFE = 150
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed at `at`; only `bot` may answer. An ephemeral `message` has the id 0."""

    id: str
    bot: int
    user: int
    at: float
    chat: int = 0
    message: int = 0


class Callbacks:
    """Open callback queries, and the last answers for those who watch."""

    def __init__(self) -> None:
        self.open: dict[str, Pressed] = {}
        self.answers: dict[str, Json] = {}
        self._known: dict[str, Pressed] = {}
        self._last = 0

    def add(self, bot: int, user: int, at: float, chat: int = 0, message: int = 0) -> Pressed:
        """A new query with an id of its own."""
        self._last += 1
        name = f"{user}{int(at * 1000)}{self._last:06d}"
        pressed = Pressed(name, bot, user, at, chat, message)
        self.open[name] = self._known[name] = pressed
        _shorten(self.open)
        _shorten(self._known)
        return pressed

    def known(self, query_id: str, bot: int) -> Pressed | None:
        """A query of this bot's, be it answered or not."""
        pressed = self._known.get(query_id)
        return pressed if pressed and pressed.bot == bot else None

    def answer(self, query_id: str, bot: int, at: float, answer: Json) -> Pressed | None:
        """Close a query; None when it is unknown, another's, answered or older than 150 s."""
        pressed = self.open.get(query_id)
        if pressed is None or pressed.bot != bot:
            return None
        del self.open[query_id]
        if at - pressed.at > LIFE:
            return None
        self.answers[query_id] = answer
        _shorten(self.answers)
        return pressed


def _shorten(kept: dict[str, Any]) -> None:
    if len(kept) > KEPT:
        for name in list(islice(kept, KEPT // 10)):
            del kept[name]
