"""What is about one picture of an album stands at that picture on the other side."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.stories.chat import Customer, Screen, Seen, Topic, eventually, words
from tests.stories.conftest import Stage

CAPTIONS = ("first", "second", "third")
PARTS: list[dict[str, Any]] = [{"kind": "photo", "caption": one} for one in CAPTIONS]


async def theirs(desk: Stage) -> tuple[Customer, Topic, list[Seen], list[Seen]]:
    """Anna, the topic, and her album as she sent it, and as it stands in the topic."""
    anna, topic = await desk.asks()
    last = topic.last
    sent = anna.person.album(anna.bot, PARTS)
    return anna, topic, sent, await topic.shows_after(last, 3)


async def ours(desk: Stage) -> tuple[Customer, Topic, list[Seen], list[Seen]]:
    """Anna, the topic, and Olena’s album as she sent it, and as Anna has it."""
    anna, topic = await desk.asks()
    last = anna.last
    sent = desk.olena.person.album(desk.group, PARTS, thread=topic.thread)
    return anna, topic, sent, await anna.shows_after(last, 3)


def answered(message: Seen) -> int:
    """Which message it answers."""
    number: int = message["reply_to_message"]["message_id"]
    return number


async def test_an_answer_to_her_third_picture(desk: Stage) -> None:
    anna, topic, sent, shown = await theirs(desk)
    desk.olena.writes(topic, "Not this one", reply_to=shown[2]["message_id"])
    assert answered(await anna.shows("Not this one")) == sent[2]["message_id"]


async def test_her_answer_to_our_third_picture(desk: Stage) -> None:
    anna, topic, sent, shown = await ours(desk)
    anna.writes("This one", reply_to=shown[2]["message_id"])
    assert answered(await topic.shows("This one")) == sent[2]["message_id"]


async def test_a_quote_of_a_caption(desk: Stage) -> None:
    anna, topic, sent, shown = await theirs(desk)
    desk.olena.writes(topic, "Why?", reply_to=shown[1]["message_id"], quote="eco")
    asked = await anna.shows("Why?")
    assert answered(asked) == sent[1]["message_id"]
    assert asked["quote"]["text"] == "eco"
    anna.writes("It is", reply_to=sent[2]["message_id"], quote="hir")
    said = await topic.shows("It is")
    assert answered(said) == shown[2]["message_id"]
    assert said["quote"]["text"] == "hir"


async def reacted(desk: Stage, message: Seen) -> None:
    """Wait until the bot has reacted to this very message."""

    def calls() -> list[int]:
        made = desk.sandbox.calls.of("setMessageReaction")
        return [int(str(one.values["message_id"])) for one in made]

    await eventually(lambda: message["message_id"] in calls(), lambda: f"it is at {calls()}")


async def test_reactions_to_the_second_of_her_pictures(desk: Stage) -> None:
    anna, _topic, sent, shown = await theirs(desk)
    desk.olena.reacts(shown[1], "❤")
    await reacted(desk, sent[1])
    anna.reacts(sent[1], "👍")
    await reacted(desk, shown[1])


@pytest.mark.parametrize("outwards", [False, True])
async def test_a_caption_in_the_midst_is_corrected_and_no_other(
    desk: Stage, witness: asyncpg.Connection, *, outwards: bool
) -> None:
    anna, topic, sent, shown = await (ours if outwards else theirs)(desk)
    screen: Screen = anna if outwards else topic
    (desk.olena if outwards else anna).edits(sent[1], "SECOND")
    await screen.changes(shown[1], "SECOND")
    await desk.settles(witness)
    assert [words(screen.now(one)) for one in shown] == ["first", "SECOND", "third"]
    said = "SELECT words ->> 'text' FROM message WHERE album IS NOT NULL"
    assert await witness.fetchval(said) == "first\n\nSECOND\n\nthird"


async def test_her_album_of_which_a_part_came_while_we_were_away(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last, group = topic.last, anna.person.new_album()
    anna.person.album_part(anna.bot, group, PARTS[0])
    begun = "SELECT count(*) FROM message WHERE album IS NOT NULL"
    for _ in range(6000):
        if await witness.fetchval(begun):
            break
        await asyncio.sleep(0.01)
    await desk.closes()
    for part in PARTS[1:]:
        anna.person.album_part(anna.bot, group, part)
    await desk.opens()
    shown = await topic.shows_after(last, 3)
    assert [words(one) for one in shown] == ["first", "second", "third"]
    await desk.settles(witness)
    assert len(topic.since(last)) == 3, "each once"
    assert await witness.fetchval("SELECT count(*) FROM ticket") == 1
