"""What is done every so many seconds: one table, one loop."""

import asyncio
import contextvars
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot import metrics, tasks
from bot.desk import outbox
from bot.desk.outbox.deliveries import FORUM, Priority
from bot.outage import is_outage
from models.rows import fetch

JOBS = 0x70DE7  # the class of the advisory locks that let one replica at a time do a job
BATCH = 1000  # rows in one transaction
HASTE = 60.0  # seconds after which a new ticket's first words go before everything else
SEEN_LIFE = timedelta(days=3)  # Telegram keeps an update for a day
SENT_LIFE = timedelta(days=30)

AGE = """
UPDATE delivery SET priority = $4
WHERE state = 'head' AND gate = $1 AND priority = $2 AND rank < $3 AND kind = 'words'
"""
FORGET_SEEN = """
DELETE FROM seen_update
WHERE id IN (SELECT id FROM seen_update WHERE at < $1 ORDER BY at LIMIT $2) RETURNING id
"""
FORGET_SENT = """
DELETE FROM delivery WHERE id IN (
    SELECT id FROM delivery
    WHERE (state = 'sent' OR state = 'dropped') AND created_at < $1 ORDER BY id LIMIT $2)
RETURNING id
"""
DEPTH = """
SELECT gate, count(*) AS depth, min(due_at) FILTER (WHERE due_at <= $1) AS oldest FROM delivery
WHERE state = 'head' OR state = 'waiting' OR state = 'claimed' GROUP BY gate
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Done every `every` seconds, by one replica at a time unless it is for `each` of them.

    `work` is called in a transaction; True means that there is more to do at once.
    """

    name: str
    every: float
    work: Callable[[datetime], Awaitable[bool | None]]
    each: bool = False


async def age(now: datetime) -> None:
    """New tickets wait for the budget, but not for ever; those of a flood as long as they rank."""
    since = now - timedelta(seconds=HASTE)
    await fetch(AGE, FORUM, int(Priority.TOPIC), since, int(Priority.WORDS))


async def forget_seen(now: datetime) -> bool:
    """Updates that Telegram will not send again."""
    return len(await fetch(FORGET_SEEN, now - SEEN_LIFE, BATCH)) == BATCH


async def forget_sent(now: datetime) -> bool:
    """Deliveries that arrived long ago; what failed is kept."""
    return len(await fetch(FORGET_SENT, now - SENT_LIFE, BATCH)) == BATCH


async def measure(now: datetime) -> None:
    """How much waits, and for how long."""
    metrics.waiting.clear()
    metrics.oldest.clear()
    for row in await fetch(DEPTH, now):
        waited = (now - row["oldest"]).total_seconds() if row["oldest"] else 0.0
        metrics.waiting.labels(row["gate"]).set(row["depth"])
        metrics.oldest.labels(row["gate"]).set(waited)


TABLE = (
    Job("age", 5, age),
    Job("forget seen updates", 600, forget_seen),
    Job("forget sent deliveries", 3600, forget_sent),
    Job("measure", 15, measure, each=True),
)


class Scheduler:
    """One loop over the table."""

    def __init__(self, jobs: Sequence[Job] = TABLE) -> None:
        self._due = dict.fromkeys(jobs, 0.0)  # by time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin, in a task that inherits nothing."""
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())

    async def stop(self) -> None:
        """Break off; what was begun is rolled back and done again another time."""
        if self._task:
            await tasks.end([self._task])

    async def _run(self) -> None:
        while True:
            for job in [job for job, due in self._due.items() if due <= time.monotonic()]:
                again = await self._try(job)
                self._due[job] = time.monotonic() + (0.0 if again else job.every)
            await asyncio.sleep(max(0.05, min(self._due.values()) - time.monotonic()))

    async def _try(self, job: Job) -> bool:
        try:
            return await perform(job, datetime.now(UTC))
        except Exception as error:
            if is_outage(error):
                log.warning("a job waits for the database", job=job.name, error=str(error))
            else:
                log.exception("a job failed", job=job.name)
            return False


async def perform(job: Job, now: datetime) -> bool:
    """Do it once, unless another replica is just doing it. True: there is more to do."""
    async with outbox.transaction():
        if not job.each:
            lock = "SELECT pg_try_advisory_xact_lock($1, $2) AS mine"
            name = zlib.crc32(job.name.encode()) & 0x7FFFFFFF
            if not (await fetch(lock, JOBS, name))[0]["mine"]:
                return False
        return bool(await job.work(now))
