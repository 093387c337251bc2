"""Edits: what the handlers looked up may be old by the time the ticket is locked."""

import asyncpg
import orjson

from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.said import Content
from bot.desk.talk import corrections, intake
from bot.desk.words import Words
from models import Message
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, answers

EDITS = "SELECT count(*) FROM delivery WHERE kind = 'edit'"


async def corrects(message: Message, text: str, edition: int | None = None) -> None:
    content = Content(words=Words(text), edition=edition)
    async with outbox.transaction():
        await corrections.edited(message, content, SOMEBODY, NOW)


async def edits(text: str, edition: int | None = None) -> bool:
    content = Content(words=Words(text), edition=edition)
    async with outbox.transaction():
        return await intake.edited(ANNA, "1", content, NOW)


async def arrives(witness: "asyncpg.Connection") -> None:
    await witness.execute("UPDATE delivery SET state = 'sent'")


async def stands_now(witness: "asyncpg.Connection", number: int) -> str:
    stored = await witness.fetchval("SELECT words FROM message WHERE id = $1", number)
    return str(orjson.loads(stored)["text"])


async def test_an_operators_older_edit_does_not_undo_a_newer_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    seen_early = await answers(1, "On its way")
    await corrects(await Message.get(id=seen_early.id), "It is on its way", 2)
    await corrects(seen_early, "It on its way", 1)
    assert await stands_now(witness, seen_early.id) == "It is on its way"


async def test_an_edit_of_what_became_a_note_meanwhile_stays_inside(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    seen_early = await answers(1, "He is difficult")
    await corrects(await Message.get(id=seen_early.id), "// he is difficult")
    await arrives(witness)
    await corrects(seen_early, "he is very difficult")
    assert await witness.fetchval(EDITS) == 0
    assert await witness.fetchval("SELECT direction FROM message WHERE operator_id > 0") == "note"


async def test_an_edit_of_the_same_second_is_the_later_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    assert await edits("Where is my order?", 5)
    assert await edits("Where is my order 17?", 5)
    assert await edits("Where is my order 18?"), "a correction of our own has no edition"
    assert not await edits("Where is my?", 4)
    assert await stands_now(witness, 1) == "Where is my order 18?"


async def test_an_edit_without_a_change_leaves_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await arrives(witness)
    assert not await edits("Where is it?", 9)
    assert await witness.fetchval("SELECT count(*) FROM revision") == 0
    assert await witness.fetchval(EDITS) == 0


async def test_words_that_wait_are_read_as_they_are_then(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await edits("Where is my order?")
    said = await answers(1, "On its way")
    await corrects(said, "It is on its way")
    assert await witness.fetchval(EDITS) == 0
    await arrives(witness)
    await edits("Where is my order 17?")
    await edits("Where is my order 18?")
    await corrects(said, "It leaves today")
    assert await witness.fetchval(EDITS) == 2, "one in the topic, one at the customer's side"


async def test_an_edit_in_hand_may_have_been_read_already(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await arrives(witness)
    await edits("Where is my order?")
    await witness.execute("UPDATE delivery SET state = 'claimed' WHERE kind = 'edit'")
    await edits("Where is my order 17?")
    assert await witness.fetchval(EDITS) == 2


async def test_nothing_but_an_edit_of_the_same_words_stands_for_the_next_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await anna(2, "Hello?")
    await arrives(witness)
    async with outbox.transaction():
        await tickets.tell(1, "Something about the words.", NOW, message_id=1)
    for edition, (number, put) in enumerate((("1", 1), ("1", 1), ("2", 2)), 1):
        async with outbox.transaction():
            content = Content(words=Words(f"Edit {edition}"), edition=edition)
            await intake.edited(ANNA, number, content, NOW)
        assert await witness.fetchval(EDITS) == put


async def test_what_is_just_being_posted_gets_its_reaction_behind_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """In the lane of the words: before their post stands there is nothing to react to."""
    await anna(1, "Where is it?")
    for state, lane in (("head", "forum:1"), ("claimed", "forum:1"), ("sent", "react:1")):
        await witness.execute("DELETE FROM delivery WHERE kind = 'react'")
        await witness.execute("UPDATE delivery SET state = $1 WHERE kind = 'words'", state)
        async with outbox.transaction():
            assert await intake.reacted(ANNA, "1", "👍", NOW)
        row = await witness.fetchrow("SELECT lane, state FROM delivery WHERE kind = 'react'")
        assert row["lane"] == lane, state


async def test_a_reaction_is_kept_until_it_is_taken_back(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    for emoji, kept in (("👍", "👍"), ("", None)):
        async with outbox.transaction():
            assert await intake.reacted(ANNA, "1", emoji, NOW)
        assert await witness.fetchval("SELECT reaction FROM message") == kept


async def test_a_reaction_to_nothing_is_nothing(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        assert not await intake.reacted(ANNA, "99", "👍", NOW)


async def test_a_customer_edits_their_own_words_only(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    said = await answers(1, "On its way")
    await witness.execute(
        "INSERT INTO trace (message_id, address_id, external_id) VALUES ($1, 1, '2')", said.id
    )
    async with outbox.transaction():
        assert not await intake.edited(ANNA, "2", Content(words=Words("Free!")), NOW)
    assert await stands_now(witness, said.id) == "On its way"


async def test_what_waits_cannot_be_claimed_before_the_commit_of_who_relies_on_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    free = "SELECT count(*) FROM (SELECT 1 FROM delivery WHERE kind = $1 FOR UPDATE SKIP LOCKED) x"
    async with outbox.transaction():
        assert await waiting.waits("forum:1", "words", 1)
        assert await witness.fetchval(free, "words") == 0
    await arrives(witness)
    await edits("Where is my order?")
    async with outbox.transaction():
        await intake.edited(ANNA, "1", Content(words=Words("Where is my order 17?")), NOW)
        assert await witness.fetchval(free, "edit") == 0


async def test_an_answer_that_may_have_arrived_is_edited_where_it_stands(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Who knows it by its id shows it once, as it was when it came first."""
    await anna(1, "Where is it?")
    said = await answers(1, "On its way")
    await witness.execute("UPDATE delivery SET uncertain = TRUE WHERE kind = 'message'")
    await corrects(said, "It is on its way")
    assert await witness.fetchval(EDITS) == 1
