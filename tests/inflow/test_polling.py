"""Our own polling: an update is confirmed when it has been done, and not before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiogram.types import Message

from bot import tasks
from bot.obstacles import CannotStart
from bot.polling import Polling
from bot.telegram.inflow import WANTED
from tests.inflow.scene import NOWHERE, Gate, Scene, a_scene, said, until
from tests.sandbox.place import TOKEN, Place, a_place


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """The sandbox with a customer who has started the bot."""
    async with a_place() as made:
        yield made


@asynccontextmanager
async def polling(place: Place) -> AsyncIterator[Scene]:
    """A bot that polls; leaving it is a crash: nothing is confirmed at the end."""
    async with (
        a_scene(place.sandbox.url, TOKEN) as scene,
        running(Polling(scene.bot, scene.inflow)),
    ):
        yield scene


@asynccontextmanager
async def running(one: Polling) -> AsyncIterator[None]:
    task = asyncio.create_task(one.run())
    try:
        yield
    finally:
        await tasks.end([task])


async def _says(witness: Any, *texts: str) -> None:
    async def done() -> bool:
        return await said(witness) == list(texts)

    await until(done)


async def _confirmed(place: Place, left: int = 0) -> None:
    async def done() -> bool:
        return len(place.bot.updates) == left

    await until(done)


async def test_what_people_write_arrives_in_order(db: str, witness: Any, place: Place) -> None:
    async with polling(place):
        texts = [f"line {n}" for n in range(130)]  # more than one poll may bring
        for text in texts:
            place.customer.writes(place.bot, text)
        await _says(witness, *texts)
        await _confirmed(place)


async def test_every_kind_that_the_desk_hears_is_asked_for(db: str, place: Place) -> None:
    async with polling(place):

        async def asked() -> bool:
            return place.bot.updates.allowed == frozenset(WANTED)

        await until(asked)


async def test_the_unfinished_is_never_confirmed(db: str, witness: Any, place: Place) -> None:
    gate, olena = Gate(), place.owner
    olena.start(place.bot)
    place.bot.updates.clear()
    async with polling(place) as scene:
        scene.acts["stuck"] = gate
        place.customer.writes(place.bot, "stuck")
        await gate.reached.wait()
        olena.writes(place.bot, "one")
        await _says(witness, "one")
        olena.writes(place.bot, "two")
        await _says(witness, "one", "two")
        assert len(place.bot.updates) == 3
        polls = len(place.sandbox.calls.of("getUpdates"))
        await asyncio.sleep(1.0)
        assert len(place.sandbox.calls.of("getUpdates")) - polls <= 3
    async with polling(place) as scene:
        await _says(witness, "one", "two", "stuck")
        assert scene.tried == ["stuck"]
        await _confirmed(place)


async def test_the_end_of_the_finished_is_confirmed_at_a_stop(
    db: str, witness: Any, place: Place
) -> None:
    gate = Gate()
    async with a_scene(place.sandbox.url, TOKEN) as scene:
        one = Polling(scene.bot, scene.inflow)
        async with running(one):
            scene.acts["last"] = gate
            place.customer.writes(place.bot, "last")
            await gate.reached.wait()
        place.customer.writes(place.bot, "for the next one")
        gate.opened.set()
        await scene.inflow.stop(within=5)
        await one.confirm()
        assert len(place.bot.updates) == 1
    async with polling(place):
        await _says(witness, "last", "for the next one")


@pytest.mark.parametrize("fault", ["500", "502", "429", "drop_before", "drop_after"])
async def test_trouble_on_the_way_loses_nothing(
    db: str, witness: Any, place: Place, fault: Any
) -> None:
    place.sandbox.faults.next(do=fault, method="getUpdates", times=3, retry_after=1)
    async with polling(place):
        for text in ("one", "two", "three"):
            place.customer.writes(place.bot, text)
        await _says(witness, "one", "two", "three")


async def test_an_unknown_token_ends_with_a_sentence(db: str, place: Place) -> None:
    async with a_scene(place.sandbox.url, "999:nobody-knows-this-token-at-all-here") as scene:
        with pytest.raises(CannotStart, match="BOT_TOKEN"):
            await Polling(scene.bot, scene.inflow).run()


async def test_a_webhook_left_behind_is_taken_away(db: str, witness: Any, place: Place) -> None:
    await place.calls("setWebhook", url=f"{NOWHERE}/hook")
    place.customer.writes(place.bot, "hello")
    async with polling(place):
        await _says(witness, "hello")


async def test_another_instance_is_named_and_polling_goes_on(
    db: str, witness: Any, place: Place, lines: list[Any]
) -> None:
    async with polling(place):

        async def polled() -> bool:
            return bool(place.sandbox.calls.of("getUpdates"))

        await until(polled)
        await place.asks("getUpdates", timeout=0)
        place.customer.writes(place.bot, "hello")
        await _says(witness, "hello")
    assert any("another instance" in str(line.get("reason")) for line in lines)


async def test_an_answer_delays_nobody(db: str, witness: Any, place: Place) -> None:
    async def answers(message: Message) -> SendMessage:
        return message.answer("welcome")

    async def welcomed() -> bool:
        history = place.world.private(place.customer, place.bot)
        return any(line.get("text") == "welcome" for line in history)

    place.sandbox.faults.next(do="slow", method="sendMessage", seconds=120)
    async with polling(place) as scene:
        scene.acts["hello"] = answers
        place.customer.writes(place.bot, "hello")
        place.customer.writes(place.bot, "and more")
        async with asyncio.timeout(60):  # half of what the answer takes
            await _says(witness, "hello", "and more")
            await until(welcomed)


async def test_a_failed_answer_harms_nothing(db: str, witness: Any, place: Place) -> None:
    async def answers(message: Message) -> SendMessage:
        return message.answer("welcome")

    place.sandbox.faults.next(do="400", method="sendMessage")
    async with polling(place) as scene:
        scene.acts["hello"] = answers
        place.customer.writes(place.bot, "hello")
        place.customer.writes(place.bot, "and more")
        await _says(witness, "hello", "and more")
        await _confirmed(place)
        assert scene.tried == ["hello", "and more"]
