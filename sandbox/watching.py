"""Waiting for what people see to be so: looked at after each event of the world, never polled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.world import World


async def until(world: World, holds: Callable[[], bool]) -> None:
    """Return when it holds."""
    happened = asyncio.Event()

    def listener(_event: dict[str, Any]) -> None:
        happened.set()

    world.listeners.append(listener)
    try:
        while not holds():
            await happened.wait()
            happened.clear()
    finally:
        world.listeners.remove(listener)
