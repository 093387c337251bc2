"""Keeps a sandbox on disk: `world.json`, and the files' bytes in `blobs/`.

A kill loses the last second or so, as if Telegram had forgotten it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from sandbox.living import LivingWorld

log = logging.getLogger(__name__)

DELAY = 1.0
GAP = 1000  # more numbers than are given out between two saves
SHARE = 20  # at most one part in so many of the time goes into saving a large world


class Store:
    """Saves soon after each change, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is not there."""
        self._state = folder / "world.json"
        self._blobs = folder / "blobs"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._saved_feeds: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._awaited: list[asyncio.Future[None]] = []
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def load(self, clock: Callable[[], float]) -> LivingWorld | None:
        """The saved world, or None when nothing was saved yet."""
        if not self._state.exists():
            return None
        saved = orjson.loads(self._state.read_bytes())
        world = LivingWorld.load(saved["world"], clock)
        world.files.blobs.update(
            (path.name, path.read_bytes()) for path in self._blobs.iterdir() if not path.suffix
        )
        self._saved_feeds = saved["feeds"]
        if not saved.get("ended"):
            self._skip(world)
        return world

    def _skip(self, world: LivingWorld) -> None:
        """After a kill: bots know numbers given out since the last save, so none is used twice."""
        for chat in (*world.chats.values(), *world.private_chats.values()):
            chat.last_id += GAP
        for what in world.counters:
            world.counters[what] += GAP
        for feed in self._saved_feeds.values():
            feed["updates"]["next_id"] += GAP

    def feeds(self) -> dict[str, Any]:
        """What `load` found of the bots' updates and webhooks, by token."""
        return self._saved_feeds

    def start(self, world: LivingWorld, feeds: Callable[[], dict[str, Any]]) -> None:
        """Save from now on; `feeds` gives what `feeds` of the next start shall find."""
        world.listeners.append(self._touch)
        self._changed.set()
        self._task = asyncio.create_task(self._keep(world, feeds))

    async def stop(self) -> None:
        """Save a last time."""
        if self._task is not None:
            self._ending.set()
            self._changed.set()
            await self._task
            self._task = None

    async def saved(self) -> None:
        """Return when all that is there now has been saved."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited.append(done)
        self._changed.set()
        await done

    def _touch(self, _event: dict[str, Any]) -> None:
        self._changed.set()

    async def _keep(self, world: LivingWorld, feeds: Callable[[], dict[str, Any]]) -> None:
        while not self._ending.is_set():
            await self._changed.wait()
            self._changed.clear()
            began = time.monotonic()
            try:
                await self._save(world, feeds())
            except OSError:
                log.exception("the sandbox could not be saved; it will be tried again")
                self._changed.set()
            await self._pause(max(DELAY, (time.monotonic() - began) * SHARE))
        world.listeners.remove(self._touch)
        await self._save(world, feeds(), ended=True)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return

    async def _save(
        self, world: LivingWorld, feeds: dict[str, Any], *, ended: bool = False
    ) -> None:
        """Write the present state; a crash in the middle leaves the old one."""
        state = orjson.dumps({"world": world.export(), "feeds": feeds, "ended": ended})
        awaited = tuple(self._awaited)
        await asyncio.to_thread(self._write, state, dict(world.files.blobs))
        for done in awaited:
            self._awaited.remove(done)
            if not done.done():
                done.set_result(None)

    def _write(self, state: bytes, blobs: dict[str, bytes]) -> None:
        for name, data in blobs.items():
            path = self._blobs / name
            if not path.exists():
                _replace(path, data)
        _replace(self._state, state)


def _replace(path: Path, data: bytes) -> None:
    """Write beside, then rename: a reader sees the old or the new, nothing between."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
