"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import orjson
from aiohttp import web

from sandbox import faults, forms
from sandbox.accounts import Bot
from sandbox.errors import ApiError
from sandbox.faults import Fault, Faults
from sandbox.feed import Feed
from sandbox.journal import Entry, Journal, is_ephemeral
from sandbox.limits import Limits
from sandbox.living import LivingWorld
from sandbox.params import Params

MAX_BODY = 50 << 20
TOO_LARGE = ApiError(413, "Request Entity Too Large")
NOT_FOUND = ApiError(404, "Not Found")

_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)


class Api:
    """Answers bots as api.telegram.org does."""

    def __init__(
        self,
        world: LivingWorld,
        calls: Journal,
        limits: Limits,
        faults: Faults,
        *,
        allow_http: bool = True,
        scale: float = 1.0,
    ) -> None:
        """For `allow_http` and `scale` see `Feed`."""
        self._world = world
        self._calls = calls
        self._limits = limits
        self._faults = faults
        self._feed = partial(Feed, allow_http=allow_http, scale=scale)
        self._feeds: dict[str, Feed] = {}
        self._shown: set[tuple[int, str]] = set()

    def routes(self) -> list[web.RouteDef]:
        """The paths bots know."""
        return [
            web.route("*", "/bot{token:[^/]*}/{method:.*}", self.method),
            web.get("/file/bot{token:[^/]*}/{path:.*}", self.file),
        ]

    def feed(self, bot: Bot) -> Feed:
        """The way by which this bot gets its updates."""
        feed = self._feeds.get(bot.token)
        if feed is None:
            feed = self._feeds[bot.token] = self._feed(bot.updates, partial(self.reply, bot))
        return feed

    async def stop(self) -> None:
        """Answer the waiting polls, and end the deliveries."""
        for feed in self._feeds.values():
            await feed.stop()

    async def method(self, request: web.Request) -> web.StreamResponse:
        """Read one call, act on it, answer."""
        method = request.match_info["method"]
        try:
            bot = self._bot(request.match_info["token"])
            params = await _read(request)
        except ApiError as refused:
            return _refusal(refused)
        entry = Entry(bot.id, method, params.text("chat_id"), params.values)
        self._calls.add(entry)
        return await self._answer(request, bot, params, entry)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Bytes of a file this bot has asked for by getFile; 404 for any other bot."""
        try:
            bot = self._bot(request.match_info["token"])
        except ApiError as refused:
            return _refusal(refused)
        path = request.match_info["path"]
        file = self._world.files.at(path) if (bot.id, path) in self._shown else None
        if file is None:
            return _refusal(NOT_FOUND)
        return web.Response(
            body=self._world.files.bytes_of(file), content_type="application/octet-stream"
        )

    async def reply(self, bot: Bot, method: str, params: Params) -> None:
        """Perform a method that came inside a webhook's answer; only the journal hears of it."""
        entry = Entry(bot.id, method, params.text("chat_id"), params.values)
        self._calls.add(entry)
        try:
            await self._act(bot, method, params)
        except ApiError as refused:
            entry.refused(refused)
        else:
            entry.status = 200

    async def _act(self, bot: Bot, method: str, params: Params) -> bytes:
        chat, ephemeral = params.text("chat_id"), is_ephemeral(method, params.values)
        async with self._limits.passage(bot.id, method, chat, ephemeral=ephemeral):
            return await self._perform(bot, method.lower(), params)

    async def _perform(self, bot: Bot, method: str, params: Params) -> bytes:
        feed = self.feed(bot)
        match method:
            case "getupdates":
                updates = await feed.get_updates(params)
                return b'{"ok":true,"result":[' + b",".join(u.body for u in updates) + b"]}"
            case "setwebhook":
                self._limits.webhook_set(bot.id)
                return _done(await feed.set_webhook(params))
            case "deletewebhook":
                return _done(await feed.delete_webhook(params))
            case "getwebhookinfo":
                return _ok(feed.webhook_info())
        result = self._world.call(bot, method, params)
        if method == "getfile" and "file_path" in result:
            self._shown.add((bot.id, result["file_path"]))
        return _ok(result)

    def _bot(self, token: str) -> Bot:
        if not _TOKEN.fullmatch(token):
            raise ApiError(401, "Unauthorized: invalid token specified")
        bot = self._world.bot(token)
        if bot is None:
            raise ApiError(401, "Unauthorized")
        return bot

    async def _answer(
        self, request: web.Request, bot: Bot, params: Params, entry: Entry
    ) -> web.StreamResponse:
        fault = self._faults.choose(entry.method, params.values)
        if fault is not None and fault.do == "drop_before":
            return _drop(request)
        try:
            if fault is not None and (error := fault.error()) is not None:
                raise error
            body = await self._act(bot, entry.method, params)
        except ApiError as refused:
            entry.refused(refused)
            answer = _bad_gateway() if refused.code == 502 else _refusal(refused)
        else:
            entry.status = 200
            garbled = fault is not None and fault.do == "garbled"
            body = faults.GARBLED if garbled else body
            answer = web.Response(body=body, content_type="application/json")
        return await self._deliver(request, answer, fault, entry)

    async def _deliver(
        self, request: web.Request, answer: web.Response, fault: Fault | None, entry: Entry
    ) -> web.StreamResponse:
        """Send the answer, unless a fault or the bot itself has cut the connection."""
        if fault is not None and fault.do == "slow":
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.do == "drop_after":
            _drop(request)
        if fault is not None and fault.do == "cut":
            await _cut(request, answer, fault.share)
        entry.answered = request.transport is not None and not request.transport.is_closing()
        if not entry.answered and entry.status == 200:
            self._faults.lost(entry.method)
        return answer


async def _read(request: web.Request) -> Params:
    if (request.content_length or 0) > MAX_BODY:
        raise TOO_LARGE
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise TOO_LARGE from None
    return forms.read(request.headers.get("Content-Type", ""), body, request.query_string)


def _drop(request: web.Request) -> web.Response:
    """Cut the connection without a word; what is returned is never written."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.Request, answer: web.Response, share: float) -> None:
    """Send the status and a part of the body, and then no more."""
    assert isinstance(answer.body, bytes)
    await answer.prepare(request)
    await answer.write(answer.body[: int(len(answer.body) * share)])
    if request.transport is not None:
        request.transport.close()


def _bad_gateway() -> web.Response:
    return web.Response(status=502, text=faults.BAD_GATEWAY, content_type="text/html")


def _refusal(error: ApiError) -> web.Response:
    answer = web.Response(
        status=error.code, body=orjson.dumps(error.body()), content_type="application/json"
    )
    if error.parameters and "retry_after" in error.parameters:
        answer.headers["Retry-After"] = str(error.parameters["retry_after"])
    return answer


def _ok(result: object) -> bytes:
    return orjson.dumps({"ok": True, "result": result})


def _done(description: str) -> bytes:
    return orjson.dumps({"ok": True, "result": True, "description": description})
