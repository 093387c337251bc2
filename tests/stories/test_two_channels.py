"""One person on two channels: Telegram, and letters that can neither be changed nor taken back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from bot import bridges
from bot.bridges.base import Counter
from bot.desk import outbox
from bot.desk.outbox.carrying import cannot
from bot.desk.people import customers
from bot.desk.said import ChannelAddress
from bot.desk.said.sentences import Sentence
from tests.bridges.post import Post, letter
from tests.stories.chat import PATIENCE, eventually
from tests.stories.conftest import Stage

ADDRESSES = "SELECT channel, customer_id FROM address ORDER BY id"
UNTRIED = "SELECT attempts, last_error FROM delivery WHERE gate = 'post'"
CUSTOMER = "SELECT customer_id FROM address WHERE channel = 'telegram'"


class Office:
    """Anna's letters, as she writes and reads them."""

    def __init__(self, post: Post) -> None:
        self.post = post

    @property
    def counter(self) -> Counter:
        """Where the bridge hands in what comes; the office is open."""
        assert self.post.counter is not None
        return self.post.counter

    async def opens(self) -> None:
        """Wait until it is open."""
        await eventually(lambda: self.post.counter, lambda: "the office never opens")

    async def brings(self, number: str, text: str, **how: Any) -> bool:
        """A letter of Anna's comes in."""
        return await self.counter.receive(letter("anna", number, text, **how))

    async def shows(self, *texts: str) -> None:
        """Wait until her letters are these, the words of the desk's own among them."""
        await eventually(
            lambda: len(self.post.read) >= len(texts),
            lambda: f"only {self.post.read}",
        )
        assert [text in read for text, read in zip(texts, self.post.read, strict=True)] == [
            True for _text in texts
        ], self.post.read


@pytest.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """A second line in the registry."""
    post = Post()
    monkeypatch.setattr(bridges, "CHANNELS", {**bridges.CHANNELS, "post": lambda _around: post})
    return Office(post)


@pytest.fixture
async def desk(stage: Stage, office: Office) -> AsyncIterator[Stage]:
    """The desk serves both channels."""
    await stage.opens()
    await office.opens()
    yield stage
    await stage.closes()
    assert office.post.counter is None  # it was closed with the desk


async def test_a_letter_becomes_a_ticket_and_is_answered_by_letter(
    desk: Stage, office: Office
) -> None:
    assert await office.brings("1", "Where is my <b>order</b>?")
    topic = await desk.topic("#1 Anna")
    await topic.shows("Where is my <b>order</b>?")
    answer = desk.olena.writes(topic, "It has left")
    await office.shows("Request #1 received", "It has left")
    await topic.turns(answer, lambda now: "👌" in str(now.get("reactions")))
    first, second = office.post.letters
    assert (first.automatic, second.automatic) == (True, False)
    assert (first.ticket, second.ticket) == (1, 1)
    assert await office.brings("1", "Where is my <b>order</b>?") is False


async def test_what_letters_cannot_do_is_told_in_the_topic(
    desk: Stage, office: Office, witness: asyncpg.Connection
) -> None:
    await office.brings("1", "Where is my order?")
    topic = await desk.topic("#1 Anna")
    said = await topic.shows("Where is my order?")
    answer = desk.olena.writes(topic, "It has let")
    await office.shows("Request #1 received", "It has let")
    await desk.noted()

    desk.olena.edits(answer, "It has left")
    told = await topic.shows("cannot change what was sent")
    assert told["reply_to_message"]["message_id"] == answer["message_id"]
    assert "reply_markup" not in told  # no second try would do better

    desk.olena.writes(topic, "/unsend", reply_to=answer["message_id"])
    await topic.shows("cannot take back what was sent")

    desk.olena.reacts(said, "👍")
    await topic.shows("cannot show reactions")
    desk.olena.reacts(said)
    await desk.settles(witness)
    topic.lacks("Deleted for the customer")
    await topic.shows("This channel cannot", times=3)
    assert office.post.read[1:] == ["It has let"]


async def test_buttons_of_a_macro_are_numbered_lines_of_a_letter(
    desk: Stage, office: Office
) -> None:
    await office.brings("1", "Where is my order?")
    topic = await desk.topic("#1 Anna")
    written = "/macro new there Is it there?\n[Yes]\n[Track | https://shop.example/t]"
    await desk.olena.asks(desk.general, written)
    desk.olena.writes(topic, "/macro there")
    lines = "Is it there?\n\n1. Yes\n2. Track: https://shop.example/t"
    await office.shows("Request #1 received", lines)
    assert office.post.letters[-1].buttons == []


async def test_an_address_that_only_brings_is_told_of_at_once(desk: Stage, office: Office) -> None:
    await office.brings("1", "Where is my order?")
    topic = await desk.topic("#1 Anna")
    await office.shows("Request #1 received")
    office.post.trouble.append(cannot("send"))
    answer = desk.olena.writes(topic, "It has left")
    told = await topic.shows("this channel only brings messages")
    assert told["reply_to_message"]["message_id"] == answer["message_id"]
    assert "reply_markup" not in told


async def test_operators_read_it_in_their_language(stage: Stage, office: Office) -> None:
    await stage.opens(language="uk")
    await office.opens()
    await office.brings("1", "Де моє замовлення?")
    topic = await stage.topic("#1 Anna")
    said = await topic.shows("Де моє замовлення?")
    stage.olena.reacts(said, "👍")
    await topic.shows("Цей канал не показує реакцій")


async def test_what_the_customer_edits_and_deletes_is_seen(desk: Stage, office: Office) -> None:
    await office.brings("1", "Where is my oder?")
    topic = await desk.topic("#1 Anna")
    await topic.shows("Where is my oder?")
    await office.counter.edited(letter("anna", "1", "Where is my order?"))
    await topic.shows("Where is my order?")
    await office.counter.deleted("anna", "1")
    await topic.shows("Anna has deleted this message on their side")
    await topic.shows("Where is my order?")


async def test_replies_follow_one_person_from_channel_to_channel_and_back(
    desk: Stage, office: Office, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    number = await witness.fetchval(CUSTOMER)
    async with outbox.transaction():
        await customers.also_at(number, ChannelAddress("post", "anna"), datetime.now(UTC))

    desk.olena.writes(topic, "Which one?")
    await anna.shows("Which one?")

    await office.brings("1", "The blue one, from my desk")
    await topic.shows("The blue one, from my desk")
    desk.olena.writes(topic, "It has left")
    await office.shows("It has left")

    anna.writes("Thanks, on my phone again")
    await topic.shows("Thanks, on my phone again")
    desk.olena.writes(topic, "You are welcome")
    await anna.shows("You are welcome")

    await desk.settles(witness)
    anna.lacks("It has left")
    assert office.post.read == ["It has left"]
    assert len(desk.topics()) == 1
    topic.keeps_order("Where is my order?", "Which one?", "The blue one", "It has left", "Thanks")
    assert [tuple(row) for row in await witness.fetch(ADDRESSES)] == [
        ("telegram", number),
        ("post", number),
    ]


async def test_what_was_said_by_one_channel_is_corrected_there(
    desk: Stage, office: Office, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    number = await witness.fetchval(CUSTOMER)
    async with outbox.transaction():
        await customers.also_at(number, ChannelAddress("post", "anna"), datetime.now(UTC))
    answer = desk.olena.writes(topic, "Wich one?")
    await anna.shows("Wich one?")
    await desk.noted()
    await office.brings("1", "The blue one")
    await topic.shows("The blue one")
    desk.olena.edits(answer, "Which one?")
    await anna.shows("Which one?")
    await desk.settles(witness)
    topic.lacks("cannot change")


async def test_a_channel_that_does_not_start_keeps_nobody(
    stage: Stage, office: Office, witness: asyncpg.Connection
) -> None:
    """Its letters wait, and go when it is open; Telegram goes on meanwhile."""
    closed = asyncio.Event()
    office.post.starts = [RuntimeError("no stamps"), ConnectionError("no road"), None]
    real = office.post.start

    async def starts(counter: Counter) -> None:
        if len(office.post.starts) == 1:
            async with asyncio.timeout(PATIENCE):
                await closed.wait()
        await real(counter)

    office.post.start = starts  # type: ignore[method-assign]
    await stage.opens()
    anna, topic = await stage.asks("Are you there?")
    answer = stage.olena.writes(topic, "We are")
    await anna.shows("We are")
    await topic.turns(answer, lambda now: "👌" in str(now.get("reactions")))
    async with outbox.transaction():
        now = datetime.now(UTC)
        taras = ChannelAddress("post", "taras"), letter("taras", "1", "x").person, now
        place, _is_new = await customers.at(*taras)
        await customers.say(place, Sentence("A letter that waits"), now)
    anna.writes("Good")
    await topic.shows("Good")
    assert [*await witness.fetch(UNTRIED)] == [(0, None)]
    closed.set()
    await office.opens()
    await office.shows("A letter that waits")
    assert office.post.stopped >= 2


async def test_a_long_letter_is_cut_and_it_is_said(desk: Stage, office: Office) -> None:
    await office.brings("1", "word " * 5000)
    topic = await desk.topic("#1 Anna")
    await topic.shows("too long: 5000 characters at its end were cut off and are kept nowhere")
