"""Faults on demand: what a network and a busy server do to a bot's calls."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sandbox.errors import ApiError
from sandbox.limits import too_many

Kind = Literal["500", "502", "drop_before", "drop_after", "slow", "429", "400", "garbled", "cut"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RESTART = "Internal Server Error: restart"
GARBLED = b'{"ok":true,"result":{"of":"a version to come"}}'
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, and for which calls.

    `500`, `502`, `429`, `400` and `drop_before` come before the action, which then does not
    happen; `drop_after`, `slow`, `garbled` (`ok`, with a result nobody can read) and `cut` (the
    connection breaks after a `share` of the answer) come after it. `having` names a parameter
    that the call must give, such as a topic's icon.
    """

    do: Kind
    method: str | None = None
    chat: int | str | None = None
    having: str | None = None
    when: Callable[[str, dict[str, Any]], bool] | None = None
    times: int = 1
    text: str = "Bad Request: message is not accepted"
    retry_after: int = 3
    seconds: float = 3.0
    share: float = 0.5

    def fits(self, method: str, values: dict[str, Any]) -> bool:
        """Whether this call is meant."""
        if self.method is not None and self.method.lower() != method.lower():
            return False
        if self.chat is not None and str(self.chat) != str(values.get("chat_id", "")):
            return False
        if self.having is not None and not values.get(self.having):
            return False
        return self.when is None or self.when(method, values)

    def error(self) -> ApiError | None:
        """What Telegram answers instead of acting, if this fault is an answer of its own."""
        if self.do == "500":
            return ApiError(500, RESTART)
        if self.do == "502":
            return ApiError(502, "Bad Gateway")
        if self.do == "429":
            return too_many(self.retry_after)
        if self.do == "400":
            return ApiError(400, self.text)
        return None


@dataclass(slots=True)
class _Chance:
    rate: float
    kinds: tuple[Kind, ...]
    dice: random.Random
    spared: frozenset[str]
    seconds: float
    retry_after: int


class Faults:
    """The faults that wait to happen, and the count of those that did."""

    def __init__(self) -> None:
        self.log: Counter[str] = Counter()
        self.lost_answers: Counter[str] = Counter()
        self._waiting: deque[Fault] = deque()
        self._chance: _Chance | None = None

    def next(self, *, do: Kind, **which: Any) -> Fault:
        """Let the next fitting call fail; see the fields of `Fault` for `which`."""
        if do not in KINDS:
            raise ValueError(f"unknown fault {do!r}: one of {', '.join(KINDS)}")
        fault = Fault(do, **which)
        self._waiting.append(fault)
        return fault

    def withdraw(self, fault: Fault) -> None:
        """Ask for it no more, if it has not happened yet."""
        if fault in self._waiting:
            self._waiting.remove(fault)

    def random(
        self,
        rate: float,
        kinds: Iterable[Kind],
        seed: int,
        *,
        spared: Collection[str] = ("getUpdates",),
        seconds: float = 0.5,
        retry_after: int = 1,
    ) -> None:
        """Let a share `rate` (0 to 1) of all calls fail, each kind as likely; 0 ends it.

        The same seed gives the same faults for the same sequence of calls; methods in
        `spared` never fail. `seconds` is how late a slow answer comes.
        """
        chosen = tuple(kinds)
        if unknown := set(chosen) - set(KINDS):
            raise ValueError(f"unknown faults {sorted(unknown)}: choose from {', '.join(KINDS)}")
        names = frozenset(name.lower() for name in spared)
        chance = _Chance(rate, chosen, random.Random(seed), names, seconds, retry_after)
        self._chance = chance if rate > 0 and chosen else None

    def clear(self) -> None:
        """Nothing fails from now on; the counts stay."""
        self._waiting.clear()
        self._chance = None

    @property
    def waiting(self) -> int:
        """How many faults asked for by `next` have not happened yet."""
        return sum(fault.times for fault in self._waiting)

    def choose(self, method: str, values: dict[str, Any]) -> Fault | None:
        """The fault of this call, if it has one; it is counted by its kind."""
        if not self._waiting and self._chance is None:
            return None
        fault = self._asked(method, values) or self._drawn(method)
        if fault is not None:
            self.log[fault.do] += 1
        return fault

    def lost(self, method: str) -> None:
        """Count a call that acted but whose answer never reached the bot."""
        self.lost_answers[method] += 1

    def _asked(self, method: str, values: dict[str, Any]) -> Fault | None:
        for fault in self._waiting:
            if fault.fits(method, values):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def _drawn(self, method: str) -> Fault | None:
        chance = self._chance
        if chance is None or method.lower() in chance.spared:
            return None
        if chance.dice.random() >= chance.rate:
            return None
        kind = chance.dice.choice(chance.kinds)
        return Fault(kind, seconds=chance.seconds, retry_after=chance.retry_after)
