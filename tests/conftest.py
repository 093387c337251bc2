"""Real stores for every test: one pair of servers for the run, a fresh database for each test."""

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from tortoise.context import TortoiseContext

from bot.embedded import postgres, valkey
from models import configuration
from tests.databases import Databases


def pytest_configure() -> None:
    """SIGTERM ends the run as Ctrl-C does, so that the servers are stopped then too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@dataclass(frozen=True)
class _Servers:
    postgres_url: str
    redis_url: str


@pytest.fixture(scope="session")
def _servers() -> Iterator[_Servers]:
    """Not in pytest's own directory: other runs close that to the database's user."""
    place = Path(tempfile.mkdtemp(prefix="topicdesk-test-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, place)
        yield _Servers(
            stack.enter_context(postgres(place, durable=False)),
            stack.enter_context(valkey(place, durable=False)),
        )


@pytest.fixture(scope="session")
def postgres_url(_servers: _Servers) -> str:
    """The address of the run's PostgreSQL, as its superuser."""
    return _servers.postgres_url


@pytest.fixture(scope="session")
def redis_url(_servers: _Servers) -> str:
    """The address of the run's Valkey."""
    return _servers.redis_url


@pytest.fixture(scope="session")
def _databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)


@pytest.fixture
async def database_url(_databases: Databases) -> AsyncIterator[str]:
    """A migrated database of this test's own."""
    address = await _databases.lend()
    yield address
    await _databases.take_back(address)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[str]:
    """The same database with the models connected to it; gives its address."""
    async with TortoiseContext() as context:
        await context.init(config=configuration(database_url))
        yield database_url


@pytest.fixture
async def witness(database_url: str) -> AsyncIterator["asyncpg.Connection"]:
    """A second, raw connection: what it sees has been committed."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator["Redis"]:
    """A client on an emptied database."""
    client = Redis.from_url(redis_url, decode_responses=True)
    await client.flushdb()
    yield client
    await client.aclose()
