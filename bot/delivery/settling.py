"""What becomes of a claim after its carrier has answered. It is written down, come what may."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot import metrics
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.talk import failures
from bot.logs import discreet
from bot.outage import is_outage

MOST_ATTEMPTS = 300  # about a day of them
FIRST_PAUSE = 0.2  # seconds; then 1, 2, 4 …
LONGEST_PAUSE = 300.0
MARK_AGAIN = 0.1  # seconds until a mark is tried again; doubled up to
MARK_AGAIN_MOST = 2.0

log = structlog.get_logger()


def pause(attempts: int) -> float:
    """Seconds before the next try, after so many; spread, so that not all come at once."""
    if attempts <= 1:
        return FIRST_PAUSE
    return min(LONGEST_PAUSE, 2.0 ** min(attempts - 2, 10)) * random.uniform(0.9, 1.1)


class Arrivals:
    """Marks what has arrived. What arrives while others are being marked is marked together."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._unmarked: list[claims.Arrival] = []
        self._doubtful: set[claims.Arrival] = set()  # marked together, and the answer was lost

    async def mark(self, parcels: Sequence[Parcel], carried: Carried) -> None:
        """Their arrival must not be forgotten: nothing is sent twice for a record."""
        done, rest = parcels[: carried.count], parcels[carried.count :]
        arrival = claims.Arrival(done, carried.external_id, carried.record, rest, carried.kept)
        self._unmarked.append(arrival)
        async with self._lock:
            if arrival in self._unmarked and not await self._all_at_once():
                await _alone(arrival, doubtful=arrival in self._doubtful)
                self._unmarked.remove(arrival)
                self._doubtful.discard(arrival)
        now = datetime.now(UTC)
        for parcel in done:
            waited = (now - parcel.created_at).total_seconds()
            metrics.latency.labels(parcel.gate, parcel.kind).observe(waited)

    async def _all_at_once(self) -> bool:
        """Mark all in one transaction. False: one is at fault or in doubt, or is the only one."""
        together = list(self._unmarked)
        if len(together) == 1 or self._doubtful:
            return False
        try:
            await claims.mark_all_sent(together, datetime.now(UTC))
        except Exception:
            log.warning("arrivals could not be marked together", exc_info=True)
            self._doubtful.update(together)
            return False
        self._unmarked = [each for each in self._unmarked if each not in together]
        return True


async def _alone(arrival: claims.Arrival, *, doubtful: bool) -> None:
    """Where the answer to a commit was lost, look before it is all written a second time."""
    now = datetime.now(UTC)

    async def mark(what: claims.Arrival) -> None:
        nonlocal doubtful
        if doubtful and await claims.are_sent(arrival.parcels):
            return
        doubtful = True
        await claims.mark_all_sent([what], now)

    bare = replace(arrival, record=None, kept=())
    await _settle(lambda: mark(arrival), lambda: mark(bare))


async def later(parcels: Sequence[Parcel], error: TryLater, *, held: bool = False) -> None:
    """Back to the head of the lane; after `MOST_ATTEMPTS` it is given up.

    `held`: nothing of their chat is claimed while its flood wait lasts, so they need no wait of
    their own; and however long it lasts, it is not their failure.
    """
    first, why = parcels[0], discreet(str(error))
    counts = not (held or error.blameless)
    if counts and first.attempts >= MOST_ATTEMPTS:
        await dead(parcels, Undeliverable("rejected", why))
        return
    metrics.failures.labels(first.gate, "later").inc()
    after = 0.0 if held else _wait(error, first.attempts)
    now = datetime.now(UTC)
    log.info("will try again", after=round(after, 2), certain=error.certain, error=why)
    await _insist(
        lambda: claims.mark_later(parcels, now, after, why, certain=error.certain, counts=counts)
    )


def _wait(error: TryLater, attempts: int) -> float:
    after = error.after + random.uniform(0, 0.1)
    return after if error.blameless else max(after, pause(attempts))


async def not_yet(parcels: Sequence[Parcel], after: float) -> None:
    """Nothing was tried: their turn comes in `after` seconds."""
    now = datetime.now(UTC)
    await _insist(lambda: claims.mark_later(parcels, now, after, None, certain=True, counts=False))


async def dead(parcels: Sequence[Parcel], error: Undeliverable) -> None:
    """Give up, and say so where people see it."""
    first, now = parcels[0], datetime.now(UTC)
    why, detail = discreet(str(error)), discreet(error.detail)
    metrics.failures.labels(first.gate, "dead").inc()
    log.warning("cannot be delivered", reason=error.reason, detail=detail)

    async def tell() -> None:
        for parcel in parcels:
            await failures.failed(parcel, error.reason, detail, now)

    await _settle(
        lambda: claims.mark_dead(parcels, now, why, record=tell),
        lambda: claims.mark_dead(parcels, now, why),
    )


def retold(parcels: Sequence[Parcel], carried: Carried) -> Carried:
    """With a record that tells of what was sent again where it had failed."""
    done = [parcel for parcel in parcels[: carried.count] if parcel.told]
    if not done:
        return carried

    async def both() -> None:
        if carried.record:
            await carried.record()
        await failures.arrived(done, datetime.now(UTC))

    return replace(carried, record=both)


async def needless(parcels: Sequence[Parcel]) -> None:
    """There is nothing left to carry."""
    now = datetime.now(UTC)
    await _insist(lambda: claims.mark_dropped(parcels, now, "nothing to carry"))


async def _settle(mark: Callable[[], Awaitable[None]], bare: Callable[[], Awaitable[None]]) -> None:
    """Mark with its record; if the record is at fault, without it, so that the lane goes on."""
    try:
        return await _insist(mark)
    except Exception:
        log.exception("an outcome could not be recorded")
        metrics.unrecorded.inc()
    await _insist(bare)


async def _insist(mark: Callable[[], Awaitable[None]]) -> None:
    """Do it as soon as the database is there. Other errors than its absence are raised."""
    wait = MARK_AGAIN
    while True:
        try:
            return await mark()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the database is away; an outcome waits to be marked", error=str(error))
        await asyncio.sleep(wait)
        wait = min(MARK_AGAIN_MOST, wait * 2)
