"""Commands: who gives them, in what words, and when. What is none is words, and is not lost."""

from typing import Any

import asyncpg
import pytest

from bot.app import App
from tests.stories.chat import Customer, Seen, Topic, eventually, words
from tests.stories.conftest import Stage
from tests.stories.test_same_message import heard

MODE = "Notes mode is on"
FORWARD = "A forward stays among colleagues"
LATE = "This was handled late, so it was not done"
MUCH = "takes no words and no files"
EDITED = "An edited command is not carried out"


async def is_told(desk: Stage, topic: Topic) -> None:
    """Before all, or the author alone."""

    def told() -> list[Seen]:
        shown = [*topic.messages(), *desk.olena.alone(topic).messages()]
        return [each for each in shown if MUCH in words(each)]

    await eventually(told, lambda: "it is never told")


async def in_notes_mode(desk: Stage) -> tuple[Customer, Topic]:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/notes")
    await topic.shows(MODE)
    return anna, topic


async def is_still_on(
    desk: Stage, anna: Customer, topic: Topic, witness: asyncpg.Connection
) -> None:
    desk.olena.writes(topic, "she is difficult")
    await desk.settles(witness)
    anna.lacks("difficult")
    topic.lacks("Notes mode is off")


async def forwards(desk: Stage, topic: Topic, text: str, **how: Any) -> None:
    courier = desk.world.person("Courier")
    elsewhere = desk.world.group("Couriers", courier)
    desk.olena.person.joins(elsewhere)
    heard_there = courier.writes(elsewhere, text)
    desk.olena.person.forwards(heard_there, desk.group, topic.thread, **how)


@pytest.mark.parametrize(
    "text", ["/close", "/order 123 she is difficult", "/setup 7K2M9QXA4P", "/nonsense"]
)
async def test_a_forward_commands_nothing(
    desk: Stage, witness: asyncpg.Connection, text: str
) -> None:
    anna, topic = await desk.asks()
    await forwards(desk, topic, text)
    await topic.shows(FORWARD)
    await desk.settles(witness)
    anna.lacks("resolved")


@pytest.mark.parametrize("origin", [None, {"type": "planet", "name": "Mars"}])
async def test_notes_mode_is_not_ended_by_a_forward(
    desk: Stage, witness: asyncpg.Connection, origin: dict[str, str] | None
) -> None:
    anna, topic = await in_notes_mode(desk)
    await forwards(desk, topic, "/notes off", origin=origin)
    await is_still_on(desk, anna, topic, witness)


async def test_a_customers_forward_is_words(desk: Stage) -> None:
    anna, topic = await desk.asks()
    shop = desk.world.person("Shop")
    club = desk.world.group("Club", shop)
    anna.person.joins(club)
    anna.person.forwards(shop.writes(club, "/new collection"), anna.bot)
    await topic.shows("/new collection")


async def test_a_channel_commands_nothing(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await in_notes_mode(desk)
    channel = desk.taras.person.as_channel("Shop news")
    channel.writes(desk.group, "/notes off", thread=topic.thread)
    await topic.shows("Only a person can do this")
    await is_still_on(desk, anna, topic, witness)
    desk.olena.person.anonymously.writes(desk.group, "/notes off", thread=topic.thread)
    await topic.shows("Notes mode is off")


async def replayed(
    desk: Stage, witness: asyncpg.Connection, stores: tuple[str, str], update: Seen
) -> None:
    """It could not be handled when it came, and is tried again now."""
    await desk.closes()
    await desk.sets_aside(
        witness, **{key: value for key, value in update.items() if key != "update_id"}
    )
    async with App(desk.settings, *stores) as app:
        assert await app.replay(None, lambda _line: None) == (1, 0)
    await desk.opens()


async def test_an_old_command_is_not_done_and_that_is_said(
    desk: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    anna, topic = await desk.asks()
    kept = heard(desk)
    desk.olena.writes(topic, "/notes off")
    await topic.shows("Notes mode is off")
    desk.olena.writes(topic, "/notes")
    await topic.shows(MODE)
    await replayed(desk, witness, (database_url, redis_url), kept[0])
    await desk.olena.hears(topic, LATE)
    desk.olena.writes(topic, "she is difficult")
    await desk.settles(witness)
    anna.lacks("difficult")


async def test_a_topic_that_was_closed_long_ago_closes_nothing_now(
    desk: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    anna, topic = await desk.asks()
    kept = heard(desk)
    desk.olena.person.closes_topic(desk.group, topic.thread)
    await anna.shows("is resolved")
    anna.writes("It is broken again")
    await topic.shows("It is broken again")
    await desk.settles(witness)
    before = len(anna.messages())
    await replayed(desk, witness, (database_url, redis_url), kept[0])
    await topic.shows(LATE)
    await desk.settles(witness)
    assert len(anna.messages()) == before
    assert await witness.fetchval("SELECT status FROM ticket WHERE id = 1") == "open"


async def test_a_corrected_command_is_not_done_and_that_is_said(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "/cloes")
    await topic.shows("There is no command /cloes")
    desk.olena.edits(wrote, "/close")
    await topic.shows(EDITED)
    desk.olena.edits(desk.olena.writes(desk.general, "/statsu"), "/status")
    await desk.general.shows(EDITED)
    mistyped = anna.writes("/nwe")
    await anna.shows("I do not know this command")
    anna.edits(mistyped, "/new")
    await anna.shows(EDITED)
    await desk.settles(witness)
    anna.lacks("is resolved")


@pytest.mark.parametrize("text", ["// is this a note?", "/ 2 pieces", "/"])
async def test_a_customers_slash_without_a_name_is_words(desk: Stage, text: str) -> None:
    anna, topic = await desk.asks()
    anna.writes(text)
    await topic.shows(text)


async def test_the_status_counts_not_itself_and_no_limit_is_no_number(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    await desk.asks()
    await desk.settles(witness)
    desk.olena.writes(desk.general, "/status")
    told = await desk.olena.hears(desk.general, "Waiting to be delivered: 0")
    assert "actions left" not in told["text"]
    assert "oldest" not in told["text"]


async def test_a_command_is_done_in_capitals_too(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/Resolve")
    await topic.turns(topic.card, lambda now: "resolved" in words(now))
    anna.writes("/Help")
    await anna.shows("/requests")


async def test_a_command_that_begins_with_another_sign_goes_to_no_customer(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, ".resolve")
    await topic.shows("Is this a note, or is it for the customer?")
    await desk.settles(witness)
    anna.lacks(".resolve")


@pytest.mark.parametrize(
    "said",
    [
        "/resolve Thank you, have a good day!",
        "/CLOSE all is well",
        "/wait@story_bot a minute",
        "/take I will see",
        "/unassign nobody here",
        "/history of the parcel",
        "/mine please",
    ],
)
async def test_words_behind_a_command_that_takes_none_are_told_of(
    desk: Stage, witness: asyncpg.Connection, said: str
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, said)
    await is_told(desk, topic)
    await desk.settles(witness)
    assert await witness.fetchval("SELECT status = 'new' AND assignee_id IS NULL FROM ticket")
    anna.lacks(said.partition(" ")[2])


@pytest.mark.parametrize("said", ["/resolve", "/history", "/tag refund", "/priority high"])
async def test_a_file_with_a_command_that_takes_none_is_told_of(
    desk: Stage, witness: asyncpg.Connection, said: str
) -> None:
    anna, topic = await desk.asks()
    desk.olena.sends(topic, "photo", caption=said)
    await is_told(desk, topic)
    await desk.settles(witness)
    assert await witness.fetchval("SELECT status = 'new' AND priority = 2 FROM ticket")
    assert not [one for one in anna.messages() if "photo" in one]
