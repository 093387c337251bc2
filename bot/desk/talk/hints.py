"""Hints: whoever writes where words go nowhere is told so, once in each place."""

from datetime import datetime

from models import Hint
from models.rows import fetch, forget

LEFT = "left:"  # so begin the places of a group where the desk works no more
FIRST = """
INSERT INTO hint (chat_id, place, user_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING id
"""
TOLD_BEFORE = "at < $1 ORDER BY at"
COMES_BACK = "DELETE FROM hint WHERE chat_id = $1 AND starts_with(place, $2)"


async def first_time(chat_id: int, place: str, user_id: int, now: datetime) -> bool:
    """Whether this person has not been told in this place yet; from now on they have.

    Call it in the transaction that tells them.
    """
    return bool(await fetch(FIRST, chat_id, place, user_id, now))


async def comes_back(chat_id: int) -> None:
    """The desk works in this group again; should it leave once more, people are told once more."""
    await fetch(COMES_BACK, chat_id, LEFT)


async def forget_told(before: datetime) -> int:
    """Forget a batch of who was told before: they are told once more. Gives how many."""
    return await forget(Hint, TOLD_BEFORE, before)
