"""An answer is edited into something else: what becomes of it, and what its author is told."""

from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import TakenBack
from bot.desk.outbox import claims
from bot.desk.said import Content
from bot.desk.talk import corrections, doubts, replies
from bot.desk.talk.corrections import STAYS, TAKEN_BACK
from bot.desk.words import Words
from models import Message
from tests.desk.talk import NOW, SOMEBODY, anna, answers

LATER = NOW + timedelta(hours=1)
SENT_BEFORE = (
    "✋ This was sent before you turned it into a note. The customer still sees the "
    "earlier text; to take it back, reply to your message with /unsend."
)
OLD = (
    "📝 Your new text was kept as a note. The customer still sees the earlier one; to take it "
    "back, reply to your message with /unsend."
)
KEPT = "📝 Kept as a note: the customer does not see it."
UPON = "UPDATE message SET upon_id = $2 WHERE id = $1"
LEAVES = """
SELECT count(*) FROM delivery
WHERE gate = 'telegram' AND kind NOT IN ('say', 'sign') AND state IN ('head', 'waiting')
"""
TOLD = "SELECT payload FROM delivery WHERE kind = 'tell' ORDER BY id"


async def arrives() -> None:
    while parcels := await claims.claim("telegram", 1, LATER):
        await claims.mark_sent(parcels, LATER)


async def takes_back(message: Message) -> None:
    async with outbox.transaction():
        await replies.unsend(message, SOMEBODY, LATER)


async def edits(message: Message, text: str, *, in_doubt: bool = False) -> None:
    async with outbox.transaction():
        content = Content(words=Words(text))
        await corrections.edited(message, content, SOMEBODY, LATER, in_doubt=in_doubt)


async def notes_mode() -> None:
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)


async def told(witness: "asyncpg.Connection") -> list[tuple[str, int]]:
    """What was said in the topic, and how many buttons it has."""
    payloads = [orjson.loads(row["payload"]) for row in await witness.fetch(TOLD)]
    return [(payload["sentence"], sum(map(len, payload["buttons"]))) for payload in payloads]


async def stands() -> list[tuple[str, str]]:
    """All that Olena has said, as what, and in which words."""
    said = await Message.filter(id__gt=1).order_by("id")
    return [(one.direction.value, Words.load(one.words).text) for one in said]


WAITS, LEFT, UNSENT = "waits", "left", "taken back"
NEW = "on its way"


@pytest.mark.parametrize(
    ("where", "mark", "how", "told_of_it"),
    [
        (WAITS, "// ", "", []),
        (WAITS, "..", "", [(doubts.NEAR, 2)]),
        (WAITS, "", "in doubt", [(KEPT, 1)]),
        (WAITS, "", "notes mode", [(KEPT, 0)]),
        (WAITS, "..", "notes mode", [(KEPT, 0)]),
        (WAITS, "", "under a note", [(KEPT, 0)]),
        (LEFT, "// ", "", [(SENT_BEFORE, 0)]),
        (LEFT, "// ", "in doubt", [(SENT_BEFORE, 0)]),
        (LEFT, "..", "", [(OLD, 1)]),
        (LEFT, "", "in doubt", [(OLD, 1)]),
        (LEFT, "", "notes mode", [(OLD, 0)]),
        (UNSENT, "", "", [(TAKEN_BACK, 1)]),
        (UNSENT, "..", "", [(TAKEN_BACK, 1)]),
        (UNSENT, "// ", "", []),
        (UNSENT, "", "notes mode", [(KEPT, 0)]),
    ],
)
async def test_an_answer_is_edited_into_what_may_not_leave(
    db: str,
    witness: "asyncpg.Connection",
    where: str,
    mark: str,
    how: str,
    told_of_it: list[tuple[str, int]],
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    if where != WAITS:
        await arrives()
    if where == UNSENT:
        await takes_back(answer)
    if how == "notes mode":
        await notes_mode()
    if how == "under a note":
        await witness.execute(UPON, (await answers(1, "// at last")).id, answer.id)
    await witness.execute("DELETE FROM delivery WHERE kind IN ('tell', 'unsend')")
    await edits(answer, mark + NEW, in_doubt=how == "in doubt")
    note = ("note", mark + NEW)
    others = [("note", "// at last")] if how == "under a note" else []
    assert await stands() == ([("out", "On its way"), note] if where == LEFT else [note, *others])
    assert await told(witness) == told_of_it
    assert await witness.fetchval(LEAVES) == 0


async def test_what_was_taken_back_and_then_made_a_note_is_said_to_be_taken_back(db: str) -> None:
    """It had gone to the customer."""
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    await arrives()
    await takes_back(answer)
    await edits(answer, f"// {NEW}")
    with pytest.raises(TakenBack):
        await takes_back(answer)


async def test_an_edit_that_changes_nothing_turns_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    await notes_mode()
    await edits(answer, "On its way")
    assert await stands() == [("out", "On its way")]
    assert await told(witness) == []


@pytest.mark.parametrize(
    ("said", "now", "says"),
    [
        ("// no", "no", [(STAYS, 1)]),
        ("// no", "// not yet", []),
        ("no", "not yet", []),
    ],
)
async def test_a_note_stays_one_and_who_takes_its_mark_away_is_asked(
    db: str, witness: "asyncpg.Connection", said: str, now: str, says: list[tuple[str, int]]
) -> None:
    await anna(1, "Where is it?")
    await notes_mode()
    await edits(await answers(1, said), now)
    assert await stands() == [("note", now)]
    assert await told(witness) == says


async def test_the_earlier_wordings_of_a_note_are_those_of_the_answer_too(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "Today")
    await edits(answer, "Tomorrow")
    await arrives()
    await edits(answer, "// never")
    note = await Message.get(id=3)
    await edits(note, "// who knows")
    before = [words.text for _until, words in await corrections.wordings(note)]
    assert before == ["Today", "Tomorrow", "// never"]
    before = [words.text for _until, words in await corrections.wordings(answer)]
    assert before == ["Today"]
    alone = await answers(1, "// alone")
    assert await corrections.wordings(alone) == []
