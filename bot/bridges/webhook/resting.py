"""Rests: an endpoint in trouble is left alone, and then one call goes before all others.

So that whoever hangs keeps one carrier busy at most, and the other endpoints have the rest.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.bridges.webhook import sending
from bot.desk.outbox.carrying import TryLater

LOOK_AGAIN = 1.0  # seconds, while one has gone before


@dataclass(frozen=True, slots=True, eq=False)
class _Rest:
    until: float  # of time.monotonic()
    tried: bool = False  # one has gone before the others

    @property
    def left(self) -> float:
        return max(0.0, self.until - time.monotonic())


class Rests:
    """Those of one process: another one learns of the same trouble by its own calls."""

    def __init__(self) -> None:
        self._rests: dict[str, _Rest] = {}  # of the endpoints that are in trouble

    def turn(self, name: str) -> float:
        """Seconds to wait before a call; 0.0: it may be made now."""
        rest = self._rests.get(name)
        if rest is None:
            return 0.0
        if rest.left:
            return min(rest.left, LOOK_AGAIN) if rest.tried else rest.left
        self._rests[name] = _Rest(time.monotonic() + sending.LONGEST, tried=True)
        return 0.0

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """A call to this endpoint: by what it raises is known whether there is trouble."""
        before, after = self._rests.get(name), 0.0
        try:
            yield
        except TryLater as error:
            after = error.after
            raise
        finally:
            if self._rests.get(name) is before:  # else a later call knows better
                self._rests.pop(name, None)
            if after:
                self._rest(name, time.monotonic() + after)

    def _rest(self, name: str, until: float) -> None:
        known = self._rests.get(name)
        if known is None or known.until < until:
            self._rests[name] = _Rest(until)
