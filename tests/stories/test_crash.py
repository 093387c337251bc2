"""The desk is killed, or asked to stop, with forty messages in flight."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bridges import telegram
from bot.forum import ground
from tests.chaos.desk import Desk
from tests.stories.chat import eventually
from tests.stories.conftest import TOKEN, Stage
from tests.stories.talk import Expected, Talk

COUPLES = 10  # customers; each writes two messages, and is written two
IN_FLIGHT = 4 * COUPLES
ARRIVED = 5  # so many of the forty have come through when the desk is stopped
CALLS = telegram.CALLS + ground.CALLS  # that may be under way at one moment
BOUND = 60.0  # seconds from the restart until all is delivered; 10 are promised on a free machine
ENDS_WITHIN = 60.0


@dataclass
class Scene(Talk):
    """Conversations that have begun, and the desk that serves them as a process of its own."""

    desk: Desk

    def forty_at_once(self) -> Expected:
        """Everybody writes twice."""
        return self.all_write("first") + self.all_write("second")

    async def some_arrive(self, expected: Expected) -> None:
        """Wait until the desk is in the middle of it."""
        await eventually(
            lambda: sum(self.copies(expected)) >= ARRIVED, lambda: "nothing is carried"
        )
        assert 0 in self.copies(expected), "everything has arrived: nothing was in flight"

    async def all_arrive(self, expected: Expected) -> float:
        """Start the desk again, wait for all; gives the seconds from the start."""
        await self.desk.launch()
        began = time.monotonic()
        while 0 in self.copies(expected):
            assert time.monotonic() - began < BOUND, self.desk.last_words()
            await asyncio.sleep(0.01)
        return time.monotonic() - began


@pytest.fixture
async def scene(
    stage: Stage, database_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[Scene]:
    """Everybody has a topic; nothing is under way; answers of Telegram take a moment."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "OPERATOR_GROUP_ID": str(stage.group),
        "TELEGRAM_API_URL": stage.sandbox.url,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "GROUP_ACTIONS_PER_MINUTE": "0",
    }
    desk = Desk(tmp_path, stage.sandbox.calls, settings)
    await desk.launch()
    try:
        assert await desk.serving(), desk.last_words()
        couples = []
        for number in range(COUPLES):
            customer = stage.customer(f"Anna {number}", starts=False)
            customer.writes("Good day")
            await customer.shows("received")
            topic = await stage.topic(f"#{number + 1} ")
            await topic.shows("Good day")
            couples.append((customer, topic))
        stage.sandbox.faults.random(1.0, ("slow",), seed=1, seconds=0.1)
        yield Scene(stage, couples, desk)
    finally:
        await desk.kill()


def report(seconds: float, copies: list[int]) -> None:
    again = sum(copies) - len(copies)
    sys.stdout.write(f"all delivered {seconds:.1f} s after the restart, {again} of them twice\n")


async def test_killed_with_forty_messages_in_flight(scene: Scene) -> None:
    expected = scene.forty_at_once()
    assert len(expected) == IN_FLIGHT
    await scene.some_arrive(expected)
    await scene.desk.kill()
    seconds = await scene.all_arrive(expected)
    copies = scene.copies(expected)
    report(seconds, copies)
    assert sum(copies) - len(copies) <= CALLS, "more than what was under way"
    for customer, topic in scene.couples:
        topic.keeps_order("first question", "second question")
        customer.keeps_order("first answer", "second answer")


async def test_stopped_with_forty_messages_in_flight(scene: Scene) -> None:
    expected = scene.forty_at_once()
    await scene.some_arrive(expected)
    assert await scene.desk.stop() < ENDS_WITHIN
    assert scene.desk.status == 0, scene.desk.last_words()
    seconds = await scene.all_arrive(expected)
    assert await scene.desk.stop() < ENDS_WITHIN  # what is in hand comes to its end
    report(seconds, scene.copies(expected))
    assert scene.copies(expected) == [1] * IN_FLIGHT


async def test_what_is_in_hand_is_finished_before_the_end(scene: Scene) -> None:
    scene.stage.sandbox.faults.random(1.0, ("slow",), seed=1, seconds=2.0)
    customer, topic = scene.couples[0]
    scene.stage.olena.writes(topic, "The answer is on its way")
    await customer.shows("The answer is on its way")  # it acted; its answer comes later
    assert await scene.desk.stop() < ENDS_WITHIN
    scene.stage.sandbox.faults.clear()
    scene.stage.olena.writes(topic, "The last words")
    await scene.desk.launch()
    await customer.shows_in_order("The answer is on its way", "The last words")


async def test_a_telegram_in_trouble_does_not_stop_the_start(scene: Scene) -> None:
    assert await scene.desk.stop() < ENDS_WITHIN
    scene.stage.sandbox.faults.next(do="500", method="getMe", times=3)
    customer, topic = scene.couples[0]
    customer.writes("Is anybody there?")
    await scene.all_arrive([(topic, "Is anybody there?")])
