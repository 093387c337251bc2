"""Turns, flood waits and the group's budget: who waits, and who does not."""

from functools import partial

import pytest
from redis.asyncio import Redis

from bot import metrics
from bot.budget import Budget
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds.to_group import Setup
from tests.delivery.scene import (
    GROUP,
    Desk,
    count,
    equals,
    now,
    same,
    until,
)


async def test_a_flood_wait_is_obeyed_in_its_chat_and_only_there(desk: Desk) -> None:
    anna, borys = await desk.customer("11"), await desk.customer("22")
    desk.outside.answers = [TryLater("429", after=0.7, certain=True, hold="11")]
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(lambda: count(desk.outside.times, 1))
        await desk.says(borys, "x")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["x", "a", "b", "c"]
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.7
    assert len(desk.outside.times) == 5, "no useless call"
    most = await desk.witness.fetchval("SELECT max(attempts) FROM delivery")
    assert most == 1, "however long it lasts, it uses up no attempts"


async def test_a_flood_wait_of_the_group_stops_the_group(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    anna = await desk.customer("11")
    desk.budget = Budget(redis, 42)
    hold = TryLater("429", after=0.8, certain=True, hold=str(GROUP))
    desk.outside.answers = [hold]
    async with desk.working(carriers=1):
        await desk.tells(1, lane="forum:1")
        await until(lambda: count(desk.outside.times, 1))
        await desk.tells(2, lane="forum:2")
        await desk.says(anna, "x")
        await until(desk.quiet)
    assert desk.outside.heard[0] == ("11", "x")
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.8, "no other topic either"


async def test_a_small_budget_has_room_for_looks_too(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42, group_per_minute=5)
    async with desk.working(carriers=1):
        await desk.tells(0, lane="look:1", priority=Precedence.LOOK)
        await until(desk.quiet)
    assert len(desk.outside.times) == 1


async def test_nobody_is_asked_before_an_address_has_its_turn(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pace = 0.3
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["a", "b"]
    assert await desk.witness.fetchval("SELECT max(attempts) FROM delivery") == 1


async def test_no_group_is_bound_then_only_strangers_are_answered(desk: Desk) -> None:
    async with desk.working():
        await desk.tells(1)
        async with outbox.transaction():
            await outbox.put(Setup(-5, 1, "Anna", "en").draft(), now())
        await until(lambda: count(desk.outside.times, 1))
        assert desk.outside.heard == [("setup:-5", "setup")]
        await desk.bind()
        await until(desk.quiet)
    assert desk.outside.heard[1:] == [("forum:1", "1")]


async def test_a_short_budget_goes_to_the_urgent_and_merges_what_waits(
    desk: Desk, redis: Redis
) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42)
    for _ in range(14):
        await desk.budget.spend(GROUP)
    await desk.tells(0, lane="look:1", priority=Precedence.LOOK)
    await desk.tells(0, lane="card:1", priority=Precedence.CARD)
    await desk.tells(1, 2, 3, 4, lane="forum:1")
    await desk.tells(5, lane="forum:2", priority=Precedence.NOTICE)
    async with desk.working(carriers=1):
        await until(lambda: count(desk.outside.times, 3))
        await until(lambda: equals(desk.budget.free(GROUP), 3))
    assert [what for _, what in desk.outside.heard] == ["1+2+3", "4", "5"]
    assert (await desk.states())[:2] == ["head", "head"], "card and icon wait for better times"


async def test_another_groups_flood_wait_is_its_own(desk: Desk, redis: Redis) -> None:
    """It is not called before its wait has passed, and the operators' group notices nothing."""
    await desk.bind()
    desk.budget = desk.outside.budget = Budget(redis, 42)
    desk.outside.answers = [TryLater("429", after=0.8, certain=True, hold="-5")]
    async with desk.working():
        async with outbox.transaction():
            await outbox.put(Setup(-5, 1, "Anna", "en").draft(), now())
        await until(lambda: count(desk.outside.times, 1))
        await desk.tells(1)
        await until(lambda: count(desk.outside.times, 2))
        assert desk.outside.heard == [("forum:1", "1")]
        await until(desk.quiet)
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.8
    assert len(desk.outside.times) == 3, "no useless call"
    assert await desk.budget.free(GROUP) == 19, "only its own words were paid for"


async def test_a_flood_wait_of_a_chat_that_the_gate_does_not_mind_is_the_parcels_own(
    desk: Desk, redis: Redis
) -> None:
    """A group that was bound a moment ago is called by the gate of the one that is."""
    await desk.bind()
    desk.budget = Budget(redis, 42)
    desk.outside.answers = [TryLater("429", after=0.5, certain=True, hold="-5")]
    async with desk.working():
        await desk.tells(1)
        await until(desk.quiet)
    assert desk.outside.times[1] - desk.outside.times[0] >= 0.5
    assert len(desk.outside.times) == 2, "no useless call"


async def test_the_used_budget_is_measured_without_the_measuring(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42)
    name = "topicdesk_group_budget_used"
    used = partial(metrics.registry.get_sample_value, name, {"gate": "forum"})
    async with desk.working():
        await until(lambda: same(used, 0))
        await desk.tells(1)
        await until(desk.quiet)
        await until(lambda: same(used, 1))
        for _ in range(19):
            await desk.budget.spend(GROUP)
        await until(lambda: same(used, 20))


async def test_an_idle_group_spends_nothing(
    desk: Desk, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.gate.POLL", 0.02)
    await desk.bind()
    desk.budget = Budget(redis, 42)
    async with desk.working():
        await desk.tells(1)
        await until(desk.quiet)
        rounds = desk.outside.asked + 4
        await until(lambda: same(lambda: float(desk.outside.asked >= rounds), 1))
    assert await desk.budget.free(GROUP) == 19
