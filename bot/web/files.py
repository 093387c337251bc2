"""Files of the store, for whoever has a link to one: to be saved, never to be run."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote

import structlog
from aiohttp import web

from bot import texts
from bot.desk.outbox.carrying import TryLater
from bot.files import Lost, NotKept, Store, Stored
from bot.files.links import Link
from bot.texts import _

SLOWEST = 60.0  # seconds for a chunk; who reads slower is cut off
AGAIN = "30"  # seconds
# What a browser may know it as. Whatever else it is, it is only bytes.
SHOWN = re.compile("(image/(jpeg|png|gif|webp)|(audio|video)/[a-z0-9.+-]+|application/pdf)$")
UNKNOWN = "application/octet-stream"
# Never part of a page of ours, and never what it is not.
GUARDS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, max-age=3600",
    "Accept-Ranges": "bytes",
}

log = structlog.get_logger()


def route(store: Store) -> web.RouteDef:
    """`/files/<token>`. One that is not ours is not there; one that is good no more is gone."""

    async def answer(request: web.Request) -> web.StreamResponse:
        link = store.links.read(request.match_info["token"])
        if link is None:
            raise web.HTTPNotFound
        with texts.use(texts.accepted(request.headers.get("Accept-Language", ""))):
            if link.until < datetime.now(UTC):
                raise web.HTTPGone(text=_("This link is good no more. Please ask for a new one."))
            try:
                return await _give(request, store, link)
            except NotKept as error:
                kind = web.HTTPNotFound if isinstance(error, Lost) else web.HTTPGone
                raise kind(text=store.why_not(error)) from None
            except TryLater as error:
                log.warning("a file cannot be read now", error=str(error))
                raise web.HTTPServiceUnavailable(headers={"Retry-After": AGAIN}) from error

    return web.get("/files/{token}", answer)


async def _give(request: web.Request, store: Store, link: Link) -> web.StreamResponse:
    """Whatever is wrong with the store is known before the first byte."""
    stored = await store.about(link.key)
    start, end = _span(request, stored.size)
    chunks = store.open(link.key, start, end)
    first = await anext(chunks, b"")
    answer = web.StreamResponse(headers=GUARDS | _described(stored, link.name))
    answer.content_length = end - start
    if end - start < stored.size:
        answer.set_status(206)
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    await answer.prepare(request)
    if request.method != "HEAD":
        await _write(request, answer, first, chunks)
    return answer


async def _write(
    request: web.Request, answer: web.StreamResponse, first: bytes, rest: AsyncIterator[bytes]
) -> None:
    """A connection that ends too early tells its reader that something is missing."""
    try:
        await _write_chunk(answer, first)
        async for chunk in rest:
            await _write_chunk(answer, chunk)
    except (NotKept, TryLater, TimeoutError) as error:
        log.warning("a file was broken off", error=repr(error))
        if request.transport is not None:
            request.transport.abort()


async def _write_chunk(answer: web.StreamResponse, chunk: bytes) -> None:
    async with asyncio.timeout(SLOWEST):
        await answer.write(chunk)


def _span(request: web.Request, size: int) -> tuple[int, int]:
    """The one range that is asked for (RFC 9110, 14.2); of several, or of none, all of it."""
    try:
        asked = request.http_range
    except ValueError:
        return 0, size
    start, end, _step = asked.indices(size)
    if asked.start is not None and start >= end:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _described(stored: Stored, name: str) -> dict[str, str]:
    """Its type, and the name under which it is saved (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", name) or "file"
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name or 'file', safe='')}"
    mime = stored.mime if SHOWN.match(stored.mime) else UNKNOWN
    return {"Content-Type": mime, "Content-Disposition": named, "ETag": f'"{stored.key}"'}
