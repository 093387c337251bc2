"""A site at the far end of a webhook: takes what is signed, once, and can answer badly."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import orjson
from aiohttp import ClientSession, web

from bot.bridges.webhook import signing
from bot.web import build, serving

SECRET = "whsec_" + "QUJD" * 8
KEY = signing.key(SECRET)
Json = dict[str, Any]


class Site:
    """`shown` is what Anna sees of ours, by its id here; `calls` are all that came, with headers.

    `answers`: what the next calls are answered, in their place. `waits`: what a call waits for
    before it is answered, and `waiting` how many do.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[Json, Json]] = []
        self.shown: dict[str, Json] = {}
        self.reactions: dict[str, str] = {}
        self.answers: list[web.Response] = []
        self.waits: Callable[[], Awaitable[object]] | None = None
        self.waiting = 0
        self.gives_ids = True
        self.url = ""
        self._seen: dict[str, str] = {}
        self._numbers = count(1)

    @property
    def read(self) -> list[str]:
        """What Anna sees, in order."""
        return [each["text"] for each in self.shown.values()]

    async def comes(self, request: web.Request) -> web.Response:
        """A call of the desk's."""
        body = await request.read()
        signing.check([KEY], request.headers, body, time.time())
        event = orjson.loads(body)
        self.calls.append((dict(request.headers), event))
        if self.waits:
            self.waiting += 1
            await self.waits()
            self.waiting -= 1
        if self.answers:
            return self.answers.pop(0)
        known = self._seen.setdefault(request.headers[signing.ID], "")
        if not known:
            known = self._seen[request.headers[signing.ID]] = self._take(event)
        return web.json_response({"id": known} if self.gives_ids else {})

    def _take(self, event: Json) -> str:
        data = event["data"]
        number = f"site-{next(self._numbers)}" if self.gives_ids else str(data["id"])
        if event["type"] == "message":
            self.shown[number] = data
            return number
        if event["type"] == "edited":
            self.shown[data["id"]]["text"] = data["text"]
        elif event["type"] == "deleted":
            if self.shown.pop(data["id"], None) is None:
                raise web.HTTPNotFound
        else:
            self.reactions[data["id"]] = data["emoji"]
        return str(data["id"])


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """One that is up."""
    there = Site()
    async with serving(build(routes=[web.post("/hook", there.comes)]), "127.0.0.1", 0) as url:
        there.url = f"{url}/hook"
        yield there


def message(number: str, text: str, who: str = "anna", **data: Any) -> Json:
    """Words of a customer of the site."""
    person = {"id": who, "name": who.title(), "language": "en"}
    return {"type": "message", "data": {"id": number, "from": person, "text": text, **data}}


def about(kind: str, number: str, who: str = "anna", **data: Any) -> Json:
    """What the customer does with a message."""
    return {"type": kind, "data": {"id": number, "from": {"id": who}, **data}}


async def brings(
    url: str,
    event: Json | bytes,
    *,
    at: float | None = None,
    key: bytes = KEY,
    number: str = "msg_1",
    **headers: str,
) -> tuple[int, str]:
    """Sign it and bring it to the desk; gives status and words of the answer."""
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    signed = signing.signed([key], number, time.time() if at is None else at, body)
    headers = {"Content-Type": "application/json"} | signed | headers
    async with ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()
