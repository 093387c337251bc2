"""Clearing: what stands at the gate of a department that was dissolved is carried by nobody.

Who wrote it could not know: they found its gate before the department went, and committed later.
"""

from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox import gates, lanes
from models.rows import fetch

PORTION = 500  # lanes at a time: PostgreSQL has few locks, for all together
# What waits behind another front is found when it is the front itself. What is of a ticket that
# the heir does not have yet follows once it does.
STRANDED = f"""
SELECT lane FROM delivery LEFT JOIN ticket ON ticket.id = ticket_id
WHERE state = 'head' AND gate = ANY ({gates.DISSOLVED})
    AND (ticket_id IS NULL OR gate <> {gates.OF_TICKET})
LIMIT {PORTION}
"""  # noqa: S608  (nothing but our own words)
_THERE = f"""
lane = ANY ($1::text[]) AND (state = 'head' OR state = 'waiting')
    AND gate = ANY ({gates.DISSOLVED})
"""
FOLLOW = f"""
UPDATE delivery SET gate = {gates.OF_TICKET} FROM ticket
WHERE {_THERE} AND ticket.id = delivery.ticket_id RETURNING gate
"""  # noqa: S608
DROP = f"""
UPDATE delivery SET state = 'dropped', dead_at = $2, last_error = 'its group was let go'
WHERE {_THERE} AND ticket_id IS NULL
"""  # noqa: S608


async def clear(now: datetime) -> bool:
    """Let what is of tickets follow them; all else was for the group, and is not worth carrying.

    In a transaction that has locked no lane. True: there may be more.
    """
    stranded = [row["lane"] for row in await fetch(STRANDED)]
    if not stranded:
        return False
    await outbox.lock(*stranded)
    followed = await fetch(FOLLOW, stranded)
    outbox.wake(row["gate"] for row in followed)
    await fetch(DROP, stranded, now)
    await lanes.promote(set(stranded))
    return True
