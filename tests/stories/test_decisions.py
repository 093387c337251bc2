"""What was kept in doubt is decided by its author, at whatever moment they press."""

import asyncpg
import pytest

from tests.stories.chat import Customer, Seen, Topic, buttons, eventually, words
from tests.stories.conftest import Stage
from tests.stories.test_held import FORWARD, KEEP, QUESTION, SEND, forwarded, stays_inside

CORRECTED = "Your new text was kept as a note"


async def test_a_forward_is_asked_about_where_only_replies_go_out(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(reply_mode="reply")
    anna, topic = await stage.asks()
    asked = await forwarded(stage, topic)
    stage.olena.writes(topic, "..the address")  # a note, as all that answers nothing
    await stays_inside(stage, anna, witness)
    topic.lacks(QUESTION)
    await stage.olena.presses(asked, SEND)
    await anna.shows("the parcel is lost")


async def forwards_half(desk: Stage, topic: Topic) -> tuple[str, Seen, list[Seen]]:
    """The first part of an album is forwarded, and asked about; the second is still on its way."""
    courier = desk.world.person("Courier")
    elsewhere = desk.world.group("Couriers", courier)
    desk.olena.person.joins(elsewhere)
    album = courier.album(elsewhere, [{"kind": "photo", "caption": c} for c in ("left", "right")])
    group = desk.olena.person.new_album()
    desk.olena.person.forwards_album(album[:1], desk.group, topic.thread, group=group)
    return group, await topic.shows(FORWARD), album


async def test_a_late_part_of_a_released_album_goes_with_it(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    last = anna.last
    group, asked, album = await forwards_half(desk, topic)
    await desk.olena.presses(asked, SEND)
    await topic.changes(asked, "Sent to the customer")
    desk.olena.person.forwards_album(album[1:], desk.group, topic.thread, group=group)
    await desk.settles(witness)
    assert [words(one) for one in anna.since(last)] == ["left", "right"]
    topic.lacks(FORWARD)


async def test_pressed_after_the_ticket_was_closed(desk: Stage) -> None:
    anna, topic = await desk.asks()
    asked = await forwarded(desk, topic)
    desk.olena.writes(topic, "/close")
    await anna.shows("is resolved")
    await desk.olena.presses(asked, SEND, still_open=True)
    await anna.shows("the parcel is lost")


async def corrected(desk: Stage, text: str) -> tuple[Customer, Topic, Seen]:
    """An answer that the customer has is edited."""
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "We look into it")
    await anna.shows("We look into it")
    desk.olena.edits(wrote, text)
    return anna, topic, wrote


async def test_a_correction_that_looks_like_a_note_is_asked_about(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic, _wrote = await corrected(desk, "..we look into it today")
    asked = await topic.shows(CORRECTED)
    assert buttons(asked) == [SEND]
    await stays_inside(desk, anna, witness, "today")
    last = anna.last
    await desk.olena.presses(asked, SEND)
    await anna.shows("..we look into it today")
    await desk.settles(witness)
    assert anna.since(last) == []  # the earlier words became these
    anna.lacks("We look into it")
    assert await witness.fetchval("SELECT count(*) FROM message WHERE direction = 'note'") == 0


async def test_after_it_was_sent_a_correction_goes_as_before(desk: Stage) -> None:
    anna, topic, wrote = await corrected(desk, "..we look into it today")
    await desk.olena.presses(await topic.shows(CORRECTED), SEND)
    await anna.shows("..we look into it today")
    desk.olena.edits(wrote, "We look into it today")
    await anna.shows("We look into it today")


async def test_a_correction_of_what_was_taken_back_is_sent_anew(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic, wrote = await corrected(desk, "..we look into it today")
    asked = await topic.shows(CORRECTED)
    desk.olena.writes(topic, "/unsend", reply_to=wrote["message_id"])
    await topic.shows("Deleted for the customer")
    anna.lacks("look into it")
    await desk.olena.presses(asked, SEND)
    await anna.shows("..we look into it today")


async def test_a_correction_of_what_has_not_left_is_asked_about(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=anna.person.id, retry_after=30)
    called = len(desk.sandbox.calls.of("sendMessage", anna.person.id))
    wrote = desk.olena.writes(topic, "We look into it")
    await eventually(
        lambda: len(desk.sandbox.calls.of("sendMessage", anna.person.id)) > called,
        lambda: "it is never tried",
    )
    await desk.noted()
    desk.olena.edits(wrote, "..we look into it today")
    asked = await topic.shows(QUESTION)
    assert buttons(asked) == [KEEP, SEND]
    await desk.olena.presses(asked, KEEP)
    await topic.changes(asked, "Kept as a note")


@pytest.mark.parametrize("call", ["Olena // the address", "Olena, // the address", "FYI // see"])
async def test_slashes_behind_a_few_words_are_asked_about(
    desk: Stage, witness: asyncpg.Connection, call: str
) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, call)
    await topic.shows(QUESTION)
    await stays_inside(desk, anna, witness, "//")
    desk.taras.writes(topic, "See https://shop.example.com/1")
    await anna.shows("See https://shop.example.com/1")


async def test_a_near_miss_that_was_kept_and_looks_like_none_any_more_is_asked_about_again(
    desk: Stage,
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "..it leaves today")
    asked = await topic.shows(QUESTION)
    await desk.olena.presses(asked, KEEP)
    await topic.changes(asked, "Kept as a note")
    desk.olena.edits(wrote, "It leaves today")
    asked = await topic.shows("A note stays a note until")
    await desk.olena.presses(asked, SEND)
    await anna.shows("It leaves today")


async def test_a_note_whose_mark_is_taken_away_waits_for_its_author(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "// It leaves today")
    await desk.settles(witness)
    desk.olena.edits(wrote, "It leaves today")
    asked = await topic.shows("A note stays a note until its author sends it")
    desk.olena.edits(wrote, "It leaves today, by courier")
    await desk.settles(witness)
    anna.lacks("It leaves")
    await topic.shows("A note stays a note", times=1)
    await desk.olena.presses(asked, SEND)
    await anna.shows("It leaves today, by courier")
