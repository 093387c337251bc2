"""What the tests of the way in share."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.inflow.scene import Scene, a_scene


@pytest.fixture(autouse=True)
def lines() -> Iterator[list[Any]]:
    """What was logged."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
async def scene(db: str) -> AsyncIterator[Scene]:
    """A bot at work whose Telegram cannot be reached."""
    async with a_scene() as made:
        yield made
