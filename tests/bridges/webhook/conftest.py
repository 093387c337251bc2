"""Where a site of the tests calls."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from models.database import connected
from tests.bridges.webhook.door import bridge, door


@pytest.fixture
async def url(database_url: str, redis: Redis) -> AsyncIterator[str]:
    async with connected(database_url, connections=4), door(redis, bridge()) as url:
        yield url
