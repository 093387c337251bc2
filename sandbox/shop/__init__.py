"""The shop's site: a chat in its corner, connected to the desk by the webhook (docs/webhook.md).

It speaks HTTP to the desk and hears it over HTTP, as any site would; nothing here knows how the
desk is made.
"""

from __future__ import annotations

import base64
import binascii
import inspect
from collections.abc import Callable
from typing import Any

import orjson
from aiohttp import ClientSession, web

from sandbox.acts import Misread
from sandbox.answering import body_of, done, failure, file, shown
from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.media import Given
from sandbox.shop import showing
from sandbox.shop.acts import Visit, tell
from sandbox.shop.calling import Endpoint, Relays
from sandbox.shop.hearing import Hearing, Unheard, event_of
from sandbox.visitors import Visitor

Json = dict[str, Any]

HOOK = "/shop/webhook"  # where the desk calls
ACTS = frozenset(
    name for name, _act in inspect.getmembers(Visit, inspect.isfunction) if name[0] != "_"
)
REFUSALS = (410, 422, 503)  # what the site may be told to answer


class Shop:
    """Its visitors write as soon as it is `opened`; `visited` is called when one acts."""

    def __init__(self, world: LivingWorld, visited: Callable[[], object]) -> None:
        self._world = world
        self._visited = visited
        self._endpoint: Endpoint | None = None
        self._relays: Relays | None = None
        self._http: ClientSession | None = None
        self._refuses = 0  # the status that the desk's next call is answered; 0: none

    def open(self, endpoint: Endpoint) -> None:
        """From now on there is a desk behind it. What was not taken before goes to this one."""
        self._endpoint = endpoint
        self._relays = Relays(self._world, endpoint)
        self._http = ClientSession()
        self._world.listeners.append(self._heard)
        for visitor in self._world.visitors.values():
            self._relays.wake(visitor)
        tell(self._world)

    async def stop(self) -> None:
        """Nothing is brought any more."""
        if self._relays is None or self._http is None:
            return
        self._world.listeners.remove(self._heard)
        await self._relays.stop()
        await self._http.close()
        self._relays = self._http = self._endpoint = None

    def routes(self) -> list[web.RouteDef]:
        """What the desk knows: where it calls, and the files of visitors."""
        return [web.post(HOOK, self._hear), web.get("/shop/files/{file_id}/{name}", self._file)]

    def control(self) -> list[web.RouteDef]:
        """What the page knows: the visitors, the chat of one, and what they do."""
        return [
            web.get("/sandbox/visitors", shown(self._standing)),
            web.post("/sandbox/visitors", done(self._comes)),
            web.get("/sandbox/visit", shown(self._chat)),
            web.post("/sandbox/visit", done(self._acts)),
            web.post("/sandbox/refusal", done(self._refusal)),
        ]

    def _heard(self, event: Json) -> None:
        visitor = self._world.visitors.get(event.get("visitor") or "")
        if visitor and self._relays:
            self._relays.wake(visitor)

    async def _hear(self, request: web.Request) -> web.Response:
        """A call of the desk's; it reads what is wrong with one that is not taken."""
        body = await request.read()
        try:
            if self._endpoint is None or self._http is None:
                raise Unheard(503, "the shop is closed")
            event = event_of(self._endpoint.secret, request.headers, body)
            self._refuse()
            answer = await Hearing(self._world, self._http).hear(event)
        except Unheard as refused:
            return _said({"error": refused.why}, refused.status)
        return _said(answer, 200)

    def _refuse(self) -> None:
        status, self._refuses = self._refuses, 0
        if status:
            tell(self._world)
            raise Unheard(status, "the site was told to refuse this call")

    async def _file(self, request: web.Request) -> web.Response:
        found = self._world.files.find(request.match_info["file_id"])
        if found is None:
            return failure("there is no such file", 404)
        return file(self._world.files.bytes_of(found), found.mime)

    async def _standing(self, _request: web.Request) -> Json:
        """`open`: whether a desk stands behind the site."""
        visitors = [showing.standing(one) for one in self._world.visitors.values()]
        return {"open": self._endpoint is not None, "refuses": self._refuses, "visitors": visitors}

    async def _comes(self, request: web.Request) -> Json:
        """`{"name": …, "language": …}`: one more visitor."""
        given = await body_of(request)
        name, language = given.get("name"), given.get("language", "uk")
        if not (isinstance(name, str) and name.strip() and isinstance(language, str)):
            raise Misread("a visitor has a name and a language")
        return showing.standing(self._world.visitor(name.strip()[:64], language=language))

    async def _chat(self, request: web.Request) -> list[Json]:
        """`?visitor=`: what stands in the chat, as messages of the Bot API."""
        return showing.chat(self._world, self._visitor(request.query.get("visitor")))

    async def _acts(self, request: web.Request) -> None:
        """`{"visitor": id, "do": act, "args": {…}}`, see `sandbox.shop.acts.Visit`."""
        given = await body_of(request)
        name, args = given.get("do"), given.get("args", {})
        if name not in ACTS or not isinstance(args, dict):
            raise Misread(f"there is no act {name!r}: choose from {', '.join(sorted(ACTS))}")
        if self._endpoint is None:
            raise Refused("No desk stands behind this site.")
        visit = Visit(self._world, self._visitor(given.get("visitor")))
        act = getattr(visit, name)
        try:
            bound = inspect.signature(act).bind(**_read(args))
        except TypeError as wrong:
            raise Misread(f"{name}: {wrong}") from None
        act(*bound.args, **bound.kwargs)
        self._visited()

    async def _refusal(self, request: web.Request) -> None:
        """`{"status": 503}`: the desk's next call is answered so; 0 takes it back."""
        status = (await body_of(request)).get("status")
        if status not in (0, *REFUSALS):
            raise Misread(f"status must be 0 or one of {', '.join(map(str, REFUSALS))}")
        self._refuses = status
        tell(self._world)

    def _visitor(self, number: Any) -> Visitor:
        visitor = self._world.visitors.get(number) if isinstance(number, str) else None
        if visitor is None:
            raise Misread(f"there is no visitor {number!r}")
        return visitor


def _read(args: Json) -> Json:
    """Files come as Base64, as in acts of people."""
    if not all(isinstance(args.get(name, ""), str) for name in ("text", "line", "emoji")):
        raise Misread("text, line and emoji are texts")
    files = [_given(one) for one in args.get("files", ())]
    return {**args, "files": files} if files else args


def _given(one: Any) -> Given:
    try:
        data = base64.b64decode(one["data"], validate=True)
        return Given(data, str(one.get("filename") or ""), str(one.get("mime") or ""))
    except (TypeError, KeyError, AttributeError, binascii.Error):
        raise Misread("a file has data (base64), filename and mime") from None


def _said(answer: Json, status: int) -> web.Response:
    return web.Response(body=orjson.dumps(answer), status=status, content_type="application/json")
