"""A live location moves: what is shown of it, when, and what is kept."""

from datetime import timedelta

import asyncpg

from bot.desk import outbox
from bot.desk.said import Content
from bot.desk.said.extras import Location
from bot.desk.talk import intake
from bot.desk.talk.intake import STEPS
from tests.desk.talk import ANNA, NOW, anna

EDITS = """
SELECT lane, extract(epoch FROM due_at - $1)::float AS due FROM delivery
WHERE kind = 'edit' ORDER BY id
"""
KEPT = "SELECT count(*) FROM revision"


def place(latitude: float, *, ended: bool = False) -> Content:
    """As Telegram tells it: who has arrived has no `live_period` any more."""
    if ended:
        return Content("location", extra=Location(latitude, 0.0))
    return Content("live_location", extra=Location(latitude, 0.0, live_period=900))


async def moves(second: float, where: Content) -> None:
    async with outbox.transaction():
        assert await intake.edited(ANNA, "1", where, NOW + timedelta(seconds=second))


async def shown(witness: "asyncpg.Connection") -> list[tuple[str, float]]:
    """Which steps wait, and when they are due; then they have been shown."""
    rows = [tuple(row) for row in await witness.fetch(EDITS, NOW)]
    await witness.execute("DELETE FROM delivery")
    return rows


async def test_a_walk_is_shown_in_steps_and_its_end_at_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """In a lane of its own, even before the first post stands: words do not wait for it."""
    await anna(1, place(50))
    await moves(1, place(51))
    assert await shown(witness) == [("live:1", 1)], "the first step"
    await moves(2, place(52))
    await moves(3, place(53))
    assert await shown(witness) == [("live:1", 2 + STEPS)], "further ones do not put it off"
    await moves(3 + STEPS, place(54))
    assert await shown(witness) == [("live:1", 3 + STEPS)], "the last one was long ago"
    await moves(4 + STEPS, place(54, ended=True))
    assert await shown(witness) == [("live:1", 4 + STEPS)], "it has ended"


async def test_of_a_walk_only_where_it_ended_is_kept(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, place(50))
    await moves(1, place(51))
    await moves(2, place(52))
    assert await witness.fetchval(KEPT) == 0
    await moves(3, place(52, ended=True))
    assert await witness.fetchval(KEPT) == 1
    await moves(4, place(53, ended=True))
    assert await witness.fetchval(KEPT) == 2, "an edit as any other"
