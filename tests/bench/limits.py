"""Under Telegram's limits: how much of the group's budget is used, and who waits for it."""

import asyncio
import time
from statistics import median

from tests.bench.figures import Row, percentile, ratio
from tests.bench.rates import INWARDS
from tests.bench.town import DESK, Town, place, serving, town
from tests.bench.watch import Watch, pace

CUSTOMERS = 40
BUSY = 200.0  # seconds
RAMP = 20.0  # seconds in which an empty budget is spent at once
EVERY = 8.0  # seconds between two messages of a customer
PER_MINUTE = 20
SHOTS = 30
WITHIN = 75.0  # seconds
REPLIES = 60
MINUTE = 61.0


async def limits() -> list[Row]:
    """The topics are there already; then the limits of the sandbox and of the desk hold."""
    async with town() as here, place() as data_dir:
        async with serving(here, DESK, data_dir):
            await here.introduced(here.customers(CUSTOMERS))
        here.sandbox.limits.set("telegram")
        async with serving(here, DESK, data_dir, limits=True):
            rows = await _volley(here)
            idle = median(await _replies(here))
            return [*rows, *await _busy(here, idle)]


async def _volley(here: Town) -> list[Row]:
    """Thirty customers write at the same moment; then the minute passes."""
    started = time.time()
    voices = [here.voice(person) for person in here.writers[:SHOTS]]
    here.watch.begin()
    for voice in voices:
        here.watch.says(voice)
    arrived = await here.watch.all_seen(WITHIN + 30)
    last = max(here.watch.took)
    refused = here.refused(started)
    await asyncio.sleep(MINUTE)
    good = arrived and last <= WITHIN
    return [
        Row(f"{SHOTS} messages at once, the last", f"{last:.1f} s", "≤ 75 s", good),
        Row(f"{SHOTS} messages at once, refused (429)", str(refused), "≤ 2", refused <= 2),
    ]


async def _busy(here: Town, idle: float) -> list[Row]:
    """Everybody writes all the time, and operators answer."""
    begun = time.time()
    inwards, outwards = here.watch, Watch(here.world, here.bot.user.id, sign="¤")
    voices = [here.voice(person) for person in here.writers]
    writing = asyncio.create_task(pace(inwards, voices, CUSTOMERS / EVERY, BUSY, patience=200))
    await asyncio.sleep(RAMP)
    await pace(outwards, here.answers(), 0.5, BUSY - RAMP - 5)
    await asyncio.sleep(max(0.0, begun + BUSY - time.time()))
    until = time.time()
    used = here.actions(begun + RAMP, until) / (PER_MINUTE * (until - begun - RAMP) / 60)
    await writing
    delayed = median(outwards.took) / idle
    refused = here.refused(begun)
    return [
        Row("busy, share of the group's budget used", f"{used:.0%}", "≥ 95 %", used >= 0.95),
        Row("busy, refused (429)", str(refused)),
        Row(f"busy, {INWARDS}, p95", f"{percentile(inwards.took, 95):.0f} s"),
        Row("busy, reply to a customer, against idle", ratio(delayed), "≤ 1.2", delayed <= 1.2),
    ]


async def _replies(here: Town) -> list[float]:
    """How long answers take while the group has nothing to do."""
    quiet = Watch(here.world, here.bot.user.id, sign="¤")
    await pace(quiet, here.answers(), 1.0, REPLIES)
    here.world.listeners.remove(quiet.see)
    return quiet.took
