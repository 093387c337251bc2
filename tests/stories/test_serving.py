"""How the desk is reached and looked at: webhook, menus, restarts, health and metrics."""

import socket

import aiohttp
import asyncpg
import pytest

from bot.desk.commands import TABLE
from bot.obstacles import CannotStart
from tests.stories.chat import eventually
from tests.stories.conftest import Stage


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def test_by_webhook_as_by_polling(stage: Stage, witness: asyncpg.Connection) -> None:
    port = free_port()
    await stage.opens(public_url=f"http://127.0.0.1:{port}", port=port)
    anna = stage.customer("Anna")
    for text in ("first", "second", "third"):
        anna.writes(text)
    topic = await stage.topic("#1")
    await topic.shows_in_order("first", "second", "third")
    stage.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    assert stage.sandbox.calls.of("getUpdates") == []

    await stage.closes()
    anna.writes("Are you there?")
    await stage.opens(public_url=None)
    await topic.shows("Are you there?")


async def test_what_was_said_while_the_desk_was_down_arrives_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna = desk.customer("Anna")
    anna.writes("before")
    topic = await desk.topic("#1")
    await topic.shows("before")
    await desk.settles(witness)
    await desk.closes()
    anna.writes("meanwhile one")
    desk.olena.writes(topic, "an answer meanwhile")
    anna.writes("meanwhile two")
    await desk.opens()
    await topic.shows_in_order("before", "meanwhile one", "meanwhile two")
    await anna.shows("an answer meanwhile")
    await desk.settles(witness)
    await topic.shows("meanwhile one", times=1)


async def test_menus_are_offered_by_scope_and_language(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    commands = desk.bot.commands
    await eventually(
        lambda: commands.get({"type": "all_private_chats"}, "uk"), lambda: "no menu for customers"
    )
    private = commands.get({"type": "all_private_chats"}, "uk")
    names = ["new", "requests", "status", "phone", "language", "help"]
    assert [one["command"] for one in private] == names
    assert private[0]["description"] == "Почати нове звернення"
    english = commands.get({"type": "all_private_chats"}, "")
    assert english[0]["description"] == "Begin a new request"
    group = commands.get({"type": "chat", "chat_id": desk.group}, "")
    admins = commands.get({"type": "chat_administrators", "chat_id": desk.group}, "")
    assert "resolve" in [one["command"] for one in group]
    assert "status" not in [one["command"] for one in group]
    assert "status" in [one["command"] for one in admins]
    asking = {each.name for each in TABLE if each.asks and not each.hidden}
    assert {one["command"] for one in admins if one.get("is_ephemeral")} == asking
    assert {"help", "history"} <= {one["command"] for one in group if one.get("is_ephemeral")}


async def test_health_and_metrics(desk: Stage, witness: asyncpg.Connection) -> None:
    anna = desk.customer("Anna")
    anna.writes("Where is my order?")
    await (await desk.topic("#1")).shows("Where is my order?")
    await desk.settles(witness)
    async with aiohttp.ClientSession(desk.url) as http:
        async with http.get("/healthz") as answer:
            assert answer.status == 200
        async with http.get("/readyz") as answer:
            assert answer.status == 200, await answer.text()
            assert set((await answer.json()).values()) == {True}
        async with http.get("/metrics") as answer:
            metrics = await answer.text()
    for name in ("deliveries_waiting", "oldest_delivery_seconds", "group_budget_used"):
        assert f"topicdesk_{name}" in metrics
    assert 'topicdesk_delivery_seconds_count{gate="forum",kind="words"}' in metrics
    assert 'topicdesk_api_calls_total{method="sendMessage"' in metrics
    assert desk.settings.bot_token is not None
    assert desk.settings.bot_token.get_secret_value() not in metrics


async def status_of(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status


async def test_how_we_are_is_told_at_an_address_of_its_own(stage: Stage) -> None:
    apart = f"127.0.0.1:{free_port()}"
    await stage.opens(status_address=apart)
    for path in ("/readyz", "/metrics"):
        assert await status_of(f"http://{apart}{path}") == 200
        assert await status_of(f"{stage.url}{path}") == 404
    await stage.closes()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(CannotStart, match=f"{taken} is taken: set STATUS_ADDRESS"):
            await stage.opens(status_address=taken)
