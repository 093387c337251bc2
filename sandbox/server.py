"""The sandbox as a server: a world, the Bot API over HTTP, the control API and the page."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from aiohttp import web

from sandbox.accounts import Bot
from sandbox.api import MAX_BODY, Api
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.guard import guarded
from sandbox.journal import Journal
from sandbox.limits import Limits, Mode
from sandbox.living import LivingWorld
from sandbox.site import routes as page_routes
from sandbox.store import Store

LOOPBACK = "127.0.0.1"
GRACE = 1.0


class Sandbox:
    """Telegram for bots and people on this machine.

    A world saved in `data_dir` takes the place of the given one: read `sandbox.world`.
    """

    def __init__(
        self,
        world: LivingWorld,
        *,
        data_dir: Path | None = None,
        limits: Mode = "off",
        allow_http: bool = True,
        scale: float = 1.0,
    ) -> None:
        """`allow_http`: see `Feed`; `scale` multiplies the waits between webhook retries."""
        self.store = Store(data_dir) if data_dir is not None else None
        self.world = (self.store and self.store.load(world.clock)) or world
        self.limits = Limits(limits)
        self.faults = Faults()
        self.calls = Journal()
        self.url = ""
        self.port = 0
        self.round = ""  # one from a start to its stop
        self.wishes: asyncio.Queue[str] = asyncio.Queue()  # of the page, for whoever runs the demo
        self.hour: dict[str, Any] | None = None  # how a busy hour stands; None where none is played
        self.visited = asyncio.Event()  # somebody has acted over the control API
        self._allow_http = allow_http
        self._scale = scale
        self._feeds: dict[str, Feed] = {}
        self._api = Api(self)
        self._control = Control(self)
        self._runner: web.AppRunner | None = None

    def feed(self, bot: Bot) -> Feed:
        """The way by which this bot gets its updates."""
        feed = self._feeds.get(bot.token)
        if feed is None:
            reply = partial(self._api.reply, bot)
            feed = Feed(bot.updates, reply, allow_http=self._allow_http, scale=self._scale)
            self._feeds[bot.token] = feed
        return feed

    async def start(self, host: str = LOOPBACK, port: int = 0) -> str:
        """Listen, and return the address; port 0 takes a free one.

        Raises OSError when the port is taken.
        """
        app = web.Application(client_max_size=MAX_BODY)
        app.add_routes(guarded(self._api.routes(), host, machines=True))
        for routes in (self._control.routes(), page_routes(self)):
            app.add_routes(guarded(routes, host))
        self.round = uuid4().hex
        listening = _listen(host, port)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        shown = f"[{host}]" if ":" in host else host
        self.port = listening.getsockname()[1]
        self.url = f"http://{shown}:{self.port}"
        if self.store is not None:
            self._resume(self.store)
        return self.url

    async def stop(self) -> None:
        """Answer the waiting polls, end the deliveries, save, and close."""
        for feed in self._feeds.values():
            await feed.stop()
        self._control.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        if self.store is not None:
            await self.store.stop()

    async def saved(self) -> None:
        """Return when all that is there now is on the disk, if it is kept there at all."""
        if self.store is not None:
            await self.store.saved()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _resume(self, store: Store) -> None:
        for token, state in store.feeds().items():
            bot = self.world.bot(token)
            if bot is not None:
                self.feed(bot).restore(state)
        store.start(self.world, self._exported)

    def _exported(self) -> dict[str, Any]:
        return {bot.token: self.feed(bot).export() for bot in self.world.bots.values()}


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening
