"""The demo: the sandbox, and a real desk that serves it as a process of its own.

The only file here that knows how a desk is started. Everything is kept in
DATA_DIR/sandbox, apart from the stores of a desk that serves Telegram, and lasts from one start
to the next.
"""

import asyncio
import errno
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import orjson
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.config import Settings, environment
from bot.embedded import Stores, stores
from bot.obstacles import CannotStart
from sandbox import demo
from sandbox.browser import nothing
from sandbox.desk import Desk
from sandbox.server import LOOPBACK, Sandbox
from sandbox.shop import HOOK, signing
from sandbox.shop.calling import Endpoint
from sandbox.wishes import Wishes

DESK = (sys.executable, "-m", "bot", "run", "--wishes")
COMPANY = "Затишок"
LANGUAGE = "uk"  # what the demo's operators speak until a page says otherwise
SITE = "site"  # the endpoint of the shop's site, as the desk knows it


async def serve(
    settings: Settings, stop: asyncio.Event, at_hand: Callable[[str], None] = nothing
) -> None:
    """Serve the page and the desk behind it until `stop`; `at_hand` gets the page's address.

    The page takes HOST and PORT, or a free port when 8080 is taken and PORT was not set.
    Raises CannotStart.
    """
    home = settings.data_dir / "sandbox"
    apart = settings.model_copy(update={"data_dir": home, "database_url": None, "redis_url": None})
    async with stores(apart) as both:
        say: Callable[[str], None] | None = at_hand
        while not stop.is_set():
            if _unfinished(home).exists():
                await _forget(home, both)
            apart = await _serve_once(apart, both, stop, say=say)
            say = None


async def _serve_once(
    settings: Settings, both: Stores, stop: asyncio.Event, *, say: Callable[[str], None] | None
) -> Settings:
    """Serve until `stop`, or until the page asks for a new beginning.

    Gives the settings with the port that was taken, so that the next round takes it again.
    """
    over = asyncio.Event()
    async with _telegram(settings) as telegram:
        port = free_port()
        endpoint = Endpoint(
            f"http://{LOOPBACK}:{port}/channels/webhook/{SITE}", signing.new_secret(), telegram.url
        )
        as_desk = _as_desk(settings, both, telegram).model_copy(update=reached(endpoint, port))
        desk = Desk(DESK, settings.data_dir, environment(as_desk))
        telegram.shop.open(endpoint)
        _keep_to_the_limits(desk, telegram)
        async with desk.kept():
            if say:
                _say(telegram.url, settings.data_dir)
                say(telegram.url)
            wishes = Wishes(telegram, desk, _unfinished(settings.data_dir), over)
            async with wishes.granted(stop):
                await over.wait()
    return settings.model_copy(update={"port": telegram.port})


def reached(site: Endpoint, port: int) -> dict[str, object]:
    """Where the desk listens, and its settings for the shop's site: no shop but the demo's."""
    shop = {
        "secrets": [site.secret],
        "url": site.shop + HOOK,
        "can": ["edit", "unsend", "react"],
        "files_from": [urlsplit(site.shop).netloc],
    }
    return {
        "host": LOOPBACK,
        "port": port,
        "links_url": f"http://{LOOPBACK}:{port}",
        "webhooks": SecretStr(orjson.dumps({SITE: shop}).decode()),
    }


def free_port() -> int:
    """One at which the desk is found again, however often it is killed."""
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        return int(listening.getsockname()[1])


def _keep_to_the_limits(desk: Desk, telegram: Sandbox) -> None:
    """The desk waits for no budget while the page has the limits off, which is its default."""

    def heed(mode: str) -> None:
        desk.wish("limits", mode != "off")

    heed(telegram.limits.mode)
    telegram.limits.listeners.append(heed)


def _say(url: str, home: Path) -> None:
    sys.stdout.write(
        f"The sandbox is ready:\n\n    {url}\n\nCtrl-C ends it; everything is kept in {home}.\n"
    )
    sys.stdout.flush()


def _unfinished(home: Path) -> Path:
    """The mark of a beginning that has begun and not ended: what stands there is half of one."""
    return home / "unfinished"


async def _forget(home: Path, both: Stores) -> None:
    """Back to nothing: no tables, no budget, no world. The mark goes last."""
    connection = await asyncpg.connect(both.database_url)
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()
    redis = Redis.from_url(both.redis_url)
    await redis.flushall()
    await redis.aclose()
    shutil.rmtree(_world(home), ignore_errors=True)
    _unfinished(home).unlink()


def _world(home: Path) -> Path:
    return home / "telegram"


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(demo.world(time.time), data_dir=_world(settings.data_dir))
    demo.let_visitors_in(sandbox.world)
    demo.allow_topics(sandbox.world, settings.private_topics == "on")
    try:
        await sandbox.start(settings.host, settings.port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or "port" in settings.model_fields_set:
            place = f"{settings.host}:{settings.port}"
            raise CannotStart(f"The sandbox cannot listen on {place}: {error.strerror}.") from error
        await sandbox.start(settings.host, 0)
    try:
        yield sandbox
    finally:
        await sandbox.stop()


def _as_desk(settings: Settings, both: Stores, telegram: Sandbox) -> Settings:
    """Give the demo's bot, group and stores; what is set explicitly holds here too."""
    told = settings.model_fields_set
    return settings.model_copy(
        update={
            "bot_token": SecretStr(demo.TOKEN),
            "telegram_api_url": telegram.url,
            "operator_group_id": demo.operators_group(telegram.world),
            "database_url": both.database_url,
            "redis_url": both.redis_url,
            "public_url": None,
            "company": settings.company if "company" in told else COMPANY,
            "language": settings.language if "language" in told else LANGUAGE,
            "log_level": settings.log_level if "log_level" in told else "warning",
        }
    )
