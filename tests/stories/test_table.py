"""What most bots of this kind get wrong: the same work, told as stories."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from sandbox.faults import Kind
from tests.stories.chat import Screen, Topic, eventually, spoken, words
from tests.stories.conftest import Stage
from tests.stories.test_short_budget import actions

START = {"message_id": 0}
WAIT = 1  # seconds of a flood wait
FAULTS: list[Kind] = ["429", "500", "502", "drop_before", "drop_after"]


def told(screen: Screen, texts: tuple[str, ...]) -> list[str]:
    """These texts as they stand on the screen, shared posts taken apart."""
    lines = [line for message in screen.messages() for line in words(message).split("\n")]
    return [line for line in lines if line in texts]


async def all_told(screen: Screen, texts: tuple[str, ...]) -> list[str]:
    """Wait until each of these texts is there."""
    await eventually(
        lambda: set(told(screen, texts)) == set(texts),
        lambda: f"only {told(screen, texts)}",
    )
    return told(screen, texts)


def calls_during_a_wait(desk: Stage, chat: int) -> Iterator[str]:
    """What the desk called in this chat while it had been told to wait."""
    refused = [entry for entry in desk.sandbox.calls if entry.retry_after]
    for refusal in refused:
        assert refusal.retry_after is not None
        until = refusal.time + refusal.retry_after
        for entry in desk.sandbox.calls:
            if entry.chat_id == str(chat) and refusal.time < entry.time < until:
                yield f"{entry.method} {until - entry.time:.2f} s early"


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_on_the_way_to_the_topic(
    desk: Stage, witness: asyncpg.Connection, fault: Kind
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    desk.sandbox.faults.next(do=fault, method="sendMessage", chat=desk.group, retry_after=WAIT)
    texts = ("message A", "message B", "message C")
    for text in texts:
        anna.writes(text)
    await all_told(topic, texts)
    await desk.settles(witness)
    once_in_order(told(topic, texts), texts, fault)
    assert list(calls_during_a_wait(desk, desk.group)) == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_on_the_way_to_the_customer(
    desk: Stage, witness: asyncpg.Connection, fault: Kind
) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    chat = anna.person.id
    desk.sandbox.faults.next(do=fault, method="sendMessage", chat=chat, retry_after=WAIT)
    texts = ("message A", "message B", "message C")
    for text in texts:
        desk.olena.writes(topic, text)
    await all_told(anna, texts)
    await desk.settles(witness)
    once_in_order(told(anna, texts), texts, fault)
    assert list(calls_during_a_wait(desk, chat)) == []
    topic.lacks("Not delivered")


def once_in_order(found: list[str], texts: tuple[str, ...], fault: Kind) -> None:
    """Only a lost answer may show its own message twice, and nothing changes places."""
    if fault == "drop_after":
        assert found in ([*texts], [texts[0], *texts])
    else:
        assert found == [*texts]


@pytest.mark.parametrize("fault", FAULTS)
async def test_one_fault_while_the_topic_is_made(
    desk: Stage, witness: asyncpg.Connection, fault: Kind
) -> None:
    desk.sandbox.faults.next(do=fault, method="createForumTopic", retry_after=WAIT)
    anna = desk.customer("Anna")
    texts = ("first words", "second words", "third words")
    for text in texts:
        anna.writes(text)
    topic = await desk.topic("#1")
    assert await all_told(topic, texts) == [*texts]
    await desk.settles(witness)
    assert told(topic, texts) == [*texts]
    assert len(desk.topics()) == 1
    assert list(calls_during_a_wait(desk, desk.group)) == []


async def test_the_same_updates_twice(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("only once")
    before = desk.bot.updates.export()
    copy = await topic.shows("only once")
    desk.olena.writes(topic, "answered once")
    seen = await anna.shows("answered once")
    anna.edits(said, "only one time")
    anna.reacts(seen, "👍")
    again = [*before["pending"], *desk.bot.updates.export()["pending"]]
    await topic.changes(copy, "only one time")
    await desk.settles(witness)
    await desk.closes()
    counts = (len(topic.since(START)), len(anna.since(START)))
    now = desk.bot.updates.export()
    desk.bot.updates.restore({**now, "pending": again})
    assert len(desk.bot.updates) >= 2
    await desk.opens()
    anna.writes("and on it goes")
    await topic.shows("and on it goes")
    await desk.settles(witness)
    assert (len(topic.since(START)), len(anna.since(START))) == (counts[0] + 1, counts[1] + 1)


async def test_five_at_once_then_six_in_a_row_and_an_operators_three(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    texts = tuple(f"at once {number}" for number in range(5))
    for text in texts:
        anna.writes(text)
    row = tuple(f"in a row {number}" for number in range(6))
    for text in row:
        anna.writes(text)
        await asyncio.sleep(0.4)
    ours = tuple(f"answer {number}" for number in range(3))
    for text in ours:
        desk.olena.writes(topic, text)
        await asyncio.sleep(0.3)
    assert await all_told(topic, texts + row) == [*texts, *row]
    assert await all_told(anna, ours) == [*ours]


async def test_eight_in_one_burst_from_each_of_three(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    people = [desk.customer(name) for name in ("Anna", "Boris", "Vira")]
    texts = tuple(f"burst {number}" for number in range(8))
    for text in texts:
        for person in people:
            person.writes(text)
    await eventually(lambda: len(desk.topics()) == 3, lambda: str(desk.topics()))
    for topic in desk.topics():
        assert await all_told(topic, texts) == [*texts]
    await desk.settles(witness)
    assert len(desk.topics()) == 3


@pytest.mark.parametrize("text", ["message thread not found", "TOPIC_DELETED", ""])
async def test_a_deleted_topic_is_made_anew_with_its_history(
    desk: Stage, witness: asyncpg.Connection, text: str
) -> None:
    """With no text Telegram answers ok and puts the message into General."""
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "Which one?")
    await anna.shows("Which one?")
    await desk.settles(witness)
    if text:
        desk.world.deleted_topic_text = text
    else:
        desk.world.misplaces = True
    desk.olena.person.deletes_topic(desk.group, topic.thread)
    anna.writes("The blue one")
    renewed = await eventually(
        lambda: [new for new in desk.topics("#1") if new.thread != topic.thread],
        lambda: "no new topic",
    )
    new: Topic = renewed[0]
    await new.shows_in_order("Where is my order?", "Which one?", "The blue one")
    anna.writes("Number 17")
    await new.shows("Number 17")
    await desk.settles(witness)
    await new.shows("The blue one")
    assert len(desk.topics()) == 1
    desk.general.lacks("The blue one")
    await anna.shows("Request #1", times=1)
    desk.olena.writes(new, "Found it")
    await anna.shows("Found it")


async def test_the_fewest_calls(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    await desk.settles(witness)
    desk.sandbox.calls.clear()
    for text in ("one", "two", "three"):
        anna.writes(text)
        await topic.shows(text)
    await desk.settles(witness)
    assert calls(desk) == ["sendMessage"] * 3
    desk.olena.writes(topic, "an answer")  # the ticket waits for the customer from now on
    await anna.shows("an answer")
    await is_marked(desk)
    await desk.settles(witness)
    desk.sandbox.calls.clear()
    desk.olena.writes(topic, "another answer")
    await anna.shows("another answer")
    await is_marked(desk)
    assert calls(desk) == ["sendMessage", "setMessageReaction"]


async def is_marked(desk: Stage) -> None:
    """Wait for the delivery mark."""
    marks = desk.sandbox.calls
    await eventually(lambda: marks.of("setMessageReaction"), lambda: "it is never marked")


def calls(desk: Stage) -> list[str]:
    """What the desk has called, but for asking what is new."""
    return [entry.method for entry in desk.sandbox.calls if entry.method != "getUpdates"]


async def test_thirty_messages_under_the_groups_limit(stage: Stage) -> None:
    stage.sandbox.limits.set("telegram")
    await stage.opens(
        group_actions_per_minute=20, private_messages_per_second=1, messages_per_second=30
    )
    people = [stage.customer(f"Customer{number}") for number in range(5)]
    texts = [tuple(f"{person.person.name} says {i}" for i in range(6)) for person in people]
    for number in range(6):
        for person, said in zip(people, texts, strict=True):
            person.writes(said[number])
    first = await stage.topic("#1 ")
    stage.olena.writes(first, "An answer is not held up")
    whose = next(one for one in people if one.person.name in first.info["name"])
    await whose.shows("An answer is not held up")
    await eventually(
        lambda: delivered(stage, texts),
        lambda: str([spoken(topic.messages()) for topic in stage.topics()]),
    )
    assert len(actions(stage)) <= 20, "what waits shares a post, so a minute is enough"
    assert len([entry for entry in stage.sandbox.calls if entry.status == 429]) <= 2


def delivered(stage: Stage, texts: list[tuple[str, ...]]) -> bool:
    """Whether each customer's words stand in their topic, once and in order."""
    return all(any(told(topic, said) == [*said] for topic in stage.topics()) for said in texts)
