"""Telling apart: a store is away for a while, or something is wrong with what was asked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import redis.exceptions
import structlog
from asyncpg import exceptions as postgres
from tortoise.exceptions import BaseORMException

T = TypeVar("T")

SOON = 3.0  # seconds

log = structlog.get_logger(__name__)

AWAY: tuple[type[BaseException], ...] = (
    ConnectionError,
    TimeoutError,  # a store that hangs is as far away as one that refuses
    FileNotFoundError,  # the Unix socket of a server that is being restarted
    postgres.PostgresConnectionError,
    postgres.OperatorInterventionError,  # shutting down, starting up, crashed
    postgres.InsufficientResourcesError,  # too many connections, disk full, out of memory
    postgres.InvalidAuthorizationSpecificationError,
    postgres.InvalidCatalogNameError,  # being restored
    postgres.ReadOnlySQLTransactionError,  # a replica that is being promoted
    postgres.DeadlockDetectedError,
    postgres.SerializationError,
    postgres.LockNotAvailableError,
    postgres.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,  # asyncpg's word for a connection that ended between two calls
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
)
# Whatever the database or Redis may say, be it an outage or not.
TROUBLE = (*AWAY, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException)
ENDED = ("connection is closed", "underlying connection", "released back to the pool")


def is_outage(error: BaseException) -> bool:
    """Whether the same work may well succeed later, unchanged."""
    cause: BaseException | None = error
    seen: set[int] = set()  # causes may go in a circle
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, AWAY) or _connection_ended(cause):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


def _connection_ended(error: BaseException) -> bool:
    """asyncpg says by the same class that it is misused, and that the connection has gone."""
    return isinstance(error, asyncpg.InterfaceError) and any(part in str(error) for part in ENDED)


async def answers(ask: Callable[[], Awaitable[None]]) -> bool:
    """Whether a store answers soon."""
    try:
        async with asyncio.timeout(SOON):
            await ask()
    except TROUBLE:
        return False
    return True


async def insist(work: Callable[[], Awaitable[T]], pause: float = 1.0) -> T:
    """Do it again every `pause` seconds while a store is away; every other error is raised."""
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("a store is away", error=f"{type(error).__name__}: {error}")
        await asyncio.sleep(pause)
