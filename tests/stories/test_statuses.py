"""The status stands on the card always, and the icon follows the talk."""

import asyncpg

from tests.stories.chat import Topic, eventually
from tests.stories.conftest import Stage


async def says(topic: Topic, status: str) -> None:
    """The card and the icon tell it."""
    await topic.changes(topic.card, f"#1 · {status}")


async def test_words_move_it_at_once(desk: Stage) -> None:
    anna, topic = await desk.asks()
    icons = [topic.info["icon"]]
    await says(topic, "new")
    for status in ("waiting for the customer", "open"):
        if status == "open":
            anna.writes("And when?")
        else:
            desk.olena.writes(topic, "It leaves today")
        await says(topic, status)
        await eventually(
            lambda: topic.info["icon"] != icons[-1], lambda: "the icon does not follow"
        )
        icons.append(topic.info["icon"])
    assert len(set(icons)) == 3


async def test_a_button_moves_it_at_once(desk: Stage) -> None:
    _anna, topic = await desk.asks()
    await desk.olena.presses(topic.card, "🔄 Status")
    menu = await desk.olena.hears(topic, "Where does request #1 stand?")
    for shown, button, status in (
        (menu, "☕️ Customer’s turn", "waiting"),
        (topic.card, "✅ Resolve", "resolved"),
        (topic.card, "↩️ Reopen", "open"),
        (menu, "🔒 Close", "closed"),
    ):
        answer = await desk.olena.presses(shown, button)
        assert answer["text"] == "Done."
        await says(topic, status)


async def test_a_command_that_was_done_shows_it(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await desk.asks()
    for command in ("/wait", "/resolve", "/close"):
        wrote = desk.olena.writes(topic, command)
        await topic.turns(wrote, lambda now: [r["emoji"] for r in now["reactions"]] == ["👍"])
    again = desk.olena.writes(topic, "/close")
    await desk.olena.hears(topic, "already has this status")
    await desk.settles(witness)
    assert topic.now(again)["reactions"] == []
