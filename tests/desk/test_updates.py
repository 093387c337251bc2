"""Updates: done once, set aside with the admins told, and taken up again by one alone."""

from datetime import timedelta

import asyncpg
import orjson

from bot.desk import outbox
from bot.desk.talk import updates
from tests.desk.talk import NOW

GROUP = """
INSERT INTO operator_group (chat_id, title, language, bound_at) VALUES (-1, 'Desk', 'uk', now())
"""
TOLD = "SELECT payload FROM delivery WHERE kind = 'report'"


async def aside(update_id: int, bot_id: int = 1) -> int | None:
    return await updates.set_aside(bot_id, {"update_id": update_id}, "a\0b\ud800c", 3, NOW)


async def test_an_update_is_done_once_by_each_bot(db: str) -> None:
    async with outbox.transaction():
        assert await updates.first_time(1, 5, NOW)
        assert not await updates.first_time(1, 5, NOW)
        assert await updates.first_time(2, 5, NOW)


async def test_what_is_set_aside_is_kept_and_told_of_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(GROUP)
    assert await aside(5) == 1
    assert await aside(5) is None, "it was done, or set aside, meanwhile"
    assert await aside(6) == 2
    kept = await witness.fetchrow("SELECT error, attempts, payload FROM set_aside")
    assert (kept["error"], kept["attempts"]) == ("a\ufffdb?c", 3)
    assert orjson.loads(kept["payload"]) == {"update_id": 5}
    payloads = [orjson.loads(row["payload"]) for row in await witness.fetch(TOLD)]
    told = [(one["chat_id"], one["sentence"]["values"]["number"]) for one in payloads]
    assert told == [(-1, 1)]


async def test_nobody_is_told_before_a_group_is_bound(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(GROUP)
    await witness.execute("UPDATE operator_group SET is_bound = FALSE")
    assert await aside(5) == 1
    assert await witness.fetch(TOLD) == []


async def test_what_was_set_aside_is_taken_up_until_it_is_done(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await aside(5)
    await aside(6)
    await aside(5, bot_id=2)
    assert await updates.set_aside_ids(1) == [1, 2]
    await updates.failed_again(1, "still\0")
    failed = await witness.fetchrow("SELECT attempts, error FROM set_aside WHERE id = 1")
    assert tuple(failed) == (4, "still\ufffd")
    async with outbox.transaction():
        assert await updates.take_up(1, 2) is None, "another bot's"
        assert await updates.take_up(404, 1) is None
        taken = await updates.take_up(1, 1)
        assert taken
        assert await updates.first_time(1, 5, NOW), "as if it had just come"
        assert not await updates.first_time(1, 6, NOW)
        assert not await updates.first_time(2, 5, NOW)
        await updates.done_at_last(taken, NOW + timedelta(hours=1))
    assert await updates.set_aside_ids(1) == [2]
    async with outbox.transaction():
        assert await updates.take_up(1, 1) is None
