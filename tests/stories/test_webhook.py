"""A site's chat and a telephone exchange, beside Telegram: by webhook, both ways."""

import json
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import asyncpg
import pytest
from aiohttp import ClientSession, web
from pydantic import SecretStr

from tests.bridges.webhook.door import PATH_SECRET
from tests.bridges.webhook.site import SECRET, Site, about, brings, message, site
from tests.bridges.webhook.test_calls import BINOTEL
from tests.stories.chat import Topic, eventually
from tests.stories.conftest import Stage


class Shop:
    """The site, and Anna in its chat."""

    def __init__(self, desk: Stage, there: Site) -> None:
        self.desk = desk
        self.there = there

    async def brings(self, event: dict[str, object]) -> None:
        """The site calls the desk until it is taken."""
        status, text = await brings(f"{self.desk.url}/channels/webhook/shop", event)
        assert status == 200, text

    async def shows(self, text: str) -> None:
        """Wait until Anna reads it."""
        await eventually(
            lambda: any(text in each for each in self.there.read), lambda: str(self.there.read)
        )

    async def asks(self, text: str = "Where is my order?") -> Topic:
        """Her request, in its topic."""
        await self.brings(message("1", text))
        topic = await self.desk.topic("#1 Anna")
        await topic.shows(text)
        await self.shows("Request #1 received")
        return topic


@pytest.fixture
async def shop(stage: Stage) -> AsyncIterator[Shop]:
    async with site() as there:
        calls = {"preset": "binotel", "path_secrets": [PATH_SECRET]}
        chat = {"secrets": [SECRET], "url": there.url, "can": ["edit", "unsend", "react"]}
        said = json.dumps({"shop": chat, "calls": calls})
        await stage.opens(webhooks=SecretStr(said))
        yield Shop(stage, there)
        await stage.closes()


async def test_a_sites_customer_writes_and_is_answered(
    shop: Shop, witness: asyncpg.Connection
) -> None:
    topic = await shop.asks()
    answer = shop.desk.olena.writes(topic, "It has let")
    await shop.shows("It has let")
    await topic.turns(answer, lambda now: "👌" in str(now.get("reactions")))
    await shop.desk.noted()

    shop.desk.olena.edits(answer, "It has left")
    await shop.shows("It has left")
    shop.desk.olena.writes(topic, "// she has called twice")
    shop.desk.olena.writes(topic, "/unsend", reply_to=answer["message_id"])
    await topic.shows("Deleted for the customer")
    await shop.desk.settles(witness)
    assert [text for text in shop.there.read if "It has" in text or "twice" in text] == []


async def test_words_with_a_link_to_nowhere_are_shown_all_the_same(shop: Shop) -> None:
    link = {"type": "text_link", "offset": 0, "length": 5}
    await shop.brings(message("1", "Where is my order?", entities=[link]))
    topic = await shop.desk.topic("#1 Anna")
    await topic.shows("Where is my order?")


async def test_what_she_changes_is_seen(shop: Shop) -> None:
    topic = await shop.asks("Where is my oder?")
    await shop.brings(message("1", "Where is my order?") | {"type": "edited"})
    await topic.shows("Where is my order?")
    await shop.brings(about("deleted", "1"))
    await topic.shows("Anna has deleted this message on their side")


async def test_reactions_go_both_ways(shop: Shop) -> None:
    topic = await shop.asks()
    said = await topic.shows("Where is my order?")
    shop.desk.olena.reacts(said, "👍")
    await eventually(lambda: shop.there.reactions == {"1": "👍"}, lambda: str(shop.there.reactions))


async def test_the_other_side_is_away_and_comes_back(
    shop: Shop, witness: asyncpg.Connection
) -> None:
    topic = await shop.asks()
    shop.desk.olena.writes(topic, "Good afternoon")
    await shop.shows("is being worked on")
    before = len(shop.there.calls)
    shop.there.answers += [web.Response(status=503), web.Response(status=502)]
    shop.desk.olena.writes(topic, "first")
    shop.desk.olena.writes(topic, "second")
    await shop.shows("second")
    await shop.desk.settles(witness)
    assert shop.there.read[-2:] == ["first", "second"]
    numbers = [headers["webhook-id"] for headers, _event in shop.there.calls[before:]]
    assert len(numbers) == 4  # the first at three tries
    assert len(set(numbers)) == 2
    topic.lacks("Not delivered")


async def test_who_will_not_have_it_is_quoted_in_the_topic(shop: Shop) -> None:
    topic = await shop.asks()
    shop.there.answers.append(web.json_response({"error": "Anna has left"}, status=422))
    answer = shop.desk.olena.writes(topic, "It has left")
    told = await topic.shows("The other side says: HTTP 422: Anna has left")
    assert told["reply_to_message"]["message_id"] == answer["message_id"]


async def test_a_missed_call_becomes_a_ticket_that_cannot_be_answered_there(
    shop: Shop, witness: asyncpg.Connection
) -> None:
    url = f"{shop.desk.url}/channels/webhook/calls/{PATH_SECRET}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for _twice in range(2):
        call = urlencode(BINOTEL)
        async with ClientSession() as http, http.post(url, data=call, headers=headers) as answer:
            assert await answer.text() == '{"status":"success"}'
    topic = await shop.desk.topic("#1 0671234567")
    await topic.shows("Missed call\nNumber: 0671234567\nWaited: 13 s")
    shop.desk.olena.writes(topic, "We call you back")
    told = await topic.shows("this channel only brings messages")
    assert "reply_markup" not in told
    await shop.desk.settles(witness)
    assert len(shop.desk.topics()) == 1
    assert shop.there.read == []
