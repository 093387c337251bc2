"""Whether this process can do its work now: what it stands on, asked one by one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg
import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import GetMe
from aiohttp import web
from aiohttp.typedefs import Handler
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tortoise.connection import get_connection
from tortoise.exceptions import BaseORMException, OperationalError

from models import migrations

Check = Callable[[], Awaitable[None]]  # returns when all is well, raises when not
Checks = Mapping[str, Check]

PATIENCE = 3.0  # seconds for each check
LATELY = 30.0  # seconds
UNWELL = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    BaseORMException,
    RedisError,
    AiogramError,
)

log = structlog.get_logger()


def readyz(checks: Checks) -> Handler:
    """GET: 200 when every check passes, else 503; JSON with each by name, true or false."""

    async def answer(_request: web.Request) -> web.Response:
        outcomes = await asyncio.gather(*(_passes(*item) for item in checks.items()))
        passed = dict(zip(checks, outcomes, strict=True))
        return web.json_response(passed, status=200 if all(outcomes) else 503)

    return answer


async def database() -> None:
    """PostgreSQL answers."""
    await get_connection("default").execute_query("SELECT 1")


async def migrated() -> None:
    """Every migration of this version has been applied."""
    rows = await get_connection("default").execute_query_dict(
        "SELECT name FROM tortoise_migrations WHERE app = 'models'"
    )
    missing = _migrations() - {row["name"] for row in rows}
    if missing:
        raise OperationalError(f"migrations are missing: {', '.join(sorted(missing))}")


def redis(client: Redis) -> Check:
    """Redis answers."""

    async def check() -> None:
        await client.time()

    return check


def updates(deaf: Callable[[], bool]) -> Check:
    """We get our updates; nobody else does."""

    async def check() -> None:
        if deaf():
            raise ConnectionError("another program gets the bot’s updates")

    return check


def telegram(bot: Bot) -> Check:
    """Telegram has answered lately; asked again only when that was too long ago."""
    answered = -LATELY

    async def check() -> None:
        nonlocal answered
        if time.monotonic() - answered >= LATELY:
            await bot(GetMe(), request_timeout=int(PATIENCE))
            answered = time.monotonic()

    return check


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except UNWELL as error:
        log.warning("not ready", check=name, error=f"{type(error).__name__}: {error}")
        return False
    return True


def _migrations() -> set[str]:
    folder = Path(str(migrations.__file__)).parent
    return {path.stem for path in folder.glob("[0-9]*.py")}
