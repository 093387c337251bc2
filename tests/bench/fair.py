"""Fair shares: how long people wait for their topics beside one customer who floods."""

import asyncio

from sandbox.people import Person
from tests.bench.figures import Row, ratio
from tests.bench.limits import MINUTE, PER_MINUTE
from tests.bench.town import DESK, Town, place, serving, town
from tests.bench.watch import pace

PEOPLE = 4
EVERY = 30.0  # seconds between two messages of one of them
LASTS = 120.0  # seconds
RATION = 60 / PER_MINUTE  # seconds until the next action, when the budget is used up
BURSTS = 12


async def fair() -> list[Row]:
    """The same talk twice in one run, at Telegram's limits: alone, and beside the flood."""
    async with town() as here, place() as data_dir:
        async with serving(here, DESK, data_dir):
            await here.introduced(here.customers(PEOPLE))
        here.sandbox.limits.set("telegram")
        async with serving(here, DESK, data_dir, limits=True):
            idle = await _waits(here)
            await asyncio.sleep(MINUTE)
            flood = asyncio.create_task(_flood(here, here.customers(1, "Flooder")[0]))
            beside = await _waits(here)
            await flood
    share = max(beside) / max(*idle, RATION)
    return [
        Row("the longest wait, alone", f"{max(idle):.1f} s"),
        Row("the longest wait, beside one who floods", f"{max(beside):.1f} s"),
        Row("the same, against idle or one action's time", ratio(share), "≤ 2", share <= 2),
    ]


async def _waits(here: Town) -> list[float]:
    voices = [here.voice(person) for person in here.writers]
    await pace(here.watch, voices, PEOPLE / EVERY, LASTS, patience=300)
    return list(here.watch.took)


async def _flood(here: Town, flooder: Person) -> None:
    """New requests, lines, pictures and forwards, a dozen at a time."""
    flooder.start(here.bot)
    for burst in range(BURSTS):
        for number in range(3):
            flooder.writes(here.bot, "/new")
            said = flooder.writes(here.bot, f"flood {burst}.{number}")
            flooder.forwards(said, here.bot)
            flooder.sends(here.bot, "photo", data=b"flood")
        await asyncio.sleep(LASTS / BURSTS)
