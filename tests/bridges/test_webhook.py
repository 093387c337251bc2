"""The webhook: who is believed, what comes in, what goes out."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import asyncpg
import pytest
from aiohttp import ClientSession, ClientTimeout, web
from redis.asyncio import Redis

from bot.bridges import webhook
from bot.bridges.counter import Counter
from bot.bridges.keeping import Kept, lent
from bot.bridges.webhook import Webhook, endpoints, events, sending, signing
from bot.bucket import Bucket
from bot.config import Settings
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said import Address, Content, Outgoing
from bot.desk.words import Words, bold
from bot.failures import BadSetting
from bot.web import MAX_BODY, build, patience, serving
from models.database import connected
from tests.bridges.other_side import How, OtherSide
from tests.bridges.site import KEY, SECRET, Json, Site, about, brings, message, site
from tests.stories.chat import eventually

ANNA = Address("webhook", "shop:anna")
DOCS = Path(__file__).parent.parent.parent / "docs"
SAID = "SELECT words ->> 'text' FROM message ORDER BY id"
OLD = "whsec_" + "T0xE" * 8
PATH_SECRET = "a-secret-of-the-path"


def bridge(url: str | None = None, language: str = "en", **shop: Any) -> Webhook:
    """With one endpoint, `shop`."""
    out = {"url": url, "can": ["edit", "unsend", "react"]} if url else {}
    said = {"shop": {"secrets": [SECRET]} | out | shop}
    return Webhook(endpoints.load(json.dumps(said)), language)


# The contract


class FarEnd:
    """A customer of the site."""

    def __init__(self, there: Site) -> None:
        self.bridge = bridge(there.url)
        self.address = ANNA
        self._site = there

    def read(self) -> list[str]:
        return self._site.read

    def photo(self, caption: str) -> Content:
        return Content("photo", Words(caption))

    def fails(self, how: How) -> None:
        self._site.answers.append(web.Response(status=503 if how == "later" else 422))


@asynccontextmanager
async def other_side(_redis: Redis) -> AsyncIterator[OtherSide]:
    """A site that can do all there is."""
    async with site() as there:
        end = FarEnd(there)
        await end.bridge.start(Mock())
        yield end
        await end.bridge.stop()


# Coming in


@asynccontextmanager
async def door(redis: Redis, made: Webhook, *, per_minute: int = 0) -> AsyncIterator[str]:
    """The address of `shop`, on the web application of a desk."""
    bucket = Bucket(redis, 42, per_minute=per_minute, burst=2)
    kept = Kept(made, Counter("webhook", Settings(_env_file=None), bucket))
    await kept.start()
    await eventually(kept.is_up, lambda: "it never starts")
    try:
        async with serving(build(lent=lent([kept])), "127.0.0.1", 0) as url:
            yield f"{url}/channels/webhook/shop"
    finally:
        await kept.stop()


@pytest.fixture
async def url(database_url: str, redis: Redis) -> AsyncIterator[str]:
    async with connected(database_url, connections=4), door(redis, bridge()) as url:
        yield url


async def said(witness: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await witness.fetch(SAID)]


async def test_words_become_a_message_of_an_address_with_the_endpoints_name(
    url: str, witness: asyncpg.Connection
) -> None:
    assert await brings(url, message("1", "Where is it?")) == (200, '{"ok":true}')
    assert await said(witness) == ["Where is it?"]
    row = await witness.fetchrow("SELECT channel, external_id FROM address")
    assert row is not None
    assert tuple(row) == ("webhook", "shop:anna")
    assert await witness.fetchval("SELECT name FROM customer") == "Anna"


async def test_the_same_twice_and_at_once_is_one_and_is_answered_the_same(
    url: str, witness: asyncpg.Connection
) -> None:
    both = await asyncio.gather(*[brings(url, message("1", "Hello")) for _one in range(5)])
    assert {*both, await brings(url, message("1", "Hello"))} == {(200, '{"ok":true}')}
    assert await said(witness) == ["Hello"]
    assert await witness.fetchval("SELECT count(*) FROM ticket") == 1


async def test_what_overtakes_its_message_is_brought_again(
    url: str, witness: asyncpg.Connection
) -> None:
    assert (await brings(url, about("deleted", "1")))[0] == 409
    assert (await brings(url, about("reacted", "1", emoji="👍")))[0] == 409
    edit = message("1", "second") | {"type": "edited"}
    assert (await brings(url, edit))[0] == 200
    assert (await brings(url, message("1", "first")))[0] == 200
    assert await said(witness) == ["second"]
    assert (await brings(url, about("reacted", "1", emoji="👍")))[0] == 200
    for _twice in range(2):
        assert (await brings(url, about("deleted", "1")))[0] == 200
    assert await witness.fetchval("SELECT reaction FROM message") == "👍"
    assert await witness.fetchval("SELECT unsent_at IS NOT NULL FROM message")


async def test_of_two_edits_the_later_one_stays(url: str, witness: asyncpg.Connection) -> None:
    await brings(url, message("1", "zero"))
    for second, text in ((2, "two"), (1, "one")):
        edit = message("1", text) | {"type": "edited", "timestamp": f"2026-11-27T10:00:0{second}Z"}
        assert (await brings(url, edit))[0] == 200
    assert await said(witness) == ["two"]


async def test_blocks_and_returns_are_noted(url: str, witness: asyncpg.Connection) -> None:
    await brings(url, message("1", "Hello"))
    for kind, blocked in (("blocked", True), ("returned", False)):
        gone = {"type": kind, "data": {"from": {"id": "anna"}}}
        assert (await brings(url, gone))[0] == 200
        found = await witness.fetchval("SELECT blocked_at IS NOT NULL FROM address")
        assert found is blocked


async def test_replies_formats_and_links_to_files_are_kept(
    url: str, witness: asyncpg.Connection
) -> None:
    await brings(url, message("1", "Hello"))
    bolds = [{"type": "bold", "offset": 0, "length": 3, "more": [[[1]]]}]
    files = [{"url": "https://shop.example/a.pdf", "name": "a.pdf"}]
    second = message("2", "The blue one", reply_to="1", entities=bolds, attachments=files)
    assert (await brings(url, second))[0] == 200
    row = await witness.fetchrow("SELECT words, reply_to_id FROM message WHERE id = 2")
    assert row is not None
    words = json.loads(row["words"])
    assert words["text"] == "The blue one\n📎 a.pdf https://shop.example/a.pdf"
    assert words["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert row["reply_to_id"] == 1


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


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "Invalid JSON"),
        (b"\xff", "Invalid JSON"),
        (b'"\\ud800"', "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[]", "should be an object"),
        (b'{"type": "sung", "data": {}}', "sung"),
        (b'{"type": "message", "data": {}}', "data.id: Field required"),
        (json.dumps(message("", "x")).encode(), "data.id"),
        (json.dumps(message("1" * 999, "x")).encode(), "data.id"),
        (json.dumps(message("1\0", "x")).encode(), "an id has"),
        (json.dumps(message("1", "x", who="a" * 201)).encode(), "data.from.id"),
        (json.dumps(message("1", " \u200b")).encode(), "says something"),
        (json.dumps(message("1", "x", attachments=[{"url": "javascript:1"}])).encode(), "url"),
        (
            json.dumps(
                message(
                    "1",
                    "x",
                    entities=[{"type": "text_link", "offset": 0, "length": 1, "url": "tg://x"}],
                )
            ).encode(),
            "data.entities.0.url",
        ),
    ],
)
async def test_what_nothing_can_be_made_of_is_refused_and_named(
    url: str, witness: asyncpg.Connection, body: bytes, why: str
) -> None:
    status, text = await brings(url, body)
    assert (status, why in text) == (400, True), text
    assert await said(witness) == []


async def test_hostile_names_and_words_are_cleaned(url: str, witness: asyncpg.Connection) -> None:
    event = message("1", "<b>a\0b</b>")
    event["data"]["from"]["name"] = "\u202e<i>" + "A" * 5000
    event["data"]["from"]["language"] = "x" * 5000
    assert (await brings(url, event))[0] == 200
    assert await said(witness) == ["<b>a\ufffdb</b>"]
    assert await witness.fetchval("SELECT length(name) FROM customer") <= 64


async def test_numbers_are_ids_and_what_is_not_known_is_left_alone(
    url: str, witness: asyncpg.Connection
) -> None:
    event = message("1", "Hello") | {"later": {"than": "us"}}
    event["data"]["id"] = 17
    assert (await brings(url, event))[0] == 200
    assert await witness.fetchval("SELECT external_id FROM trace") == "17"


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


# Going out


@pytest.fixture
async def there() -> AsyncIterator[Site]:
    async with site() as there:
        yield there


@pytest.fixture
async def made(there: Site) -> AsyncIterator[Webhook]:
    made = bridge(there.url)
    await made.start(Mock())
    yield made
    await made.stop()


def outgoing(*parts: Content | str, **how: Any) -> Outgoing:
    contents = [part if isinstance(part, Content) else Content(words=Words(part)) for part in parts]
    return Outgoing(ANNA, contents, **({"delivery_id": 7, "ticket": 3} | how))


async def test_an_answer_says_all_there_is_to_it(made: Webhook, there: Site) -> None:
    words = Content(words="It has " + bold("left"))
    assert await made.send(outgoing(words, reply_to="1", language="uk")) == [["site-1"]]
    headers, event = there.calls[0]
    assert headers["webhook-id"] == "7"
    assert event["type"] == "message"
    assert event["data"] == {
        **{"id": "7", "to": "anna", "text": "It has left", "ticket": 3, "reply_to": "1"},
        "entities": [{"type": "bold", "offset": 7, "length": 4}],
        **{"automatic": False, "language": "uk"},
    }


async def test_it_has_the_same_id_at_every_try_so_that_it_is_shown_once(
    made: Webhook, there: Site
) -> None:
    for _twice in range(2):
        assert await made.send(outgoing("one", "two")) == [["site-1"], ["site-2"]]
    assert there.read == ["one", "two"]
    assert [headers["webhook-id"] for headers, _event in there.calls] == ["7", "7-2"] * 2
    assert {event["data"]["album"] for _headers, event in there.calls} == {"7"}


async def test_what_the_other_side_does_not_name_has_our_name(made: Webhook, there: Site) -> None:
    there.gives_ids = False
    assert await made.send(outgoing("Hello")) == [["7"]]
    for odd in ("no JSON", '{"id": ""}', '{"id": []}', json.dumps({"id": "x" * 999})):
        there.answers.append(web.Response(text=odd))
        assert await made.send(outgoing("Hello")) == [["7"]]


async def test_a_picture_is_told_in_the_customers_language(made: Webhook, there: Site) -> None:
    await made.send(outgoing(Content("photo", Words("ось")), language="uk"))
    assert there.read == ["🖼 Фото\nось"]


@pytest.mark.parametrize(
    ("status", "headers", "after", "certain"),
    [
        (429, {"Retry-After": "7"}, 7.0, True),
        (429, {"Retry-After": "9" * 30}, 3600.0, True),
        (429, {"Retry-After": "soon"}, sending.SHORT_WAIT, True),
        (429, {}, sending.SHORT_WAIT, True),
        (503, {"Retry-After": "120"}, 120.0, False),
        (500, {}, 0.0, False),
        (408, {}, 0.0, False),
    ],
)
async def test_who_is_busy_or_away_is_tried_later(
    made: Webhook, there: Site, status: int, headers: Json, after: float, certain: bool
) -> None:
    there.answers.append(web.Response(status=status, headers=headers))
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert (later.value.after, later.value.certain) == (after, certain)
    wait = await made.turn(Address("webhook", "shop:taras"))
    assert wait == pytest.approx(after, abs=2.0)  # all of that endpoint, and nobody else
    assert await made.turn(Address("webhook", "other:anna")) == 0.0


async def test_a_date_to_come_again_is_kept(made: Webhook, there: Site) -> None:
    then = format_datetime(datetime.fromtimestamp(time.time() + 60, UTC), usegmt=True)
    there.answers.append(web.Response(status=503, headers={"Retry-After": then}))
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert 50 < later.value.after <= 60


async def test_who_is_not_there_has_certainly_got_nothing() -> None:
    made = bridge("http://127.0.0.1:9/hook")
    await made.start(Mock())
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert later.value.certain
    await made.stop()


async def test_half_an_album_is_not_certain(made: Webhook, there: Site) -> None:
    there.answers += [web.Response(), web.Response(status=429)]
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("one", "two"))
    assert not later.value.certain
    assert later.value.after == sending.SHORT_WAIT


async def test_who_never_answers_is_given_up_for_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "WITHIN", ClientTimeout(total=0.2))

    never = asyncio.Event()

    async def hangs(_request: web.Request) -> web.Response:
        await never.wait()
        return web.Response()

    async with serving(build(routes=[web.post("/hook", hangs)]), "127.0.0.1", 0) as url:
        slow = bridge(f"{url}/hook")
        await slow.start(Mock())
        with pytest.raises(TryLater) as later:
            await slow.send(outgoing("Hello"))
        await slow.stop()
    assert not later.value.certain


@pytest.mark.parametrize(
    ("status", "said", "reason", "detail"),
    [
        (410, "", "blocked", "HTTP 410"),
        (404, '{"error": "no such person"}', "rejected", "HTTP 404: no such person"),
        (422, "too\nlong\u202e " + "x" * 999, "rejected", "HTTP 422: too long xxx"),
        (400, "<html><b>no</b>", "rejected", "HTTP 400"),
        (400, "\0", "rejected", "HTTP 400"),
        (302, "", "rejected", "HTTP 302"),
    ],
)
async def test_who_will_not_have_it_is_quoted_and_clipped(
    made: Webhook, there: Site, status: int, said: str, reason: str, detail: str
) -> None:
    headers = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
    there.answers.append(web.Response(status=status, text=said, headers=headers))
    with pytest.raises(Undeliverable) as refusal:
        await made.send(outgoing("Hello"))
    assert refusal.value.reason == reason
    assert refusal.value.detail.rstrip("x…") == detail.rstrip("x")
    assert len(refusal.value.detail) <= 220
    assert len(there.calls) == 1


async def test_what_an_endpoint_cannot_do_is_refused_and_nobody_called(there: Site) -> None:
    made = bridge(there.url, can=[])
    await made.start(Mock())
    words = Content(words=Words("x"))
    cases = {
        "edit": made.edit(ANNA, ["1"], words),
        "unsend": made.unsend(ANNA, ["1"]),
        "react": made.react(ANNA, "1", "👍"),
        "send": made.send(Outgoing(Address("webhook", "closed:anna"), [words])),
    }
    for act, call in cases.items():
        with pytest.raises(Undeliverable) as refusal:
            await call
        assert refusal.value.reason == f"cannot {act}"
    await made.react(ANNA, "1", "")
    assert there.calls == []
    await made.stop()


async def test_changes_are_told_apart_and_what_is_gone_is_gone(made: Webhook, there: Site) -> None:
    await made.send(outgoing("Hello"))
    for text in ("one", "two", "one"):
        await made.edit(ANNA, ["site-1"], Content(words=Words(text)))
    assert there.read == ["one"]
    await made.react(ANNA, "site-1", "👍")
    assert there.reactions == {"site-1": "👍"}
    for _twice in range(2):
        await made.unsend(ANNA, ["site-1"])
    assert there.read == []
    there.answers.append(web.Response(status=403))
    with pytest.raises(Undeliverable):
        await made.unsend(ANNA, ["site-1"])


# What is set


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"shop": {}}, "shop: it should have secrets, or path_secrets"),
        ({"shop": {"secrets": ["short"]}}, "shop.secrets.0: it should be whsec_"),
        ({"shop": {"secrets": ["whsec_" + "A" * 28]}}, "at least 24 bytes"),
        ({"shop": {"secrets": ["whsec_ü"]}}, "shop.secrets.0"),
        ({"shop": {"secrets": ["secret" + SECRET[6:]]}}, "shop.secrets.0"),
        ({"shop": {"secrets": [5]}}, "shop.secrets.0"),
        ({"shop": {"path_secrets": ["../"]}}, "shop.path_secrets.0"),
        ({"shop": {"secrets": [SECRET], "url": "shop.example"}}, "shop.url"),
        ({"shop": {"secrets": [SECRET], "url": "https://a:b@shop.example"}}, "shop.url"),
        ({"shop": {"path_secrets": [PATH_SECRET], "url": "https://shop.example"}}, "is signed"),
        ({"shop": {"secrets": [SECRET], "can": ["edit"]}}, "has no url"),
        ({"shop": {"secrets": [SECRET], "can": ["sing"]}}, "shop.can.0"),
        ({"shop": {"secrets": [SECRET], "ulr": "x"}}, "shop.ulr"),
        ({"shop": {"secrets": [SECRET], "networks": ["x"]}}, "shop.networks.0"),
        ({"Shop:": {"secrets": [SECRET]}}, "Shop:"),
        ({"shop": 5}, "shop"),
        ({"shop": {"preset": "acme"}}, "shop.preset: it should be one of binotel, ringostat"),
        (
            {"shop": {"path_secrets": [PATH_SECRET], "preset": "binotel", "reads": {"text": 5}}},
            "shop.reads.text",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_path_and_never_shown(given: Json, why: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        endpoints.load(json.dumps(given))
    assert why in str(wrong.value)
    assert "The setting WEBHOOKS is wrong: " in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_it_is_json_or_a_file_or_nothing(tmp_path: Path) -> None:
    said = json.dumps({"shop": {"secrets": [SECRET]}})
    (tmp_path / "hooks.json").write_text(said)
    for setting in (said, str(tmp_path / "hooks.json")):
        assert webhook.built(Settings(_env_file=None, webhooks=setting)) is not None
    assert webhook.built(Settings(_env_file=None)) is None
    (tmp_path / "list.json").write_text("[]")
    for wrong in ("{", *(str(tmp_path / name) for name in ("none.json", "list.json", ""))):
        with pytest.raises(BadSetting) as why:
            webhook.built(Settings(_env_file=None, webhooks=wrong))
        assert "WEBHOOKS" in str(why.value)
    shown = repr(bridge(path_secrets=[PATH_SECRET])._endpoints)
    assert not [each for each in (SECRET, PATH_SECRET, repr(KEY)) if each in shown]


# What is documented


def test_the_schema_is_that_of_the_code() -> None:
    assert json.loads((DOCS / "webhook.schema.json").read_text()) == events.schema()


def test_the_examples_of_the_docs_are_read() -> None:
    text = (DOCS / "webhook.md").read_text()
    found = [json.loads(each) for each in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    settings = [each for each in found if "type" not in each]
    incoming = [each for each in found if "from" in each.get("data", {})]
    theirs = [each for each in found if "to" in each.get("data", {})]
    for each in settings:
        assert endpoints.load(json.dumps(each))
    assert {events.read(json.dumps(each).encode()).type for each in incoming} == {
        *("message", "edited", "deleted", "reacted", "blocked", "returned")
    }
    assert {events.OUTGOING.validate_python(each).type for each in theirs} == {
        *("message", "edited", "deleted", "reacted")
    }
    assert len(found) == len(settings) + len(incoming) + len(theirs)
