"""Every button of the card, and of what opens from it, does something; the card stays the card."""

import asyncpg
import pytest

from tests.stories.chat import Seen, Topic, answered, words
from tests.stories.conftest import Stage

WRONG = """
SELECT (SELECT count(*) FROM delivery WHERE state = 'dead')
    + (SELECT count(*) FROM set_aside)
"""
MANY = """
INSERT INTO macro (name, edition, wordings, used, created_at, changed_at)
SELECT 'refund' || n, 1, (SELECT wordings FROM macro), 0, now(), now()
FROM generate_series(1, 12) AS n
"""


async def asks(desk: Stage, number: int) -> Topic:
    """One more customer with a request."""
    desk.customer(f"Anna {number}").writes("Where is my order?")
    topic = await desk.topic(f"#{number} ")
    await topic.shows("Where is my order?")
    return topic


def pressable(message: Seen) -> list[str]:
    """The buttons that ask the bot for something."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [key["text"] for row in rows for key in row if "callback_data" in key]


async def no_harm(desk: Stage, topic: Topic, number: int, witness: asyncpg.Connection) -> None:
    """The card is still the card; nothing was refused, nothing failed."""
    await desk.settles(witness)
    assert await witness.fetchval(WRONG) == 0
    assert words(topic.card).startswith(f"#{number} ·"), words(topic.card)
    assert pressable(topic.card)


@pytest.mark.parametrize("macros", [0, 1, 13])
async def test_each_is_answered_and_the_card_stays(
    desk: Stage, witness: asyncpg.Connection, macros: int
) -> None:
    first = await asks(desk, 1)
    if macros:
        desk.olena.writes(first, "/macro new refund Your money is on its way.")
        await desk.olena.hears(first, "refund")
    if macros > 1:
        await witness.execute(MANY)
    for place, label in enumerate(pressable(first.card), start=2):
        topic = await asks(desk, place)
        await desk.olena.presses(topic.card, label)
        await no_harm(desk, topic, place, witness)
        for opened in desk.olena.alone(topic).messages():
            for inner in pressable(opened):
                now = desk.olena.alone(topic).now(opened)
                if inner in pressable(now):
                    await desk.olena.presses(now, inner)
                await no_harm(desk, topic, place, witness)


async def test_a_card_is_turned_into_nothing_else(desk: Stage, witness: asyncpg.Connection) -> None:
    """A forger presses a button of an answer where the card stands."""
    topic = await asks(desk, 1)
    desk.olena.writes(topic, "/macro new refund Your money is on its way.")
    await desk.olena.hears(topic, "refund")
    await witness.execute(MANY)
    listed = await desk.olena.asks(topic, "/macro")
    rows = listed["reply_markup"]["inline_keyboard"]
    turn = next(key["callback_data"] for row in rows for key in row if key["text"] == "›")
    pressed = desk.taras.person.forges(topic.card["message_id"], desk.group, turn)
    await answered(desk.sandbox, pressed)
    await no_harm(desk, topic, 1, witness)
