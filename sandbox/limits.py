"""Telegram's flood limits: what it holds back, and what it refuses with 429.

An action is a call that shows something in a chat: a send, edit, copy, forward, pin, or
the creation, renaming, closing or reopening of a topic. One call is one action: an album
and a copyMessages of a hundred count once. Deletions, reactions, callback answers and
readings are free. Ephemeral messages spend a minute of their own: whether they spend their group's
is not known.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, Protocol, get_args

from sandbox.errors import ApiError

Mode = Literal["off", "telegram"]
MODES: tuple[Mode, ...] = get_args(Mode)

ABSORBED = 8.0
PROLONGED_BY = 5.0

_ACTION = re.compile(
    r"send(?!chataction$)(?!.*draft$)\w+|copymessages?|forwardmessages?"
    r"|edit(ephemeral)?message\w+|stopmessagelivelocation|stoppoll|pinchatmessage"
    r"|(create|edit|close|reopen)forumtopic|(edit|close|reopen|hide|unhide)generalforumtopic"
)


def is_action(method: str) -> bool:
    """Whether calls of this method (any case) spend the budget of their chat."""
    return _ACTION.fullmatch(method.lower()) is not None


def too_many(seconds: float) -> ApiError:
    """429 as Telegram says it; whole seconds, rounded up."""
    wait = max(1, math.ceil(seconds))
    return ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})


class Gauge(Protocol):
    """One limit: when the next action may pass, and the note that it will."""

    def slot(self, now: float) -> float: ...

    def take(self, at: float) -> None: ...


class Window:
    """At most `limit` actions within any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._seconds = seconds
        self._times: deque[float] = deque(maxlen=limit)

    def slot(self, now: float) -> float:
        """The first instant at which one more action fits."""
        times = self._times
        if len(times) == times.maxlen:
            now = max(now, times[0] + self._seconds)
        return max(now, times[-1]) if times else now

    def take(self, at: float) -> None:
        """Note an action at that instant."""
        self._times.append(at)

    def left(self, now: float) -> int:
        """How many more actions fit at that instant."""
        used = sum(at > now - self._seconds for at in self._times)
        return (self._times.maxlen or used) - used


class Pace:
    """A steady rate a second that lets a short burst through."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._step = 1 / per_second
        self._slack = self._step * (burst - 1)
        self._due = -math.inf

    def slot(self, now: float) -> float:
        """The first instant at which one more action fits."""
        return max(now, self._due - self._slack)

    def take(self, at: float) -> None:
        """Note an action at that instant."""
        self._due = max(self._due, at) + self._step


class Gate:
    """The gauges of one chat, its line of held calls, and its flood wait."""

    def __init__(self, *gauges: Gauge) -> None:
        self._gauges = gauges
        self._closed_until = -math.inf
        self._line = asyncio.Lock()
        self._held = 0

    def slot(self, now: float, prolonged_by: float) -> float:
        """When a call that came now may pass.

        A call that must wait longer than Telegram holds it back closes the gate; one that
        comes before it opens again prolongs the wait. Both raise `ApiError` 429.
        """
        if now < self._closed_until:
            self._closed_until += prolonged_by
            raise too_many(self._closed_until - now)
        slot = max(gauge.slot(now) for gauge in self._gauges)
        if slot - now > ABSORBED:
            self._closed_until = slot
            raise too_many(slot - now)
        return slot

    def take(self, at: float) -> None:
        """Note an action in every gauge."""
        for gauge in self._gauges:
            gauge.take(at)

    def left(self, now: float) -> tuple[int, float]:
        """How many actions its windows leave, and for how many seconds it stays closed."""
        windows = [gauge.left(now) for gauge in self._gauges if isinstance(gauge, Window)]
        return min(windows, default=0), max(0.0, self._closed_until - now)

    @asynccontextmanager
    async def until(self, at: float, clock: Callable[[], float]) -> AsyncIterator[None]:
        """Hold a call until its instant, and behind those that were held before it."""
        if at <= clock() and not self._held:
            yield
            return
        self._held += 1
        try:
            async with self._line:
                await asyncio.sleep(max(0.0, at - clock()))
                yield
        finally:
            self._held -= 1


_Gates = defaultdict[tuple[int, str], Gate]


class Limits:
    """What every bot may do: 20 actions a minute in a group, and as many ephemeral messages;
    about 1/s in a private chat with a burst of five, 30/s in all; chat actions 20 in 5 s and
    40 in 30 s a chat."""

    def __init__(self, mode: Mode = "off", *, clock: Callable[[], float] = time.monotonic) -> None:
        self.mode = mode
        self.prolonged_by = PROLONGED_BY
        self.listeners: list[Callable[[Mode], None]] = []  # told of each switch
        self._clock = clock
        self._groups: _Gates = defaultdict(lambda: Gate(Window(20, 60)))
        self._ephemeral: _Gates = defaultdict(lambda: Gate(Window(20, 60)))
        self._private: _Gates = defaultdict(lambda: Gate(Pace(1, 5)))
        self._typing: _Gates = defaultdict(lambda: Gate(Window(20, 5), Window(40, 30)))
        self._bots: defaultdict[int, Pace] = defaultdict(lambda: Pace(30, 30))
        self._webhooks: dict[int, float] = {}

    def left(self, bot: int, group: str) -> tuple[int, float]:
        """How many actions a bot has left in a group's minute; the rest of its flood wait, in s."""
        now = self._clock()
        return self._groups[bot, group].left(now)

    def set(self, mode: Mode) -> None:
        """Switch the limits; what has been spent so far is forgotten."""
        self.mode = mode
        for spent in (self._groups, self._ephemeral, self._private, self._typing):
            spent.clear()
        self._bots.clear()
        self._webhooks.clear()
        for listener in self.listeners:
            listener(mode)

    def webhook_set(self, bot: int) -> None:
        """One setWebhook a second. Raises `ApiError` 429."""
        now = self._clock()
        if self.mode != "off" and now < self._webhooks.get(bot, -math.inf):
            raise too_many(1)
        self._webhooks[bot] = now + 1

    @asynccontextmanager
    async def passage(
        self, bot: int, method: str, chat: str, *, ephemeral: bool = False
    ) -> AsyncIterator[None]:
        """Hold a call until it may pass; act inside, so that a chat's calls keep their order.

        `chat` is the call's chat_id; `ephemeral`: it is for one person alone. Raises
        `ApiError` 429.
        """
        gate = self._gate((bot, chat), method.lower(), ephemeral)
        if gate is None:
            yield
            return
        at = self._place(gate, self._bots[bot] if is_action(method) else None)
        async with gate.until(at, self._clock):
            yield

    def _place(self, gate: Gate, overall: Pace | None) -> float:
        """When a call that comes now may act; notes it. The bot's own pace closes no gate:
        a wait for all chats must not become a flood wait of each."""
        now = self._clock()
        at = gate.slot(now, self.prolonged_by)
        if overall is not None:
            free = overall.slot(now)
            if free - now > ABSORBED:
                raise too_many(free - now)
            overall.take(free)
            at = max(at, free)
        gate.take(at)
        return at

    def _gate(self, key: tuple[int, str], method: str, ephemeral: bool) -> Gate | None:
        if self.mode == "off" or not key[1]:
            return None
        if method == "sendchataction":
            return self._typing[key]
        if not is_action(method):
            return None
        if ephemeral:
            return self._ephemeral[key]
        return (self._private if key[1].isdigit() else self._groups)[key]
