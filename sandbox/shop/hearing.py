"""The desk calls the shop: believed by its signature alone, and shown in the visitor's chat."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiohttp import ClientError, ClientSession

from sandbox.media import Given, file_content
from sandbox.messages import FILE_KINDS
from sandbox.shop import signing
from sandbox.shop.acts import tell
from sandbox.visitors import DESK, Line, Visitor
from sandbox.world import World

Json = dict[str, Any]

MOST_BYTES = 50 << 20  # of one file


class Unheard(Exception):
    """The call is not taken: its status, and why, for the desk."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def event_of(secret: str, headers: Mapping[str, str], body: bytes) -> Json:
    """What the desk says. Raises `Unheard` for what is not signed, or is no event."""
    if why := signing.doubt(secret, headers, time.time(), body):
        raise Unheard(401, why)
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        raise Unheard(400, f"not JSON: {wrong}") from None
    if not (isinstance(event, dict) and isinstance(event.get("data"), dict)):
        raise Unheard(400, "an event has a type and data")
    return event


class Hearing:
    """Takes what the desk says, once, however often it comes."""

    def __init__(self, world: World, http: ClientSession) -> None:
        """`http` fetches the desk's files by their links."""
        self._world = world
        self._http = http

    async def hear(self, event: Json) -> Json:
        """Show it; gives the answer to the desk. Raises `Unheard`."""
        data = event["data"]
        visitor = self._world.visitors.get(str(data.get("to")))
        if visitor is None:
            raise Unheard(404, "no such visitor")
        if visitor.shut:
            raise Unheard(410, "the visitor has shut the chat")
        before = len(visitor.lines)
        act = {"message": self._says, "edited": self._edits}.get(str(event.get("type")))
        if act:
            await act(visitor, data)
        elif event.get("type") in ("deleted", "reacted"):
            _marks(visitor, event["type"], data)
        tell(self._world, visitor, news=len(visitor.lines) > before)
        return {"id": data.get("id")}

    async def _says(self, visitor: Visitor, data: Json) -> None:
        if data["id"] in visitor.lines:
            return
        files = await self._fetched(data.get("attachments") or ())
        line = Line(data["id"], DESK, self._world.now(), data["text"], data.get("entities") or [])
        line.files, line.automatic = files, bool(data.get("automatic"))
        line.reply_to, line.quote = data.get("reply_to"), data.get("quote")
        visitor.lines.setdefault(line.id, line)

    async def _edits(self, visitor: Visitor, data: Json) -> None:
        line = _line(visitor, data)
        if data.get("attachments") is not None:
            line.files = await self._fetched(data["attachments"])
        line.text, line.entities, line.edited = data["text"], data.get("entities") or [], True

    async def _fetched(self, links: Sequence[Json]) -> list[Json]:
        """Whole before it is shown: the desk hears it if one cannot be had."""
        return [await self._fetch(one) for one in links]

    async def _fetch(self, link: Json) -> Json:
        try:
            async with self._http.get(link["url"]) as answer:
                data = await answer.content.read(MOST_BYTES) if answer.ok else b""
                while len(data) < MOST_BYTES and (more := await answer.content.read(MOST_BYTES)):
                    data += more
        except (ClientError, TimeoutError) as error:
            raise Unheard(503, f"the file cannot be fetched: {error}") from error
        if not answer.ok:
            raise Unheard(422, f"the file cannot be fetched: HTTP {answer.status}")
        kind = link.get("kind") if link.get("kind") in FILE_KINDS else "document"
        given = Given(data, link.get("name") or "", link.get("mime") or "")
        return file_content(self._world.files, str(kind), given, {})


def _marks(visitor: Visitor, kind: str, data: Json) -> None:
    line = _line(visitor, data)
    if kind == "deleted":
        del visitor.lines[line.id]
    else:
        line.reactions = {**line.reactions, DESK: str(data.get("emoji"))}


def _line(visitor: Visitor, data: Json) -> Line:
    line = visitor.lines.get(str(data.get("id")))
    if line is None:
        raise Unheard(404, "no such message")
    return line
