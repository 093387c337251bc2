"""getUpdates: long polling of one bot, with its offsets and its conflicts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sandbox.errors import ApiError
from sandbox.params import Params
from sandbox.updates import Update, Updates

MAX_LIMIT = 100
MAX_TIMEOUT = 50
SAME_OFFSET_LIMIT = 0.5
SAME_OFFSET_TIMEOUT = 3

OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


class Polling:
    """One poll of a bot at a time: a newer one ends the older with 409.

    A bot that asks again for the same offset at once gets one update and waits 3 s at least,
    as the real server defends itself (telegram-bot-api, Client.cpp: getUpdates).
    """

    def __init__(self, updates: Updates, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._updates = updates
        self._clock = clock
        self._waiting: asyncio.Future[None] | None = None
        self._offset: int | None = None
        self._started = 0.0

    async def poll(self, params: Params) -> list[Update]:
        """Answer one getUpdates; waits up to its timeout (seconds, at most 50).

        Raises `ApiError` 409 when another poll or setWebhook ends this one.
        """
        offset = params.integer("offset")
        limit = _clamp(params.integer("limit", MAX_LIMIT), 1, MAX_LIMIT)
        timeout = _clamp(params.integer("timeout"), 0, MAX_TIMEOUT)
        limit, timeout = self._slowed(offset, limit, timeout)
        self.end(OTHER_POLL)
        taken = self._updates.take(offset, limit)
        if taken or timeout == 0:
            return taken
        await self._wait(timeout)
        return self._updates.take(max(offset, 0), limit)

    def end(self, description: str | None = None) -> None:
        """End the waiting poll: with 409 and this description, or with what there is."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.done():
            return
        if description is None:
            waiting.set_result(None)
        else:
            waiting.set_exception(ApiError(409, description))

    def _slowed(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        now = self._clock()
        since = now - self._started
        repeated = offset == self._offset
        self._offset, self._started = offset, now
        if repeated and since < SAME_OFFSET_TIMEOUT:
            timeout = max(timeout, SAME_OFFSET_TIMEOUT)
        if repeated and since < SAME_OFFSET_LIMIT:
            limit = 1
        return limit, timeout

    async def _wait(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._updates.listeners.add(self.end)
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None
            if self._waiting is None:
                self._updates.listeners.discard(self.end)


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))
