"""What Telegram has to tell one bot: the queue of its updates, until confirmed or expired."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

import orjson

DAY = 86_400
LIVES = {  # seconds; all others a day from their date
    "callback_query": 150,
    "shipping_query": 150,
    "pre_checkout_query": 150,
    "inline_query": 30,
    "chosen_inline_result": 600,
}
MAX_REPLY_BYTES = 4 << 20

KINDS = frozenset(
    (
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
        "subscription",
        "stopped_message_generation",
    )
)
ON_REQUEST = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
BY_DEFAULT = KINDS - ON_REQUEST


@dataclass(frozen=True, slots=True)
class Update:
    """One update as it will be sent: its JSON is frozen when it is made, as Telegram's is."""

    id: int
    queue: str
    expires: float
    body: bytes


class Updates:
    """The updates of one bot. Synchronous: those who wait for them add a listener."""

    def __init__(self, clock: Callable[[], float], *, first_id: int = 10_000_001) -> None:
        """`clock` gives the seconds since the epoch by which updates expire."""
        self.clock = clock
        self.next_id = first_id
        self.allowed: frozenset[str] = BY_DEFAULT
        self.listeners: set[Callable[[], None]] = set()
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._soonest = math.inf

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember which kinds are wanted from now on; unknown names are ignored.

        An empty list means the default, which leaves out the kinds of ON_REQUEST.
        """
        self.allowed = frozenset(kinds) & KINDS or BY_DEFAULT

    def put(self, kind: str, payload: dict[str, Any], queue: str) -> int | None:
        """Make an update, if its kind is wanted now, and return its id.

        `queue` names what is delivered strictly in order, such as `chat:-100123`.
        """
        if kind not in self.allowed:
            return None
        expires = _expires(kind, payload, self.clock())
        if expires <= self.clock():
            return None
        number = self.next_id
        self.next_id += 1
        body = orjson.dumps({"update_id": number, kind: payload})
        self._add(Update(number, queue, expires, body))
        for listener in tuple(self.listeners):
            listener()
        return number

    def __len__(self) -> int:
        self._expire()
        return len(self._pending)

    def __iter__(self) -> Iterator[Update]:
        self._expire()
        return iter(tuple(self._pending.values()))

    def take(self, offset: int, limit: int) -> list[Update]:
        """Confirm everything below `offset`, and show up to `limit` updates from there on.

        A negative offset keeps the last `-offset` updates and forgets the others
        (Bot API: getUpdates). What is shown stays until a later call confirms it.
        """
        self._expire()
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popitem(last=False)
        while self._pending and next(iter(self._pending)) < offset:
            self._pending.popitem(last=False)
        return self._first(limit)

    def _first(self, limit: int) -> list[Update]:
        taken: list[Update] = []
        size = 0
        for update in islice(self._pending.values(), limit):
            size += len(update.body)
            if taken and size > MAX_REPLY_BYTES:
                break
            taken.append(update)
        return taken

    def after(self, number: int) -> list[Update]:
        """The updates that are newer than this id, oldest first."""
        newer = takewhile(lambda update: update.id > number, reversed(self._pending.values()))
        return list(newer)[::-1]

    def holds(self, number: int) -> bool:
        """Whether this update is still waiting, neither confirmed nor expired."""
        self._expire()
        return number in self._pending

    def confirm(self, number: int) -> None:
        """Forget one update wherever it stands: a webhook has accepted it."""
        self._pending.pop(number, None)

    def clear(self) -> None:
        """Forget all pending updates (`drop_pending_updates`)."""
        self._pending.clear()

    def export(self) -> dict[str, Any]:
        """JSON-able state, for `restore`."""
        return {
            "next_id": self.next_id,
            "allowed": sorted(self.allowed),
            "pending": [[u.id, u.queue, u.expires, u.body.decode()] for u in self],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from what `export` gave."""
        self.next_id = state["next_id"]
        self.allowed = frozenset(state["allowed"])
        self._pending.clear()
        for number, queue, expires, body in state["pending"]:
            self._add(Update(number, queue, expires, body.encode()))

    def _add(self, update: Update) -> None:
        self._pending[update.id] = update
        self._soonest = min(self._soonest, update.expires)

    def _expire(self) -> None:
        now = self.clock()
        if now < self._soonest:
            return
        for update in [u for u in self._pending.values() if u.expires <= now]:
            del self._pending[update.id]
        self._soonest = min((u.expires for u in self._pending.values()), default=math.inf)


def _expires(kind: str, payload: dict[str, Any], now: float) -> float:
    if kind in LIVES:
        return now + LIVES[kind]
    date = payload.get("edit_date") or payload.get("date") or now
    return float(date) + DAY
