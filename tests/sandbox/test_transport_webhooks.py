"""Webhooks: set and refused, order within a queue, retries, secret, methods in answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from tests.sandbox.place import Place, until

Answer = Callable[[dict[str, Any]], web.Response]


class Receiver:
    """A bot behind a webhook: notes what comes, answers what the test says."""

    def __init__(self) -> None:
        self.url = ""
        self.texts: list[str] = []
        self.secrets: list[str | None] = []
        self.answer: Answer = lambda _update: web.Response()
        self.wait: Callable[[str], float] = lambda _text: 0.0

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        text = update["message"].get("text", "")
        self.texts.append(text)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await asyncio.sleep(self.wait(text))
        return self.answer(update)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_come_with_the_secret(place: Place, receiver: Receiver) -> None:
    place.customer.writes(place.bot, "before")
    answer = await place.asks("setWebhook", url=receiver.url, secret_token="s3-cret_")
    assert (answer["result"], answer["description"]) == (True, "Webhook was set")
    place.customer.writes(place.bot, "after")
    await until(lambda: len(receiver.texts) == 2)
    assert receiver.texts == ["before", "after"]
    assert receiver.secrets == ["s3-cret_", "s3-cret_"]
    await until(lambda: not len(place.bot.updates))
    info = await place.calls("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (receiver.url, 0)


async def test_setting_and_deleting_is_told(place: Place, receiver: Receiver) -> None:
    await place.asks("setWebhook", url=receiver.url)
    again = await place.asks("setWebhook", url=receiver.url)
    assert again["description"] == "Webhook is already set"
    refused = await place.asks("getUpdates")
    assert refused["error_code"] == 409
    assert refused["description"].startswith("Conflict: can't use getUpdates method while webhook")
    assert (await place.asks("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await place.asks("setWebhook", url=""))["description"] == "Webhook is already deleted"
    assert await place.calls("getUpdates") == []


async def test_setting_a_webhook_ends_a_poll(place: Place, receiver: Receiver) -> None:
    poll = asyncio.create_task(place.asks("getUpdates", timeout=20))
    await until(lambda: place.bot.updates.listeners)
    await place.calls("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://exa mple.com"}, "invalid webhook URL specified"),
        (
            {"url": "https://example.com", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
        ({"url": "https://example.com", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_wrong_webhooks_are_refused(place: Place, params: dict[str, str], error: str) -> None:
    assert (await place.asks("setWebhook", **params))["description"] == f"Bad Request: {error}"
    assert (await place.calls("getWebhookInfo"))["url"] == ""


async def test_pending_updates_can_be_dropped(place: Place, receiver: Receiver) -> None:
    place.customer.writes(place.bot, "old")
    await place.calls("setWebhook", url=receiver.url, drop_pending_updates=True)
    place.customer.writes(place.bot, "new")
    await until(lambda: receiver.texts)
    assert receiver.texts == ["new"]


async def test_a_failing_chat_keeps_its_order_and_delays_no_other(
    place: Place, receiver: Receiver
) -> None:
    other = place.world.person("Іван")
    other.start(place.bot)
    place.bot.updates.clear()
    failing = True

    def answer(update: dict[str, Any]) -> web.Response:
        fails = failing and update["message"]["from"]["id"] == place.customer.id
        return web.Response(status=500 if fails else 200)

    receiver.answer = answer
    await place.calls("setWebhook", url=receiver.url)
    for text in ("a1", "a2", "a3"):
        place.customer.writes(place.bot, text)
    other.writes(place.bot, "b1")
    await until(lambda: receiver.texts.count("a1") >= 3 and "b1" in receiver.texts)
    assert "a2" not in receiver.texts
    info = await place.calls("getWebhookInfo")
    assert info["last_error_message"] == (
        "Wrong response from the webhook: 500 Internal Server Error"
    )
    assert info["pending_update_count"] == 3
    failing = False
    await until(lambda: not len(place.bot.updates))
    assert receiver.texts[-2:] == ["a2", "a3"]


async def test_chats_are_served_in_parallel(place: Place, receiver: Receiver) -> None:
    people = [place.world.person(f"Гість {number}") for number in range(5)]
    released = asyncio.Event()
    waiting = 0

    async def receive(request: web.Request) -> web.Response:
        nonlocal waiting
        waiting += 1
        await released.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await place.calls("setWebhook", url=url, max_connections=4)
    for person in people:
        person.start(place.bot)
    await until(lambda: waiting == 4)
    released.set()
    await until(lambda: waiting == 5)
    await until(lambda: not len(place.bot.updates))
    await runner.cleanup()


async def test_retry_after_is_obeyed(place: Place, receiver: Receiver) -> None:
    times: list[float] = []

    def answer(_update: dict[str, Any]) -> web.Response:
        times.append(asyncio.get_running_loop().time())
        if len(times) == 1:
            return web.Response(status=503, headers={"Retry-After": "30"})
        return web.Response()

    receiver.answer = answer
    await place.calls("setWebhook", url=receiver.url)
    place.customer.writes(place.bot, "later")
    await until(lambda: len(times) == 2)
    assert times[1] - times[0] >= 30 * 0.01


async def test_a_method_in_the_answer_is_performed(place: Place, receiver: Receiver) -> None:
    def answer(update: dict[str, Any]) -> web.Response:
        chat = update["message"]["chat"]["id"]
        return web.json_response({"method": "sendMessage", "chat_id": chat, "text": "by reply"})

    receiver.answer = answer
    await place.calls("setWebhook", url=receiver.url)
    place.customer.writes(place.bot, "hello")
    await until(lambda: place.sandbox.calls.of("sendMessage"))
    await until(lambda: place.sandbox.calls.of("sendMessage")[0].status == 200)
    assert place.world.private(place.customer, place.bot)[-1]["text"] == "by reply"


async def test_410_for_23_hours_removes_the_webhook(place: Place, receiver: Receiver) -> None:
    receiver.answer = lambda _update: web.Response(status=410)
    await place.calls("setWebhook", url=receiver.url)
    place.customer.writes(place.bot, "gone")
    await until(lambda: receiver.texts)
    assert (await place.calls("getWebhookInfo"))["url"] == receiver.url
    place.clock.ahead += 23 * 3600
    await until(lambda: place.sandbox.feed(place.bot).webhook is None)
    assert (await place.calls("getWebhookInfo"))["url"] == ""
    assert len(place.bot.updates) == 1
