"""What was not delivered and sent again: it is told where the button was."""

import re

import asyncpg

from tests.stories.chat import Seen, Topic, buttons, words
from tests.stories.conftest import Stage

AGAIN = "🔁 Send again"
FAILED = "⚠️ Not delivered"


async def says_when(topic: Topic, told: Seen, what: str) -> None:
    """The sentence becomes this one, with a time of today and without buttons."""
    now = await topic.changes(told, what)
    assert re.fullmatch(rf"{what} at \d\d:\d\d\.", words(now)), words(now)
    assert buttons(now) == []


async def test_it_arrives(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id)
    desk.olena.writes(topic, "It leaves today")
    told = await topic.shows(FAILED)
    await desk.olena.presses(told, AGAIN)
    await anna.shows("It leaves today")
    await says_when(topic, told, "✅ Delivered")
    await desk.settles(witness)
    topic.lacks(FAILED)


async def test_it_fails_again(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id, times=2)
    desk.olena.writes(topic, "It leaves today")
    first = await topic.shows(FAILED)
    await desk.olena.presses(first, AGAIN)
    await says_when(topic, first, "🔁 Tried again")
    second = await topic.shows(FAILED)
    assert second["message_id"] > first["message_id"]
    await desk.olena.presses(second, AGAIN)
    await says_when(topic, second, "✅ Delivered")
    await anna.shows("It leaves today")
    await says_when(topic, first, "🔁 Tried again")


async def test_a_correction_and_a_taking_back(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.sandbox.faults.next(do="400", method="editMessageText", chat=anna.person.id)
    desk.olena.edits(wrote, "It leaves tomorrow")
    told = await topic.shows(FAILED)
    await desk.olena.presses(told, AGAIN)
    await anna.shows("It leaves tomorrow")
    await says_when(topic, told, "✅ Corrected for the customer")

    desk.sandbox.faults.next(do="400", method="deleteMessages", chat=anna.person.id)
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    told = await topic.shows(FAILED)
    await desk.olena.presses(told, AGAIN)
    await says_when(topic, told, "✅ Taken back")
    anna.lacks("It leaves")


async def test_words_of_the_customer(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=desk.group)
    anna.writes("And when?")
    told = await topic.shows("could not be shown here")
    await desk.olena.presses(told, AGAIN)
    await topic.shows("And when?")
    await says_when(topic, told, "✅ Shown here")


async def test_an_edit_of_the_customers_that_telegram_refuses(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = anna.writes("At six")
    shown = await topic.shows("At six")
    desk.sandbox.faults.next(do="400", method="editMessageText", chat=desk.group)
    anna.edits(wrote, "At seven")
    told = await topic.shows("could not be shown here")
    await desk.olena.presses(told, AGAIN)
    await topic.changes(shown, "At seven")
    await says_when(topic, told, "✅ Shown here")
