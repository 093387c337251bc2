"""The transaction: a server that goes away at the worst moment leaves nothing behind."""

import asyncio
import subprocess
import sys
from contextlib import suppress

import asyncpg
import pytest
from asyncpg.transaction import Transaction
from tortoise.connection import get_connection

from models import Group
from models.atomic import atomic

LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
END_OTHERS = """
import asyncio, sys, asyncpg
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()")
    await connection.close()
asyncio.run(main())
"""


def _end_connections(url: str) -> None:
    """Not awaited, so that this process notices only when it uses the connection again."""
    subprocess.run([sys.executable, "-c", END_OTHERS, url], check=True)


async def test_connection_lost_before_begin_is_given_back(db: str) -> None:
    async with atomic():  # opens the connection
        pass
    outside = get_connection("default")
    _end_connections(db)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        async with atomic():
            pytest.fail("BEGIN cannot have succeeded")
    assert get_connection("default") is outside
    assert await Group.all().count() == 0
    async with atomic():
        assert await Group.all().count() == 0


async def test_connection_lost_inside_leaves_the_task_usable(db: str) -> None:
    outside = get_connection("default")
    await _lose_a_transaction(db)
    assert get_connection("default") is outside
    async with atomic():
        assert await Group.all().count() == 0


async def test_who_is_cancelled_while_it_begins_leaves_no_transaction_open(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: complaints.append(context["message"])
    )
    start = Transaction.start

    async def begun_and_cancelled(self: Transaction) -> None:
        await start(self)
        raise asyncio.CancelledError

    with monkeypatch.context() as cancelled:
        cancelled.setattr(Transaction, "start", begun_and_cancelled)
        with pytest.raises(asyncio.CancelledError):
            await atomic().__aenter__()
    assert complaints == []
    async with atomic():
        assert await Group.all().count() == 0


async def test_no_connection_is_lost_from_the_pool(db: str) -> None:
    async with atomic():  # opens the pool
        pass
    for _attempt in range(3):
        await _lose_a_transaction(db)
        await _count_soon()
    pool = getattr(get_connection("default"), "_pool")  # noqa: B009  (not in the type)
    assert pool.get_idle_size() == pool.get_size()


async def _count_soon() -> None:
    """The end of an idle connection is noticed a moment after it was taken from the pool."""
    async with asyncio.timeout(60):
        while True:
            with suppress(*LOST):
                async with atomic():
                    await Group.all().count()
                return


async def _lose_a_transaction(url: str) -> None:
    with pytest.raises(
        (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
    ):
        await _count_while_connections_end(url)


async def _count_while_connections_end(url: str) -> None:
    async with atomic():
        _end_connections(url)
        await Group.all().count()
