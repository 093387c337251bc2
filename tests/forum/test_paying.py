"""What an action of the group's budget is paid for, and when it is given back."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.drafts import Draft
from bot.desk.outbox.gates import FORUM
from bot.desk.words import Words
from bot.forum import Forum
from bot.forum.notices import ANSWERS, KEPT
from tests.forum.scene import LATER, WORKER, Scene

SAYS: dict[str, Any] = {
    "thread_id": None,
    "reply_to": None,
    "words": Words("Yes.").dump(),
    "buttons": [],
}


async def test_what_failed_before_any_call_costs_nothing(scene: Scene, redis: Redis) -> None:
    budget = Budget(redis, scene.api.id)
    forum = Forum(scene.api, budget, scene.store, language="en", timezone="Europe/Kyiv")
    await scene.says("hello")
    now = datetime.now(UTC)
    async with outbox.transaction():
        await outbox.put(Draft(FORUM, "card:1", "card", ticket_id=1), now)
    taken = await claims.claim(FORUM, WORKER, now + LATER, limit=9)
    (card,) = [one for one in taken if one.kind == "card"]
    before = len(scene.calls())
    await budget.spend(scene.chat)
    with pytest.raises(TryLater, match="just being posted"):
        await forum.carry([card])
    assert scene.calls()[before:] == []
    assert await budget.free(scene.chat) == 20


@pytest.mark.parametrize("kind", ["report", "status"])
async def test_answers_to_one_person_are_few_while_little_is_left(
    scene: Scene, redis: Redis, kind: str
) -> None:
    """Each is paid for before it is carried; what waits has given its action back."""
    budget = Budget(redis, scene.api.id)
    forum = Forum(scene.api, budget, scene.store, language="en", timezone="Europe/Kyiv")
    about = {"chat_id": scene.chat, **SAYS}
    lanes = {"olena": 7, "taras": 8, "words": None}
    now = datetime.now(UTC)
    async with outbox.transaction():
        for lane, who in lanes.items():
            asked = {} if who is None else {"asked_by": who}
            await outbox.put(Draft(FORUM, lane, kind, {**about, **asked}), now)
    parcels = {one.lane: one for one in await claims.claim(FORUM, WORKER, now, limit=9)}

    numbers = count(1)

    async def carried(lane: str) -> bool:
        await budget.spend(scene.chat)
        free = await budget.free(scene.chat)
        with suppress(TryLater):
            await forum.carry([replace(parcels[lane], id=next(numbers))])
            return True
        assert await budget.free(scene.chat) == free + 1
        return False

    while await budget.free(scene.chat) > KEPT:
        assert await carried("olena"), "while there is plenty, nothing is counted"
    assert [await carried("olena") for _ in range(ANSWERS + 2)] == [True] * ANSWERS + [False] * 2
    assert await carried("taras"), "another has a part of their own"
    assert [await carried("words") for _ in range(ANSWERS + 1)] == [True] * (ANSWERS + 1)
    (counted,) = [key async for key in redis.scan_iter("*:tried:answer:7")]
    assert 0 < await redis.ttl(counted) <= 60
    await redis.delete(counted)
    assert await carried("olena"), "a minute later"
