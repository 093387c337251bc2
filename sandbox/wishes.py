"""What the page wishes of the demo beyond the acts of people: its language, a busy hour, a new
beginning.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import re
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox import demo, seeds
from sandbox.desk import Desk
from sandbox.hour import READY, Hour
from sandbox.living import LivingWorld
from sandbox.people import Person
from sandbox.server import Sandbox
from sandbox.watching import until

log = logging.getLogger(__name__)

CODE = (sys.executable, "-m", "bot", "code")
SETUP = re.compile(r"/setup \S+")
SOWING = 60.0  # seconds; one that does not end holds nobody up


class Wishes:
    """Grants what pages ask of `telegram`, as long as the desk serves it."""

    def __init__(
        self, telegram: Sandbox, desk: Desk, unfinished: Path, over: asyncio.Event
    ) -> None:
        """`over` ends this round; `unfinished` is there while a start must begin anew."""
        self._telegram = telegram
        self._desk = desk
        self._unfinished = unfinished
        self._over = over
        self._tasks: set[asyncio.Task[None]] = set()
        self._language = "en"
        self._sowing: asyncio.Task[None] | None = None
        self._hour: Hour | None = None
        telegram.control.hour = READY

    @asynccontextmanager
    async def granted(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Grant wishes inside the block; `stop` ends the round as well."""
        self._begin(self._attend())
        self._begin(self._end_with(stop))
        try:
            yield
        finally:
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _end_with(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._over.set()

    async def _attend(self) -> None:
        """Each wish stands alone: one that fails is told of, and stops no other."""
        while True:
            wish = await self._telegram.control.wishes.get()
            await asyncio.wait([self._begin(self._grant(wish))])

    async def _grant(self, wish: str) -> None:
        if wish == "reset":
            self._unfinished.touch()
            self._over.set()
        elif wish == "group":
            self._begin(self._make_group())
        elif wish == "hour" and self._hour is None:
            self._hour = Hour(self._telegram, self._desk.kill, self._language)
            self._begin(self._play(self._hour))
        elif wish == "stop" and self._hour is not None:
            self._hour.stop()
        elif wish not in ("hour", "stop"):
            self._speak(wish)

    def _speak(self, language: str) -> None:
        self._language = language
        self._desk.wish("language", language)
        if self._sowing is None and seeds.is_fresh(self._telegram.world):
            self._sowing = self._begin(self._sow(language))

    async def _make_group(self) -> None:
        """One group more; its owner gives a code, and is asked what it is to be."""
        self._telegram.control.visited.set()
        await self._group()

    async def _group(self) -> tuple[Person, int]:
        owner, group = demo.another_group(self._telegram.world)
        said = await self._desk.beside(*CODE)
        owner.writes(group, SETUP.findall(said)[0])
        return owner, group

    async def _department(self) -> int:
        """A second department, whose group has a topic to try things in."""
        owner, group = await self._group()
        world = self._telegram.world
        await until(world, lambda: _question(world, group) is not None)
        number, label = _question(world, group) or (0, "")
        owner.presses(number, group, label)
        await until(world, lambda: bool(world.topics(group)))
        return group

    async def _play(self, hour: Hour) -> None:
        """When the beginning is there, if it comes: what it says is not to be lost in a crowd."""
        try:
            if self._sowing is not None:
                await asyncio.wait([self._sowing], timeout=SOWING)
            await hour.play()
        finally:
            self._hour = None

    async def _sow(self, language: str) -> None:
        """Sow whole or not at all: a start that finds the mark begins anew.

        But what a visitor does meanwhile must last: then it stays as far as it has come.
        """
        self._unfinished.touch()
        visited = self._begin(self._keep_from(self._telegram.control.visited))
        await seeds.sow(self._telegram.world, language, self._department)
        await self._telegram.saved()
        visited.cancel()
        self._keep()

    async def _keep_from(self, visited: asyncio.Event) -> None:
        await visited.wait()
        self._keep()

    def _keep(self) -> None:
        """What is there is not forgotten, unless somebody has asked for that."""
        if not self._over.is_set():
            self._unfinished.unlink(missing_ok=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start it as a task that inherits nothing."""
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A wish that could not be granted must not go unseen."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a wish of the page failed", exc_info=error)


def _question(world: LivingWorld, group: int) -> tuple[int, str] | None:
    """What a further group is to be: the question's number, and its first answer."""
    for message in world.history(group, 1):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            return message["message_id"], row[0]["text"]
    return None
