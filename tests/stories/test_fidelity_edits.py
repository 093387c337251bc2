"""Edits are followed on the other side, and no earlier wording is lost."""

import asyncpg

from tests.stories.chat import marks, words
from tests.stories.conftest import Stage
from tests.stories.test_fidelity_media import bytes_of

ITALIC = {"type": "italic", "offset": 0, "length": 3}


async def test_a_customers_words_change_in_their_place(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("Order 71")
    copy = await topic.shows("Order 71")
    anna.person.edits(said["message_id"], anna.bot, "Sorry, order 17", entities=[ITALIC])
    changed = await topic.changes(copy, "Sorry, order 17")
    assert "italic" in str(marks(changed)[0])
    anna.edits(said, "Order 18")
    await topic.changes(copy, "Order 18")


async def test_an_operators_words_change_in_their_place(desk: Stage) -> None:
    anna, topic = await desk.asks()
    wrote = desk.olena.writes(topic, "On Mondy")
    seen = await anna.shows("On Mondy")
    desk.olena.person.edits(wrote["message_id"], desk.group, "On Monday", entities=[ITALIC])
    changed = await anna.changes(seen, "On Monday")
    assert "italic" in str(marks(changed)[0])


async def test_first_words_change_under_the_card(desk: Stage) -> None:
    anna = desk.customer("Anna")
    said = anna.writes("Where is my oder?")
    topic = await desk.topic("#1")
    card = await topic.shows("Where is my oder?")
    anna.edits(said, "Where is my order?")
    changed = await topic.changes(card, "Where is my order?")
    assert "#1" in words(changed)
    assert changed["reply_markup"]["inline_keyboard"], "the buttons stay"


async def test_one_of_words_that_share_a_post_changes(desk: Stage) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=desk.group, retry_after=1)
    said = [anna.writes(text) for text in ("one", "two", "three")]
    shared = await topic.shows("three")
    anna.edits(said[1], "TWO")
    copy = await topic.shows("TWO")
    topic.lacks("two")
    assert "three" in words(topic.now(shared))
    assert "one" in "".join(words(m) for m in topic.messages())
    assert copy["from"]["is_bot"]


async def test_captions_change_both_ways(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for kind in ("photo", "document", "voice"):
        said = anna.sends(kind, data=kind.encode(), caption=f"{kind} before")
        copy = await topic.shows(f"{kind} before")
        anna.edits(said, f"{kind} after")
        changed = await topic.changes(copy, f"{kind} after")
        assert bytes_of(desk, changed, kind) == kind.encode()
        wrote = desk.olena.sends(topic, kind, data=kind.encode(), caption=f"{kind} our")
        seen = await anna.shows(f"{kind} our")
        desk.olena.edits(wrote, f"{kind} theirs")
        changed = await anna.changes(seen, f"{kind} theirs")
        assert bytes_of(desk, changed, kind) == kind.encode()


async def test_another_picture_in_the_same_message(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.sends("photo", data=b"blurred", caption="The crack")
    copy = await topic.shows("The crack")
    anna.person.replaces(said["message_id"], anna.bot, "photo", data=b"sharp")
    changed = await topic.turns(copy, lambda now: bytes_of(desk, now, "photo") == b"sharp")
    assert words(changed) == "The crack"
    wrote = desk.olena.sends(topic, "document", data=b"v1", caption="Contract")
    seen = await anna.shows("Contract")
    desk.olena.person.replaces(wrote["message_id"], desk.group, "document", data=b"v2")
    await anna.turns(seen, lambda now: bytes_of(desk, now, "document") == b"v2")


async def test_an_edit_that_changes_nothing_costs_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("As it is")
    await topic.shows("As it is")
    wrote = desk.olena.writes(topic, "So it is")
    await anna.shows("So it is")
    await desk.settles(witness)
    desk.sandbox.calls.clear()
    anna.person.seems_to_edit(said["message_id"], anna.bot)
    desk.olena.person.seems_to_edit(wrote["message_id"], desk.group)
    await desk.settles(witness)
    assert not [c for c in desk.sandbox.calls if c.method.lower().startswith("edit")]
    assert await witness.fetchval("SELECT count(*) FROM revision") == 0


async def test_an_edit_before_the_words_are_carried(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=desk.group, retry_after=1)
    said = anna.writes("Draft")
    anna.edits(said, "Final")
    copy = await topic.shows("Final")
    await desk.settles(witness)
    topic.lacks("Draft")
    assert words(copy) == "Final"

    desk.sandbox.faults.next(do="429", method="sendMessage", chat=anna.person.id, retry_after=1)
    wrote = desk.olena.writes(topic, "Our draft")
    desk.olena.edits(wrote, "Our final words")
    await anna.shows("Our final words")
    await desk.settles(witness)
    anna.lacks("Our draft")


async def test_every_wording_is_kept_and_shown_by_history(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("first wording")
    copy = await topic.shows("first wording")
    anna.edits(said, "second wording")
    await topic.changes(copy, "second wording")
    anna.edits(said, "third wording")
    await topic.changes(copy, "third wording")
    desk.taras.writes(topic, "/history", reply_to=copy["message_id"])
    shown = words(await desk.taras.hears(topic, "Earlier versions"))
    places = [shown.index(text) for text in ("first wording", "second wording", "third wording")]
    assert places == sorted(places)

    wrote = desk.olena.writes(topic, "ours at first")
    seen = await anna.shows("ours at first")
    desk.olena.edits(wrote, "ours at last")
    await anna.changes(seen, "ours at last")
    desk.taras.writes(topic, "/history", reply_to=wrote["message_id"])
    await desk.taras.hears(topic, "ours at first")
    anna.lacks("Earlier versions")


async def test_what_was_never_edited_has_no_history(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    anna.writes("once and for all")
    copy = await topic.shows("once and for all")
    await desk.settles(witness)
    desk.taras.writes(topic, "/history", reply_to=copy["message_id"])
    await desk.taras.hears(topic, "This message was never edited.")


async def test_a_note_that_is_edited_stays_a_note(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    note = desk.olena.writes(topic, "// he is angry")
    desk.olena.edits(note, "she is angry")
    await desk.settles(witness)
    anna.lacks("angry")
