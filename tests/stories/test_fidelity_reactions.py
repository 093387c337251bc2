"""Reactions are seen on the other side, and so is that they were taken back."""

import asyncpg
import pytest

from bot.delivery.marks import Marks
from tests.stories.chat import Screen, Seen
from tests.stories.conftest import Stage


def by(desk: Stage, message: Seen) -> list[str]:
    """What the bot has put on this message."""
    return [one["emoji"] for one in message["reactions"] if one["by"] == desk.bot.id]


async def wears(desk: Stage, screen: Screen, message: Seen, *emoji: str) -> None:
    """Wait until the bot's reaction is this one, or none."""
    await screen.turns(message, lambda now: by(desk, now) == list(emoji))


async def test_a_customers_reactions(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    seen = await anna.shows("It leaves today")
    await wears(desk, topic, wrote, "👌")
    anna.reacts(seen, "👍")
    await wears(desk, topic, wrote, "👍")
    anna.reacts(seen, "🔥")
    await wears(desk, topic, wrote, "🔥")
    anna.reacts(seen)
    await wears(desk, topic, wrote)


async def test_an_operators_reactions(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("Thank you!")
    copy = await topic.shows("Thank you!")
    desk.olena.reacts(copy, "❤")
    await wears(desk, anna, said, "❤")
    desk.olena.reacts(copy, "🎉")
    await wears(desk, anna, said, "🎉")
    desk.olena.reacts(copy)
    await wears(desk, anna, said)


async def test_reactions_to_ones_own_side(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("Important")
    copy = await topic.shows("Important")
    anna.reacts(said, "👀")
    await wears(desk, topic, copy, "👀")
    wrote = desk.olena.writes(topic, "Noted")
    seen = await anna.shows("Noted")
    desk.olena.reacts(wrote, "🙏")
    await wears(desk, anna, seen, "🙏")


async def test_a_reaction_to_the_card_is_one_to_the_first_words(desk: Stage) -> None:
    anna = desk.customer("Anna")
    said = anna.writes("Where is my order?")
    topic = await desk.topic("#1")
    card = await topic.shows("Where is my order?")
    desk.olena.reacts(card, "👀")
    await wears(desk, anna, said, "👀")


async def test_a_reaction_to_a_note_stays_inside(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    note = desk.olena.writes(topic, "// suspicious")
    desk.taras.reacts(note, "👀")
    await desk.settles(witness)
    assert desk.sandbox.calls.of("setMessageReaction", anna.person.id) == []


async def test_a_reaction_that_the_group_does_not_allow_is_told(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "It leaves today")
    seen = await anna.shows("It leaves today")
    await wears(desk, topic, wrote, "👌")
    desk.sandbox.faults.next(
        do="400", method="setMessageReaction", text="Bad Request: REACTION_INVALID"
    )
    anna.reacts(seen, "🍾")
    told = await topic.shows("🍾")
    assert told["reply_to_message"]["message_id"] == wrote["message_id"]


async def test_reactions_on_an_album(desk: Stage) -> None:
    anna, topic = await desk.asks()
    parts = [{"kind": "photo", "caption": "one"}, {"kind": "photo", "caption": "two"}]
    said = anna.person.album(anna.bot, parts)
    copy = await topic.shows("one")
    desk.olena.reacts(copy, "😍")
    await wears(desk, anna, said[0], "😍")


async def test_a_mark_that_a_stop_prevented_is_set_after_the_start(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Marks, "want", _forget)
    await stage.opens()
    anna, topic = await stage.asks()
    wrote = stage.olena.writes(topic, "It leaves today")
    liked = stage.olena.writes(topic, "At noon")
    await anna.shows("It leaves today")
    seen = await anna.shows("At noon")
    anna.reacts(seen, "👍")
    await wears(stage, topic, liked, "👍")
    await stage.closes()
    assert by(stage, topic.now(wrote)) == []
    monkeypatch.undo()

    await stage.opens()
    await wears(stage, topic, wrote, "👌")
    later = stage.olena.writes(topic, "By train")
    await wears(stage, topic, later, "👌")
    await wears(stage, topic, liked, "👍")  # a mark does not cover what the customer thinks


def _forget(_marks: Marks, _message_id: int) -> None:
    """Killed before the mark was set."""
