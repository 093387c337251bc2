"""Reaching the database: connect once per process, migrate under a lock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from models import configuration

MIGRATION_LOCK = 0x70DE5C  # any number, the same in every process
ASK_AGAIN = 0.2  # seconds


@asynccontextmanager
async def connected(database_url: str, *, connections: int = 10) -> AsyncIterator[None]:
    """Open the process's pool; every task sees it, whatever context it was started in."""
    config = configuration(database_url, connections=connections)
    context = TortoiseContext()
    with context:  # the rest of the time it is the process's, in whatever context a task runs
        await context.init(config=config, _enable_global_fallback=True)
    try:
        yield
    finally:
        await context.close_connections()


async def migrate(database_url: str) -> None:
    """Bring the tables to this version. Of two processes at once the second waits for the first.

    Raises asyncpg.LockNotAvailableError when a table is busy: try again, what is done is kept.
    """
    lock = await asyncpg.connect(database_url)
    try:
        await _alone(lock)
        async with TortoiseContext():
            try:
                config = configuration(database_url, connections=2, migrates=True)
                await run_migrations(config=config)
            finally:
                await Tortoise.close_connections()
    finally:
        await lock.close()


async def _alone(connection: asyncpg.Connection) -> None:
    """Until it ends, no other process migrates.

    An index that is built beside others waits for every statement, such as one for this lock.
    """
    while True:
        if await connection.fetchval("SELECT pg_try_advisory_lock($1)", MIGRATION_LOCK):
            return
        await asyncio.sleep(ASK_AGAIN)
