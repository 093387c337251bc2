"""What is done every so many seconds: one table, and a loop for each of its jobs.

Of several processes one does a job at a time. What is kept how long is decided in
docs/decisions/0025.
"""

import asyncio
import contextvars
import random
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot import metrics, tasks
from bot.desk import outbox
from bot.desk.outbox import ages
from bot.desk.outbox.carrying import TryLater
from bot.desk.people import codes
from bot.desk.talk import due, hints, updates
from bot.desk.talk.standstill import Standstill
from bot.desk.tickets import dissolving, routing
from bot.files import Store
from bot.outage import is_outage
from models.rows import BATCH, fetch

JOBS = 0x70DE7  # the class of the advisory locks that let one replica at a time do a job
MINE = "SELECT pg_try_advisory_xact_lock($1, $2) AS mine"
BREATH = 1.0  # seconds between two batches of a job
SPREAD = 1 / 60  # of its pace: so much apart jobs begin, for all share the connections
LONGEST = 60.0  # seconds of a batch; a job that hangs is broken off, for another replica's sake

HOUR = 3600.0  # seconds
SEEN_LIFE = timedelta(days=3)  # Telegram keeps an update for a day
CALL_LIFE = timedelta(hours=1)  # nobody believes one that is ten minutes old
DONE_LIFE = timedelta(days=30)
TOLD_LIFE = timedelta(days=365)

Forget = Callable[[datetime], Awaitable[int]]  # a batch of what is older; gives how many

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Done every `every` seconds, by one replica at a time unless it is for `each` of them.

    `work` is called in a transaction, unless it is `apart`: then it calls outwards, and does no
    harm if two do it at once. True means that there is more to do soon.
    """

    name: str
    every: float
    work: Callable[[datetime], Awaitable[bool | None]]
    each: bool = False
    apart: bool = False


async def measure(now: datetime) -> None:
    """How much waits, and for how long."""
    metrics.waiting.clear()
    metrics.oldest.clear()
    for row in await ages.waiting(now):
        waited = (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0
        metrics.waiting.labels(row["gate"]).set(row["depth"])
        metrics.oldest.labels(row["gate"]).set(waited)


def forgets(what: str, forget: Forget, life: timedelta, every: float = HOUR) -> Job:
    """The job of forgetting what is older than its life, batch by batch."""

    async def work(now: datetime) -> bool:
        forgotten = await forget(now - life)
        if forgotten:
            log.info("forgotten", what=what, rows=forgotten)
        return forgotten >= BATCH

    return Job(f"forget {what}", every, work)


def sends(caught_up: Callable[[], bool]) -> Job:
    """The job of what was held: not before what came while we were away has been done.

    A customer who has written first may be in there.
    """

    async def work(now: datetime) -> bool:
        return caught_up() and await due.go(now)

    return Job("send what was held", 1, work, apart=True)


def table(
    failed_days: int, files: Store, caught_up: Callable[[], bool] = lambda: True
) -> tuple[Job, ...]:
    """All jobs; for so many days is kept what failed. Files know themselves for how long.

    `caught_up`: whether all that came has been done.
    """
    failed_life = timedelta(days=failed_days)
    return (
        Job("hasten", 5, ages.hasten),
        Job("measure", 15, measure, each=True),
        Job("finish dissolving", 2, dissolving.finish),
        Job("give out what waits", 20, routing.give_all),
        sends(caught_up),
        Job("tell of standstill", 60, Standstill().look),
        forgets("seen updates", updates.forget_seen, SEEN_LIFE, HOUR / 6),
        forgets("calls", updates.forget_calls, CALL_LIFE, HOUR / 6),
        forgets("sent deliveries", ages.forget_sent, DONE_LIFE),
        forgets("dropped deliveries", ages.forget_dropped, DONE_LIFE),
        forgets("dead deliveries", ages.forget_dead, failed_life),
        forgets("updates done at last", updates.forget_done, DONE_LIFE),
        forgets("updates set aside", updates.forget_undone, failed_life),
        forgets("hints", hints.forget_told, TOLD_LIFE),
        forgets("void codes", codes.forget_void, timedelta()),
        Job("let files go", HOUR, files.let_go, apart=True),
    )


class Scheduler:
    """A loop for each job: one that hangs or fails is no other's trouble."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin, in tasks that inherit nothing."""
        self._loops = [
            asyncio.create_task(_repeat(job), context=contextvars.Context()) for job in self._jobs
        ]

    async def stop(self) -> None:
        """Break off; what was begun is rolled back and done again another time."""
        await tasks.end(self._loops)


async def _repeat(job: Job) -> None:
    await asyncio.sleep(random.uniform(0, job.every * SPREAD))
    while True:
        again = await _try(job)
        await asyncio.sleep(min(BREATH, job.every) if again else job.every)


async def _try(job: Job) -> bool:
    try:
        async with asyncio.timeout(LONGEST):
            return await perform(job, datetime.now(UTC))
    except Exception as error:
        if is_outage(error) or isinstance(error, TryLater):
            why = f"{type(error).__name__}: {error}"
            log.warning("a job waits for a store", job=job.name, error=why)
        else:
            log.exception("a job failed", job=job.name)
        return False


async def perform(job: Job, now: datetime) -> bool:
    """Do it once, unless another replica is just doing it. True: there is more to do."""
    if job.apart:
        return bool(await job.work(now))
    async with outbox.transaction():
        if not job.each:
            name = zlib.crc32(job.name.encode()) & 0x7FFFFFFF
            if not (await fetch(MINE, JOBS, name))[0]["mine"]:
                return False
        return bool(await job.work(now))
