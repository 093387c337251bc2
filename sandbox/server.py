"""The sandbox as a server: a world, the Bot API over HTTP, the shop, the control API, the page."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from sandbox import site
from sandbox.accounts import Bot
from sandbox.api import MAX_BODY, Api
from sandbox.control import Control
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.guard import guarded
from sandbox.journal import Journal
from sandbox.limits import Limits, Mode
from sandbox.living import LivingWorld
from sandbox.shop import Shop
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
        calls: Journal | None = None,
    ) -> None:
        """`allow_http` and `scale`: see `Feed`; `calls` is where every request is noted."""
        self.store = Store(data_dir) if data_dir is not None else None
        self.world = (self.store and self.store.load(world.clock)) or world
        self.limits = Limits(limits)
        self.faults = Faults()
        self.calls = Journal() if calls is None else calls
        self.url = ""
        self.port = 0
        parts = (self.world, self.calls, self.limits, self.faults)
        self.control = Control(*parts)
        self.shop = Shop(self.world, self.control.visited.set)
        self._api = Api(*parts, allow_http=allow_http, scale=scale)
        self._runner: web.AppRunner | None = None

    def feed(self, bot: Bot) -> Feed:
        """The way by which this bot gets its updates."""
        return self._api.feed(bot)

    async def start(self, host: str = LOOPBACK, port: int = 0) -> str:
        """Listen, and return the address; port 0 takes a free one.

        Raises OSError when the port is taken.
        """
        app = web.Application(client_max_size=MAX_BODY)
        for routes in (self._api.routes(), self.shop.routes()):
            app.add_routes(guarded(routes, host, machines=True))
        for routes in (self.control.routes(), self.shop.control(), site.routes()):
            app.add_routes(guarded(routes, host))
        self.control.start()
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
        await self._api.stop()
        await self.shop.stop()
        self.control.stop()
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
