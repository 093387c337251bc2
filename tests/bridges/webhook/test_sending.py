"""What goes out by webhook, and what is made of the answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import reduce
from typing import Any
from unittest.mock import Mock

import pytest
from aiohttp import ClientTimeout, web

from bot import texts
from bot.bridges.webhook import Webhook, sending
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said import ChannelAddress, Content, Outgoing
from bot.desk.said.attachments import Attachment, Original, Sources
from bot.desk.words import Words, bold
from bot.web import build, serving
from tests.bridges.webhook.door import ANNA, bridge
from tests.bridges.webhook.site import Json, Site, site
from tests.delivery.scene import until
from tests.stories.chat import eventually


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


def outgoing(said: Content | str, **how: Any) -> Outgoing:
    content = said if isinstance(said, Content) else Content(words=Words(said))
    return Outgoing(ANNA, content, **({"delivery_id": 7, "ticket": 3} | how))


async def test_an_answer_says_all_there_is_to_it(made: Webhook, there: Site) -> None:
    words = Content(words="It has " + bold("left"))
    assert await made.send(outgoing(words, reply_to="1", language="uk")) == [["site-1"]]
    headers, event = there.calls[0]
    assert headers["webhook-id"] == "topicdesk-7"
    assert event["type"] == "message"
    assert event["data"] == {
        **{"id": "topicdesk-7", "to": "anna", "text": "It has left", "ticket": 3, "reply_to": "1"},
        "entities": [{"type": "bold", "offset": 7, "length": 4}],
        **{"automatic": False, "language": "uk"},
    }


async def test_it_has_the_same_id_at_every_try_so_that_it_is_shown_once(
    made: Webhook, there: Site
) -> None:
    for _twice in range(2):
        assert await made.send(outgoing("one")) == [["site-1"]]
    assert there.read == ["one"]
    ids = [headers["webhook-id"] for headers, _event in there.calls]
    assert ids == ["topicdesk-7"] * 2


async def test_an_album_is_one_message_with_its_files(made: Webhook, there: Site) -> None:
    parts = [
        Content(kind, Words(text), (Attachment(kind, size=5),), original=Original(7, number))
        for number, kind, text in ((2, "video", "second"), (1, "photo", "first"), (3, "photo", ""))
    ]
    album = reduce(Content.joined, parts)
    places = [(9, 0), (9, 1), (9, 2)]
    assert await made.send(outgoing(album, places=places)) == [["site-1"]]
    ((headers, event),) = there.calls
    assert headers["webhook-id"] == "topicdesk-7"
    assert event["data"]["text"] == "first\n\nsecond"
    assert [each["kind"] for each in event["data"]["attachments"]] == ["photo", "video", "photo"]
    assert "album" not in event["data"]
    now = album.with_piece(0, replace(parts[0], words=Words("2")))
    assert await made.edit(outgoing(now), [["site-1"]], 0) == [["site-1"]]
    assert there.read == ["first\n\n2"]
    assert len(there.shown["site-1"]["attachments"]) == 3


async def test_what_the_other_side_does_not_name_has_our_name(made: Webhook, there: Site) -> None:
    there.gives_ids = False
    assert await made.send(outgoing("Hello")) == [["topicdesk-7"]]
    ids: list[Any] = ["", [], "x" * 999, "a\0b"]
    for odd in ("no JSON", *(json.dumps({"id": each}) for each in ids)):
        there.answers.append(web.Response(text=odd))
        assert await made.send(outgoing("Hello")) == [["topicdesk-7"]]


async def test_a_picture_is_told_in_the_customers_language(made: Webhook, there: Site) -> None:
    photo = Content("photo", Words("ось"))
    with texts.use("uk"):  # as the worker does
        await made.send(outgoing(photo))
        assert there.read == ["🖼 Фото\nось"]
        await made.edit(outgoing(replace(photo, words=Words("осьось"))), [["site-1"]], 0)
    assert there.read == ["🖼 Фото\nосьось"]


async def test_whose_words_they_were_first_is_said(made: Webhook, there: Site) -> None:
    words = Content(words=bold("Hello"), forwarded="Borys")
    await made.send(outgoing(words))
    await made.send(outgoing(Content("photo", Words("Look"), forwarded=""), delivery_id=8))
    assert there.read == ["Forwarded from Borys\nHello", "Forwarded from …\n🖼 Photo\nLook"]
    assert [each["type"] for each in there.calls[0][1]["data"]["entities"]] == ["italic", "bold"]
    await made.edit(outgoing(replace(words, words=Words("Hello!"))), [["site-1"]], 0)
    assert there.read[0] == "Forwarded from Borys\nHello!"


@pytest.mark.parametrize(
    ("status", "headers", "after", "certain"),
    [
        (429, {"Retry-After": "7"}, 7.0, True),
        (429, {"Retry-After": "9" * 30}, 3600.0, True),
        (429, {"Retry-After": "soon"}, sending.SHORT_WAIT, True),
        (429, {"Retry-After": f"Mon, 01 Jan {10**20} 00:00:00 GMT"}, sending.SHORT_WAIT, True),
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
    asked = time.monotonic()
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert (later.value.after, later.value.certain) == (after, certain)
    assert later.value.__cause__ is None
    wait = await made.turn(ChannelAddress("webhook", "shop:taras"))
    gone = time.monotonic() - asked
    assert after - gone <= wait <= after, "all of that endpoint, and nobody else"
    assert await made.turn(ChannelAddress("webhook", "other:anna")) == 0.0


async def turns(made: Webhook, times: int = 2) -> list[bool]:
    """Whether each of the next calls, at once, has its turn."""
    return [
        await made.turn(ChannelAddress("webhook", f"shop:{who}")) == 0.0 for who in range(times)
    ]


@pytest.mark.parametrize("status", [200, 500, 404])
async def test_after_a_rest_one_goes_before_the_others(
    made: Webhook, there: Site, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    assert await turns(made) == [True, True]
    monkeypatch.setattr(sending, "SHORT_WAIT", 0.01)
    there.answers += [web.Response(status=429), web.Response(status=status)]
    with pytest.raises(TryLater):
        await made.send(outgoing("Hello"))
    turn: list[bool] = []

    async def rested() -> bool:
        turn[:] = await turns(made, 3)
        return turn[0]

    await until(rested)
    assert turn == [True, False, False]
    with suppress(TryLater, Undeliverable):
        await made.send(outgoing("Hello"))
    assert await turns(made) == [True, True], "it answers, whatever it says"


async def test_what_was_on_its_way_before_the_trouble_does_not_end_it(
    made: Webhook, there: Site
) -> None:
    go = asyncio.Event()
    there.waits = go.wait
    slow = [asyncio.create_task(made.send(outgoing(text))) for text in ("one", "two")]
    await eventually(lambda: there.waiting == len(slow), lambda: f"{there.waiting} calls")
    there.waits = None
    there.answers += [web.Response(status=429, headers={"Retry-After": "120"})]
    with pytest.raises(TryLater):
        await made.send(outgoing("three"))
    there.answers += [web.Response(), web.Response(status=429, headers={"Retry-After": "7"})]
    go.set()
    await asyncio.gather(*slow, return_exceptions=True)
    assert 100 < await made.turn(ANNA) <= 120


async def test_a_date_to_come_again_is_kept(made: Webhook, there: Site) -> None:
    then = format_datetime(datetime.fromtimestamp(time.time() + 1800, UTC), usegmt=True)
    there.answers.append(web.Response(status=503, headers={"Retry-After": then}))
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert 1700 < later.value.after <= 1800


async def test_who_is_not_there_has_certainly_got_nothing() -> None:
    made = bridge("http://127.0.0.1:9/hook")
    await made.start(Mock())
    with pytest.raises(TryLater) as later:
        await made.send(outgoing("Hello"))
    assert (later.value.certain, later.value.after) == (True, sending.SHORT_WAIT)
    assert await made.turn(ANNA) > 0.0
    await made.stop()


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
        assert await slow.turn(ANNA) > 0.0
        await slow.stop()
    assert (later.value.certain, later.value.after) == (False, sending.SHORT_WAIT)


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
        "edit": made.edit(outgoing(words), [["1"]], 0),
        "unsend": made.unsend(ANNA, ["1"]),
        "react": made.react(ANNA, "1", "👍"),
    }
    for act, call in cases.items():
        with pytest.raises(Undeliverable) as refusal:
            await call
        assert refusal.value.reason == f"cannot {act}"
    await made.react(ANNA, "1", "")
    assert there.calls == []
    await made.stop()


async def test_of_an_endpoint_that_was_removed_that_is_said(made: Webhook, there: Site) -> None:
    left, words = ChannelAddress("webhook", "closed:anna"), Content(words=Words("x"))
    file = Attachment("document", sources=Sources(link="https://shop.example/a"))
    calls = [
        made.send(Outgoing(left, words)),
        made.edit(Outgoing(left, words), [["1"]], 0),
        made.unsend(left, ["1"]),
        made.react(left, "1", "👍"),
        made.fetch(left, file),
    ]
    for call in calls:
        with pytest.raises(Undeliverable, match="not set up"):
            await call
    await made.react(left, "1", "")
    assert there.calls == []


async def test_changes_are_told_apart_and_what_is_gone_is_gone(made: Webhook, there: Site) -> None:
    await made.send(outgoing("Hello"))
    for text in ("one", "two", "one"):
        await made.edit(outgoing(text), [["site-1"]], 0)
    assert there.read == ["one"]
    await made.react(ANNA, "site-1", "👍")
    assert there.reactions == {"site-1": "👍"}
    for _twice in range(2):
        await made.unsend(ANNA, ["site-1"])
    assert there.read == []
    there.answers.append(web.Response(status=403))
    with pytest.raises(Undeliverable):
        await made.unsend(ANNA, ["site-1"])
