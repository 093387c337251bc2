"""How what the page asks is answered: JSON, and 400 with the reason for what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from sandbox.acts import Misread
from sandbox.errors import ApiError, Refused

Json = dict[str, Any]
Answer = Callable[[web.Request], Awaitable[Any]]
Handler = Callable[[web.Request], Awaitable[web.Response]]

_INLINE = ("image/", "audio/", "video/")
_FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


def shown(answer: Answer) -> Handler:
    """What is asked by `GET` is answered plainly."""

    async def handle(request: web.Request) -> web.Response:
        try:
            result = await answer(request)
        except (Misread, Refused) as wrong:
            return failure(str(wrong), 400)
        except ApiError as wrong:
            return failure(wrong.description, 400)
        return web.Response(body=orjson.dumps(result), content_type="application/json")

    return handle


def done(answer: Answer) -> Handler:
    """What is done by `POST` is answered with `{"ok": true, "result": …}`."""

    async def wrapped(request: web.Request) -> Json:
        return {"ok": True, "result": await answer(request)}

    return shown(wrapped)


def failure(text: str, status: int) -> web.Response:
    """`{"ok": false, "error": text}`."""
    body = orjson.dumps({"ok": False, "error": text})
    return web.Response(status=status, body=body, content_type="application/json")


def file(body: bytes, mime: str) -> web.Response:
    """A file that somebody has sent: shown if it is seen or heard, and never run."""
    kind = mime if mime.startswith(_INLINE) else "application/octet-stream"
    return web.Response(body=body, content_type=kind, headers=_FILE_HEADERS)


async def body_of(request: web.Request) -> Json:
    """The JSON object of a request. Raises `Misread`."""
    if request.content_type != "application/json":
        raise Misread("the body must be JSON, with Content-Type: application/json")
    try:
        given = orjson.loads(await request.read())
    except orjson.JSONDecodeError as wrong:
        raise Misread(f"the body is not JSON: {wrong}") from None
    if not isinstance(given, dict):
        raise Misread("the body must be an object")
    return given
