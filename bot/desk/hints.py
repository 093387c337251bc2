"""Hints: whoever writes where words go nowhere is told so, once in each place."""

from datetime import datetime

from models.rows import fetch

FIRST = """
INSERT INTO hint (chat_id, place, user_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING id
"""


async def first_time(chat_id: int, place: str, user_id: int, now: datetime) -> bool:
    """Whether this person has not been told in this place yet; from now on they have.

    Call it in the transaction that tells them.
    """
    return bool(await fetch(FIRST, chat_id, place, user_id, now))
