"""Replies answer the right copy, and quotes are kept."""

import asyncpg

from tests.stories.chat import Seen, Topic, words
from tests.stories.conftest import Stage


def answered(message: Seen) -> int:
    """The id of the message that this one answers."""
    return int(message["reply_to_message"]["message_id"])


def posts(topic: Topic) -> list[Seen]:
    """The bot's posts that quote nothing but the topic itself."""
    return [m for m in topic.messages() if m["from"]["is_bot"]]


async def test_a_customers_reply_answers_the_operators_own_message(desk: Stage) -> None:
    anna, topic = await desk.asks()
    asked = desk.olena.writes(topic, "Which colour?")
    seen = await anna.shows("Which colour?")
    desk.olena.writes(topic, "And which size?")
    await anna.shows("And which size?")
    anna.writes("Blue", reply_to=seen["message_id"])
    assert answered(await topic.shows("Blue")) == asked["message_id"]


async def test_an_operators_reply_answers_the_customers_own_message(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("The second thing")
    copy = await topic.shows("The second thing")
    anna.writes("The third thing")
    await topic.shows("The third thing")
    desk.olena.writes(topic, "About the second", reply_to=copy["message_id"])
    assert answered(await anna.shows("About the second")) == said["message_id"]


async def test_a_reply_to_the_card_answers_the_first_words(desk: Stage) -> None:
    anna = desk.customer("Anna")
    said = anna.writes("Where is my order?")
    topic = await desk.topic("#1")
    card = await topic.shows("Where is my order?")
    desk.olena.writes(topic, "On its way", reply_to=card["message_id"])
    assert answered(await anna.shows("On its way")) == said["message_id"]


async def test_a_reply_to_ones_own_earlier_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("Order 17")
    copy = await topic.shows("Order 17")
    anna.writes("I mean this one", reply_to=said["message_id"])
    assert answered(await topic.shows("I mean this one")) == copy["message_id"]
    wrote = desk.olena.writes(topic, "Monday")
    seen = await anna.shows("Monday")
    desk.olena.writes(topic, "At noon", reply_to=wrote["message_id"])
    assert answered(await anna.shows("At noon")) == seen["message_id"]


async def test_replies_with_files_and_to_files(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.sends("photo", caption="Broken here")
    copy = await topic.shows("Broken here")
    wrote = desk.olena.sends(topic, "document", caption="Form", reply_to=copy["message_id"])
    form = await anna.shows("Form")
    assert answered(form) == said["message_id"]
    anna.sends("sticker", reply_to=form["message_id"])
    assert answered(await topic.shows_kind("sticker")) == wrote["message_id"]


async def test_quotes_are_kept_with_their_marks(desk: Stage) -> None:
    anna, topic = await desk.asks()
    text = "The 𝔹lue one or the red one?"
    bold = {"type": "bold", "offset": 4, "length": 5}
    desk.olena.writes(topic, text, entities=[bold])
    seen = await anna.shows(text)
    anna.writes("This", reply_to=seen["message_id"], quote="𝔹lue one")
    quote = (await topic.shows("This"))["quote"]
    assert (quote["text"], quote["position"]) == ("𝔹lue one", 4)
    assert quote["entities"] == [{"type": "bold", "offset": 0, "length": 5}]

    said = anna.writes("very sure", entities=[{"type": "italic", "offset": 0, "length": 4}])
    copy = await topic.shows("very sure")
    desk.olena.writes(topic, "Good", reply_to=copy["message_id"], quote="ry sure")
    seen = await anna.shows("Good")
    assert answered(seen) == said["message_id"]
    assert (seen["quote"]["text"], seen["quote"]["position"]) == ("ry sure", 2)
    assert seen["quote"]["entities"] == [{"type": "italic", "offset": 0, "length": 2}]


async def test_a_quote_of_words_that_occur_twice(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("yes and yes")
    copy = await topic.shows("yes and yes")
    desk.olena.writes(topic, "Both?", reply_to=copy["message_id"], quote="yes")
    seen = await anna.shows("Both?")
    assert answered(seen) == said["message_id"]
    assert seen["quote"]["text"] == "yes"


async def test_a_quote_that_no_longer_occurs_leaves_the_reply(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "On Monday")
    seen = await anna.shows("On Monday")
    desk.sandbox.faults.next(
        do="400", method="sendMessage", chat=desk.group, text="Bad Request: QUOTE_TEXT_INVALID"
    )
    anna.writes("Fine", reply_to=seen["message_id"], quote="Monday")
    shown = await topic.shows("Fine")
    assert "quote" not in shown
    assert words(shown["reply_to_message"]) == "On Monday"


async def test_a_reply_to_words_that_share_a_post(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=desk.group, retry_after=1)
    said = [anna.writes(text) for text in ("one", "two", "three")]
    shared = await topic.shows("three")
    desk.olena.writes(topic, "I see", reply_to=shared["message_id"])
    seen = await anna.shows("I see")
    assert answered(seen) in [one["message_id"] for one in said]
    anna.writes("I mean two", reply_to=said[1]["message_id"])
    copy = await topic.shows("I mean two")
    assert "two" in words(copy["reply_to_message"])


async def test_a_reply_to_what_is_gone_arrives_as_plain_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("Forget this")
    copy = await topic.shows("Forget this")
    anna.person.deletes(said["message_id"], anna.bot)
    desk.olena.writes(topic, "Forgotten", reply_to=copy["message_id"])
    assert "reply_to_message" not in await anna.shows("Forgotten")


async def test_a_reply_to_the_desks_own_words_is_carried(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    received = await anna.shows("Request #1 received")
    anna.writes("How long will it take?", reply_to=received["message_id"])
    await topic.shows("How long will it take?")
    desk.sandbox.calls.clear()
    told = posts(topic)[-1]
    desk.olena.writes(topic, "An hour", reply_to=told["message_id"])
    await anna.shows("An hour")
    await desk.settles(witness)
    assert len(desk.topics()) == 1


async def test_a_reply_to_a_copy_that_nobody_has_written_down_waits_for_its_author(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """A crash may swallow where a post stands; that it shows the customer's words is not known."""
    anna, topic = await desk.asks()
    await desk.settles(witness)
    desk.sandbox.faults.next(
        do="drop_after", when=lambda _method, values: "Are you there?" in str(values.get("text"))
    )
    anna.writes("Are you there?")
    await topic.shows("Are you there?", times=2)
    first, second = (one for one in topic.messages() if "Are you there?" in words(one))
    assert await witness.fetchval("SELECT max(post_id) FROM post") == second["message_id"]
    said = desk.olena.writes(topic, "Yes, we are", reply_to=first["message_id"])
    asked = await topic.shows("Kept as a note")
    assert answered(asked) == said["message_id"]
    await desk.settles(witness)
    anna.lacks("Yes, we are")
    await desk.olena.presses(asked, "📨 Send to the customer")
    await anna.shows("Yes, we are")
    desk.olena.writes(topic, "Of course", reply_to=second["message_id"])
    answer = await anna.shows("Of course")
    assert answer["reply_to_message"]["text"] == "Are you there?"
