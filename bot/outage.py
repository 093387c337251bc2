"""Telling apart: a store is away for a while, or something is wrong with what was asked."""

import asyncpg
import redis.exceptions
from asyncpg import exceptions as postgres

AWAY: tuple[type[BaseException], ...] = (
    ConnectionError,
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
    asyncpg.InternalClientError,  # asyncpg's word for a connection that ended between two calls
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
)
ENDED = ("connection is closed", "underlying connection", "released back to the pool")


def is_outage(error: BaseException) -> bool:
    """Whether the same work may well succeed later, unchanged."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AWAY) or _connection_ended(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _connection_ended(error: BaseException) -> bool:
    """asyncpg says by the same class that it is misused, and that the connection has gone."""
    return isinstance(error, asyncpg.InterfaceError) and any(part in str(error) for part in ENDED)
