"""The stage for the worker's tests."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from models.database import connected
from tests.delivery.scene import Desk


@pytest.fixture
async def desk(
    database_url: str, witness: "asyncpg.Connection", redis: Redis
) -> AsyncIterator[Desk]:
    free = Budget(redis, 42, group_per_minute=0, private_per_second=0, overall_per_second=0)
    async with connected(database_url, connections=12):
        yield Desk(database_url, free, witness)
