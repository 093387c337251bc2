"""Ending tasks for certain."""

import asyncio
from collections.abc import Collection
from typing import Any

AGAIN = 0.2  # seconds


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel until they have ended: libraries may take one cancellation for a timeout.

    How they ended is no matter.
    """
    going = tasks
    while going:
        for task in going:
            task.cancel()
        _done, going = await asyncio.wait(going, timeout=AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)  # asked for, so that nobody warns of it
