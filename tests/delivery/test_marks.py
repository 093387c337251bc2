"""Delivery marks: one at a time, when the group has actions to spare, and never twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot import tasks
from bot.budget import Budget
from bot.delivery import marks
from bot.delivery.group import ENOUGH_FOR_ALL
from bot.delivery.marks import Marks
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM
from models import FIRST

GROUP = -100777


class Group:
    """The operators' side: remembers what was marked, and answers as it is told."""

    def __init__(self) -> None:
        self.chat: int | None = GROUP
        self.tried: list[int] = []
        self.times: list[float] = []
        self.asked = 0
        self.answers: list[Exception] = []

    def fits(self, parcels: list[Parcel]) -> bool:
        return len(parcels) == 1

    async def carry(self, parcels: list[Parcel]) -> Carried:
        return Carried(count=len(parcels))

    async def bound_chats(self) -> dict[int, int]:
        self.asked += 1
        return {FIRST: self.chat} if self.chat else {}

    async def mark(self, _department: int, message_id: int) -> None:
        self.tried.append(message_id)
        self.times.append(asyncio.get_running_loop().time())
        if self.answers:
            raise self.answers.pop(0)


class Scene:
    """Marks at work."""

    def __init__(self, redis: Redis) -> None:
        self.budget = Budget(redis, 42)
        self.group = Group()
        self.marks = Marks(self.budget, self.group, FIRST)

    async def spend(self, times: int) -> None:
        for _ in range(times):
            await self.budget.spend(GROUP)


@pytest.fixture
async def scene(db: str, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    monkeypatch.setattr(marks, "PAUSE", 0.02)
    made = Scene(redis)
    working = asyncio.create_task(made.marks.run())
    yield made
    await tasks.end([working])


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  (what happens, happens in Redis)
            await asyncio.sleep(0.01)


async def looks_in_vain(group: Group) -> None:
    """Wait until it has seen several times whether it may, and it may not."""
    before = group.asked
    await until(lambda: group.asked >= before + 4)
    assert group.tried == []


async def test_each_mark_costs_one_action(scene: Scene) -> None:
    for number in (3, 1, 2):
        scene.marks.want(number)
    await until(lambda: len(scene.group.tried) == 3)
    assert scene.group.tried == [3, 1, 2]
    assert await scene.budget.free(GROUP) == 17


async def test_with_few_actions_left_they_wait_and_at_last_are_left_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.spend(scene.budget.group_per_minute - ENOUGH_FOR_ALL + 1)
    monkeypatch.setattr(marks, "LIFE", 0.1)
    scene.marks.want(1)
    await scene.marks.finish(60)  # nothing is wanted any more
    assert scene.group.tried == []
    await scene.budget.give_back(GROUP)
    monkeypatch.setattr(marks, "LIFE", 60.0)
    scene.marks.want(2)
    await until(lambda: scene.group.tried)
    assert scene.group.tried == [2], "nobody misses an old mark"


async def test_everything_else_that_is_due_goes_first(scene: Scene) -> None:
    async with outbox.transaction():
        await outbox.put(Draft(FORUM, "look:1", "look", {}, Precedence.LOOK), datetime.now(UTC))
    scene.marks.want(1)
    await looks_in_vain(scene.group)
    [parcel] = await claims.claim(FORUM, 1, datetime.now(UTC))
    await claims.mark_sent([parcel], datetime.now(UTC))
    await until(lambda: scene.group.tried)


async def test_a_flood_wait_is_obeyed(scene: Scene) -> None:
    scene.group.answers = [TryLater("429", after=0.4, certain=True, hold=str(GROUP))]
    scene.marks.want(1)
    scene.marks.want(2)
    await until(lambda: len(scene.group.tried) == 3)
    assert scene.group.times[1] - scene.group.times[0] >= 0.4
    assert scene.group.tried == [1, 1, 2]


async def test_a_lost_answer_costs_no_mark(scene: Scene) -> None:
    scene.group.answers = [TryLater("502"), TryLater("502")]
    scene.marks.want(1)
    await until(lambda: len(scene.group.tried) == 3)
    assert scene.group.tried == [1, 1, 1]


@pytest.mark.parametrize("trouble", [Undeliverable("no rights"), ZeroDivisionError("a mistake")])
async def test_one_that_fails_does_not_stop_the_others(scene: Scene, trouble: Exception) -> None:
    scene.group.answers = [trouble]
    scene.marks.want(1)
    scene.marks.want(2)
    await until(lambda: len(scene.group.tried) == 2)


async def test_without_a_group_they_wait_for_one(scene: Scene) -> None:
    scene.group.chat = None
    scene.marks.want(1)
    await looks_in_vain(scene.group)
    scene.group.chat = GROUP
    await until(lambda: scene.group.tried)


async def test_the_end_waits_for_what_has_just_arrived_but_not_for_better_times(
    scene: Scene,
) -> None:
    scene.marks.want(1)
    await scene.marks.finish(5)
    assert scene.group.tried == [1]
    await scene.spend(15)
    scene.marks.want(2)
    async with asyncio.timeout(30):  # better times are a minute away
        await scene.marks.finish(0.1)
    assert scene.group.tried == [1]
