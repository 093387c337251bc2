"""Ages: how long deliveries have waited, and how long they are kept.

Nothing here looks at more rows than it is about, however many were sent before.
"""

from datetime import datetime, timedelta

from bot.desk.outbox import gates
from bot.desk.outbox.drafts import Precedence
from models import Delivery
from models.rows import Row, fetch, forget

HASTE = timedelta(seconds=60)  # then a new ticket's first words go before everything else

HASTEN = f"""
UPDATE delivery SET priority = $3
WHERE state = 'head' AND gate = ANY ({gates.FORUMS}) AND priority = $1 AND rank < $2
    AND kind = 'words'
"""  # noqa: S608  (nothing but our own words)
_THEIRS = "FROM delivery LEFT JOIN ticket ON ticket.id = delivery.ticket_id"
_UNSENT = "(state = 'head' OR state = 'waiting' OR state = 'claimed')"
WAITING = f"""
SELECT gate, count(*) AS depth, min(due_at) FILTER (WHERE due_at <= $1) AS oldest
FROM delivery WHERE {_UNSENT} GROUP BY gate
"""  # noqa: S608  (nothing but our own words)
UNSENT = f"""
SELECT count(*) AS waiting, min(created_at) AS oldest
{_THEIRS} WHERE {_UNSENT} AND kind <> $1 AND {gates.DEPARTMENT} = $2
"""
DEAD = f"""
SELECT count(*) AS dead {_THEIRS} WHERE state = 'dead' AND {gates.DEPARTMENT} = $1
"""

# Of each channel that has carried nothing since: whose words are due since then.
STANDING_STILL = f"""
SELECT DISTINCT gate, {gates.DEPARTMENT} AS department
{_THEIRS}
WHERE state = 'head' AND due_at < $1 AND gate NOT IN ('{gates.STRANGERS}', '{gates.WHISPERS}')
  AND gate <> ALL ({gates.FORUMS})
  AND NOT EXISTS (SELECT FROM delivery AS other
                  WHERE other.gate = delivery.gate AND other.state = 'claimed')
  AND NOT EXISTS (SELECT FROM delivery AS other
                  WHERE other.gate = delivery.gate AND other.state = 'sent' AND other.sent_at >= $1)
ORDER BY 1, 2
"""  # noqa: S608

SENT_BEFORE = "state = 'sent' AND sent_at < $1 ORDER BY sent_at"
DROPPED_BEFORE = "state = 'dropped' AND dead_at < $1 ORDER BY dead_at"
DEAD_BEFORE = "state = 'dead' AND dead_at < $1 ORDER BY dead_at"


async def hasten(now: datetime) -> None:
    """New tickets wait for the budget, but not for ever; those of a flood as long as they rank."""
    await fetch(HASTEN, int(Precedence.TOPIC), now - HASTE, int(Precedence.WORDS))


async def waiting(now: datetime) -> list[Row]:
    """Of each gate for which something waits: `depth`, and since when the `oldest` is due."""
    return await fetch(WAITING, now)


async def unsent(department: int, but: str) -> tuple[int, datetime | None]:
    """How much waits for this department, and since when the oldest does; but for one kind."""
    (found,) = await fetch(UNSENT, but, department)
    return found["waiting"], found["oldest"]


async def dead(department: int) -> int:
    """How many of this department's could not be carried."""
    (found,) = await fetch(DEAD, department)
    return int(found["dead"])


async def standing_still(since: datetime) -> list[tuple[str, int]]:
    """Channels that nobody has carried anything for `since` then, and whose words wait there."""
    found = await fetch(STANDING_STILL, since)
    return [(row["gate"], row["department"]) for row in found]


async def forget_sent(before: datetime) -> int:
    """Forget a batch of what arrived before; gives how many."""
    return await forget(Delivery, SENT_BEFORE, before)


async def forget_dropped(before: datetime) -> int:
    """Forget a batch of what was taken back, or was not worth carrying."""
    return await forget(Delivery, DROPPED_BEFORE, before)


async def forget_dead(before: datetime) -> int:
    """Forget a batch of what could not be carried; nobody can send it again then."""
    return await forget(Delivery, DEAD_BEFORE, before)
