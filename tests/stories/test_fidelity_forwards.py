"""Forwarded messages show where they come from."""

import asyncpg

from tests.stories.chat import Operator, Topic, words
from tests.stories.conftest import Stage
from tests.stories.test_fidelity_media import bytes_of


async def test_forwards_keep_their_origin_in_the_topic(desk: Stage) -> None:
    anna, topic = await desk.asks()
    boris = desk.customer("Boris")
    elsewhere = desk.world.group("Neighbours", boris.person)
    anna.person.joins(elsewhere)
    text = boris.person.writes(elsewhere, "Water is off today")
    photo = boris.person.sends(elsewhere, "photo", data=b"pipe", caption="The pipe")

    anna.person.forwards(text, anna.bot)
    origin = (await topic.shows("Water is off today"))["forward_origin"]
    assert (origin["type"], origin["sender_user"]["first_name"]) == ("user", "Boris")

    anna.person.forwards(photo, anna.bot, hidden=True)
    shown = await topic.shows("The pipe")
    assert shown["forward_origin"]["sender_user_name"] == "Boris"
    assert bytes_of(desk, shown, "photo") == b"pipe"

    anna.person.forwards_post(anna.bot, "City news", "Works until noon")
    origin = (await topic.shows("Works until noon"))["forward_origin"]
    assert (origin["type"], origin["chat"]["title"]) == ("channel", "City news")


async def test_forwards_keep_their_origin_at_the_customer(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.olena.person.forwards_post(
        desk.group, "Delivery news", "Strike is over", thread=topic.thread
    )
    await sends(desk.olena, topic)
    origin = (await anna.shows("Strike is over"))["forward_origin"]
    assert (origin["type"], origin["chat"]["title"]) == ("channel", "Delivery news")
    sticker = desk.olena.person.sends(desk.group, "sticker")  # in General
    desk.olena.person.forwards(sticker, desk.group, topic.thread)
    await sends(desk.olena, topic)
    shown = await anna.shows_kind("sticker")
    assert shown["forward_origin"]["type"] == "user"


async def sends(who: Operator, topic: Topic) -> None:
    """A forward leaves only when its author says so."""
    asked = await topic.shows("A forward stays among colleagues")
    await who.presses(asked, "📨 Send to the customer")
    await topic.changes(asked, "Sent to the customer")


async def test_a_ticket_may_begin_with_a_forward(desk: Stage) -> None:
    anna = desk.customer("Anna")
    anna.person.forwards_post(anna.bot, "City news", "Is this true?")
    topic = await desk.topic("#1")
    shown = await topic.shows("Is this true?")
    assert shown["forward_origin"]["type"] == "channel"
    assert "#1" in words(topic.card)


async def test_what_must_not_be_forwarded_is_told_with_its_origin(desk: Stage) -> None:
    anna, topic = await desk.asks()
    refusal = "Bad Request: message has protected content and can't be forwarded"
    desk.sandbox.faults.next(do="400", method="forwardMessage", text=refusal)
    anna.person.forwards_post(anna.bot, "Secret news", "Nobody knows")
    shown = await topic.shows("Nobody knows")
    assert words(shown) == "Forwarded from Secret news\nNobody knows"


async def test_a_forwarded_album_stays_one(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    boris = desk.customer("Boris")
    elsewhere = desk.world.group("Neighbours", boris.person)
    anna.person.joins(elsewhere)
    parts = [{"kind": "photo", "caption": "left"}, {"kind": "photo", "caption": "right"}]
    album = boris.person.album(elsewhere, parts)
    last = topic.last
    anna.person.forwards_album(album, anna.bot)
    left, right = await topic.shows_after(last, 2)
    assert (words(left), words(right)) == ("left", "right")
    assert left["media_group_id"] == right["media_group_id"]
    assert left["forward_origin"]["sender_user"]["first_name"] == "Boris"
    await desk.settles(witness)
    assert len(topic.since(last)) == 2
