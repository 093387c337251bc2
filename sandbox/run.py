"""The demo: the sandbox and a real desk that serves it, in one process.

The only file here that knows the desk. Everything is kept in DATA_DIR/sandbox, apart from the
stores of a desk that serves Telegram, and lasts from one start to the next.
"""

import asyncio
import errno
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.app import App
from bot.config import Settings
from bot.embedded import stores
from bot.failures import CannotStart
from models.database import migrate
from sandbox import demo
from sandbox.server import Sandbox

COMPANY = "Затишок"
LANGUAGE = "uk"  # what the demo's operators speak


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve the page and the desk behind it until `stop`.

    The page takes HOST and PORT, or a free port when 8080 is taken and PORT was not set.
    Raises CannotStart.
    """
    home = settings.data_dir / "sandbox"
    apart = settings.model_copy(update={"data_dir": home, "database_url": None, "redis_url": None})
    async with stores(apart) as both, _telegram(settings) as telegram:
        await migrate(both.database_url)
        desk = _as_desk(apart, telegram)
        async with App(desk, both.database_url, both.redis_url) as app, app.serving():
            sys.stdout.write(
                f"The sandbox is ready: {telegram.url}\n"
                f"Ctrl-C ends it; everything is kept in {home}.\n"
            )
            sys.stdout.flush()
            await app.until(stop)


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[Sandbox]:
    world = settings.data_dir / "sandbox" / "telegram"
    sandbox = Sandbox(demo.world(time.time), data_dir=world)
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


def _as_desk(settings: Settings, telegram: Sandbox) -> Settings:
    """Give the demo's bot and group; what is set explicitly holds here too."""
    told = settings.model_fields_set
    return settings.model_copy(
        update={
            "bot_token": SecretStr(demo.TOKEN),
            "telegram_api_url": telegram.url,
            "operator_group_id": demo.operators_group(telegram.world),
            "public_url": None,
            "host": "127.0.0.1",
            "port": 0,
            "company": settings.company if "company" in told else COMPANY,
            "language": settings.language if "language" in told else LANGUAGE,
        }
    )
