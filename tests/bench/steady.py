"""How long words are on their way when there is little to do: forty a second."""

from statistics import median

from tests.bench.figures import Row, milliseconds
from tests.bench.rates import INWARDS, OUTWARDS
from tests.bench.town import DESK, place, serving, town
from tests.bench.watch import pace

CUSTOMERS = 40
PER_SECOND = 40.0
SECONDS = 20.0
AIM = 0.015


async def steady() -> list[Row]:
    """Both directions, one after the other."""
    rows = []
    async with town() as here, place() as data_dir, serving(here, DESK, data_dir):
        people = here.customers(CUSTOMERS)
        await here.introduced(people)
        voices = {INWARDS: [here.voice(one) for one in people], OUTWARDS: here.answers()}
        for direction, speakers in voices.items():
            await pace(here.watch, speakers, PER_SECOND, 3)  # warm
            await pace(here.watch, speakers, PER_SECOND, SECONDS)
            took = here.watch.took
            good = median(took) <= AIM
            rows.append(Row(f"40 a second, {direction}", milliseconds(took), "p50 ≤ 15 ms", good))
    return rows
