"""The Bot API over HTTP: four ways to call, errors, files, faults and limits on the wire."""

from __future__ import annotations

import asyncio
import io
import os
import time
from typing import Any

import aiohttp
import orjson
import pytest

from sandbox.api import MAX_BODY
from sandbox.journal import Journal
from sandbox.living import LivingWorld
from sandbox.server import Sandbox
from tests.sandbox.place import TOKEN, Place, until

LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


async def test_four_ways_and_any_case(place: Place) -> None:
    fields = {"chat_id": str(place.customer.id), "text": "Добрий день & до зустрічі"}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    url = place.address("SENDmessage")
    sent = [
        await place.http.get(url, params=fields),
        await place.http.post(url, data=fields),
        await place.http.post(url, json=fields),
        await place.http.post(url, data=form),
    ]
    for answer in sent:
        assert answer.status == 200
        assert (await answer.json())["result"]["text"] == fields["text"]
    numbers = [(await answer.json())["result"]["message_id"] for answer in sent]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("token", "method", "code", "description"),
    [
        ("42:wrong", "getMe", 401, "Unauthorized"),
        ("nonsense", "getMe", 401, "Unauthorized: invalid token specified"),
        (TOKEN, "getMee", 404, "Not Found: method not found"),
        (TOKEN, "sendMessage", 400, "Bad Request: chat_id is empty"),
    ],
)
async def test_errors_have_telegrams_form(
    place: Place, token: str, method: str, code: int, description: str
) -> None:
    async with place.http.post(place.address(method, token)) as answer:
        assert answer.status == code
        assert answer.content_type == "application/json"
        assert await answer.json() == {
            "ok": False,
            "error_code": code,
            "description": description,
        }


async def test_a_body_over_50_megabytes_is_refused(place: Place) -> None:
    form = aiohttp.FormData({"chat_id": str(place.customer.id)})
    form.add_field("document", io.BytesIO(bytes(MAX_BODY + 1)), filename="large.bin")
    async with place.http.post(place.address("sendDocument"), data=form) as answer:
        assert answer.status == 413
        assert (await answer.json())["description"] == "Request Entity Too Large"


async def test_a_file_comes_back_byte_for_byte_and_to_its_bot_only(place: Place) -> None:
    data = os.urandom(300_000)
    form = aiohttp.FormData({"chat_id": str(place.customer.id)}, quote_fields=False)
    form.add_field("document", data, filename="звіт.pdf", content_type="application/pdf")
    async with place.http.post(place.address("sendDocument"), data=form) as answer:
        document = (await answer.json())["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("звіт.pdf", len(data))
    path = (await place.calls("getFile", file_id=document["file_id"]))["file_path"]
    async with place.http.get(f"{place.sandbox.url}/file/bot{TOKEN}/{path}") as answer:
        assert await answer.read() == data
    place.world.add_bot("43:another-token", "Other", "other_bot")
    async with place.http.get(f"{place.sandbox.url}/file/bot43:another-token/{path}") as answer:
        assert answer.status == 404
        assert (await answer.json())["description"] == "Not Found"


async def test_updates_are_shown_until_confirmed(place: Place) -> None:
    place.customer.writes(place.bot, "перше")
    place.customer.writes(place.bot, "друге")
    first, second = await place.calls("getUpdates")
    assert [first["message"]["text"], second["message"]["text"]] == ["перше", "друге"]
    assert await place.calls("getUpdates", offset=second["update_id"]) == [second]
    waiting = asyncio.create_task(
        place.calls("getUpdates", offset=second["update_id"] + 1, timeout=20)
    )
    await until(lambda: place.bot.updates.listeners)
    place.customer.writes(place.bot, "третє")
    assert [update["message"]["text"] for update in await waiting] == ["третє"]


async def test_two_polls_at_once(place: Place) -> None:
    first = asyncio.create_task(place.asks("getUpdates", timeout=20))
    await until(lambda: place.bot.updates.listeners)
    second = asyncio.create_task(place.asks("getUpdates", timeout=20, offset=5))
    refused = await first
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: terminated by other getUpdates request;")
    place.customer.writes(place.bot, "є")
    assert len((await second)["result"]) == 1


async def test_only_wanted_kinds_are_made(place: Place) -> None:
    await place.calls("getUpdates", allowed_updates=["callback_query"])
    place.customer.writes(place.bot, "unseen")
    await place.calls("getUpdates", offset=1, allowed_updates=[])
    place.customer.writes(place.bot, "seen")
    updates = await place.calls("getUpdates", offset=2)
    assert [update["message"]["text"] for update in updates] == ["seen"]


async def test_a_flood_is_answered_with_429_and_a_header(place: Place) -> None:
    place.sandbox.limits.set("telegram")
    for number in range(20):
        await place.calls("sendMessage", chat_id=place.group, text=str(number))
    url = place.address("sendMessage")
    async with place.http.post(url, json={"chat_id": place.group, "text": "21"}) as answer:
        body = await answer.json()
    wait = body["parameters"]["retry_after"]
    assert (answer.status, answer.headers["Retry-After"]) == (429, str(wait))
    assert body["description"] == f"Too Many Requests: retry after {wait}"
    await place.calls("sendMessage", chat_id=place.customer.id, text="others go on")
    [entry] = [entry for entry in place.sandbox.calls if entry.status == 429]
    assert (entry.chat_id, entry.retry_after) == (str(place.group), wait)


def texts(place: Place) -> list[str]:
    history = place.world.private(place.customer, place.bot)
    return [message["text"] for message in history if message["from"]["is_bot"]]


@pytest.mark.parametrize(
    ("kind", "status", "kind_of_body"),
    [
        ("500", 500, "Internal Server Error: restart"),
        ("502", 502, "<title>502 Bad Gateway</title>"),
        ("429", 429, "Too Many Requests: retry after 3"),
        ("400", 400, "Bad Request: message is not accepted"),
    ],
)
async def test_a_fault_answers_instead_of_acting(
    place: Place, kind: Any, status: int, kind_of_body: str
) -> None:
    place.sandbox.faults.next(do=kind, method="sendMessage")
    call = {"chat_id": place.customer.id, "text": "once"}
    async with place.http.post(place.address("sendMessage"), json=call) as answer:
        assert answer.status == status
        assert kind_of_body in await answer.text()
    assert texts(place) == []
    await place.calls("sendMessage", **call)
    assert texts(place) == ["once"]
    assert place.sandbox.faults.log == {kind: 1}


@pytest.mark.parametrize(("kind", "acted"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection(place: Place, kind: Any, acted: int) -> None:
    place.sandbox.faults.next(do=kind, method="sendMessage")
    with pytest.raises(LOST):
        await place.calls("sendMessage", chat_id=place.customer.id, text="gone?")
    assert len(texts(place)) == acted
    assert place.sandbox.faults.lost_answers["sendMessage"] == acted
    [entry] = place.sandbox.calls.of("sendMessage")
    assert not entry.answered


async def test_an_answer_can_break_off(place: Place) -> None:
    place.sandbox.faults.next(do="cut", method="sendMessage", share=0.4)
    call = {"chat_id": place.customer.id, "text": "half of it"}
    async with place.http.post(place.address("sendMessage"), json=call) as answer:
        assert answer.status == 200
        whole = answer.content_length or 0
        came = await answer.content.readany()
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.content.readany()
    assert len(came) == int(whole * 0.4)
    assert texts(place) == ["half of it"]
    assert place.sandbox.faults.lost_answers["sendMessage"] == 1


async def test_an_answer_too_late_is_counted_as_lost(place: Place) -> None:
    place.sandbox.faults.next(do="slow", method="sendMessage", seconds=0.3)
    call = {"chat_id": place.customer.id, "text": "slow"}
    patience = aiohttp.ClientTimeout(total=0.1)
    with pytest.raises(TimeoutError):
        await place.http.post(place.address("sendMessage"), json=call, timeout=patience)
    assert texts(place) == ["slow"]
    await until(lambda: place.sandbox.faults.lost_answers["sendMessage"] == 1)


async def test_the_journal_tells_what_was_asked_and_answered(place: Place) -> None:
    await place.calls("sendMessage", chat_id=place.customer.id, text="one")
    await place.asks("sendMessage", chat_id=1, text="two")
    good, refused = place.sandbox.calls.of("sendmessage")
    assert (good.status, good.answered, good.values["text"]) == (200, True, "one")
    assert refused.status == 400
    assert refused.error == "Bad Request: chat not found"
    assert orjson.dumps(good.json())
    assert place.sandbox.calls.last("SendMessage") == refused.time > good.time
    assert place.sandbox.calls.last("sendPhoto") == 0


def test_a_journal_that_is_given_is_the_one_that_is_kept() -> None:
    short = Journal(1)
    assert Sandbox(LivingWorld(time.time), calls=short).calls is short  # though it is empty
