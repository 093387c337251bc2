"""Where a note stands: upon an answer, in an album, and nowhere else."""

from datetime import timedelta

import asyncpg

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.said import Content
from bot.desk.talk import corrections, notes
from bot.desk.words import Words
from models import Message
from tests.desk.talk import NOW, SOMEBODY, anna, answers, photo

LATER = NOW + timedelta(minutes=1)
ANOTHER = "UPDATE address SET external_id = 'Borys'"


async def edits(message: Message, text: str) -> Message | None:
    async with outbox.transaction():
        return await corrections.edited(message, Content(words=Words(text)), SOMEBODY, NOW)


async def test_a_note_in_the_place_of_an_answer(db: str) -> None:
    await anna(1, "Where is it?")
    answer, note, later = await answers(1, "Today"), await answers(1, "// no"), await answers(1, "")
    assert not await notes.beside(answer), "it stands alone"
    assert await notes.answer_beneath(note) is None
    while parcels := await claims.claim("telegram", 1, NOW):
        await claims.mark_sent(parcels, NOW)
    upon = await edits(answer, "// tomorrow")
    assert upon
    assert await notes.beside(answer)
    assert not await notes.beside(later)
    beneath = await notes.answer_beneath(upon)
    assert beneath
    assert beneath.id == answer.id
    assert await notes.answer_beneath(note) is None


async def test_what_has_not_left_becomes_the_note_itself(db: str) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "Today")
    assert await edits(answer, "// tomorrow") is None
    turned = await Message.get(id=answer.id)
    assert await notes.answer_beneath(turned) is None


async def test_a_note_in_the_same_album(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    first, alone = await answers(1, photo("album")), await answers(1, "Today")
    assert not await notes.beside(first)
    await witness.execute(ANOTHER)
    await anna(1, "Another's question")
    await answers(2, photo("album", "// no"))
    assert not await notes.beside(first), "the album is another ticket's"
    while parcels := await claims.claim("telegram", 1, LATER):
        await claims.mark_sent(parcels, LATER)
    await answers(1, photo("album", "// no"))
    assert await notes.beside(first)
    assert not await notes.beside(alone)


async def test_what_the_customer_has_of_an_answer_is_the_answer(db: str) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "Today")
    assert await notes.answer_beneath(answer) is answer
    assert await notes.answer_beneath(await Message.get(id=1)) is None, "her own words are none"
