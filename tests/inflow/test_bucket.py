"""The bucket at the door: what is over it waits in its order, and keeps nobody else waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from redis.asyncio import Redis

from bot import tasks
from bot.bucket import Bucket
from bot.config import Settings
from bot.desk.people import customers
from bot.middlewares.bucket import BucketMiddleware
from bot.polling import Polling
from bot.web import build, serving, webhook
from tests.inflow.scene import TOKEN, Scene, a_scene, message, said, until
from tests.sandbox.place import TOKEN as PLACE_TOKEN
from tests.sandbox.place import a_place

FLOODER, ANNA = 666, 1


@asynccontextmanager
async def bounded(redis: Redis, *, per_minute: int = 60, burst: int = 3, **where: Any) -> Any:
    """A bot with a bucket for each person."""
    async with a_scene(**where) as scene:
        bucket = Bucket(redis, 42, per_minute=per_minute, burst=burst)
        scene.inflow._dispatcher.update.outer_middleware._middlewares.insert(
            0, BucketMiddleware(bucket, bucket)
        )
        scene.inflow._dispatcher["settings"] = Settings(language="en")
        yield scene


@pytest.fixture
async def slow(db: str, redis: Redis) -> AsyncIterator[Scene]:
    """Three messages at once, then one a minute."""
    async with bounded(redis, per_minute=1) as scene:
        yield scene


async def _comes(witness: Any, *texts: str) -> None:
    async def done() -> bool:
        return await said(witness) == list(texts)

    await until(done)


def press(update_id: int, chat: int = FLOODER) -> dict[str, Any]:
    inside = message(update_id, "a button", chat)["message"]
    query = {"id": str(update_id), "from": inside["from"], "chat_instance": "x", "data": "forged"}
    return {"update_id": update_id, "callback_query": {**query, "message": inside}}


def reaction(update_id: int, chat: int = FLOODER) -> dict[str, Any]:
    inside = message(update_id, "", chat)["message"]
    what = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    place = {"chat": inside["chat"], "user": inside["from"], "message_id": 1, "date": 1}
    return {"update_id": update_id, "message_reaction": {**place, **what}}


def asks(update_id: int, chat: int = FLOODER) -> dict[str, Any]:
    person = message(update_id, "", chat)["message"]["from"]
    query = {"id": str(update_id), "from": person, "query": "re", "offset": ""}
    return {"update_id": update_id, "inline_query": query}


async def test_who_types_fast_is_offered_nothing_for_a_moment_and_nobody_fails(
    slow: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[int] = []

    async def further(_handler: Any, event: Any, _data: Any) -> None:
        reached.append(event.update_id)

    slow.inflow._dispatcher.update.outer_middleware._middlewares[1:] = [further]
    answers: list[Any] = []

    async def call(method: Any) -> None:
        answers.append(method)

    monkeypatch.setattr(slow.inflow, "_call", call)
    for number in range(1, 8):
        assert await slow.inflow.take(asks(number))
    assert await slow.inflow.take(asks(8, ANNA))
    assert reached == [1, 2, 3, 8]

    async def all_are_answered() -> bool:
        return len(answers) == 4

    await until(all_are_answered)
    assert {(each.inline_query_id, len(each.results), each.cache_time) for each in answers} == {
        (str(number), 0, 1) for number in (4, 5, 6, 7)
    }
    assert await slow.inflow.take(message(9, "words have a bucket of their own", FLOODER))
    assert reached[-1] == 9


async def test_what_is_over_waits_and_others_do_not(slow: Scene, witness: Any) -> None:
    flood = [slow.inflow.take(message(n, f"f{n}", FLOODER)) for n in range(1, 51)]
    assert all(await asyncio.gather(*flood[:3]))
    assert await slow.inflow.take(message(100, "mine", ANNA))
    assert await said(witness) == ["f1", "f2", "f3", "mine"]
    assert not any(one.done() for one in flood[3:])
    assert not slow.inflow.behind, "nothing has failed"


async def test_what_waited_comes_in_its_order(db: str, redis: Redis, witness: Any) -> None:
    async with bounded(redis, per_minute=1200) as scene:
        flood = [scene.inflow.take(message(n, f"f{n}", FLOODER)) for n in range(1, 11)]
        assert all(await asyncio.gather(*flood))
        assert await said(witness) == [f"f{n}" for n in range(1, 11)]
        assert scene.tried == [f"f{n}" for n in range(1, 11)], "who waits has not been tried"


async def test_where_others_would_wait_behind_it_nothing_waits(slow: Scene, witness: Any) -> None:
    flood = [slow.inflow.take(message(n, f"f{n}", FLOODER)) for n in range(1, 8)]
    await asyncio.gather(*flood[:3])
    slow.inflow.pressed = True
    assert all(await asyncio.gather(*flood))
    assert await said(witness) == [f"f{n}" for n in range(1, 8)]


async def test_an_album_comes_in_whole(slow: Scene, witness: Any) -> None:
    album = [message(n, f"f{n}", FLOODER) for n in range(1, 11)]
    for part in album:
        part["message"]["media_group_id"] = "1"
    assert all(await asyncio.gather(*map(slow.inflow.take, album)))
    assert len(await said(witness)) == 10


async def test_what_is_said_in_groups_is_not_counted(slow: Scene, witness: Any) -> None:
    there = [message(n, f"g{n}", FLOODER) for n in range(1, 8)]
    for one in there:
        one["message"]["chat"]["type"] = "supergroup"
    assert all(await asyncio.gather(*map(slow.inflow.take, there)))


async def test_what_was_set_aside_is_replayed_without_a_pace(slow: Scene, witness: Any) -> None:
    for n in range(1, 8):
        await slow.inflow.handle(message(n, f"f{n}", FLOODER), replayed=True)
    assert len(await said(witness)) == 7


async def test_the_end_is_told_where_it_was_said(
    slow: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a topic of the private chat, where there are such."""
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 2)
    slow.inflow._dispatcher["settings"] = Settings(language="en", private_topics="on")
    slow.inflow.pressed = True
    for n in range(1, 10):
        flood = message(n, f"f{n}", FLOODER)
        flood["message"] |= {"message_thread_id": 7, "is_topic_message": True}
        assert await slow.inflow.take(flood)
    told = await witness.fetch("SELECT payload ->> 'branch' AS at FROM delivery WHERE kind = 'say'")
    assert [row["at"] for row in told] == ["7"]


async def test_the_end_is_told_at_once_and_once(
    slow: Scene, witness: Any, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 2)
    slow.inflow.pressed = True
    for n in range(1, 10):
        assert await slow.inflow.take(message(n, f"f{n}", FLOODER))
    assert await slow.inflow.take(message(20, "mine", ANNA))
    assert await _words(witness) == ["f1", "f2", "f3", "f4", "f5", "mine"]
    assert await _refusals(witness) == [(str(FLOODER), "6")]
    seen = await witness.fetch("SELECT update_id FROM seen_update ORDER BY id")
    assert [row["update_id"] for row in seen] == [1, 2, 3, 4, 5, 6, 20], "the rest cost nothing"


async def test_it_is_told_though_the_database_is_away_just_then(
    slow: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 0)
    slow.inflow.pressed = True
    say, tries = customers.say, []

    async def says(*what: Any, **how: Any) -> None:
        await say(*what, **how)
        tries.append(what)
        if len(tries) < 3:
            raise ConnectionRefusedError

    monkeypatch.setattr(customers, "say", says)
    for n in range(1, 7):
        assert await slow.inflow.take(message(n, f"f{n}", FLOODER))
    assert await _refusals(witness) == [(str(FLOODER), "4")]
    assert len(tries) == 3
    assert await slow.inflow.take(message(4, "f4", FLOODER)), "as Telegram does after a crash"
    assert await _refusals(witness) == [(str(FLOODER), "4")]


async def test_a_reaction_that_is_refused_takes_nobodys_word_of_it(
    slow: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bucket.MOST_AHEAD", 0)
    slow.inflow.pressed = True
    for n in range(1, 5):
        assert await slow.inflow.take(reaction(n))
    assert await said(witness) == ["a reaction"] * 3
    assert await slow.inflow.take(message(5, "f5", FLOODER))
    assert await _refusals(witness) == [(str(FLOODER), "5")]


async def test_presses_are_refused_and_never_wait(
    slow: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _calls(monkeypatch)
    for n in range(1, 6):
        assert await slow.inflow.take(press(n))
    assert await _soon(told, 2) == ["4", "5"]


async def test_while_redis_is_away_nobody_waits(
    db: str, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:9/0")
    async with bounded(nowhere) as scene:
        flood = [scene.inflow.take(message(n, f"f{n}", FLOODER)) for n in range(1, 11)]
        assert all(await asyncio.gather(*flood))
    assert len(await said(witness)) == 10


async def test_telegram_keeps_what_a_webhook_gives_back(
    db: str, redis: Redis, witness: Any
) -> None:
    async with bounded(redis, per_minute=1) as scene:
        route = webhook.route(scene.inflow, TOKEN, "s")
        async with (
            serving(build(routes=[route]), "127.0.0.1", 0) as url,
            aiohttp.ClientSession(headers={webhook.SECRET_HEADER: "s"}) as http,
        ):
            codes = []
            for n in range(1, 6):
                body = message(n, f"f{n}", FLOODER)
                async with http.post(url + webhook.path(TOKEN), json=body) as answer:
                    codes.append((answer.status, answer.headers.get("Retry-After")))
    assert codes == [(200, None)] * 3 + [(503, "2")] * 2
    assert await said(witness) == ["f1", "f2", "f3"]


async def test_behind_hundreds_of_messages_of_one_another_is_heard(
    db: str, redis: Redis, witness: Any
) -> None:
    async with (
        a_place() as place,
        bounded(redis, per_minute=1, url=place.sandbox.url, token=PLACE_TOKEN) as scene,
    ):
        place.owner.start(place.bot)
        place.bot.updates.clear()
        for n in range(300):
            place.customer.writes(place.bot, f"f{n}")
        place.owner.writes(place.bot, "mine")
        polling = asyncio.create_task(Polling(scene.bot, scene.inflow).run())
        try:

            async def heard() -> bool:
                return "mine" in await said(witness)

            await until(heard)
            names = await said(witness)
            flood = [name for name in names if name != "mine"]
            assert flood == [f"f{n}" for n in range(len(flood))]
            assert len(flood) < 1000, "what keeps nobody waiting waits"
        finally:
            await tasks.end([polling])


async def _words(witness: Any) -> list[str]:
    """What was taken in; who was refused is a customer, too."""
    return [text for text in await said(witness) if text != "Anna"]


async def _refusals(witness: Any) -> list[tuple[str, str]]:
    """Whose chat, and in reply to which message."""
    rows = await witness.fetch(
        "SELECT address.external_id, payload ->> 'reply_to' AS reply_to FROM delivery "
        "JOIN address ON address.id = (payload ->> 'address')::bigint WHERE kind = 'say'"
    )
    return [tuple(row) for row in rows]


def _calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which presses were answered."""
    told: list[Any] = []

    async def call(_bot: Bot, method: Any, **_: Any) -> None:
        told.append(method.callback_query_id)

    monkeypatch.setattr(Bot, "__call__", call)
    return told


async def _soon(told: list[Any], count: int = 1) -> list[Any]:
    async def enough() -> bool:
        return len(told) >= count

    await until(enough)
    return told
