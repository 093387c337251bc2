"""The webhook: only Telegram is heard, and 200 means that it has been done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
import asyncpg
import orjson
import pytest

from bot.obstacles import CannotStart
from bot.web import build, serving, webhook
from tests.inflow.scene import Gate, Scene, a_scene, message, said, until
from tests.sandbox.place import TOKEN, Place, a_place

SECRET = "a-secret-of-the-tests"
SHUT = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}"


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    """The sandbox with a customer who has started the bot."""
    async with a_place() as made:
        yield made


@asynccontextmanager
async def hooked(place: Place) -> AsyncIterator[tuple[Scene, str]]:
    """A bot that listens, and its address; Telegram has not been told yet."""
    async with a_scene(place.sandbox.url, TOKEN) as scene:
        route = webhook.route(scene.inflow, TOKEN, SECRET)
        async with serving(build(routes=[route]), "127.0.0.1", 0) as url:
            yield scene, url


async def _post(url: str, body: Any, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {webhook.SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as http,
        http.post(url + webhook.path(TOKEN), data=_stream(body), headers=headers) as answer,
    ):
        return answer.status


def _stream(body: Any) -> BytesIO:
    return BytesIO(orjson.dumps(body))


async def test_what_people_write_arrives_once(db: str, witness: Any, place: Place) -> None:
    async with hooked(place) as (scene, url):
        await webhook.announce(scene.bot, url, SECRET)
        texts = [f"line {n}" for n in range(30)]
        for text in texts:
            place.customer.writes(place.bot, text)

        async def confirmed() -> bool:
            return len(place.bot.updates) == 0

        await until(confirmed)
        assert await said(witness) == texts
        info = await place.calls("getWebhookInfo")
        assert "message_reaction" in info["allowed_updates"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "наш секрет"])
async def test_who_does_not_know_the_secret_is_not_heard(
    db: str, witness: Any, place: Place, secret: str | None
) -> None:
    async with hooked(place) as (scene, url):
        assert await _post(url, message(1, "forged"), secret) == 403
        assert scene.tried == []


@pytest.mark.parametrize("body", [[], {}, {"update_id": "one"}, "text", None])
async def test_what_is_no_update_is_refused(db: str, place: Place, body: Any) -> None:
    async with hooked(place) as (_scene, url):
        assert await _post(url, body) == 400


async def test_a_huge_body_is_refused(db: str, place: Place) -> None:
    async with hooked(place) as (scene, url):
        assert await _post(url, message(1, "x" * 1_100_000)) == 413
        assert scene.tried == []


async def test_200_comes_after_the_commit(db: str, witness: Any, place: Place) -> None:
    gate = Gate()
    async with hooked(place) as (scene, url):
        scene.acts["hello"] = gate
        reading = asyncio.Lock()

        async def answered() -> tuple[int, list[str]]:
            """What Telegram hears, and what stands in the database at that moment."""
            status = await _post(url, message(1, "hello"))
            async with reading:
                return status, await said(witness)

        answer = asyncio.create_task(answered())
        await gate.reached.wait()
        again = asyncio.create_task(answered())
        await asyncio.wait([answer, again], timeout=0.3)  # who does not wait has time to answer
        gate.opened.set()
        assert (await answer, await again) == ((200, ["hello"]), (200, ["hello"]))


async def test_who_hangs_up_does_not_undo_it(db: str, witness: Any, place: Place) -> None:
    gate = Gate()
    async with hooked(place) as (scene, url):
        scene.acts["hello"] = gate
        answer = asyncio.create_task(_post(url, message(1, "hello")))
        await gate.reached.wait()
        answer.cancel()
        gate.opened.set()
        assert await _post(url, message(1, "hello")) == 200
        assert await said(witness) == ["hello"]
        assert scene.tried == ["hello"]


async def test_while_the_database_is_away_telegram_keeps_it(
    db: str, postgres_url: str, witness: Any, place: Place
) -> None:
    name = db.partition("?")[0].rpartition("/")[2]
    server = await asyncpg.connect(postgres_url)
    async with hooked(place) as (scene, url):
        await webhook.announce(scene.bot, url, SECRET)
        await server.execute(SHUT.format(name, "false"))
        assert await _post(url, message(1, "by hand")) == 503
        place.customer.writes(place.bot, "one")
        place.customer.writes(place.bot, "two")

        async def refused() -> bool:
            return "503" in (await place.calls("getWebhookInfo")).get("last_error_message", "")

        await until(refused)
        assert len(place.bot.updates) == 2
        await server.execute(SHUT.format(name, "true"))

        async def confirmed() -> bool:
            return len(place.bot.updates) == 0

        await until(confirmed)
        assert await said(witness) == ["one", "two"]
    await server.close()


async def test_an_address_that_telegram_refuses_is_one_sentence(place: Place) -> None:
    async with a_scene(place.sandbox.url, TOKEN) as scene:
        with pytest.raises(CannotStart, match="PUBLIC_URL"):
            await webhook.announce(scene.bot, "http://example.org", SECRET)
