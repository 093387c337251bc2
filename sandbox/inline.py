"""Inline mode: what people ask a bot in the line of any chat, and what it offers them."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

Json = dict[str, Any]

LIFE = 30  # seconds: so long the Bot API server keeps a query
KEPT = 1_000

Key = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """What `user` asked `bot`, in a chat of this type (Bot API: InlineQuery)."""

    id: str
    bot: int
    user: int
    chat_type: str
    text: str
    offset: str
    at: float

    @property
    def key(self) -> Key:
        """Questions that are alike get the same answer while it is kept."""
        return self.bot, self.chat_type, self.offset, self.text.strip()


@dataclass(frozen=True, slots=True)
class Result:
    """One offer: as it is `shown` in the list, and the message that it becomes."""

    id: str
    shown: Json
    kind: str
    content: Json
    markup: Json | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bot answered (Bot API: answerInlineQuery)."""

    results: Sequence[Result]
    at: float = 0
    cache_time: int = 0
    personal: bool = False
    next_offset: str = ""
    button: Json | None = None

    def json(self) -> Json:
        """As those who watch see it; no bot does."""
        shown = [{"id": result.id, **result.shown} for result in self.results]
        return {"results": shown, "next_offset": self.next_offset, "button": self.button}


class Inline:
    """Queries that wait, and answers that can be chosen from."""

    def __init__(self) -> None:
        self.queries: dict[str, Query] = {}
        self.answers: dict[str, Answer] = {}
        self._kept: dict[Key, tuple[int, Answer]] = {}
        self._last = 0

    def ask(self, bot: int, user: int, chat_type: str, text: str, offset: str, at: float) -> Query:
        """A new query; it is answered at once where Telegram still has an answer to the like."""
        self._last += 1
        name = f"{user}{int(at * 1000)}{self._last:06d}"
        query = Query(name, bot, user, chat_type, text, offset, at)
        self.queries[name] = query
        if answer := self._known(query, at):
            self.answers[name] = answer
        _shorten(self.queries)
        return query

    def _known(self, query: Query, at: float) -> Answer | None:
        user, answer = self._kept.get(query.key, (0, None))
        if answer is None or at >= answer.at + answer.cache_time:
            return None
        return None if answer.personal and user != query.user else answer

    def answer(self, query_id: str, bot: int, answer: Answer) -> Query | None:
        """Close a query; None when it is unknown, another's, answered or too old."""
        query = self.queries.get(query_id)
        if query is None or query.bot != bot or query_id in self.answers:
            return None
        if answer.at - query.at > LIFE:
            return None
        self.answers[query_id] = answer
        self._kept[query.key] = query.user, answer
        _shorten(self.answers)
        _shorten(self._kept)
        return query

    def chosen(self, query_id: str, user: int, number: int) -> tuple[Query, Result] | None:
        """The offer at a place in the list, if this person has it on the screen."""
        query, answer = self.queries.get(query_id), self.answers.get(query_id)
        if query is None or answer is None or query.user != user:
            return None
        return (query, answer.results[number]) if 0 <= number < len(answer.results) else None


def name_of(chat: int, bot: int, message: int) -> str:
    """The `inline_message_id` of a message; `bot` is set in its private chats only."""
    return urlsafe_b64encode(f"{chat}:{bot}:{message}".encode()).decode().rstrip("=")


def place_of(name: str) -> tuple[int, int, int] | None:
    """Where a message with this `inline_message_id` stands, as `name_of` has it."""
    try:
        text = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
        chat, bot, message = map(int, text.split(":"))
    except (binascii.Error, ValueError):
        return None
    return chat, bot, message


def _shorten(kept: dict[Any, Any]) -> None:
    if len(kept) > KEPT:
        for name in list(islice(kept, KEPT // 10)):
            del kept[name]
