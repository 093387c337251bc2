"""What waits in a lane and is not claimed yet can still be changed."""

from datetime import datetime, timedelta
from typing import Any

from tortoise.connection import get_connection

from bot.desk import outbox

WAITS = """
SELECT 1 FROM delivery
WHERE lane = $1 AND state = ANY ('{head,waiting}') AND kind = $2
  AND payload -> 'messages' @> to_jsonb($3::bigint)
LIMIT 1
"""
JOIN = """
UPDATE delivery
SET payload = jsonb_set(payload, '{messages}', payload -> 'messages' || to_jsonb($3::bigint)),
    due_at = $4
WHERE state = ANY ('{head,waiting}') AND id = (
    SELECT id FROM delivery
    WHERE lane = $1 AND state = ANY ('{head,waiting}') AND payload ->> 'album' = $2
    ORDER BY id DESC LIMIT 1)
RETURNING id
"""
WITHDRAW = """
UPDATE delivery SET state = 'dropped', dead_at = $3, last_error = 'withdrawn'
WHERE lane = $1 AND state = ANY ('{head,waiting}')
  AND payload -> 'messages' @> to_jsonb($2::bigint)
RETURNING payload -> 'messages' AS messages
"""


async def waits(lane: str, kind: str, message_id: int) -> bool:
    """Whether this message still waits to be carried, so that it will be read as it is then."""
    return bool(await _rows(WAITS, lane, kind, message_id))


async def join_album(lane: str, album: str, message_id: int, gap: float, now: datetime) -> bool:
    """Add a part to an album that waits, and wait `gap` seconds more for the next part."""
    due = now + timedelta(seconds=gap)
    return bool(await _rows(JOIN, lane, album, message_id, due))


async def withdraw(lane: str, message_id: int, now: datetime) -> bool:
    """Take back what has not left yet, with its whole album. False: it has left."""
    await outbox.lock(lane)
    withdrawn = await _rows(WITHDRAW, lane, message_id, now)
    if withdrawn:
        await _rows(outbox.PROMOTE, lane)
    return bool(withdrawn)


async def _rows(query: str, *values: Any) -> list[Any]:
    return list(await get_connection("default").execute_query_dict(query, list(values)))
