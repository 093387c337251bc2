"""Where a note stands: at a post, in an album, and nowhere else."""

import asyncpg
import pytest

from bot.desk.talk import notes
from models import Message
from tests.desk.talk import anna, answers, photo

GROUP = """
INSERT INTO operator_group (chat_id, title, language, bound_at)
VALUES ($1, 'Desk', 'en', now()) RETURNING id
"""
POST = "INSERT INTO post (message_id, group_id, post_id) VALUES ($1, $2, $3)"
ANOTHER = "UPDATE address SET external_id = 'Borys'"


async def stands(
    witness: "asyncpg.Connection", message: Message, post_id: int, group: int = 1
) -> None:
    await witness.execute(POST, message.id, group, post_id)


@pytest.fixture
async def desk(db: str, witness: "asyncpg.Connection") -> "asyncpg.Connection":
    """Two groups, the second one not bound any more, and Anna's question."""
    await witness.fetchval(GROUP, -1)
    await witness.execute("UPDATE operator_group SET is_bound = FALSE")
    await witness.fetchval(GROUP, -2)
    await anna(1, "Where is it?")
    return witness


async def test_a_note_at_the_same_post(desk: "asyncpg.Connection") -> None:
    answer, note, later = await answers(1, "Today"), await answers(1, "// no"), await answers(1, "")
    await stands(desk, answer, 7)
    await stands(desk, note, 8)
    await stands(desk, note, 7, group=2)
    assert not await notes.beside(answer), "another post, and another group's"
    assert await notes.answer_at(note) is None
    await notes.stand_at(note, answer)
    assert await notes.beside(answer)
    assert not await notes.beside(later)
    found = await notes.answer_at(note)
    assert found
    assert found.id == answer.id


async def test_a_note_in_the_same_album(desk: "asyncpg.Connection") -> None:
    first, alone = await answers(1, photo("album")), await answers(1, "Today")
    assert not await notes.beside(first)
    await desk.execute(ANOTHER)
    await anna(1, "Another's question")
    await answers(2, photo("album", "// no"))
    assert not await notes.beside(first), "the album is another ticket's"
    await answers(1, photo("album", "// no"))
    assert await notes.beside(first)
    assert not await notes.beside(alone)


async def test_the_last_answer_of_a_post_is_what_the_customer_has(
    desk: "asyncpg.Connection",
) -> None:
    earlier, answer, note = await answers(1, "a"), await answers(1, "b"), await answers(1, "// c")
    for message in (earlier, answer, note):
        await stands(desk, message, 7)
    found = await notes.answer_at(note)
    assert found
    assert found.id == answer.id
    assert await notes.answer_at(answer) is answer
    assert await notes.answer_at(await Message.get(id=1)) is None, "her own words are no answer"
