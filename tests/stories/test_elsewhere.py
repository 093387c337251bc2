"""A customer answers a message of another chat: «is this one still there?»."""

from typing import Any

import asyncpg

from tests.stories.chat import Customer, Seen, Topic, words
from tests.stories.conftest import Stage

ASKED = "Is this one still there?"
OFFER = "A lamp for 300 ₴, the last one"


async def offered(
    desk: Stage, text: str = OFFER, title: str = "Shop offers"
) -> tuple[Customer, Seen]:
    """Anna reads an offer in a group of the shop's."""
    anna = desk.customer("Anna")
    shop = desk.world.person("Shop")
    offers = desk.world.group(title, shop)
    anna.person.joins(offers)
    return anna, shop.sends(offers, "photo", data=b"a lamp", caption=text)


def asks(anna: Customer, offer: Seen, text: str = ASKED, **given: Any) -> Seen:
    return anna.person.writes(anna.bot, text, reply_to=offer, **given)


async def shown(desk: Stage, text: str = ASKED) -> tuple[Topic, Seen]:
    topic = await desk.topic("#1")
    return topic, await topic.shows(text)


def quotes(message: Seen) -> list[str]:
    """What stands in quotation."""
    text = words(message).encode("utf-16-le")
    key = "entities" if "text" in message else "caption_entities"
    return [
        text[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message.get(key, [])
        if "blockquote" in e["type"]
    ]


async def test_source_kind_and_quote_are_seen_with_the_words(desk: Stage) -> None:
    anna, offer = await offered(desk)
    asks(anna, offer, quote="A lamp for 300 ₴")
    _topic, post = await shown(desk)
    assert words(post) == f"↪️ In reply to: Shop · 🖼 Photo\nA lamp for 300 ₴\n{ASKED}"
    assert quotes(post) == ["A lamp for 300 ₴"]
    (link,) = [e["url"] for e in post["entities"] if e["type"] == "text_link"]
    assert link == f"https://t.me/c/{-offer['chat']['id'] - 10**12}/{offer['message_id']}"


async def test_without_a_quote(desk: Stage) -> None:
    anna, offer = await offered(desk)
    asks(anna, offer)
    _topic, post = await shown(desk)
    assert words(post) == f"↪️ In reply to: Shop · 🖼 Photo\n{ASKED}"


async def test_it_costs_no_post_more_and_shares_none(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, offer = await offered(desk)
    anna.writes("Good day")
    topic, _post = await shown(desk, "Good day")
    await desk.settles(witness)
    last = topic.last
    asks(anna, offer, quote="the last one")
    (post,) = await topic.shows_after(last)
    assert quotes(post) == ["the last one"]


async def test_an_edit_keeps_it(desk: Stage) -> None:
    anna, offer = await offered(desk)
    wrote = asks(anna, offer, quote="the last one")
    topic, post = await shown(desk)
    anna.edits(wrote, "Is that lamp still there?")
    now = await topic.changes(post, "Is that lamp still there?")
    assert words(now) == "↪️ In reply to: Shop · 🖼 Photo\nthe last one\nIs that lamp still there?"


async def test_a_long_edit_keeps_all(desk: Stage) -> None:
    anna, offer = await offered(desk, text="o" * 1000)
    wrote = asks(anna, offer, quote="o" * 1000)
    topic, post = await shown(desk)
    anna.edits(wrote, "begin " + "x" * 4000 + " end")
    await topic.shows("begin")
    await topic.shows(" end")
    assert quotes(topic.now(post)) == ["o" * 1000]


async def test_with_a_picture_of_their_own(desk: Stage) -> None:
    anna, offer = await offered(desk)
    anna.sends("photo", data=b"mine", caption=ASKED, reply_to=offer, quote="the last one")
    _topic, post = await shown(desk)
    assert post["photo"]
    assert words(post) == f"↪️ In reply to: Shop · 🖼 Photo\nthe last one\n{ASKED}"


async def test_names_and_quotes_from_outside_do_no_harm(desk: Stage) -> None:
    anna, offer = await offered(desk, text="<b>&amp;</b> \u202e300", title="<i>x</i>\u202e")
    asks(anna, offer, quote="<b>&amp;</b>")
    _topic, post = await shown(desk)
    assert quotes(post) == ["<b>&amp;</b>"]


async def test_a_new_topic_recalls_it_and_the_words(desk: Stage) -> None:
    anna, offer = await offered(desk, text=f"{OFFER} {'x' * 900}")
    asks(anna, offer, quote=f"the last one {'x' * 900}")
    topic, _post = await shown(desk)
    desk.olena.person.deletes_topic(desk.group, topic.thread)
    anna.writes("Hello?")
    again = await desk.topic("#1")
    recalled = await again.shows("What was said so far")
    assert "↪️ In reply to: Shop · 🖼 Photo\nthe last one" in words(recalled)
    assert ASKED in words(recalled)


async def test_what_an_operator_answers_elsewhere_is_not_the_customers(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    backstage = desk.world.group("Backstage", desk.olena.person)
    remark = desk.olena.person.writes(backstage, "she is difficult")
    desk.olena.person.writes(
        desk.group, "It leaves today", thread=topic.thread, reply_to=remark, quote="difficult"
    )
    asked = await topic.shows("Kept as a note")
    await desk.olena.presses(asked, "📨 Send to the customer")
    seen = await anna.shows("It leaves today")
    assert words(seen) == "It leaves today"
    assert "quote" not in seen
    anna.lacks("difficult")
    anna.lacks("Backstage")
