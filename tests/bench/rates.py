"""Messages a second with limits off, beside a bridge that stores nothing; and the memory."""

from tests.bench.figures import Row, milliseconds, ratio
from tests.bench.town import DESK, MINIMAL, place, serving, town
from tests.bench.watch import saturate

CUSTOMERS = 64  # each has one message on the way at most
ACTS = 2_000
INWARDS, OUTWARDS = "customer → topic", "topic → customer"


class Side:
    """One bot's figures: per direction the rate and the latencies; and its memory."""

    def __init__(self) -> None:
        self.rates: dict[str, float] = {}
        self.took: dict[str, list[float]] = {}
        self.memory = 0


async def bridge() -> list[Row]:
    """Both bots, one after the other, on sandboxes of their own."""
    ceiling, desk = await measured(MINIMAL), await measured(DESK)
    rows = []
    for direction in (INWARDS, OUTWARDS):
        for name, side in (("minimal", ceiling), ("desk", desk)):
            rate, took = side.rates[direction], side.took[direction]
            rows.append(Row(f"{direction}, {name}", f"{rate:.0f}/s · {milliseconds(took)}"))
        share = desk.rates[direction] / ceiling.rates[direction]
        rows.append(Row(f"{direction}, desk to minimal", ratio(share), "≥ 0.3", share >= 0.3))
    rows.append(Row("peak memory of the desk's process", f"{desk.memory / 2**20:.0f} MB"))
    return rows


async def measured(program: tuple[str, ...], acts: int = ACTS) -> Side:
    """One bot under all the load it can bear."""
    side = Side()
    async with town() as here, place() as data_dir, serving(here, program, data_dir) as running:
        people = here.customers(CUSTOMERS)
        await here.introduced(people)
        voices = {INWARDS: [here.voice(one) for one in people], OUTWARDS: here.answers()}
        for direction, speakers in voices.items():
            await saturate(here.watch, speakers, acts // 10)  # warm
            side.rates[direction] = await saturate(here.watch, speakers, acts)
            side.took[direction] = here.watch.took
        side.memory = running.peak
    return side
