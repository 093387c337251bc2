"""A bot's updates: which are made, how long they stay, and how getUpdates shows them."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from sandbox.errors import ApiError
from sandbox.params import Params
from sandbox.polling import OTHER_POLL, Polling
from sandbox.updates import Update, Updates

NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def updates(clock: Clock) -> Updates:
    return Updates(clock, first_id=1)


def message(text: str = "hi", **more: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": int(NOW), "text": text, **more}


def put(updates: Updates, count: int) -> None:
    for number in range(count):
        updates.put("message", message(str(number)), "chat:1")


def ids(taken: list[Update]) -> list[int]:
    return [update.id for update in taken]


def test_ids_grow_by_one_and_the_json_is_frozen_when_made(updates: Updates) -> None:
    payload = message("before")
    assert updates.put("message", payload, "chat:1") == 1
    payload["text"] = "after"
    assert updates.put("message", payload, "chat:1") == 2
    first = orjson.loads(updates.take(0, 100)[0].body)
    assert first == {"update_id": 1, "message": message("before")}


def test_unconfirmed_updates_are_shown_again_and_an_offset_confirms(updates: Updates) -> None:
    put(updates, 3)
    assert ids(updates.take(0, 2)) == [1, 2]
    assert ids(updates.take(0, 100)) == [1, 2, 3]
    assert ids(updates.take(3, 100)) == [3]
    assert ids(updates.take(0, 100)) == [3]


def test_a_negative_offset_keeps_the_last_and_forgets_the_rest(updates: Updates) -> None:
    put(updates, 5)
    assert ids(updates.take(-2, 100)) == [4, 5]
    assert ids(updates.take(0, 100)) == [4, 5]


def test_an_answer_is_not_larger_than_four_mebibytes(updates: Updates) -> None:
    for _ in range(6):
        updates.put("message", message("x" * (1 << 20)), "chat:1")
    assert len(updates.take(0, 100)) == 3


def test_kinds_are_chosen_when_the_update_is_made(updates: Updates) -> None:
    assert updates.put("message_reaction", {"date": int(NOW)}, "chat:1") is None
    updates.allow(["message_reaction", "no_such_kind"])
    assert updates.put("message", message(), "chat:1") is None
    assert updates.put("message_reaction", {"date": int(NOW)}, "chat:1") == 1
    updates.allow([])
    assert updates.put("message", message(), "chat:1") == 2
    assert updates.put("chat_member", {"date": int(NOW)}, "chat:1") is None


def test_messages_live_a_day_and_callback_queries_150_seconds(
    updates: Updates, clock: Clock
) -> None:
    updates.put("callback_query", {"id": "1"}, "user:1")
    updates.put("message", message(), "chat:1")
    clock.now += 149
    assert ids(updates.take(0, 100)) == [1, 2]
    clock.now += 1
    assert ids(updates.take(0, 100)) == [2]
    clock.now = NOW + 86_400
    assert len(updates) == 0


def test_an_update_about_an_old_message_is_never_made(updates: Updates) -> None:
    assert updates.put("message", message(date=int(NOW) - 86_400), "chat:1") is None
    edited = message(date=int(NOW) - 90_000, edit_date=int(NOW))
    assert updates.put("edited_message", edited, "chat:1") == 1


def test_what_was_exported_goes_on_where_it_was(updates: Updates, clock: Clock) -> None:
    put(updates, 2)
    updates.allow(["message"])
    restored = Updates(clock)
    restored.restore(orjson.loads(orjson.dumps(updates.export())))
    put(restored, 1)
    assert ids(restored.take(0, 100)) == [1, 2, 3]
    assert restored.put("callback_query", {"id": "1"}, "user:1") is None


@pytest.fixture
def polling(updates: Updates, clock: Clock) -> Polling:
    return Polling(updates, clock=clock)


async def test_a_poll_waits_for_an_update(updates: Updates, polling: Polling) -> None:
    waiting = asyncio.create_task(polling.poll(Params({"timeout": "50"})))
    await asyncio.sleep(0)
    assert not waiting.done()
    put(updates, 2)
    assert ids(await waiting) == [1, 2]
    assert not updates.listeners


async def test_a_poll_without_timeout_answers_at_once(polling: Polling) -> None:
    assert await polling.poll(Params()) == []


async def test_a_second_poll_ends_the_first_with_409(updates: Updates, polling: Polling) -> None:
    first = asyncio.create_task(polling.poll(Params({"timeout": 50})))
    await asyncio.sleep(0)
    second = asyncio.create_task(polling.poll(Params({"timeout": 50, "offset": 1})))
    with pytest.raises(ApiError) as refused:
        await first
    assert (refused.value.code, refused.value.description) == (409, OTHER_POLL)
    put(updates, 1)
    assert ids(await second) == [1]


async def test_the_same_offset_at_once_gives_one_update(
    updates: Updates, polling: Polling, clock: Clock
) -> None:
    put(updates, 3)
    assert ids(await polling.poll(Params())) == [1, 2, 3]
    clock.now += 0.4
    assert ids(await polling.poll(Params())) == [1]
    clock.now += 0.6
    assert ids(await polling.poll(Params())) == [1, 2, 3]
    assert ids(await polling.poll(Params({"offset": 2}))) == [2, 3]


async def test_the_same_offset_within_three_seconds_waits(
    updates: Updates, polling: Polling, clock: Clock
) -> None:
    assert await polling.poll(Params({"timeout": 0})) == []
    clock.now += 2
    waiting = asyncio.create_task(polling.poll(Params({"timeout": 0})))
    await asyncio.sleep(0)
    assert not waiting.done()
    put(updates, 1)
    assert ids(await waiting) == [1]
    clock.now += 4
    assert await polling.poll(Params({"offset": 2})) == []


async def test_the_limit_is_held_between_1_and_100(updates: Updates, polling: Polling) -> None:
    put(updates, 120)
    assert len(await polling.poll(Params({"limit": 1000}))) == 100
    assert len(await polling.poll(Params({"limit": -5, "offset": 1}))) == 1
