"""Who may ask anything of the sandbox: pages of this very server, and programs.

A name of some other site that leads to this machine (DNS rebinding) would make that site's
scripts ours; so would a request that a foreign page sends from a browser. Bots are asked too: the
token of the demo is known to everybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import orjson
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OURS = ("same-origin", "none")  # Sec-Fetch-Site: our own page, or a person at the address bar


def guarded(
    routes: Iterable[web.RouteDef], host: str, *, machines: bool = False
) -> list[web.RouteDef]:
    """The routes, refusing with 403 what comes under a foreign name or from a foreign page.

    `host` is where the server listens. An address in digits is never foreign: whoever names it
    so has not asked a name server. Nor, for `machines`, is a name without a dot, such as a
    container's: no site has one.
    """

    def guard(handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            why = _foreign(request, host, machines=machines)
            return _refusal(why) if why else await handler(request)

        return handle

    return [web.route(one.method, one.path, guard(one.handler), **one.kwargs) for one in routes]


def _foreign(request: web.Request, host: str, *, machines: bool) -> str | None:
    """Why the request is refused; None if it is ours."""
    name = _name(request.host)
    is_machine = machines and name and "." not in name
    if not (is_machine or _is_ours(name, host)):
        return "this server does not answer to this Host"
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        return "pages of another Origin have no business here"
    site = request.headers.get("Sec-Fetch-Site", "none")
    visits = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.path == "/"
    if site not in _OURS and not visits:
        return "pages of another site have no business here"
    return None


def _name(host: str) -> str:
    """A Host header without its port; "" for what is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_ours(name: str, host: str) -> bool:
    if name in ("localhost", host.lower()) or name.endswith(".localhost"):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _refusal(why: str) -> web.Response:
    body = orjson.dumps({"ok": False, "error": why})
    return web.Response(status=403, body=body, content_type="application/json")
