"""The way in: once each, in the order of the chat, and nothing is dropped."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiogram.types import Message

from bot import metrics, sentences, texts
from bot.desk.outbox import kinds
from bot.desk.outbox.kinds.to_group import Notice
from models import Group
from tests.inflow.scene import Gate, Scene, a_scene, message, said


async def _fails(_message: Message) -> None:
    raise ValueError("what is this?")


async def test_the_same_update_twice_is_done_once(scene: Scene, witness: Any) -> None:
    assert await scene.inflow.take(message(1, "hello"))
    assert await scene.inflow.take(message(1, "hello"))
    assert await said(witness) == ["hello"]
    assert scene.tried == ["hello"]


async def test_an_update_in_hand_is_not_taken_again(scene: Scene, witness: Any) -> None:
    first = scene.inflow.take(message(1, "hello"))
    assert scene.inflow.take(message(1, "hello")) is first
    assert await first
    assert await said(witness) == ["hello"]


async def test_two_processes_with_the_same_update_do_it_once(db: str, witness: Any) -> None:
    async with a_scene() as one, a_scene() as other:
        both = one.inflow.take(message(1, "hello")), other.inflow.take(message(1, "hello"))
        assert all(await asyncio.gather(*both))
    assert await said(witness) == ["hello"]


async def test_a_crash_before_the_commit_leaves_nothing(db: str, witness: Any) -> None:
    gate = Gate()
    async with a_scene() as scene:
        scene.acts["hello"] = gate
        done = scene.inflow.take(message(1, "hello"))
        await gate.reached.wait()
    assert done.result() is False
    assert await said(witness) == []
    async with a_scene() as scene:
        assert await scene.inflow.take(message(1, "hello"))
    assert await said(witness) == ["hello"]


async def test_stopping_finishes_what_is_in_hand(scene: Scene, witness: Any) -> None:
    gate = Gate()
    scene.acts["first"] = gate
    both = scene.inflow.take(message(1, "first")), scene.inflow.take(message(2, "second"))
    await gate.reached.wait()
    stopping = asyncio.create_task(scene.inflow.stop(within=5))
    await asyncio.sleep(0)
    gate.opened.set()
    await stopping
    assert [each.result() for each in both] == [True, True]
    assert await said(witness) == ["first", "second"]
    assert await scene.inflow.take(message(3, "third")) is False


async def test_a_chat_keeps_its_order_and_others_do_not_wait(scene: Scene, witness: Any) -> None:
    gate = Gate()
    scene.acts["a1"] = gate
    slow = [scene.inflow.take(message(n, f"a{n}", chat=1)) for n in (1, 2, 3)]
    await gate.reached.wait()
    quick = [scene.inflow.take(message(n, f"b{n}", chat=n)) for n in range(4, 20)]
    assert all(await asyncio.gather(*quick))
    assert not any(each.done() for each in slow)
    gate.opened.set()
    assert all(await asyncio.gather(*slow))
    names = await said(witness)
    assert [name for name in names if name.startswith("a")] == ["a1", "a2", "a3"]
    assert scene.tried.index("a2") > scene.tried.index("b4")


@pytest.mark.parametrize(
    "event",
    [
        {"edited_message": {"chat": {"id": 1}}},
        {"callback_query": {"message": {"chat": {"id": 1}}, "from": {"id": 9}}},
        {"message_reaction": {"chat": {"id": 1}, "user": {"id": 9}}},
        {"chat_member": {"chat": {"id": 1}, "from": {"id": 9}}},
        {"callback_query": {"inline_message_id": "x", "from": {"id": 1}}},
    ],
)
async def test_everything_in_a_chat_waits_in_one_lane(scene: Scene, event: dict[str, Any]) -> None:
    gate = Gate()
    scene.acts["first"] = gate
    first = scene.inflow.take(message(1, "first", chat=1))
    await gate.reached.wait()
    behind = scene.inflow.take({"update_id": 2, **event})
    order: list[str] = []
    first.add_done_callback(lambda _first: order.append("first"))
    behind.add_done_callback(lambda _behind: order.append("behind"))
    for number in range(3, 6):  # others overtake it in the meantime
        assert await scene.inflow.take(message(number, "elsewhere", chat=number))
    gate.opened.set()
    assert all(await asyncio.gather(first, behind))
    assert order == ["first", "behind"]


def _in_topic(update_id: int, text: str, topic: int) -> dict[str, Any]:
    raw = message(update_id, text, chat=-5)
    raw["message"] |= {"message_thread_id": topic, "is_topic_message": True}
    return raw


async def test_topics_do_not_wait_for_each_other_but_the_whole_group_does(
    scene: Scene, witness: Any
) -> None:
    gate = Gate()
    scene.acts["a1"] = gate
    slow = [scene.inflow.take(_in_topic(1, "a1", 7)), scene.inflow.take(_in_topic(2, "a2", 7))]
    await gate.reached.wait()
    assert await scene.inflow.take(_in_topic(3, "b1", 8))
    general = scene.inflow.take(message(4, "general", chat=-5))
    after = scene.inflow.take(_in_topic(5, "b2", 8))
    for number in range(6, 9):  # others overtake them in the meantime
        assert await scene.inflow.take(message(number, "elsewhere", chat=number))
    gate.opened.set()
    assert all(await asyncio.gather(*slow, general, after))
    names = [name for name in await said(witness) if name != "elsewhere"]
    assert names == ["a1", "b1", "a2", "general", "b2"]


def _pressed(update_id: int, chat: int) -> dict[str, Any]:
    where = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}
    person = {"id": chat, "is_bot": False, "first_name": "Olena"}
    query = {"id": "1", "from": person, "message": where, "chat_instance": "1", "data": "take:1"}
    return {"update_id": update_id, "callback_query": query}


async def test_a_pressed_button_waits_for_no_words_of_other_chats(db: str, witness: Any) -> None:
    async with a_scene(parallel=1) as scene:
        scene.acts["first"] = gate = Gate()
        all_ = [scene.inflow.take(message(1, "first", chat=1))]
        await gate.reached.wait()
        all_ += [scene.inflow.take(message(n, f"words {n}", chat=n)) for n in (2, 3, 4)]
        all_ += [scene.inflow.take(message(5, "in its chat", chat=9))]
        all_ += [scene.inflow.take(_pressed(6, chat=9)), scene.inflow.take(_pressed(7, chat=8))]
        gate.opened.set()
        assert all(await asyncio.gather(*all_))
    told = await said(witness)
    assert told[:2] == ["first", "a press"], "it is the next that is handled"
    assert told[2:] == ["words 2", "words 3", "words 4", "in its chat", "a press"], "of its chat"


async def test_what_fails_for_a_moment_is_tried_again(scene: Scene, witness: Any) -> None:
    async def once(each: Message) -> None:
        if scene.tried.count("shy") == 1:
            raise ValueError("not now")

    scene.acts["shy"] = once
    both = scene.inflow.take(message(1, "shy")), scene.inflow.take(message(2, "next"))
    assert all(await asyncio.gather(*both))
    assert scene.tried == ["shy", "shy", "next"]
    assert await said(witness) == ["shy", "next"]
    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 0


async def test_poison_is_set_aside_and_its_chat_goes_on(scene: Scene, witness: Any) -> None:
    now = datetime.now(UTC)
    await Group.create(chat_id=-100, title="Operators", language="uk", bound_at=now)
    gate = Gate()

    async def fails_slowly(each: Message) -> None:
        await gate(each)
        await _fails(each)

    scene.acts["poison"] = fails_slowly
    both = scene.inflow.take(message(1, "poison")), scene.inflow.take(message(2, "next"))
    await gate.reached.wait()
    assert await scene.inflow.take(message(3, "other", chat=3)), "nobody else waits for it"
    gate.opened.set()
    assert all(await asyncio.gather(*both))
    assert scene.tried.count("poison") == 3
    assert await said(witness) == ["other", "next"]
    kept = await witness.fetchrow("SELECT * FROM set_aside")
    assert "what is this?" in kept["error"]
    assert (kept["update_id"], kept["attempts"], kept["replayed_at"]) == (1, 3, None)
    told = await witness.fetchrow("SELECT * FROM delivery")
    said_of_it = kinds.load(told["gate"], told["kind"], orjson.loads(told["payload"]))
    assert isinstance(said_of_it, Notice)
    with texts.use("uk"):
        assert f"№{kept['id']}" in sentences.words(said_of_it.said).text
    assert await scene.inflow.take(message(1, "poison"))
    assert scene.tried.count("poison") == 3


def _counted(outcome: str) -> float:
    return metrics.registry.get_sample_value("topicdesk_updates_total", {"outcome": outcome}) or 0


async def test_what_becomes_of_updates_is_counted(scene: Scene) -> None:
    outcomes = ("done", "failed", "set aside")
    before = [_counted(outcome) for outcome in outcomes]
    scene.acts["poison"] = _fails
    assert await scene.inflow.take(message(1, "poison"))
    assert await scene.inflow.take(message(2, "next"))
    after = [_counted(outcome) for outcome in outcomes]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 3, 1]


@pytest.mark.parametrize("text", ["nul \0 here", "half \ud83d here"])
async def test_what_the_database_cannot_keep_is_cleaned_at_the_door(
    scene: Scene, witness: Any, text: str
) -> None:
    assert await scene.inflow.take(message(1, text))
    (kept,) = await said(witness)
    assert kept in ("nul \ufffd here", "half ? here")
    assert not await witness.fetchval("SELECT count(*) FROM set_aside")


async def test_a_message_of_900_levels_stops_nothing(scene: Scene, witness: Any) -> None:
    deep: Any = "down"
    for _ in range(900):
        deep = [deep]
    raw = message(1, "words")
    raw["message"]["well"] = deep
    taken = [scene.inflow.take(raw), scene.inflow.take(message(2, "more"))]
    assert all(await asyncio.gather(*taken))
    assert await said(witness) == ["words", "more"]


async def test_what_cannot_be_read_is_set_aside(scene: Scene, witness: Any) -> None:
    strange = {"message_id": "what"}, "not even an object"
    raws = [{"update_id": n, "message": each} for n, each in enumerate(strange, 5)]
    assert all(await asyncio.gather(*map(scene.inflow.take, raws)))
    rows = await witness.fetch("SELECT update_id FROM set_aside ORDER BY update_id")
    assert [row["update_id"] for row in rows] == [5, 6]


async def test_a_storm_of_poison_is_announced_once_at_a_time(scene: Scene, witness: Any) -> None:
    now = datetime.now(UTC)
    await Group.create(chat_id=-100, title="Operators", language="en", bound_at=now)
    scene.acts["poison"] = _fails
    taken = [scene.inflow.take(message(n, "poison", chat=n)) for n in range(1, 6)]
    assert all(await asyncio.gather(*taken))
    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 5
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 1
