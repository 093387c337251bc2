"""Crossing: an operator answers while words of the customer are on their way to the topic."""

from datetime import datetime, timedelta

from models import Group
from models.rows import fetch

LATELY = timedelta(minutes=10)  # what is older and not posted yet is told of by other means
UNREAD = """
SELECT 1 FROM (
    SELECT id, created_at FROM message WHERE ticket_id = $1 AND direction = 'in'
    ORDER BY id DESC LIMIT 1
) AS latest
WHERE created_at > $4 AND NOT EXISTS (
    SELECT FROM post WHERE message_id = latest.id AND group_id = $2 AND post_id < $3)
"""


async def crosses(ticket_id: int, group: Group, post_id: int, now: datetime) -> bool:
    """Whether the customer's latest words stood not yet above this post when it was written.

    Numbers of posts in a group follow one another (Bot API: Message.message_id).
    """
    return bool(await fetch(UNREAD, ticket_id, group.id, post_id, now - LATELY))
