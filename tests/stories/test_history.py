"""`/history`: all that was said and done in a request, for who asks, page by page."""

import asyncpg

from tests.stories.chat import buttons, words
from tests.stories.conftest import Stage


async def test_an_operator_reads_the_whole_story(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "On its way")
    await anna.shows("On its way")
    desk.olena.writes(topic, "// she is in a hurry")
    desk.olena.writes(topic, "/priority high")
    desk.olena.writes(topic, "/resolve")
    await anna.shows("is resolved")
    await desk.settles(witness)
    desk.olena.writes(topic, "/history")
    told = words(await desk.olena.hears(topic, "History of #1"))
    lines = [line.partition(" · ")[2] for line in told.splitlines()[1:]]
    assert lines[0] == "Anna: Where is my order?"
    assert lines[1] == "Anna · opened the request"
    assert lines[2].startswith("Olena → Anna: On its way ✓ ")
    assert lines[3:] == [
        "Olena · status: new → waiting for the customer",
        "📝 Olena: // she is in a hurry",
        "Olena · priority: normal → high",
        "Olena · status: waiting for the customer → resolved",
    ]
    topic.lacks("History of")


async def test_a_long_story_has_pages(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    for number in range(12):
        anna.writes(f"Line {number:02}")
    await anna.shows("received")
    await desk.settles(witness)
    desk.olena.writes(topic, "/history")
    last = await desk.olena.hears(topic, "History of #1")
    assert "Line 11" in words(last)
    assert "Where is my order?" not in words(last)
    await desk.olena.presses(last, "‹")
    turned = await desk.olena.alone(topic).changes(last, "Where is my order?")
    assert "Line 11" not in words(turned)
    await desk.olena.presses(turned, "›")
    await desk.olena.alone(topic).changes(last, "Line 11")


async def test_it_is_read_in_ukrainian(stage: Stage) -> None:
    await stage.opens(language="uk")
    _anna, topic = await stage.asks()
    stage.olena.writes(topic, "/history")
    told = words(await stage.olena.hears(topic, "Історія #1"))
    assert "Anna · звернення відкрито" in told


async def test_a_macro_and_a_call_for_a_person_are_told_in_words(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(language="uk")
    anna = stage.customer("Анна", "uk")
    anna.writes("Де моє замовлення?")
    topic = await stage.topic("#1")
    await topic.shows("Де моє замовлення?")
    await stage.olena.asks(stage.general, "/macro new refund Гроші вже в дорозі.")
    stage.olena.writes(topic, "/macro refund")
    await anna.shows("Гроші вже в дорозі.")
    stage.olena.writes(topic, "/take")
    await stage.settles(witness)
    stage.taras.writes(topic, "/macro refund")
    await stage.taras.hears(topic, "Olena")
    sign = next(one for one in anna.messages() if "🙋 Покликати оператора" in buttons(one))
    await anna.presses(sign, "🙋 Покликати оператора")
    await stage.settles(witness)
    last = await stage.olena.asks(topic, "/history")
    await stage.olena.presses(last, "‹")
    told = words(await stage.olena.alone(topic).changes(last, "Де моє замовлення?"))
    assert "Olena · надіслано шаблон «refund»" in told
    assert "Taras · вибрано шаблон «refund», але його не надіслано" in told
    assert "Анна · клієнт просить оператора" in told
