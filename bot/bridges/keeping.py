"""Keeping a channel going: it is started, listened to, and started again when it fails.

Each is kept in a task of its own: whatever one does, the others go on, and so does the desk.
"""

import asyncio
import contextvars
import math
import random
import time
from collections.abc import Iterable

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics, tasks
from bot.bridges.base import Bridge, Counter, Lends, Listens, Malformed, NotKnown, TooFast
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.logs import discreet
from bot.outage import is_outage

STARTING = 60.0  # seconds that a start may take
STOPPING = 5.0
FIRST_PAUSE = 1.0  # seconds after a failure; then 2, 4, 8 …
LONGEST_PAUSE = 300.0
CALM = 600.0  # seconds without a failure, after which the next one is the first again
RETRY_AFTER = "5"  # seconds

log = structlog.get_logger(__name__)


def pause(failures: int) -> float:
    """Seconds before the next start, after so many failures; spread over the replicas."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10)) * random.uniform(0.9, 1.1)


class Kept:
    """One channel and its task."""

    def __init__(self, bridge: Bridge, counter: Counter) -> None:
        self.bridge = bridge
        self._counter = counter
        self._up = False
        self._task: asyncio.Task[None] | None = None

    def is_up(self) -> bool:
        """Whether it is started now."""
        return self._up

    async def start(self) -> None:
        """Begin to keep it going, in a task that inherits nothing."""
        self._task = asyncio.create_task(self._keep(), context=contextvars.Context())

    async def stop(self) -> None:
        """End it."""
        if self._task:
            await tasks.end([self._task])
        await self._put_down()

    async def _keep(self) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            await self._go()
            failures = 1 if time.monotonic() - began > CALM else failures + 1
            metrics.channel_failures.labels(self.bridge.name).inc()
            await self._put_down()
            await asyncio.sleep(pause(failures))

    async def _go(self) -> None:
        """Start it and listen. Returns when it has failed."""
        try:
            async with asyncio.timeout(STARTING):
                await self.bridge.start(self._counter)
            self._turn(up=True)
            if not isinstance(self.bridge, Listens):
                await asyncio.Event().wait()  # nothing more is to be done
                return
            await self.bridge.listen()
            log.error("a channel does not listen any more", channel=self.bridge.name)
        except Exception as error:
            if _is_trouble_there(error):
                told = discreet(f"{type(error).__name__}: {error}")
                log.warning("a channel failed", channel=self.bridge.name, error=told)
            else:
                log.exception("a channel failed", channel=self.bridge.name)

    async def _put_down(self) -> None:
        self._turn(up=False)
        try:
            async with asyncio.timeout(STOPPING):
                await self.bridge.stop()
        except Exception:
            log.exception("a channel did not stop", channel=self.bridge.name)

    def _turn(self, *, up: bool) -> None:
        self._up = up
        metrics.channels_up.labels(self.bridge.name).set(up)


def lent(channels: Iterable[Kept]) -> list[tuple[str, web.Application]]:
    """What the channels lend to the web application, each with its prefix."""
    return [
        (f"/channels/{kept.bridge.name}", _application(kept, kept.bridge))
        for kept in channels
        if isinstance(kept.bridge, Lends)
    ]


def _application(kept: Kept, bridge: Lends) -> web.Application:
    @web.middleware
    async def while_up(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Who calls a channel that is down is to call again; who is refused is told why."""
        if not kept.is_up():
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        try:
            return await handler(request)
        except Malformed as error:
            return web.Response(status=400, text=f"{error}\n")
        except NotKnown:
            return web.Response(status=409, text="no such message has come yet\n")
        except TooFast as error:
            return web.Response(status=429, headers={"Retry-After": str(math.ceil(error.after))})

    application = web.Application(middlewares=[while_up])
    application.add_routes(bridge.routes())
    return application


def _is_trouble_there(error: Exception) -> bool:
    """Whether the other side is away or refuses, rather than the bridge being wrong."""
    return isinstance(error, TryLater | Undeliverable) or is_outage(error)
