"""An operator's words: which leave, which stay, which are asked about, and how they come back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import NotSent, TakenBack
from bot.desk.outbox import claims
from bot.desk.said import Content
from bot.desk.said.prepared import Prepared
from bot.desk.talk import doubts, intake, outgoing, replies
from bot.desk.talk.albums import GAP
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import Direction, Message
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, edits, olena, photo, sends

LATER = NOW + timedelta(minutes=1)
LEAVES = "SELECT kind, state FROM delivery WHERE lane = 'telegram:1' AND kind <> 'say' ORDER BY id"
TOLD = "SELECT payload ->> 'sentence' AS said FROM delivery WHERE kind = 'tell' ORDER BY id"
UPON = "UPDATE message SET upon_id = $2 WHERE id = $1"


async def says(
    what: str | Content,
    answered: Message | None = None,
    *,
    doubt: str | None = None,
    mode: str = "all",
) -> Message:
    content = Content(words=Words(what)) if isinstance(what, str) else what
    spoken = Spoken(await olena(), content, answered, None, doubt)
    async with outbox.transaction():
        return await replies.take(1, spoken, NOW, mode=mode)


async def unsends(message: Message) -> None:
    async with outbox.transaction():
        await replies.unsend(message, SOMEBODY, LATER)


async def leaves(witness: "asyncpg.Connection") -> list[tuple[str, str]]:
    return [(row["kind"], row["state"]) for row in await witness.fetch(LEAVES)]


async def told(witness: "asyncpg.Connection") -> list[str]:
    return [row["said"] for row in await witness.fetch(TOLD)]


def files(message: Message) -> int:
    """How many pictures it has."""
    return len(outgoing.content_of(message).attachments)


async def arrives() -> None:
    """All that waits for the customer has left."""
    while parcels := await claims.claim("telegram", 1, LATER):
        await claims.mark_sent(parcels, LATER)


async def notes_mode() -> None:
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)


@pytest.mark.parametrize(
    ("text", "how", "direction", "asked"),
    [
        ("On its way", (None, "all"), "out", []),
        ("// on its way", (None, "all"), "note", []),
        ("..on its way", (None, "all"), "note", [doubts.NEAR]),
        ("On its way", (doubts.FORWARD, "all"), "note", [doubts.FORWARD]),
        ("..on its way", (doubts.FORWARD, "all"), "note", [doubts.FORWARD]),
        ("// on its way", (doubts.FORWARD, "all"), "note", []),
        ("On its way", (None, "reply"), "note", []),
        ("..on its way", (None, "reply"), "note", []),
        ("On its way", (doubts.FORWARD, "reply"), "note", [doubts.FORWARD]),
    ],
)
async def test_words_that_answer_nothing(
    db: str,
    witness: "asyncpg.Connection",
    text: str,
    how: tuple[str | None, str],
    direction: str,
    asked: list[str],
) -> None:
    await anna(1, "Where is it?")
    said = await says(text, doubt=how[0], mode=how[1])
    assert said.direction == direction
    assert await leaves(witness) == ([("message", "waiting")] if direction == "out" else [])
    assert await told(witness) == asked


@pytest.mark.parametrize("mode", ["all", "reply"])
@pytest.mark.parametrize("meant", [{"goes_at": LATER}, {"prepared": Prepared()}])
async def test_what_is_meant_for_them_goes_in_any_mode_and_is_asked_about_in_any(
    db: str, witness: "asyncpg.Connection", mode: str, meant: dict[str, Any]
) -> None:
    await anna(1, "Where is it?")
    content = Content(words=Words("On its way"), prepared=meant.get("prepared"))
    spoken = Spoken(await olena(), content, goes_at=meant.get("goes_at"))
    async with outbox.transaction():
        sure = await replies.take(1, spoken, NOW, mode=mode)
        doubted = await replies.take(1, replace(spoken, doubt=doubts.NEAR), NOW, mode=mode)
    assert sure.goes_at == meant.get("goes_at")
    assert sure.goes_at or sure.direction is Direction.OUT
    assert (doubted.direction, doubted.goes_at) == (Direction.NOTE, None)
    assert await told(witness) == [doubts.NEAR]


@pytest.mark.parametrize(
    ("to", "mode", "direction"),
    [
        ("hers", "all", "out"),
        ("hers", "reply", "out"),
        ("ours", "all", "out"),
        ("ours", "reply", "note"),
        ("a note", "all", "note"),
        ("a note", "reply", "note"),
        ("an answer under a note", "all", "note"),
    ],
)
async def test_words_that_answer(
    db: str, witness: "asyncpg.Connection", to: str, mode: str, direction: str
) -> None:
    await anna(1, "Where is it?")
    hers = await Message.get(id=1)
    ours, note = await says("On its way"), await says("// at last")
    answered = {"hers": hers, "ours": ours, "a note": note}.get(to, ours)
    if to == "an answer under a note":
        await witness.execute(UPON, note.id, ours.id)
    assert (await says("Today", answered, mode=mode)).direction == direction


async def test_in_notes_mode_nothing_leaves_and_nothing_is_asked(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    sent = await says("On its way")
    await notes_mode()
    for doubt in (None, doubts.FORWARD):
        assert (await says("He is difficult", doubt=doubt)).direction == "note"
    async with outbox.transaction():
        await replies.reacted(sent, "👍", SOMEBODY, NOW)
    assert await leaves(witness) == [("message", "waiting")]
    assert await told(witness) == []


async def test_a_reaction_to_a_note_stays_inside(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    note, hers = await says("// at last"), await Message.get(id=1)
    async with outbox.transaction():
        await replies.reacted(note, "👍", SOMEBODY, NOW)
        await replies.reacted(hers, "👍", SOMEBODY, NOW)
    assert await leaves(witness) == [("react", "waiting")]


async def test_an_album_that_turns_out_to_be_a_note_before_it_left(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"))
    await says(photo("album", "// inside"))
    await says(photo("album"))
    (note,) = await Message.filter(id__gt=1)
    assert (note.direction, files(note)) == ("note", 3)
    assert await leaves(witness) == [("message", "dropped")]


async def test_an_album_of_which_a_later_part_is_in_doubt(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"))
    await says(photo("album", "..inside"))
    (note,) = await Message.filter(id__gt=1)
    assert (note.direction, files(note)) == ("note", 2)
    assert await leaves(witness) == [("message", "dropped")]
    assert await told(witness) == [doubts.NEAR]


async def test_a_mere_doubt_takes_nothing_away_from_the_customer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"))
    await arrives()
    await says(photo("album"))  # it comes late, and waits
    await says(photo("album", "..inside"))
    out, note = await Message.filter(id__gt=1).order_by("id")
    assert [out.direction, note.direction, files(note)] == ["out", "note", 2]
    assert await leaves(witness) == [("message", "sent"), ("message", "dropped")]


async def test_of_an_album_that_left_in_part_the_rest_stays_and_that_is_taken_back(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"))
    await arrives()
    await says(photo("album"))
    await says(photo("album", "// inside"))
    found = [(one.direction, bool(one.unsent_at)) for one in await Message.filter(id__gt=1)]
    assert sorted(found) == [("note", False), ("out", True)]
    payload = await witness.fetchval("SELECT payload FROM delivery WHERE kind = 'unsend'")
    assert orjson.loads(payload)["parts"] == [2]
    assert await told(witness) == [replies.TAKEN_ALONG], "nobody has asked for that"


async def test_a_late_part_of_a_forwarded_album_follows_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"), doubt=doubts.FORWARD)
    await sends(await Message.get(id=2))
    await arrives()
    assert (await says(photo("album"), doubt=doubts.FORWARD, mode="reply")).direction == "out"
    assert (await says(photo("album", "// no"), doubt=doubts.FORWARD)).direction == "note"


async def test_an_album_that_turns_out_to_be_a_note_after_it_left(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    first = await says(photo("album"))
    await arrives()
    await says(photo("album", "// inside"))
    assert await leaves(witness) == [("message", "sent"), ("unsend", "head")]
    await first.refresh_from_db()
    assert first.unsent_at
    assert await told(witness) == [replies.TAKEN_ALONG], "nobody has asked for that"
    for caption in ("", "// more"):
        assert (await says(photo("album", caption))).direction == "note"
    assert await leaves(witness) == [("message", "sent"), ("unsend", "head")], "once"


async def test_an_album_waits_for_its_parts_and_leaves_as_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    gap = timedelta(seconds=GAP)
    due = "SELECT payload -> 'messages', due_at FROM delivery WHERE kind = 'message' ORDER BY id"
    for many in range(1, 4):
        album = await says(photo("album"))
        assert [tuple(row) for row in await witness.fetch(due)] == [("[2]", NOW + gap)]
        assert (album.id, files(album)) == (2, many)
    await says("And this")
    assert tuple((await witness.fetch(due))[1]) == ("[3]", NOW)


async def test_a_forwarded_album_is_asked_about_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    for _ in range(2):
        await says(photo("album"), doubt=doubts.FORWARD)
    assert await told(witness) == [doubts.FORWARD]


async def test_what_has_not_left_is_taken_back_in_silence(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await unsends(await says("On its way"))
    assert await leaves(witness) == [("message", "dropped")]
    assert await told(witness) == ["↩️ Taken back before it was sent."]
    assert await witness.fetchval("SELECT unsent_at FROM message WHERE id = 2") == LATER


MAYBE = "UPDATE delivery SET uncertain = TRUE WHERE kind = 'message'"


@pytest.mark.parametrize("state", ["waiting", "dead"])
async def test_what_may_have_left_is_not_said_to_have_stayed(
    db: str, witness: "asyncpg.Connection", state: str
) -> None:
    """The answer to a try was lost: nobody knows whether the customer has it."""
    await anna(1, "Where is it?")
    said = await says("On its way")
    await witness.execute(MAYBE)
    await witness.execute("UPDATE delivery SET state = $1 WHERE kind = 'message'", state)
    await unsends(said)
    assert await leaves(witness) == [("message", "dropped")]
    assert await told(witness) == [outgoing.MAYBE_THERE]


async def test_what_may_have_left_and_becomes_a_note_may_be_with_the_customer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    said = await says("On its way")
    await witness.execute(MAYBE)
    await edits(said, "// on its way?")
    assert await told(witness) == [outgoing.MAYBE_SEEN]
    assert (await Message.get(id=said.id)).direction is Direction.NOTE


async def test_an_album_that_may_have_left_and_is_a_note_may_be_with_the_customer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await says(photo("album"))
    await witness.execute(MAYBE)
    await says(photo("album", "// for us"))
    assert outgoing.MAYBE_SEEN in await told(witness)


async def test_one_answer_is_taken_back_and_the_others_are_not(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    first, second = await says("On its way"), await says("It comes today")
    await unsends(first)
    assert await leaves(witness) == [("message", "dropped"), ("message", "waiting")]
    await second.refresh_from_db()
    assert second.unsent_at is None


async def test_what_could_not_be_delivered_has_not_left(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await arrives()
    said = await says("On its way")
    await claims.mark_dead(await claims.claim("telegram", 1, LATER), LATER, "blocked")
    await unsends(said)
    assert await leaves(witness) == [("message", "dropped")], "nobody can send it again"


async def test_what_has_left_is_deleted_there_and_its_mark_goes(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    parts = [await says(photo("album")) for _ in range(2)]
    await arrives()
    await unsends(parts[1])
    assert await leaves(witness) == [("message", "sent"), ("unsend", "head")]
    assert await told(witness) == []
    payload = await witness.fetchval("SELECT payload FROM delivery WHERE kind = 'unsend'")
    assert orjson.loads(payload)["parts"] == [2]
    marks = "SELECT lane FROM delivery WHERE kind = 'unmark'"
    assert await witness.fetchval(marks) is None, "it may not be deleted there after all"
    async with outbox.transaction():
        await outgoing.unsent([2], NOW, had_left=True)
    assert await witness.fetchval(marks) == "mark:2"
    details = await witness.fetchval("SELECT details FROM event WHERE name = 'unsent'")
    assert orjson.loads(details) == {"messages": [2]}


async def test_two_who_take_it_back_at_once_are_two_of_whom_one_does(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    seen_early = await says("On its way")
    await arrives()
    await unsends(await Message.get(id=seen_early.id))
    with pytest.raises(TakenBack):
        await unsends(seen_early)
    assert await leaves(witness) == [("message", "sent"), ("unsend", "head")]


async def test_only_answers_can_be_taken_back(db: str) -> None:
    await anna(1, "Where is it?")
    for message in (await Message.get(id=1), await says("// at last")):
        with pytest.raises(NotSent):
            await unsends(message)
    async with outbox.transaction():
        await intake.deleted(ANNA, "1", NOW)
    with pytest.raises(NotSent):
        await unsends(await Message.get(id=1))
