"""The outside view: alive, ready, measured, and one sentence when it cannot listen."""

import asyncio
from typing import Any

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.obstacles import CannotStart
from bot.telegram.calls import telegram
from bot.web import Status, build, patience, readiness, serving
from bot.web.readiness import Checks
from tests.inflow.scene import NOWHERE
from tests.inflow.scene import TOKEN as OTHER_TOKEN
from tests.sandbox.place import TOKEN, a_place


async def _get(checks: Checks, path: str) -> tuple[int, str]:
    async with (
        serving(build(Status(checks, lambda: b"topicdesk_up 1.0\n")), "127.0.0.1", 0) as url,
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
    status, text = await _get(checks, "/readyz")
    assert status == 503
    assert text == '{"database": true, "migrations": false, "redis": false, "telegram": false}'
    await bot.session.close()
    await nobody.aclose()


async def test_a_port_in_use_is_one_sentence() -> None:
    app = build()
    async with serving(app, "127.0.0.1", 0) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(CannotStart, match=f"127.0.0.1:{port} is taken"):
            async with serving(build(), "127.0.0.1", port):
                pass


async def test_a_host_of_others_is_one_sentence() -> None:
    with pytest.raises(CannotStart, match="HOST"):
        async with serving(build(), "192.0.2.1", 0):
            pass


async def test_a_token_hides_how_it_is_and_not_that_it_lives() -> None:
    status = Status({}, lambda: b"topicdesk_up 1.0\n", "hush")
    async with serving(build(status), "127.0.0.1", 0) as url, aiohttp.ClientSession() as http:
        for path, header, expected in (
            ("/metrics", "", 401),
            ("/readyz", "Bearer hush!", 401),
            ("/readyz", "Bearer hush", 200),
            ("/metrics", "Bearer hush", 200),
            ("/healthz", "", 200),
        ):
            async with http.get(url + path, headers={"Authorization": header}) as answer:
                assert (path, answer.status) == (path, expected)


async def test_without_a_status_only_life_is_told() -> None:
    async with serving(build(), "127.0.0.1", 0) as url, aiohttp.ClientSession() as http:
        async with http.get(url + "/metrics") as answer:
            assert answer.status == 404
        async with http.get(url + "/healthz") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("begun", "answered"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b""),
        (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal", b"408"),
    ],
)
async def test_who_does_not_finish_is_cut_off(
    begun: bytes, answered: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_WITHIN", 0.2)
    monkeypatch.setattr(patience, "BODY_WITHIN", 0.2)
    async with serving(build(), "127.0.0.1", 0) as url:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(begun)
        async with asyncio.timeout(60):
            said = await reader.read()
        assert answered in said
        assert bool(said) is bool(answered)
        writer.close()


async def test_who_asks_in_time_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_WITHIN", 0.2)
    async with serving(build(), "127.0.0.1", 0) as url, aiohttp.ClientSession() as http:
        for _ in range(3):
            async with http.get(url + "/healthz") as answer:
                assert answer.status == 200
            await asyncio.sleep(0.2)
        (kept,) = http.connector._conns.values()  # type: ignore[union-attr]
        assert len(kept) == 1
