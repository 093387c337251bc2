"""Names as people really give them do no harm."""

import asyncpg
import pytest

from tests.stories.chat import words
from tests.stories.conftest import Stage

NAMES = {
    "🦊 Анна 👩‍👩‍👧": "🦊 Анна 👩‍👩‍👧",
    "\u202eannA\u202c": "annA",
    "A\u200bn\u200cn\u2060a\ufeff": "Anna",
    "Анна\nПетрівна\r\n\t(Київ)": "Анна Петрівна (Київ)",
    "я" * 64: "я" * 64,
    "<b>Anna</b> & *Co* _x_ [a](b)": "<b>Anna</b> & *Co* _x_ [a](b)",
    "שרה כהן": "שרה כהן",
    "{name} %s #1 Boris": "{name} %s #1 Boris",
}


@pytest.mark.parametrize(("given", "shown"), NAMES.items(), ids=range(len(NAMES)))
async def test_a_name_is_one_visible_line(desk: Stage, given: str, shown: str) -> None:
    anna = desk.customer(given)
    anna.writes("Good day")
    topic = await desk.topic("#1")
    card = await topic.shows("Good day")
    assert shown in words(card)
    assert topic.info["name"].startswith(f"#1 {shown}"[:128])
    desk.olena.writes(topic, "Hello")
    await anna.shows("Hello")


@pytest.mark.parametrize("invisible", ["\u200b\u200b", "\u3164", "\u2800 \u2060"])
async def test_a_name_that_is_not_there(desk: Stage, invisible: str) -> None:
    anna = desk.customer(invisible)
    anna.writes("Who am I?")
    topic = await desk.topic("#1")
    assert str(anna.person.id) in topic.info["name"]


async def test_the_longest_names_leave_room_for_nothing_else(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    person = desk.world.person("👨‍👩‍👧" * 12, last_name="Ж" * 64, language="uk")
    person.start(desk.bot)
    person.writes(desk.bot, "Довга назва теми " * 20)
    topic = await desk.topic("#1")
    await desk.settles(witness)
    assert len(topic.info["name"]) <= 128
    await topic.shows("Довга назва теми")


async def test_operators_names_do_no_harm_either(desk: Stage) -> None:
    anna, topic = await desk.asks()
    strange = desk.world.person("\u202e🦊\u200b<i>\n", username="fox", language="en")
    strange.joins(desk.group)
    strange.writes(desk.group, "I help you", thread=topic.thread)
    await anna.shows("I help you")


async def test_a_new_name_is_taken_over(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.person.user.first_name = "Hanna"
    anna.writes("I have married")
    await topic.shows("I have married")
    await desk.olena.presses(topic.card, "✅ Resolve")
    await topic.turns(topic.card, lambda now: "Hanna" in words(now))


async def test_a_new_name_reaches_the_cards_and_topics_of_its_customer(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    anna.writes("/new")
    anna.writes("And a second question")
    second = await desk.topic("#2")
    await second.shows("And a second question")
    anna.person.takes_name("Hanna", "<b>Petrenko</b>")
    anna.writes("It is me")
    for one, number, question in (
        (topic, 1, "Where is my order?"),
        (second, 2, "And a second question"),
    ):
        await one.changes(one.card, "Hanna <b>Petrenko</b> · Telegram")
        name = f"#{number} Hanna <b>Petrenko</b> · {question}"
        await one.becomes(name=name)


async def test_a_language_that_was_chosen_reaches_the_card(desk: Stage) -> None:
    anna, topic = await desk.asks()
    anna.writes("/language")
    asked = await anna.shows("Which language")
    await anna.presses(asked, "Українська")
    await topic.changes(topic.card, "Telegram · Українська")
