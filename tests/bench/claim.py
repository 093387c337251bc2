"""What a claim, its mark and a put cost when much waits: 200,000 rows against 1,000."""

import asyncio
import time
from datetime import UTC, datetime
from statistics import median

import asyncpg

from bot.desk import claims, outbox
from bot.desk.outbox import Draft
from models.database import connected
from models.rows import fetch

FEW, MANY = 1_000, 200_000
ROUNDS = 300
WORKER = 1
FILL = """
INSERT INTO delivery (gate, lane, kind, payload, priority, due_at, created_at, state)
SELECT 'forum', $1 || (i % $3), 'words', '{"messages": [1]}', $4,
    now() + $5 * interval '1 second', now(), CASE WHEN i < $3 THEN 'head' ELSE 'waiting' END
FROM generate_series(0, $2 - 1) AS i
"""
DUE_AGAIN = "UPDATE delivery SET state = 'head' WHERE id = ANY ($1::bigint[])"
# What is there beside forty due heads: lanes, priority, seconds until due. No number of lanes:
# each row is the head of a lane of its own.
SHAPES: dict[str, tuple[int | None, int, int]] = {
    "behind few heads": (40, 10, -60),
    "behind many heads": (5_000, 20, -60),
    "heads not due": (None, 10, 3600),
    "due heads less urgent": (None, 50, -60),
}


async def measure(database_url: str) -> dict[str, float]:
    """Milliseconds of a claim, its mark and a put, and the ratio of many rows to few, by shape.

    The database is migrated; its deliveries are deleted.
    """
    results: dict[str, float] = {}
    async with connected(database_url, connections=2):
        for shape in SHAPES:
            costs = [await _cost(database_url, shape, count) for count in (FEW, MANY)]
            for what, few, many in zip(("claim", "mark", "put"), *costs, strict=True):
                results |= {
                    f"{what} {shape}, {FEW} rows, ms": few,
                    f"{what} {shape}, {MANY} rows, ms": many,
                    f"{what} {shape}, ratio": many / few,
                }
    return results


async def _cost(database_url: str, shape: str, count: int) -> tuple[float, float, float]:
    """Median milliseconds of one claim, of marking it as sent, and of putting what may be there."""
    await _fill(database_url, shape, count)
    claiming, marking, putting = [], [], []
    for _ in range(ROUNDS):
        now = datetime.now(UTC)
        start = time.perf_counter()
        parcels = await claims.claim("forum", WORKER, now)
        claimed = time.perf_counter()
        assert parcels, "there is always something due"
        await claims.mark_sent(parcels, now)
        claiming.append(claimed - start)
        marking.append(time.perf_counter() - claimed)
        await fetch(DUE_AGAIN, [one.id for one in parcels])
        start = time.perf_counter()
        async with outbox.transaction():
            await outbox.put(Draft("forum", parcels[0].lane, "words", once=True), now)
        putting.append(time.perf_counter() - start)
    return median(claiming) * 1000, median(marking) * 1000, median(putting) * 1000


async def _fill(database_url: str, shape: str, count: int) -> None:
    lanes, priority, due = SHAPES[shape]
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("TRUNCATE delivery")
        await connection.execute(FILL, "due:", 40, 40, 10, -30)
        await connection.execute(FILL, "other:", count, lanes or count, priority, due)
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
