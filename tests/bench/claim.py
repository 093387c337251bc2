"""What a claim, its mark and a put cost when much waits: 200,000 rows against 1,000."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import asyncpg

from bot.desk import outbox
from bot.desk.outbox import claims, shares
from bot.desk.outbox.drafts import Draft
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import intake
from bot.desk.words import Words
from models.database import connected
from models.rows import fetch

FEW, MANY = 1_000, 200_000
ROUNDS = 300
WORKER = 1
FILL = """
INSERT INTO delivery (gate, lane, kind, payload, priority, due_at, created_at, state,
    ticket_id, customer_id, rank)
SELECT 'forum', $1 || (i % $3), 'words', '{"messages": [1], "merge": true}', $4,
    now() + $5 * interval '1 second', now(), CASE WHEN i < $3 THEN 'head' ELSE 'waiting' END,
    $6, (SELECT customer_id FROM ticket WHERE id = $6), now() + ($5 + $7 * i) * interval '1 second'
FROM generate_series(0, $2 - 1) AS i
"""
ALONE_AGAIN = "DELETE FROM delivery WHERE lane = $1 AND id <> $2"
DUE_AGAIN = "UPDATE delivery SET state = 'head' WHERE id = ANY ($1::bigint[])"


@dataclass(frozen=True)
class Shape:
    """What there is of one customer beside forty due heads of another.

    `lanes`: None makes each row the head of a lane of its own. `due` in seconds from now; `step`:
    so much further ahead ranks each than the one before. `shared`: little of the minute is left.
    """

    lanes: int | None
    priority: int
    due: int
    step: float = 0.0
    shared: bool = False


SHAPES = {
    "behind few heads": Shape(40, 10, -60),
    "behind many heads": Shape(5_000, 20, -60),
    "heads not due": Shape(None, 10, 3600),
    "due heads less urgent": Shape(None, 50, -60),
    "a flood ahead of its share": Shape(None, 10, -60, shares.ACTION, shared=True),
}


async def measure(database_url: str) -> dict[str, float]:
    """Milliseconds of a claim, its mark and a put, and the ratio of many rows to few, by shape.

    The database is migrated; its deliveries are deleted.
    """
    results: dict[str, float] = {}
    async with connected(database_url, connections=2):
        people = await _asks("Anna"), await _asks("Flooder")
        for shape in SHAPES:
            costs = [await _cost(database_url, shape, count, people) for count in (FEW, MANY)]
            for what, few, many in zip(("claim", "mark", "put"), *costs, strict=True):
                results |= {
                    f"{what} {shape}, {FEW} rows, ms": few,
                    f"{what} {shape}, {MANY} rows, ms": many,
                    f"{what} {shape}, ratio": many / few,
                }
    return results


async def _asks(name: str) -> int:
    """A customer's ticket."""
    words = Content(words=Words("hello"))
    incoming = Incoming(ChannelAddress("telegram", name), Person(name), "1", words)
    async with outbox.transaction():
        return (await intake.receive(incoming, datetime.now(UTC), reopen_days=7)).ticket_id


async def _cost(
    database_url: str, shape: str, count: int, people: tuple[int, int]
) -> tuple[float, float, float]:
    """Median milliseconds of one claim, of marking it as sent, and of putting a further one."""
    await _fill(database_url, SHAPES[shape], count, people)
    shared = SHAPES[shape].shared
    claiming, marking, putting = [], [], []
    for _ in range(ROUNDS):
        now = datetime.now(UTC)
        start = time.perf_counter()
        parcels = await claims.claim("forum", WORKER, now, shared=shared)
        claimed = time.perf_counter()
        assert parcels, "there is always something due"
        await claims.mark_sent(parcels, now)
        claiming.append(claimed - start)
        marking.append(time.perf_counter() - claimed)
        await fetch(DUE_AGAIN, [one.id for one in parcels])
        start = time.perf_counter()
        async with outbox.transaction():
            await outbox.put(_further(parcels[0].lane, people[1]), now)
        putting.append(time.perf_counter() - start)
        await fetch(ALONE_AGAIN, parcels[0].lane, parcels[0].id)
    return median(claiming) * 1000, median(marking) * 1000, median(putting) * 1000


def _further(lane: str, ticket_id: int) -> Draft:
    """As the intake puts plain words."""
    payload = {"messages": [1], "merge": True}
    return Draft("forum", lane, "words", payload, ticket_id=ticket_id, portion=shares.portion(40))


async def _fill(database_url: str, shape: Shape, count: int, people: tuple[int, int]) -> None:
    anna, flooder = people
    step, lanes = shape.step, shape.lanes or count
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("TRUNCATE delivery")
        await connection.execute(FILL, "due:", 40, 40, 10, -30, anna, 0.0)
        there = count, lanes, shape.priority, shape.due, flooder, step
        await connection.execute(FILL, "other:", *there)
        await connection.execute("VACUUM ANALYZE delivery")
    finally:
        await connection.close()


def show(results: dict[str, float]) -> None:
    """One line each."""
    for name, value in results.items():
        print(f"{name:40} {value:8.3f}")  # noqa: T201


if __name__ == "__main__":
    import sys

    show(asyncio.run(measure(sys.argv[1])))
