"""What an action of the group's budget is paid for, and when it is given back."""

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from bot.desk import claims, outbox
from bot.desk.carrying import TryLater
from bot.desk.deliveries import FORUM, Draft
from bot.forum import Forum
from tests.forum.scene import LATER, WORKER, Scene


async def test_what_failed_before_any_call_costs_nothing(scene: Scene, redis: Redis) -> None:
    budget = Budget(redis, scene.api.id)
    forum = Forum(scene.api, budget, language="en", timezone="Europe/Kyiv")
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
