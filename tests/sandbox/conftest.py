"""What the tests of the sandbox share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.place import Place, a_place


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """A sandbox at work, with people in it."""
    async with a_place() as made:
        yield made
