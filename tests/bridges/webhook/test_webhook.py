"""The webhook: a site that can do all there is, and what becomes of what it brings."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import Mock

import asyncpg
import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.desk.said import Content
from bot.desk.words import Words
from bot.web import build, serving
from tests.bridges.other_side import How, OtherSide
from tests.bridges.webhook.door import ANNA, bridge, said
from tests.bridges.webhook.site import Json, Site, about, brings, message, site

OK = (200, '{"ok":true}')


class FarEnd:
    """A customer of the site."""

    def __init__(self, there: Site) -> None:
        self.bridge = bridge(there.url)
        self.address = ANNA
        self._site = there

    def read(self) -> list[str]:
        return self._site.read

    def given(self) -> str:
        return str(self._site.calls)

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


async def test_words_become_a_message_of_an_address_with_the_endpoints_name(
    url: str, witness: asyncpg.Connection
) -> None:
    assert await brings(url, message("1", "Where is it?")) == (200, '{"ok":true}')
    assert await said(witness) == ["Where is it?"]
    row = await witness.fetchrow("SELECT channel, external_id FROM address")
    assert row is not None
    assert tuple(row) == ("webhook", "shop:anna")
    assert await witness.fetchval("SELECT name FROM customer") == "Anna"


async def test_who_has_only_an_id_is_named_by_nobody(url: str, witness: asyncpg.Connection) -> None:
    for number, person in enumerate(({"id": "+380441234567"}, {"id": "7", "name": "7"})):
        data = {"id": str(number), "from": person, "text": "Where is it?"}
        await brings(url, {"type": "message", "data": data})
    await brings(url, message("3", "Where is it?"))
    rows = await witness.fetch("SELECT name, named_by_id FROM customer ORDER BY id")
    assert [tuple(row) for row in rows] == [("+380441234567", 0), ("7", 0), ("Anna", None)]


async def test_who_calls_before_it_is_started_is_to_call_again() -> None:
    lent = web.Application()
    lent.add_routes(bridge().routes())
    async with serving(build(lent=[("/early", lent)]), "127.0.0.1", 0) as url:
        assert (await brings(f"{url}/early/shop", message("1", "Hello")))[0] == 503
        assert (await brings(f"{url}/early/other", message("1", "Hello")))[0] == 404


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


@pytest.mark.parametrize("overtakes", [False, True])
async def test_of_two_edits_the_later_one_stays(
    url: str, witness: asyncpg.Connection, *, overtakes: bool
) -> None:
    if not overtakes:
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


def turn(kind: str, second: int | None = None) -> Json:
    """Anna shuts us out, or lets us in."""
    event: Json = {"type": kind, "data": {"from": {"id": "anna"}}}
    return event if second is None else event | {"timestamp": f"2026-11-27T10:00:0{second}Z"}


async def test_a_captured_call_does_nothing_the_second_time(
    url: str, witness: asyncpg.Connection
) -> None:
    await brings(url, message("1", "zero"))
    for captured, next_one in (
        (message("1", "one") | {"type": "edited"}, message("1", "two") | {"type": "edited"}),
        (about("reacted", "1", emoji="👍"), about("reacted", "1", emoji="❤")),
        (turn("blocked"), turn("returned")),
    ):
        for event in (captured, next_one, captured):
            assert await brings(url, event) == (200, '{"ok":true}')
    assert await said(witness) == ["two"]
    assert await witness.fetchval("SELECT reaction FROM message") == "❤"
    assert await witness.fetchval("SELECT blocked_at FROM address") is None


async def test_a_call_under_another_number_is_another_one(
    url: str, witness: asyncpg.Connection
) -> None:
    await brings(url, message("1", "zero"))
    for number, emoji in (("a", "👍"), ("b", ""), ("c", "👍")):
        await brings(url, about("reacted", "1", emoji=emoji), number=number)
    assert await witness.fetchval("SELECT reaction FROM message") == "👍"


async def test_the_same_call_at_once_is_done_once(url: str, witness: asyncpg.Connection) -> None:
    await brings(url, message("1", "Hello"))
    like = about("reacted", "1", emoji="👍")
    assert {*await asyncio.gather(*[brings(url, like) for _one in range(5)])} == {OK}
    assert await witness.fetchval("SELECT count(*) FROM event WHERE name = 'reacted'") == 1


async def test_of_two_reactions_the_later_one_stays(url: str, witness: asyncpg.Connection) -> None:
    await brings(url, message("1", "Hello"))
    for second, emoji in ((2, "❤"), (1, "👍"), (3, ""), (2, "🎉")):
        like = about("reacted", "1", emoji=emoji)
        assert await brings(url, like | {"timestamp": f"2026-11-27T10:00:0{second}Z"}) == OK
    assert await witness.fetchval("SELECT reaction FROM message") is None


async def test_so_does_the_later_of_a_block_and_a_return(
    url: str, witness: asyncpg.Connection
) -> None:
    await brings(url, message("1", "Hello"))
    for kind, second in (("blocked", 2), ("returned", 1), ("blocked", 1)):
        assert await brings(url, turn(kind, second)) == OK
    assert await witness.fetchval("SELECT blocked_at IS NOT NULL FROM address")
    for kind, second in (("returned", 4), ("blocked", 3)):
        assert await brings(url, turn(kind, second)) == OK
    assert await witness.fetchval("SELECT blocked_at FROM address") is None


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
    assert words["text"] == "The blue one"
    assert words["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert row["reply_to_id"] == 1
    content = json.loads(await witness.fetchval("SELECT content FROM message WHERE id = 2"))
    sources = {"link": "https://shop.example/a.pdf"}
    assert content["attachments"] == [{"kind": "document", "name": "a.pdf", "sources": sources}]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "рахунок.pdf"),
        ("a  b.pdf", "a b.pdf"),
        ("x\nhttps://evil.example", "evil.example"),
        ("../../etc/\u202efdp.exe", "fdp.exe"),
    ],
)
async def test_the_name_of_a_file_does_no_harm(
    url: str, witness: asyncpg.Connection, name: str, shown: str
) -> None:
    link = "https://shop.example/a/%D1%80%D0%B0%D1%85%D1%83%D0%BD%D0%BE%D0%BA.pdf?b=c/d"
    assert (await brings(url, message("1", "", attachments=[{"url": link, "name": name}])))[
        0
    ] == 200
    content = json.loads(await witness.fetchval("SELECT content FROM message"))
    assert [file["name"] for file in content["attachments"]] == [shown]


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
