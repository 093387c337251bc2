"""Edits, reactions, marks and the card."""

from datetime import UTC, datetime

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from bot.desk import outbox, tickets
from bot.desk.said.spots import Spot
from bot.desk.talk import intake
from bot.desk.tickets import looks
from bot.forum import groups
from bot.telegram import changing, reading
from models import FIRST, Post, Topic
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Scene


async def test_an_edit_of_the_first_words_keeps_card_and_buttons(scene: Scene) -> None:
    said = await scene.says("hello")
    await scene.carry()
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "hello there"))
    await scene.carry()
    (first,) = scene.topic()
    assert first["text"].startswith("#1")
    assert first["text"].endswith("\n\nhello there")
    assert first["reply_markup"]["inline_keyboard"]
    before = len(scene.calls())
    async with outbox.transaction():
        await looks.refresh(1, datetime.now(UTC))
    await scene.carry()
    assert scene.calls()[before:] == []


async def test_an_edit_of_words_that_share_a_post(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    await scene.says("one")
    said = await scene.says("two")
    await scene.says("three")
    await scene.carry()
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "2"))
    await scene.carry()
    assert scene.texts()[-1] == "one\n\n2\n\nthree"


async def test_an_edit_of_a_caption(scene: Scene) -> None:
    await scene.says("hello")
    said = await scene.sends("photo", caption="before")
    await scene.carry()
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "after"))
    await scene.carry()
    assert scene.texts()[-1] == "after"
    assert "photo" in scene.topic()[-1]


async def test_an_edit_of_a_voice_caption(scene: Scene) -> None:
    await scene.says("hello")
    said = await scene.sends("voice", caption="before")
    await scene.carry()
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "after"))
    await scene.carry()
    assert scene.texts()[-1] == "after"


async def test_an_edit_of_a_post_that_was_deleted_is_no_trouble(scene: Scene) -> None:
    await scene.says("hello")
    said = await scene.says("more")
    await scene.carry()
    await scene.says("alone")
    await scene.carry()
    scene.oleh.deletes(scene.topic()[0]["message_id"], scene.chat)
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "less"))
    await scene.carry()
    assert scene.trouble == []


async def test_a_live_location_moves(scene: Scene) -> None:
    await scene.says("hello")
    said = await scene.sends("live_location", latitude=50.0, longitude=30.0)
    await scene.carry()
    await scene.edits(scene.anna.moves(said["message_id"], scene.bot, 51.0, 31.0))
    await scene.carry()
    place = scene.topic()[-1]["location"]
    assert (place["latitude"], place["longitude"]) == (51.0, 31.0)


async def test_edits_of_one_message_that_wait_together_are_one_call(scene: Scene) -> None:
    await scene.says("hello")
    said = await scene.says("one")
    await scene.carry()
    for text in ("two", "three", "four"):
        await scene.edits(scene.anna.edits(said["message_id"], scene.bot, text))
    await scene.carry()
    assert scene.texts()[-1].endswith("four")
    assert len(scene.calls("editMessageText")) == 1


async def test_the_customers_reaction_shows(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    said = scene.oleh.writes(scene.chat, "answer", thread=scene.thread)
    await scene.answers(said)
    await scene.send([2])
    await scene.carry()
    answer = scene.private()[-1]
    for emoji in ("❤", ""):
        async with outbox.transaction():
            place = reading.address(scene.anna.id)
            number = str(answer["message_id"])
            await intake.reacted(place, number, emoji, datetime.now(UTC))
        await scene.carry()
        shown = [one["emoji"] for one in scene.topic()[-1]["reactions"]]
        assert shown == ([emoji] if emoji else [])


async def test_a_reaction_that_is_not_allowed_is_said(scene: Scene) -> None:
    said = await scene.says("hello")
    await scene.carry()
    scene.sandbox.faults.next(
        method="setMessageReaction", do="400", text="Bad Request: REACTION_INVALID"
    )
    async with outbox.transaction():
        place = reading.address(scene.anna.id)
        await intake.reacted(place, str(said["message_id"]), "🤡", datetime.now(UTC))
    await scene.carry()
    assert scene.texts()[-1] == "🤡"
    assert scene.trouble == []


async def test_delivered_words_get_their_mark(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    said = scene.oleh.writes(scene.chat, "answer", thread=scene.thread)
    await scene.answers(said)
    await scene.send([2])
    await scene.forum.mark(FIRST, 2)
    assert [one["emoji"] for one in scene.now(said)["reactions"]] == [changing.DELIVERED]


@pytest.mark.parametrize("what", ["reaction = '👍'", "unsent_at = now()"])
async def test_what_the_customer_liked_or_never_saw_gets_no_mark(
    scene: Scene, redis: Redis, witness: asyncpg.Connection, what: str
) -> None:
    await scene.says("hello")
    await scene.carry()
    said = scene.oleh.writes(scene.chat, "answer", thread=scene.thread)
    await scene.answers(said)
    await scene.send([2])
    await witness.execute(f"UPDATE message SET {what} WHERE id = 2")
    scene.forum._grounds.purse = purse = Budget(redis, scene.api.id)
    await purse.spend(scene.chat)
    await scene.forum.mark(FIRST, 2)
    assert scene.now(said)["reactions"] == []
    assert await purse.free(scene.chat) == 20, "nothing was called"


async def test_a_card_is_in_the_language_that_its_group_reads_now(scene: Scene) -> None:
    """Another process has just been told of it; what we know of the group is a second old."""
    await scene.says("hello")
    await scene.carry()
    await scene.forum.bound_chats()
    await groups.speak("uk", SOMEBODY)
    await scene.carry()
    card = scene.sandbox.world.history(scene.chat, scene.thread)[1]
    assert "Вирішено" in str(card["reply_markup"])


async def test_a_deleted_card_comes_again_with_the_next_words(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.oleh.deletes(scene.topic()[0]["message_id"], scene.chat)
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, datetime.now(UTC))
    await scene.carry()
    assert (await Topic.get()).card_id is None
    await scene.says("more")
    await scene.carry()
    (again,) = scene.texts()
    assert again.startswith("#1")
    assert again.endswith("more")


async def test_a_long_edit_grows_and_shrinks(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    said = await scene.says("x")
    await scene.carry()
    post = scene.topic()[-1]["message_id"]
    await Post.filter(post_id=post).update(on_card=False)
    await scene.edits(scene.anna.edits(said["message_id"], scene.bot, "y" * 4096))
    await scene.carry()
    assert scene.texts()[1:] == ["y" * 4096]


async def test_what_stands_at_a_shared_post_is_the_latest_of_it(scene: Scene) -> None:
    await scene.says("one")
    await scene.says("two")
    await scene.carry()
    card = scene.topic()[0]["message_id"]
    found = await scene.forum.at(scene.chat, card)
    assert found is not None
    assert found.message.words["text"] == "two"
    assert found.message.ticket_id == 1
    assert await scene.forum.locate(scene.chat, scene.thread) == 1
    assert await scene.forum.locate(scene.chat, None) is None


async def test_what_stood_in_another_group_is_not_said_here(scene: Scene) -> None:
    """The numbers of posts are each group's own: here another one's words have it."""
    await scene.says("hello")
    await scene.carry()
    (card,) = scene.topic()
    async with outbox.transaction():
        elsewhere = Spot(-5, post_id=card["message_id"])
        await tickets.retell(1, elsewhere, "Sent to the customer.", datetime.now(UTC))
        await looks.nod(1, elsewhere, datetime.now(UTC))
    await scene.carry()
    assert scene.topic() == [card]
