"""What the page wishes of the demo beyond the acts of people: its language, and a new beginning."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox import seeds
from sandbox.server import Sandbox

log = logging.getLogger(__name__)

SETTLED = 3.0  # seconds within which the store has saved the last line


class Wishes:
    """Grants what pages ask of `telegram`, as long as the desk serves it."""

    def __init__(
        self,
        telegram: Sandbox,
        speak: Callable[[str], Awaitable[None]],
        unfinished: Path,
        over: asyncio.Event,
    ) -> None:
        """`speak` sets the operators' language; `over` ends this round.

        `unfinished` is there while a beginning is made.
        """
        self._telegram = telegram
        self._speak_in = speak
        self._unfinished = unfinished
        self._over = over
        self._sowing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def granted(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Grant wishes inside the block; `stop` ends the round as well."""
        clean = contextvars.Context()
        tasks = [
            asyncio.create_task(work, context=clean)
            for work in (self._attend(), self._end_with(stop))
        ]
        for task in tasks:
            task.add_done_callback(_noted)
        try:
            yield
        finally:
            if self._sowing is not None:
                tasks.append(self._sowing)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _end_with(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._over.set()

    async def _attend(self) -> None:
        while True:
            wish = await self._telegram.wishes.get()
            if wish == "reset":
                self._unfinished.touch()
                self._over.set()
            else:
                await self._speak(wish)

    async def _speak(self, language: str) -> None:
        await self._speak_in(language)
        if self._sowing is None and seeds.is_fresh(self._telegram.world):
            self._sowing = asyncio.create_task(self._sow(language))
            self._sowing.add_done_callback(_noted)

    async def _sow(self, language: str) -> None:
        """Sow whole or not at all: a start that finds the mark begins anew."""
        self._unfinished.touch()
        await seeds.sow(self._telegram.world, language)
        await asyncio.sleep(SETTLED)
        if not self._over.is_set():
            self._unfinished.unlink()


def _noted(task: asyncio.Task[None]) -> None:
    """A wish that could not be granted must not go unseen."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a wish of the page failed", exc_info=error)
