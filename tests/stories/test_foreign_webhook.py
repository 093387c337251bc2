"""Another program has set a webhook for our bot: it is said, and it heals by itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import asyncpg
import pytest
from aiohttp import web

from tests.stories.chat import eventually
from tests.stories.conftest import TOKEN, Stage
from tests.stories.test_serving import free_port


async def asks(desk: Stage, method: str, **values: str) -> None:
    """The other program calls the Bot API with our token."""
    url = f"{desk.sandbox.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=values) as answer:
        assert answer.status == 200, await answer.text()


async def ready(desk: Stage) -> bool:
    async with aiohttp.ClientSession() as http, http.get(f"{desk.url}/readyz") as answer:
        return bool((await answer.json())["updates"])


async def nothing_waits(desk: Stage, witness: asyncpg.Connection) -> None:
    """What waits when the other program comes would have it taken away before it is told of."""
    await desk.settles(witness)
    await eventually(lambda: not len(desk.bot.updates), lambda: "something waits already")


async def test_it_is_told_and_heals_by_itself(desk: Stage) -> None:
    anna, topic = await desk.asks()
    assert await ready(desk)
    await asks(desk, "setWebhook", url="https://elsewhere.example.com/hook")
    await desk.general.shows("Another program is receiving this bot’s messages")
    assert not await ready(desk)
    anna.writes("Are you there?")
    await asks(desk, "deleteWebhook")
    await topic.shows("Are you there?")
    await desk.general.shows("I am receiving this bot’s messages again")
    assert await ready(desk)


async def test_who_was_started_meanwhile_tells_that_it_is_over(
    desk: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody hears that it hears before a rival had the time to show itself."""
    monkeypatch.setattr("bot.beside.CALM", 3600.0)
    await asks(desk, "setWebhook", url="https://elsewhere.example.com/hook")
    await desk.general.shows("Another program is receiving this bot’s messages")
    await desk.closes()
    await desk.opens()
    await desk.asks()
    await desk.settles(witness)
    desk.general.lacks("I am receiving this bot’s messages again")
    await desk.closes()
    monkeypatch.setattr("bot.beside.CALM", 0.0)
    await desk.opens()
    await desk.general.shows("I am receiving this bot’s messages again")


async def test_a_webhook_that_fails_is_taken_away_and_what_waited_is_heard(
    desk: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops a program leaves its webhook behind."""
    monkeypatch.setattr("bot.telegram.rivals.GRACE", 0.1)
    await desk.closes()
    await desk.opens()
    anna, topic = await desk.asks()
    await nothing_waits(desk, witness)
    await asks(desk, "setWebhook", url=f"http://127.0.0.1:{free_port()}/hook")
    await desk.general.shows("Another program is receiving this bot’s messages")
    assert not await ready(desk)
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    await desk.general.shows("I am receiving this bot’s messages again")
    assert await ready(desk)


async def test_a_webhook_that_works_is_left_alone(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.rivals.GRACE", 0.1)
    monkeypatch.setattr("bot.telegram.asking.CONFLICT_WAIT", 0.1)
    await desk.closes()
    await desk.opens()
    anna, _topic = await desk.asks()
    taken = len(desk.sandbox.calls.of("deleteWebhook"))
    async with elsewhere() as heard:
        await asks(desk, "setWebhook", url=heard.url)
        anna.writes("Are you there?")
        await eventually(lambda: heard.updates, lambda: "nobody hears it")
        looks = len(desk.sandbox.calls.of("getWebhookInfo"))
        await eventually(
            lambda: len(desk.sandbox.calls.of("getWebhookInfo")) > looks + 20,
            lambda: "it is not looked at",
        )
    assert len(desk.sandbox.calls.of("deleteWebhook")) == taken


async def test_served_by_webhook_it_is_told_and_heals_as_well(
    stage: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.rivals.GRACE", 0.1)
    monkeypatch.setattr("bot.web.webhook.LOOK", 0.1)
    port = free_port()
    await stage.opens(public_url=f"http://127.0.0.1:{port}", port=port)
    anna, topic = await stage.asks()
    assert await ready(stage)
    await nothing_waits(stage, witness)
    await asks(stage, "setWebhook", url=f"http://127.0.0.1:{free_port()}/hook")
    await stage.general.shows("Another program is receiving this bot’s messages")
    anna.writes("Are you there?")
    await topic.shows("Are you there?")
    await stage.general.shows("I am receiving this bot’s messages again")
    assert await ready(stage)
    await asks(stage, "deleteWebhook")
    anna.writes("And now?")
    await topic.shows("And now?")


async def test_what_telegram_refuses_later_ends_no_desk(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.rivals.GRACE", 0.1)
    monkeypatch.setattr("bot.web.webhook.LOOK", 0.1)
    port = free_port()
    ours = f"http://127.0.0.1:{port}"
    await stage.opens(public_url=ours, port=port)
    anna, topic = await stage.asks()
    said = "Bad Request: bad webhook: Failed to resolve host: Temporary failure in name resolution"
    stage.sandbox.faults.next(
        do="400",
        method="setWebhook",
        text=said,
        times=5,
        when=lambda _method, given: given["url"].startswith(ours),
    )
    await asks(stage, "setWebhook", url=f"http://127.0.0.1:{free_port()}/hook")
    anna.writes("Are you there?")
    await eventually(lambda: stage.sandbox.faults.log["400"] > 2, lambda: "it asks no more")
    assert not await ready(stage)
    await topic.shows("Are you there?")
    looks = len(stage.sandbox.calls.of("getWebhookInfo"))
    await eventually(
        lambda: len(stage.sandbox.calls.of("getWebhookInfo")) > looks + 1,
        lambda: "it is not looked at",
    )
    assert await ready(stage)


@dataclass
class Elsewhere:
    """The other program at work: all it gets is well for it."""

    url: str = ""
    updates: int = 0

    async def take(self, _request: web.Request) -> web.Response:
        self.updates += 1
        return web.Response()


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    program = Elsewhere()
    application = web.Application()
    application.router.add_post("/hook", program.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    program.url = f"{site.name}/hook"
    try:
        yield program
    finally:
        await runner.cleanup()
