"""Telegram's webhook: 200 after the commit, never before."""

import asyncio
import hashlib
import hmac
from functools import partial
from typing import Any

import orjson
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SetWebhook
from aiohttp import web

from bot.obstacles import CannotStart
from bot.telegram.asking import until_answered
from bot.telegram.inflow import WANTED, Inflow
from bot.telegram.rivals import Rival

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (its name is no secret)
CONNECTIONS = 40
LOOK = 5.0  # seconds until it is asked again whether the webhook is still ours
RETRY_AFTER = "2"  # seconds; Telegram honours it and keeps the order of the chat

log = structlog.get_logger()


def path(token: str) -> str:
    """Where Telegram posts: derived from the token, which cannot be found from it."""
    digest = hmac.new(token.encode(), b"topicdesk webhook path", hashlib.sha256)
    return f"/telegram/{digest.hexdigest()[:32]}"


def route(inflow: Inflow, token: str, secret: str) -> web.RouteDef:
    """The route that feeds the inflow."""
    return web.post(path(token), partial(_receive, inflow, secret.encode()))


async def announce(bot: Bot, public_url: str, secret: str) -> None:
    """Tell Telegram where to post, for as long as it takes.

    Raises CannotStart when Telegram does not take the address or the token.
    """
    method = SetWebhook(
        url=public_url + path(bot.token),
        secret_token=secret,
        allowed_updates=WANTED,
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )

    async def ask() -> None:
        try:
            await bot(method)
        except TelegramBadRequest as error:
            said = error.message.removeprefix("Bad Request: ")
            raise CannotStart(f"Telegram does not take PUBLIC_URL {public_url}: {said}.") from error

    await until_answered(ask)


class Keeping:
    """Our webhook, and whether it still is: another program may set its own, or take ours away."""

    def __init__(self, bot: Bot, public_url: str, secret: str) -> None:
        self._bot = bot
        self._where = public_url, secret
        self._rival = Rival(bot, public_url + path(bot.token))

    @property
    def deaf(self) -> bool:
        """Whether somebody else gets our updates."""
        return self._rival.is_there

    async def run(self) -> None:
        """Announce it, and again when the other one takes nothing.

        Raises CannotStart for an address that Telegram does not take at first.
        """
        await announce(self._bot, *self._where)
        while True:
            await asyncio.sleep(LOOK)
            if await until_answered(self._rival.is_gone):
                log.warning("another program has taken our webhook, and takes nothing")
                await self._again()

    async def _again(self) -> None:
        """Telegram has taken the address before, so it will: deaf until then, the desk goes on."""
        while True:
            try:
                return await announce(self._bot, *self._where)
            except CannotStart as refusal:
                log.warning("our webhook is not set again", reason=str(refusal))
            await asyncio.sleep(LOOK)


async def _receive(inflow: Inflow, secret: bytes, request: web.Request) -> web.Response:
    shown = request.headers.get(SECRET_HEADER, "").encode(errors="replace")
    if not hmac.compare_digest(shown, secret):
        return web.Response(status=403)
    raw = _update(await request.read())
    if raw is None:
        return web.Response(status=400)
    done = inflow.take(raw, patient=False)
    await asyncio.wait([done])  # a caller who hangs up does not undo it
    if done.result():
        return web.Response()
    return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if isinstance(raw, dict) and isinstance(raw.get("update_id"), int):
        return raw
    return None
