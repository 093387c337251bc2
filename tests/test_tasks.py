"""Tasks end for certain: a library may take one cancellation for a timeout of its own."""

import asyncio

from bot import tasks


class Stubborn:
    """Takes so many cancellations for something else, and goes on."""

    def __init__(self, swallowed: int) -> None:
        self.left = swallowed

    async def work(self) -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if not self.left:
                    raise
                self.left -= 1


async def fails() -> None:
    raise ValueError("nobody asks")


async def test_all_end() -> None:
    going = [asyncio.create_task(Stubborn(times).work()) for times in range(3)]
    failed = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await tasks.end([*going, failed])
    assert all(task.cancelled() for task in going)
    assert failed.done()


async def test_nothing_is_to_be_ended() -> None:
    await tasks.end([])
