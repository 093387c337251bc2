"""One database transaction that leaves nothing behind, however it ends."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar

import asyncpg
from tortoise.backends.base.client import TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

_session: ContextVar["asyncpg.Connection | None"] = ContextVar("session", default=None)


def session() -> "asyncpg.Connection | None":
    """The connection of the transaction that this task is in."""
    return _session.get()


@asynccontextmanager
async def atomic() -> AsyncIterator[None]:
    """Commit at the end of the block, roll back on an exception.

    When the server goes away at the wrong moment, the ORM's own block keeps its connection for
    ever and leaves the task bound to a dead transaction; this one does not.
    """
    connections = get_connections()
    outside = connections.get("default")
    try:
        async with AsyncExitStack() as stack:
            block = in_transaction()
            await _enter(block)
            stack.push_async_exit(block.__aexit__)
            token = _session.set(block.client._connection)
            stack.callback(_session.reset, token)
            yield
    finally:
        if connections.get("default") is not outside:
            connections.set("default", outside)


async def _enter(block: TransactionContext) -> None:
    try:
        await block.__aenter__()
    except BaseException:
        if hasattr(block, "token"):  # a connection was taken, then BEGIN failed or was broken off
            with suppress(asyncpg.InterfaceError):  # it is gone already
                block.client._connection.terminate()  # it may stand in a transaction
            await block.__aexit__(TransactionManagementError, None, None)  # without ROLLBACK
        raise
