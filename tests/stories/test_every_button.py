"""Every button of the card, and of what opens from it, does something; the card stays the card."""

import asyncpg
import pytest

from bot.telegram import buttons
from tests.stories.chat import Seen, Topic, answered, words
from tests.stories.conftest import TOKEN, Stage

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


@pytest.mark.parametrize(
    "data",
    [
        "",
        "take",
        "take:1",
        "take:1:00000000",
        "отак:1:" + "0" * 8,
        "x" * 64,
        "priority:1:4:" + "f" * 51,
        "by:100001:take:1:00000000",
        "at:-1000004000001.3:take:1:00000000",
        ":::::",
        "\x00",
    ],
)
async def test_what_no_version_of_ours_has_made_does_nothing(
    desk: Stage, witness: asyncpg.Connection, data: str
) -> None:
    topic = await asks(desk, 1)
    pressed = desk.taras.person.forges(topic.card["message_id"], desk.group, data)
    answer = await answered(desk.sandbox, pressed)
    assert answer["text"] == "This button no longer works."
    await no_harm(desk, topic, 1, witness)
    assert await witness.fetchval("SELECT assignee_id IS NULL AND status = 'new' FROM ticket")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("paint:1:" + "blue" * 11 + "bye", "This button no longer works."),
        ("take:999", "This button belongs to another ticket."),
    ],
    ids=["an older version, 64 bytes", "a request that is not there"],
)
async def test_what_was_made_by_us_and_means_nothing_is_answered(
    desk: Stage, witness: asyncpg.Connection, made: str, told: str
) -> None:
    topic = await asks(desk, 1)
    markup = buttons.keyboard([[("Press", made)]], buttons.signing_key(TOKEN))
    assert markup is not None
    data = markup.inline_keyboard[0][0].callback_data
    assert data is not None
    pressed = desk.taras.person.forges(topic.card["message_id"], desk.group, data)
    answer = await answered(desk.sandbox, pressed)
    assert answer["text"] == told
    await no_harm(desk, topic, 1, witness)
