"""From the first words of a new customer to the topic that shows them."""

import asyncio
import time
from statistics import median

from tests.bench.figures import Row, milliseconds
from tests.bench.town import DESK, MINIMAL, Town, place, serving, town

SINGLES = 30
CROWD = 100


async def first() -> list[Row]:
    """One new customer at a time; then a hundred at once, beside the bridge that stores nothing."""
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        took = await _one_by_one(here)
        crowd = await _at_once(here)
    async with town() as here, place() as data_dir, serving(here, MINIMAL, data_dir):
        await _one_by_one(here)
        ceiling = await _at_once(here)
    return [
        Row("first words to topic", milliseconds(took), "p50 < 100 ms", median(took) < 0.1),
        Row(f"{CROWD} new customers at once, the last", f"{crowd:.2f} s", "< 1 s", crowd < 1),
        Row(f"{CROWD} new customers at once, minimal", f"{ceiling:.2f} s"),
    ]


async def _one_by_one(here: Town) -> list[float]:
    here.watch.begin()
    for customer in here.customers(SINGLES, "Bohdan"):
        here.watch.says(here.voice(customer))
        assert await here.watch.all_seen(10), "the first words never arrived"
        await asyncio.sleep(0.1)
    return list(here.watch.took)


async def _at_once(here: Town) -> float:
    customers = here.customers(CROWD, "Vira")
    start = time.perf_counter()
    for customer in customers:
        here.watch.says(here.voice(customer))
    assert await here.watch.all_seen(60), f"{here.watch.outstanding} never arrived"
    return time.perf_counter() - start
