"""The aiohttp application: health, metrics, Telegram's webhook, routes lent by bridges."""

import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.failures import CannotStart
from bot.web.readiness import Checks, readyz

MAX_BODY = 1 << 20  # bytes
CLOSING = 1.0  # seconds that open requests get when the application stops


def build(
    checks: Checks, render: Callable[[], bytes], routes: Iterable[web.AbstractRouteDef] = ()
) -> web.Application:
    """Put it together from what the process has.

    `checks` are what /readyz asks, `render` writes the metrics in Prometheus' text format,
    `routes` are the webhook's and those that bridges lend.
    """
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", readyz(checks))
    app.router.add_get("/metrics", _metrics(render))
    app.add_routes(routes)
    return app


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Listen inside the block and give the address; port 0 takes a free one.

    Raises CannotStart when the port is in use or the host is not ours.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise CannotStart(_sentence(error, host, port)) from error
        yield f"http://{_named(host)}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _metrics(render: Callable[[], bytes]) -> Handler:
    headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=render(), headers=headers)

    return answer


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"The address {host}:{port} is taken: set PORT to a free port, or to 0."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}: set HOST to one of its own."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def _named(host: str) -> str:
    """The host as it stands in an address that a browser on this machine can open."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (read here, not listened on)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
