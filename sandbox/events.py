"""The world's events as they happen, streamed to pages and tests (server-sent events)."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import web

from sandbox.world import World

BACKLOG = 1_000
HEARTBEAT = 15.0
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}


class Events:
    """Everybody who watches the world. One who reads too slowly is sent away, to come back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watchers: set[asyncio.Queue[bytes | None]] = set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """`GET /sandbox/events`: one JSON event per message, until either side ends it."""
        answer = web.StreamResponse(headers=HEADERS)
        await answer.prepare(request)
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._add(queue)
        try:
            await answer.write(b"retry: 1000\n\n")
            while (line := await _next(queue)) is not None:
                await answer.write(line)
        except ConnectionError:
            return answer
        finally:
            self._remove(queue)
        return answer

    def stop(self) -> None:
        """End all streams."""
        for queue in tuple(self._watchers):
            self._end(queue)

    def _add(self, queue: asyncio.Queue[bytes | None]) -> None:
        if not self._watchers:
            self._world.listeners.append(self._tell)
        self._watchers.add(queue)

    def _remove(self, queue: asyncio.Queue[bytes | None]) -> None:
        self._watchers.discard(queue)
        if not self._watchers and self._tell in self._world.listeners:
            self._world.listeners.remove(self._tell)

    def _tell(self, event: dict[str, Any]) -> None:
        line = b"data: " + orjson.dumps(event) + b"\n\n"
        for queue in tuple(self._watchers):
            if queue.full():
                self._end(queue)
            else:
                queue.put_nowait(line)

    def _end(self, queue: asyncio.Queue[bytes | None]) -> None:
        self._remove(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


async def _next(queue: asyncio.Queue[bytes | None]) -> bytes | None:
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await queue.get()
    except TimeoutError:
        return b": still here\n\n"
