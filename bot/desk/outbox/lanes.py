"""Lanes: what keeps the order of deliveries, and the locks that keep the lanes.

A lane has one front, the head or what was claimed of it; the rest waits behind. A front is looked
for state by state: one condition for both would scan bitmaps, and these leave the index entries
of what was sent long ago in place, to be visited each time anew.
"""

from collections.abc import Iterable

from models.rows import fetch

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(lane, 0)) FROM unnest($1::text[]) AS lane"
# Its $1 are lanes, its $2 deliveries that have just left the front.
PROMOTE = """
UPDATE delivery SET state = 'head'
FROM unnest($1::text[]) AS lane CROSS JOIN LATERAL (
    SELECT id FROM delivery AS behind
    WHERE behind.lane = lane.lane AND behind.state = 'waiting' AND behind.id <> ALL ($2::bigint[])
        AND NOT EXISTS (SELECT FROM delivery AS front WHERE front.lane = lane.lane
                        AND front.state = 'head' AND front.id <> ALL ($2))
        AND NOT EXISTS (SELECT FROM delivery AS front WHERE front.lane = lane.lane
                        AND front.state = 'claimed' AND front.id <> ALL ($2))
    ORDER BY behind.id LIMIT 1
) AS next
WHERE delivery.id = next.id
"""


async def take(names: Iterable[str]) -> None:
    """Hold these lanes until the transaction ends; locked in one order by everybody."""
    await fetch(LOCK, sorted(names))


def hold(lane: str) -> str:
    """An expression that locks a lane, for a statement that writes what the lane is to carry.

    `lane` is SQL; nothing is locked for NULL. Its value is what `early` gave.
    """
    return f"pg_advisory_xact_lock(hashtextextended({lane}, 0))"


async def promote(names: Iterable[str]) -> None:
    """Give each of these locked lanes a head, if it has none and something waits."""
    await fetch(PROMOTE, list(names), [])
