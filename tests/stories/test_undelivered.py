"""What was not delivered before its topic was left: the new one says so, and it is sent there."""

import re

import asyncpg
import pytest

from tests.stories.chat import Topic, buttons, eventually, words
from tests.stories.conftest import Stage
from tests.stories.test_departments import Sales, connected
from tests.stories.test_dissolving import is_dissolved
from tests.stories.test_sent_again import AGAIN, FAILED, says_when

HISTORY = "What was said so far:"
MARK = "⚠️ not delivered"


@pytest.fixture
async def sales(desk: Stage) -> Sales:
    return await connected(desk)


def marked(history: str) -> list[str]:
    """What the history says was not delivered."""
    return re.findall(rf"{MARK}\n(.*)", history)


async def test_an_answer_that_failed_is_sent_where_its_request_is_now(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "It is packed")
    await anna.shows("It is packed")
    for said in ("It left on Friday", "It leaves on Monday"):
        desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id)
        desk.olena.writes(topic, said)
        told = await topic.shows(FAILED)
        if said == "It left on Friday":
            await desk.olena.presses(told, AGAIN)
            await says_when(topic, told, "✅ Delivered")
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    recalled = await there.shows(HISTORY)
    assert marked(words(recalled)) == ["It leaves on Monday"]
    told = await there.shows(FAILED)
    assert words(told).startswith("It leaves on Monday\n⚠️"), "whose failure it is"
    assert told["message_id"] > recalled["message_id"]
    anna.lacks("It leaves on Monday")
    await sales.ivan.presses(told, AGAIN)
    await anna.shows("It leaves on Monday")
    await says_when(there, told, "✅ Delivered")

    await is_dissolved(desk, sales, witness)
    again = await other_topic(desk, topic)
    assert marked(words(await again.shows(HISTORY))) == []
    await desk.settles(witness)
    again.lacks(FAILED)


async def other_topic(desk: Stage, topic: Topic) -> Topic:
    """The one that has come in the place of this."""
    found: list[Topic] = await eventually(
        lambda: [one for one in desk.topics("#1") if one.thread != topic.thread],
        lambda: "there is no other topic",
    )
    return found[0]


async def test_a_failure_that_vanished_with_its_topic_is_told_in_the_next(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.sandbox.faults.next(do="400", method="editMessageText", chat=anna.person.id)
    desk.olena.edits(wrote, "It leaves tomorrow")
    await topic.shows(FAILED)
    await desk.settles(witness)
    desk.olena.person.deletes_topic(desk.group, topic.thread)
    anna.writes("When?")
    again = await other_topic(desk, topic)
    told = await again.shows(FAILED)
    assert buttons(told) == [AGAIN]
    await desk.olena.presses(told, AGAIN)
    await anna.shows("It leaves tomorrow")
    await says_when(again, told, "✅ Corrected for the customer")
