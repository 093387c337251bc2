"""Patience with callers: who does not say in time what they want is cut off.

A connection costs memory and a descriptor; a caller who dribbles a letter a minute would keep both.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp import web

HEAD_WITHIN = 15.0  # seconds from the connection to the end of the first request's head
BODY_WITHIN = 15.0
KEPT_ALIVE = 75.0  # seconds between two requests of one connection

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_silent: set[Any] = set()  # connections that have not asked for anything yet


@web.middleware
async def listening(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The head has come; the body must, too. Answers 408 when it does not."""
    _silent.discard(request.protocol)
    try:
        async with asyncio.timeout(BODY_WITHIN):
            await request.read()
    except TimeoutError:
        late = web.Response(status=408, text="The request took too long.\n")
        late.force_close()
        return late
    return await handler(request)


class Runner(web.AppRunner):
    """An application's runner that cuts off who says nothing."""

    def __init__(self, app: web.Application, **how: Any) -> None:
        super().__init__(app, keepalive_timeout=KEPT_ALIVE, **how)

    @property
    def server(self) -> web.Server | None:
        """What makes a protocol for each connection (asyncio: loop.create_server)."""
        server = super().server
        if server is None:
            return None

        def connection() -> Any:
            made = server()
            _silent.add(made)
            asyncio.get_running_loop().call_later(HEAD_WITHIN, _cut_off, made)
            return made

        return cast("web.Server", connection)


def _cut_off(connection: Any) -> None:
    if connection in _silent:
        _silent.discard(connection)
        connection.force_close()
