"""The outside view: alive, ready, measured, and one sentence when it cannot listen."""

import time
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.failures import CannotStart
from bot.telegram.calls import telegram
from bot.web import build, readiness, serving
from bot.web.readiness import Checks
from tests.inflow.scene import NOWHERE
from tests.inflow.scene import TOKEN as OTHER_TOKEN
from tests.sandbox.place import TOKEN, a_place


async def _get(checks: Checks, path: str) -> tuple[int, str]:
    async with (
        serving(build(checks, lambda: b"topicdesk_up 1.0\n"), "127.0.0.1", 0) as url,
        aiohttp.ClientSession() as http,
        http.get(url + path) as answer,
    ):
        return answer.status, await answer.text()


async def test_the_process_lives() -> None:
    assert (await _get({}, "/healthz"))[0] == 200


async def test_metrics_are_served() -> None:
    assert await _get({}, "/metrics") == (200, "topicdesk_up 1.0\n")


async def test_ready_when_everything_answers(db: str, redis: "Redis") -> None:
    async with a_place() as place:
        bot = telegram(TOKEN, place.sandbox.url)
        checks = {
            "database": readiness.database,
            "migrations": readiness.migrated,
            "redis": readiness.redis(redis),
            "telegram": readiness.telegram(bot),
        }
        status, text = await _get(checks, "/readyz")
        assert status == 200
        assert all(name in text for name in checks)
        assert "false" not in text
        await _get(checks, "/readyz")
        assert len(place.sandbox.calls.of("getMe")) == 1
        await bot.session.close()


async def test_each_that_does_not_answer_is_named(db: str, witness: Any) -> None:
    await witness.execute("DELETE FROM tortoise_migrations")
    bot = telegram(OTHER_TOKEN, NOWHERE)
    nobody = Redis.from_url("redis://127.0.0.1:9/0")
    checks = {
        "database": readiness.database,
        "migrations": readiness.migrated,
        "redis": readiness.redis(nobody),
        "telegram": readiness.telegram(bot),
    }
    started = time.monotonic()
    status, text = await _get(checks, "/readyz")
    assert status == 503
    assert text == '{"database": true, "migrations": false, "redis": false, "telegram": false}'
    assert time.monotonic() - started < 5
    await bot.session.close()
    await nobody.aclose()


async def test_a_port_in_use_is_one_sentence() -> None:
    app = build({}, bytes)
    async with serving(app, "127.0.0.1", 0) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(CannotStart, match=f"127.0.0.1:{port} is taken"):
            async with serving(build({}, bytes), "127.0.0.1", port):
                pass


async def test_a_host_of_others_is_one_sentence() -> None:
    with pytest.raises(CannotStart, match="HOST"):
        async with serving(build({}, bytes), "192.0.2.1", 0):
            pass
