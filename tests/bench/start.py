"""How soon it serves again: from the start of the process to its first question for updates."""

import asyncio
import sys
import time
from pathlib import Path
from statistics import median

from tests.bench.figures import Row, ratio
from tests.bench.town import DESK, Town, place, process, stopped, town

STARTS = 5
AIM = 1.3  # of the time that importing aiogram alone takes
IMPORT = ("-c", "import aiogram")


async def start() -> list[Row]:
    """Starts on stores that are there, each beside an import of aiogram as it comes."""
    importing, serving = [], []
    async with town() as here, place() as data_dir:
        await _serves(here, data_dir)  # makes the stores, and the tables
        for _ in range(STARTS):
            importing.append(await _imports())
            serving.append(await _serves(here, data_dir))
    share = median(serving) / median(importing)
    return [
        Row("importing aiogram alone", _seconds(importing)),
        Row("from the start of the process to serving", _seconds(serving)),
        Row("serving to importing", ratio(share), f"≤ {AIM}", share <= AIM),
    ]


async def _imports() -> float:
    begun = time.perf_counter()
    alone = await asyncio.create_subprocess_exec(sys.executable, *IMPORT)
    await alone.wait()
    return time.perf_counter() - begun


async def _serves(here: Town, data_dir: Path) -> float:
    begun = time.perf_counter()
    desk = await process(here, DESK, data_dir)
    try:
        while not here.sandbox.calls.of("getUpdates"):
            assert desk.returncode is None, "the desk does not start"
            await asyncio.sleep(0.005)
        return time.perf_counter() - begun
    finally:
        await stopped(desk)
        here.sandbox.calls.clear()


def _seconds(took: list[float]) -> str:
    return f"median {median(took):.2f} s of {min(took):.2f} … {max(took):.2f} s"
