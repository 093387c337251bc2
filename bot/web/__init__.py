"""The aiohttp application: health, metrics, Telegram's webhook, routes lent by bridges."""

import errno
import hmac
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.obstacles import CannotStart
from bot.web.patience import Runner, listening
from bot.web.readiness import Checks, readyz

MAX_BODY = 1 << 20  # bytes
CLOSING = 1.0  # seconds that open requests get when the application stops


@dataclass(frozen=True, slots=True)
class Status:
    """How the process is, for those who watch it.

    `checks` are what /readyz asks, `render` writes the metrics in Prometheus' text format; with a
    `token` both are shown to its bearers only.
    """

    checks: Checks
    render: Callable[[], bytes]
    token: str | None = None


def build(
    status: Status | None = None,
    routes: Iterable[web.AbstractRouteDef] = (),
    lent: Iterable[tuple[str, web.Application]] = (),
) -> web.Application:
    """Put it together from what the process has.

    `routes` are those of Telegram's webhook; `lent` are the channels', each with its prefix.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=[listening])
    app.router.add_get("/healthz", _healthz)
    if status:
        app.router.add_get("/readyz", _shown(status.token, readyz(status.checks)))
        app.router.add_get("/metrics", _shown(status.token, _metrics(status.render)))
    app.add_routes(routes)
    for prefix, application in lent:
        app.add_subapp(prefix, application)
    return app


def _shown(token: str | None, handler: Handler) -> Handler:
    """Answer only who shows the token, if there is one."""
    if token is None:
        return handler
    wanted = f"Bearer {token}".encode()

    async def answer(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, wanted):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return await handler(request)

    return answer


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, *, setting: str = ""
) -> AsyncIterator[str]:
    """Listen inside the block and give the address; port 0 takes a free one.

    `setting` has named host and port, if HOST and PORT have not.

    Raises CannotStart when the port is in use or the host is not ours.
    """
    runner = Runner(app, access_log=None, shutdown_timeout=CLOSING)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise CannotStart(_sentence(error, host, port, setting)) from error
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


def _sentence(error: OSError, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"The address {host}:{port} is taken: set {setting or 'PORT'} to a free one."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}: set {setting or 'HOST'} to one of its own."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def _named(host: str) -> str:
    """The host as it stands in an address that a browser on this machine can open."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (read here, not listened on)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
