"""What was said by mistake is deleted at the customer's side."""

import time

import asyncpg
import pytest

from tests.stories.chat import Customer, Operator, Seen, Topic, eventually, words
from tests.stories.conftest import Stage

TOO_OLD = 49 * 3600  # seconds; bots may delete messages for 48 hours


async def takes_back(operator: Operator, topic: Topic, message: Seen) -> None:
    """Reply to it with /unsend and wait until the desk has said how it went."""
    alone = operator.alone(topic)
    before = len(alone.messages())
    asked = operator.writes(topic, "/unsend", reply_to=message["message_id"])
    await eventually(
        lambda: [m for m in topic.since(asked) if m["from"]["is_bot"]] or alone.messages()[before:],
        lambda: "nothing is said about it",
    )


async def said(desk: Stage, anna: Customer, topic: Topic, text: str) -> Seen:
    """Olena's words, which Anna has seen."""
    wrote = desk.olena.writes(topic, text)
    await anna.shows(text)
    return wrote


async def test_ones_own_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    await takes_back(desk.olena, topic, wrote)
    told = await topic.shows("Deleted for the customer")
    assert told["reply_to_message"]["message_id"] == wrote["message_id"]
    anna.lacks("1234")


async def test_another_operators_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    await takes_back(desk.taras, topic, wrote)
    anna.lacks("1234")
    await topic.shows("Deleted for the customer")


async def test_words_of_two_messages(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    wrote = desk.olena.sends(topic, "photo", caption="я" * 2000)
    await anna.shows_after(last, 2)
    await takes_back(desk.olena, topic, wrote)
    assert anna.since(last) == []


async def test_an_album_goes_as_a_whole(desk: Stage) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [{"kind": "photo", "caption": "one"}, {"kind": "photo", "caption": "two"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await anna.shows_after(last, 2)
    await takes_back(desk.olena, topic, album[1])
    assert anna.since(last) == []
    await topic.shows("Deleted for the customer")


async def test_what_has_not_left_never_leaves(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=anna.person.id, retry_after=1)
    wrote = desk.olena.writes(topic, "The code is 1234")
    await eventually(
        lambda: desk.sandbox.calls.of("sendMessage", anna.person.id)[-1].status == 429,
        lambda: "it was never tried",
    )
    await takes_back(desk.olena, topic, wrote)
    await topic.shows("Taken back before it was sent")
    desk.olena.writes(topic, "Your order is ready")
    await anna.shows("Your order is ready")
    anna.lacks("1234")


async def test_an_album_that_has_not_left_never_leaves(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    parts = [{"kind": "photo", "caption": "one"}, {"kind": "photo", "caption": "two"}]
    album = desk.olena.person.album(desk.group, parts, thread=topic.thread)
    await takes_back(desk.olena, topic, album[0])
    await topic.shows("Taken back before it was sent")
    await desk.settles(witness)
    assert anna.since(last) == []
    assert await witness.fetchval("SELECT count(*) FROM message WHERE unsent_at IS NULL") == 1


async def test_a_note_is_not_at_the_customers_side(desk: Stage) -> None:
    _anna, topic = await desk.asks()
    note = desk.olena.writes(topic, "// only for us")
    await takes_back(desk.olena, topic, note)
    await desk.olena.hears(topic, "This message did not go to the customer")


async def test_the_customers_own_words_stay(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.writes("I have paid")
    copy = await topic.shows("I have paid")
    await takes_back(desk.olena, topic, copy)
    await desk.olena.hears(topic, "This message did not go to the customer")
    await anna.shows("I have paid")


async def test_nothing_is_taken_back_twice(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    await takes_back(desk.olena, topic, wrote)
    await topic.shows("Deleted for the customer")
    await takes_back(desk.olena, topic, wrote)
    await desk.olena.hears(topic, "This was already taken back")


async def test_what_is_too_old_stays_and_this_is_told(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    desk.world.clock = lambda: time.time() + TOO_OLD
    await takes_back(desk.olena, topic, wrote)
    await topic.shows("Telegram lets bots delete messages only within 48 hours")
    await anna.shows("The code is 1234")
    assert topic.now(wrote)["reactions"], "the mark says that the customer has it"
    await takes_back(desk.olena, topic, wrote)
    await topic.shows("Telegram lets bots delete messages only within 48 hours", times=2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Public words", "📝 This was taken back, so your new text stays here"),
        ("..public words", "📝 This was taken back, so your new text stays here"),
    ],
)
async def test_what_was_taken_back_and_corrected_waits_for_its_author(
    desk: Stage, witness: asyncpg.Connection, text: str, why: str
) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    await takes_back(desk.olena, topic, wrote)
    desk.olena.edits(wrote, text)
    asked = await topic.shows(why)
    await desk.settles(witness)
    anna.lacks(text)
    await desk.olena.presses(asked, "📨 Send to the customer")
    await anna.shows(text)


async def test_a_command_without_a_reply_asks_for_one(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "All is well")
    desk.olena.writes(topic, "/unsend")
    await desk.olena.hears(topic, "Reply with this command to the message that you mean")
    assert words(await anna.shows("All is well")) == words(wrote)


async def test_an_edit_of_what_was_taken_back_does_not_bring_it_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = await said(desk, anna, topic, "The code is 1234")
    await takes_back(desk.olena, topic, wrote)
    desk.olena.edits(wrote, "The code is 5678")
    await desk.settles(witness)
    anna.lacks("The code")


async def test_the_mark_goes_with_the_words(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    await topic.turns(wrote, lambda now: now["reactions"])
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows("Deleted for the customer")
    await topic.turns(wrote, lambda now: not now["reactions"])
    assert anna


async def test_what_is_taken_back_twice_is_said_to_be(desk: Stage) -> None:
    _anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    desk.taras.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await desk.taras.hears(topic, "This was already taken back.")
