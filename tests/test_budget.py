"""The budget on a real Valkey: windows, bursts, flood waits, and turns."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.budget import MINUTE, SHORTEST_WAIT, UNLIMITED, Budget

GROUP = -1001


@pytest.fixture
def budget(redis: Redis) -> Budget:
    return Budget(redis, 42)


async def test_a_group_has_twenty_actions_in_any_minute(budget: Budget) -> None:
    for second in range(20):
        assert await budget.take_group(GROUP, now=1000.0 + second) == 0
    assert await budget.take_group(GROUP, now=1030.0) == pytest.approx(MINUTE - 30)
    assert await budget.take_group(-1002, now=1030.0) == 0, "another group has its own minute"
    assert await budget.take_group(GROUP, now=1000.01 + MINUTE) == 0
    assert await budget.take_group(GROUP, now=1000.01 + MINUTE) == pytest.approx(0.99)


async def test_the_window_slides_and_never_holds_more_than_its_limit(budget: Budget) -> None:
    now, taken = 0.0, []
    while now < 400:
        wait = await budget.take_group(GROUP, now=now)
        if wait:
            now += wait
        else:
            taken.append(now)
            now += 0.3
    for start in taken:
        assert sum(start <= one < start + 60 for one in taken) <= 20
    assert len(taken) >= 20 * 6, "the budget is used, not only kept"


async def test_what_was_given_back_can_be_taken(budget: Budget) -> None:
    for _ in range(20):
        assert await budget.take_group(GROUP) == 0
    assert await budget.free(GROUP) == 0
    assert await budget.take_group(GROUP) > 0
    await budget.give_back(GROUP)
    assert await budget.free(GROUP) == 1
    assert await budget.take_group(GROUP) == 0


async def test_replicas_share_one_budget(budget: Budget, redis: Redis) -> None:
    other = Budget(redis, 42)
    stranger = Budget(redis, 43)
    taken = await asyncio.gather(*(one.take_group(GROUP) for one in [budget, other] * 20))
    assert taken.count(0.0) == 20
    assert await stranger.free(GROUP) == 20


async def test_those_who_spend_stand_in_line(budget: Budget) -> None:
    order: list[int] = []

    async def spend(number: int) -> None:
        await budget.spend(GROUP)
        order.append(number)

    await budget.hold(GROUP, 0.2)
    waiting = [asyncio.create_task(spend(number)) for number in range(3)]
    await asyncio.sleep(0)  # let them stand in line
    assert await budget.take_group(GROUP) == SHORTEST_WAIT, "nobody overtakes the line"
    await asyncio.wait_for(asyncio.gather(*waiting), 60)
    assert order == [0, 1, 2]
    assert await budget.free(GROUP) == 17


async def test_a_private_chat_takes_a_burst_and_then_its_pace(budget: Budget) -> None:
    waits = [await budget.take_private(7, now=500.0) for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == pytest.approx(1, abs=0.01)
    assert await budget.take_private(7, now=500.5) == pytest.approx(0.5, abs=0.01)
    assert await budget.take_private(7, now=501.0) == 0
    assert await budget.take_private(7, now=501.0) > 0
    assert await budget.take_private(8, now=501.0) == 0


async def test_thirty_private_messages_a_second_in_all(budget: Budget) -> None:
    now, taken, chat = 700.0, 0, 0
    while now < 710.0:
        chat += 1
        wait = await budget.take_private(chat, now=now)
        taken += not wait
        now += wait
    assert 300 <= taken <= 311, "thirty a second, ten at once"
    assert await budget.take_private(0, now=710.0) == pytest.approx(1 / 30, abs=0.01)


async def test_a_flood_wait_closes_its_chat_for_all_and_is_never_shortened(
    budget: Budget, redis: Redis
) -> None:
    await budget.hold(GROUP, 300)
    await budget.hold(GROUP, 5)
    await budget.hold("77", 40)
    later = Budget(redis, 42)  # another process, or this one after a restart
    unlimited = Budget(redis, 42, group_per_minute=0, private_per_second=0, overall_per_second=0)
    for one in (budget, later, unlimited):
        assert 299 < await one.take_group(GROUP) <= 300
        assert 39 < await one.take_private(77) <= 40
        assert 299 < await one.held(GROUP) <= 300
        assert await one.take_group(-1002) == 0
    assert await budget.free(GROUP) == 20, "a refused turn costs nothing"


async def test_a_flood_wait_passes(budget: Budget, redis: Redis) -> None:
    await budget.hold(5, 0.05)
    later = Budget(redis, 42)
    assert 0 < await later.take_private(5) <= 0.05
    await budget.hold(GROUP, 0.1)
    await asyncio.wait_for(later.spend(GROUP), 60)
    assert await later.held(GROUP) == 0
    assert await later.take_private(5) == 0


async def test_without_limits_there_is_always_room(redis: Redis) -> None:
    budget = Budget(redis, 42, group_per_minute=0, private_per_second=0, overall_per_second=0)
    assert await budget.free(GROUP) == UNLIMITED
    assert {await budget.take_group(GROUP) for _ in range(100)} == {0.0}
    assert {await budget.take_private(1) for _ in range(100)} == {0.0}
    await budget.give_back(GROUP)
    assert await redis.keys("*") == []


async def test_so_many_times_in_a_while_and_for_each_chat(budget: Budget, redis: Redis) -> None:
    assert [await budget.tries(GROUP, 3600, each) for each in (7, 8, 9)] == [1, 2, 3]
    assert await budget.tries(GROUP, 3600, 8) == 3, "it is the same one, carried again"
    assert await budget.tries(-1002, 3600, 8) == 1, "another chat has its own"
    (key, *_rest) = await redis.keys(f"*tried:{GROUP}")
    assert 3590 < await redis.ttl(key) <= 3600, "it is forgotten, however often it is asked"


async def test_limits_are_heeded_or_not_from_one_moment_to_the_next(budget: Budget) -> None:
    budget.heed(on=False)
    assert {await budget.take_group(GROUP) for _ in range(100)} == {0.0}
    assert {await budget.take_private(1) for _ in range(100)} == {0.0}
    budget.heed(on=True)
    for _ in range(20):
        assert await budget.take_group(GROUP) == 0.0
    assert await budget.take_group(GROUP) > 0
