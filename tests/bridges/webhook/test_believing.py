"""Who is believed, and how much is heard of who is not."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator

import asyncpg
import orjson
import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict
from redis.asyncio import Redis

from bot.bridges.webhook import signing
from bot.web import MAX_BODY, patience
from models.database import connected
from tests.bridges.webhook.door import OLD, PATH_SECRET, bridge, door, said
from tests.bridges.webhook.site import KEY, SECRET, Json, brings, message


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"at": -301}, "300 seconds"),
        ({"at": 301}, "300 seconds"),
        ({"key": signing.key(OLD)}, "does not match"),
        ({"webhook-signature": "v1,AAAA"}, "does not match"),
        ({"webhook-signature": "v1,ü"}, "does not match"),
        ({"webhook-signature": "v2,x"}, "does not match"),
        ({"webhook-signature": ""}, "are needed"),
        ({"webhook-id": ""}, "are needed"),
        ({"webhook-id": "msg.1"}, "are needed"),
        ({"webhook-id": "msg_2"}, "does not match"),
        ({"webhook-timestamp": "soon"}, "are needed"),
        ({"webhook-timestamp": "1" * 40}, "are needed"),
    ],
)
async def test_what_is_forged_or_of_another_time_is_refused(
    url: str, witness: asyncpg.Connection, how: Json, why: str
) -> None:
    if "at" in how:
        how = {"at": time.time() + how["at"]}
    status, text = await brings(url, message("1", "Hello"), **how)
    assert (status, why in text) == (401, True), text
    assert await said(witness) == []


async def test_a_signature_is_of_this_body(url: str, witness: asyncpg.Connection) -> None:
    signed: Json = signing.signed([KEY], "msg_1", time.time(), b"{}")
    status, _text = await brings(url, message("1", "Hello"), **signed)
    assert status == 401
    assert await said(witness) == []


def test_a_signature_says_its_version() -> None:
    headers = signing.signed([KEY], "msg_1", time.time(), b"{}")
    headers["webhook-signature"] = headers["webhook-signature"].removeprefix("v1,")
    with pytest.raises(signing.Forged):
        signing.check([KEY], headers, b"{}", time.time())


def test_signatures_are_those_of_standard_webhooks() -> None:
    """By hand, as the specification says it."""
    made = hmac.digest(KEY, b"msg_1.1674087231.{}", hashlib.sha256)
    headers = signing.signed([KEY], "msg_1", 1674087231.9, b"{}")
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(made).decode()}"
    assert headers["webhook-timestamp"] == "1674087231"


async def test_while_secrets_change_both_are_taken_and_both_sign(
    database_url: str, redis: Redis
) -> None:
    made = bridge(secrets=[SECRET, OLD])
    async with connected(database_url, connections=4), door(redis, made) as url:
        for number, key in enumerate((KEY, signing.key(OLD))):
            assert (await brings(url, message(str(number), "Hello"), key=key))[0] == 200
    headers = signing.signed([KEY, signing.key(OLD)], "1", time.time(), b"x")
    for key in (KEY, signing.key(OLD)):
        signing.check([key], headers, b"x", time.time())


async def test_an_endpoint_that_is_not_there_is_not_there(url: str) -> None:
    for other in (url.replace("shop", "shops"), f"{url}/{PATH_SECRET}"):
        assert (await brings(other, message("1", "Hello")))[0] == 404


async def test_what_is_huge_is_refused_with_and_without_its_length(
    url: str, witness: asyncpg.Connection
) -> None:
    huge = b"x" * (MAX_BODY + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(huge), 65536):
            yield huge[start : start + 65536]

    for length in ({}, {"Content-Length": str(len(huge))}):
        async with ClientSession() as http, http.post(url, data=pieces(), headers=length) as answer:
            assert answer.status == 413
    assert await said(witness) == []


async def test_who_dribbles_is_cut_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "BODY_WITHIN", 0.2)
    never = asyncio.Event()

    async def dribble() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    async with ClientSession() as http, http.post(url, data=dribble()) as answer:
        assert answer.status == 408


async def test_who_brings_too_much_is_told_when_to_come_again(
    database_url: str, redis: Redis
) -> None:
    async with connected(database_url, connections=4), door(redis, bridge(), per_minute=1) as url:
        for number in range(2):
            assert (await brings(url, message(str(number), "Hello")))[0] == 200
        assert (await brings(url, message("2", "Hello")))[0] == 429


async def test_only_networks_that_are_named_may_call(
    database_url: str, redis: Redis, witness: asyncpg.Connection
) -> None:
    told = {"X-Forwarded-For": "10.1.2.3, 203.0.113.7"}
    cases: list[tuple[Json, Json, int]] = [
        ({"networks": ["203.0.113.0/24"]}, {}, 403),
        ({"networks": ["203.0.113.0/24"]}, told, 403),  # anybody can say so
        ({"networks": ["203.0.113.0/24"], "proxies": ["127.0.0.1"]}, told, 200),
        ({"networks": ["10.0.0.0/8"], "proxies": ["127.0.0.1"]}, told, 403),  # what they say
        ({"networks": ["127.0.0.0/8"]}, {}, 200),
    ]
    async with connected(database_url, connections=4):
        for shop, headers, status in cases:
            async with door(redis, bridge(**shop)) as url:
                assert (await brings(url, message("1", "Hello"), **headers))[0] == status, shop


async def test_each_proxy_may_add_a_line_of_its_own(database_url: str, redis: Redis) -> None:
    shop: Json = {"networks": ["203.0.113.0/24"], "proxies": ["127.0.0.1"]}
    headers = [("X-Forwarded-For", each) for each in ("203.0.113.7", "198.51.100.9")]
    body = orjson.dumps(message("1", "Hello"))
    signed = [*signing.signed([KEY], "msg_1", time.time(), body).items()]
    async with connected(database_url, connections=4), door(redis, bridge(**shop)) as url:
        for lines, status in ((headers, 403), (headers[::-1], 200)):
            sent = CIMultiDict([*signed, *lines])
            async with ClientSession() as http, http.post(url, data=body, headers=sent) as answer:
                assert answer.status == status, lines
