"""What a channel is told of what it sends, and what becomes of what it cannot do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import Mock

import asyncpg
import pytest

from bot import metrics
from bot.bridges.base import Bridge
from bot.delivery import Worker
from bot.delivery.channel import Channel
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater, Undeliverable, cannot
from bot.desk.said import ChannelAddress, Content, Outgoing
from bot.desk.talk import corrections, failures, notices, replies
from bot.desk.words import Words
from models import Message
from tests.bridges.post import Post
from tests.delivery.scene import Desk, equals, now, until
from tests.desk.talk import SOMEBODY, anna, answers, photo

LETTERS = ChannelAddress("post", "anna")
TOLD = "SELECT payload ->> 'sentence' FROM delivery WHERE gate = 'forum' AND kind = 'tell'"
DEAD = "SELECT kind FROM delivery WHERE state = 'dead' ORDER BY id"
LEFT = "SELECT count(*) FROM delivery WHERE gate = $1 AND state IN ('head','waiting','claimed')"
ANSWERS = "SELECT id FROM delivery WHERE gate = 'post' AND kind <> 'sign' ORDER BY id"
UNSENT = "SELECT unsent_at FROM message WHERE id = $1"


@pytest.fixture
async def post(desk: Desk) -> AsyncIterator[Post]:
    """A worker carries letters; Anna has written one, and has been told of its number."""
    post = opened(Post())
    async with carrying(desk, post):
        await anna(1, "Where is my order?", by=LETTERS)
        await left(desk)
        yield post


def opened(post: Post) -> Post:
    """The office is open, though nothing comes in here."""
    post.counter = Mock()
    return post


@asynccontextmanager
async def carrying(desk: Desk, bridge: Bridge) -> AsyncIterator[None]:
    worker = Worker(desk.database_url, desk.budget, channels=[Channel(bridge)])
    await worker.start()
    try:
        yield
    finally:
        await worker.stop()


async def left(desk: Desk, gate: str = Post.name) -> None:
    """Wait until all of a channel has been carried, such as letters."""
    await until(lambda: equals(desk.witness.fetchval(LEFT, gate), 0))


async def says(desk: Desk, text: str | Content) -> Message:
    message = await answers(1, text)
    await left(desk)
    return message


async def told(witness: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await witness.fetch(TOLD)]


@pytest.mark.parametrize("why", [cannot("send"), Undeliverable("not set up")])
async def test_what_the_bot_would_say_where_nobody_hears_it_is_no_failure(
    desk: Desk, why: Undeliverable
) -> None:
    """As at a telephone exchange, which only brings: /status counts what people would miss."""
    post = opened(Post())
    post.trouble.append(why)
    async with carrying(desk, post):
        await anna(1, "Where is my order?", by=LETTERS)
        await left(desk)
        assert (await notices.desk_status(1)).dead == 0
        post.trouble.append(why)
        await says(desk, "It has left")
    assert [row["kind"] for row in await desk.witness.fetch(DEAD)] == ["message"]
    (sentence,) = await told(desk.witness)
    assert sentence == failures.FAILURES[why.reason]


async def test_a_machine_is_told_from_a_person_and_both_name_the_ticket(
    desk: Desk, post: Post
) -> None:
    await says(desk, "The blue one?")
    assert [(one.ticket, one.automatic) for one in post.letters] == [(1, True), (1, False)]
    rows = await desk.witness.fetch(ANSWERS)
    assert [one.delivery_id for one in post.letters] == [row["id"] for row in rows]


async def test_a_delivery_keeps_its_id_and_tells_that_it_may_have_arrived(
    desk: Desk, post: Post
) -> None:
    tries: list[tuple[Any, bool]] = []
    send = post.send

    async def sends(outgoing: Any) -> Any:
        tries.append((outgoing.delivery_id, outgoing.uncertain))
        return await send(outgoing)

    post.send = sends  # type: ignore[method-assign]
    post.trouble = [TryLater("away", certain=True), TryLater("a time-out"), TryLater("away")]
    await says(desk, "The blue one?")
    number = tries[0][0]
    assert tries == [(number, False), (number, False), (number, True), (number, True)]


async def test_subject_and_thread_are_told_to_who_asks_for_them(desk: Desk, post: Post) -> None:
    assert (post.letters[0].subject, post.letters[0].thread) == ("", None)


async def test_a_threaded_channel_goes_on_where_the_ticket_stands(desk: Desk) -> None:
    post = Post()
    post.threaded = True  # type: ignore[attr-defined]
    opened(post)
    async with carrying(desk, post):
        await anna(1, "Where is my order?", by=LETTERS)
        await anna(2, "The blue one", by=LETTERS)
        await left(desk)
        await says(desk, "It has left")
        await says(desk, "Today")
    threads = [(one.subject, one.thread) for one in post.letters]
    assert threads[-2:] == [("Where is my order?", "2"), ("Where is my order?", "letter 2")]


async def test_an_edit_that_cannot_be_is_told(desk: Desk, post: Post) -> None:
    message = await says(desk, "The blue one?")
    async with outbox.transaction():
        await corrections.edited(message, Content(words=Words("The red one?")), SOMEBODY, now())
    await left(desk)
    (sentence,) = await told(desk.witness)
    assert "cannot change what was sent" in sentence
    assert post.read[-1] == "The blue one?"
    assert [row["kind"] for row in await desk.witness.fetch(DEAD)] == ["edit"]


async def test_an_answer_that_cannot_be_taken_back_stays_and_it_is_told(
    desk: Desk, post: Post
) -> None:
    message = await says(desk, "The blue one?")
    async with outbox.transaction():
        await replies.unsend(message, SOMEBODY, now())
    await left(desk)
    (sentence,) = await told(desk.witness)
    assert "cannot take back what was sent" in sentence
    assert await desk.witness.fetchval(UNSENT, message.id) is None


async def test_a_reaction_that_cannot_be_is_told_and_its_end_is_not(desk: Desk, post: Post) -> None:
    first = await Message.get(id=1)
    for emoji in ("👍", ""):
        async with outbox.transaction():
            await replies.reacted(first, emoji, SOMEBODY, now())
        await left(desk)
    (sentence,) = await told(desk.witness)
    assert "cannot show reactions" in sentence


async def test_what_cannot_be_is_no_fault_to_be_looked_into(
    desk: Desk, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    message = await says(desk, "The blue one?")
    async with outbox.transaction():
        await replies.unsend(message, SOMEBODY, now())
    await left(desk)
    assert "Traceback" not in caplog.text


class Editable(Post):
    """Its letters can be changed, each by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: list[tuple[list[str], str]] = []

    async def edit(
        self, outgoing: Outgoing, stands: list[list[str]], place: int
    ) -> list[list[str]]:
        """Write it anew."""
        self.changed.append((stands[0], outgoing.content.words.text))
        return [[f"{stands[0][0]} anew"]]


async def test_where_an_album_is_one_message_all_of_it_is_changed(desk: Desk) -> None:
    post = Editable()
    opened(post)
    async with carrying(desk, post):
        await anna(1, "Where is my order?", by=LETTERS)
        await left(desk)
        async with outbox.transaction():
            await answers(1, photo("a", "one"))
            album = await answers(1, photo("a", "two"))
        await left(desk)
        async with outbox.transaction():
            await corrections.edited(album, photo("a", "2"), SOMEBODY, now(), place=1)
        await left(desk)
    assert [one for one in post.changed if "worked on" not in one[1]] == [
        (["letter 2"], "one\n\n2")
    ]
    places = "SELECT external_id FROM trace WHERE message_id = $1"
    assert await desk.witness.fetchval(places, album.id) == "letter 2 anew"


async def test_a_say_that_cannot_be_delivered_is_told_nobody(desk: Desk) -> None:
    """No operator has said it; and it is written down as it should be."""
    before = metrics.registry.get_sample_value("topicdesk_unrecorded_total")
    post = Post()
    opened(post)
    post.trouble = [Undeliverable("gone")]
    async with carrying(desk, post):
        await anna(1, "Where is my order?", by=LETTERS)
        await left(desk)
    assert [row["kind"] for row in await desk.witness.fetch(DEAD)] == ["say"]
    assert metrics.registry.get_sample_value("topicdesk_unrecorded_total") == before
    assert await told(desk.witness) == []
