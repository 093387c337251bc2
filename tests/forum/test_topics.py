"""Topics that are made, lost, found again, deleted, closed, moved."""

from datetime import UTC, datetime

import pytest

from bot.desk import outbox, tickets
from bot.desk.outbox.carrying import TryLater
from bot.desk.tickets import looks
from bot.forum import memory
from models import Delivery, Group, Post, Status, Topic
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Scene


async def change(scene: Scene, status: Status) -> None:
    async with outbox.transaction():
        await tickets.change(1, status, SOMEBODY, datetime.now(UTC))


async def adopt_all(scene: Scene) -> None:
    """What the handler does with the bot's own topics."""
    for update in scene.updates():
        message = update.message
        if message and message.forum_topic_created and message.message_thread_id:
            async with outbox.transaction():
                name = message.forum_topic_created.name
                await scene.forum.adopt(scene.chat, message.message_thread_id, name)


def topics(scene: Scene) -> list[int]:
    return [one["thread"] for one in scene.sandbox.world.topics(scene.chat) if one["thread"] != 1]


async def test_a_deleted_topic_is_replaced_with_the_history(scene: Scene) -> None:
    await scene.says("first words")
    await scene.carry()
    said = scene.oleh.writes(scene.chat, "our answer", thread=scene.thread)
    await scene.answers(said)
    await scene.says("second words")
    await scene.carry()
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    await scene.says("third words")
    await scene.carry()
    card, history, last = scene.texts()
    assert card.startswith("#1")
    assert [history.count(one) for one in ("first words", "our answer", "second words")] == [1] * 3
    assert "third" not in history
    assert last == "third words"
    assert await Topic.all().count() == 1
    assert await Post.all().count() == 1


async def test_what_was_answered_while_words_waited_is_recalled(scene: Scene) -> None:
    await scene.says("first words")
    await scene.carry()
    await scene.says("second words")
    said = scene.oleh.writes(scene.chat, "our answer", thread=scene.thread)
    await scene.answers(said)
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    await scene.carry()
    _card, history, last = scene.texts()
    assert [history.count(one) for one in ("first words", "our answer")] == [1] * 2
    assert "second" not in history
    assert last == "second words"


async def test_what_stands_in_a_topic_that_was_left_is_recalled_in_the_next(scene: Scene) -> None:
    """Words that came into the topic just as it was left are remembered as standing there."""
    await scene.says("first words")
    await scene.carry()
    former = await Topic.get()
    await memory.forget(former)
    await Post.create(message_id=1, group_id=former.group_id, post_id=former.card_id)
    await scene.says("second words")
    await scene.carry()
    _card, history, last = scene.texts((await Topic.get()).thread_id)
    assert "first words" in history
    assert last == "second words"


async def test_what_is_put_into_general_is_taken_away(scene: Scene) -> None:
    await scene.says("first words")
    await scene.carry()
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    scene.sandbox.world.misplaces = True
    await scene.says("second words")
    await scene.carry()
    assert scene.texts()[-1] == "second words"
    assert scene.texts(1) == []


@pytest.mark.parametrize("kinds", [["photo"], ["photo", "video"]])
async def test_files_that_are_put_into_general_are_taken_away(
    scene: Scene, kinds: list[str]
) -> None:
    await scene.says("first words")
    await scene.carry()
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    scene.sandbox.world.misplaces = True
    for part in scene.anna.album(scene.bot, [{"kind": kind} for kind in kinds]):
        await scene.hears(part)
    await scene.carry()
    files = scene.topic()[-len(kinds) :]
    assert all(kind in one for kind, one in zip(kinds, files, strict=True))
    assert scene.topic(1) == []


async def test_a_topic_whose_answer_was_lost_is_adopted(scene: Scene) -> None:
    scene.sandbox.faults.next(method="createForumTopic", do="drop_after")
    await scene.says("hello")
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert not trouble.certain
    await adopt_all(scene)
    await scene.carry()
    assert len(topics(scene)) == 1
    assert len(scene.texts()) == 1
    assert scene.calls().count("createForumTopic") == 1


async def test_without_its_update_it_is_made_again_and_the_orphan_removed(scene: Scene) -> None:
    scene.sandbox.faults.next(method="createForumTopic", do="drop_after")
    await scene.says("hello")
    await scene.one()
    await scene.carry()
    assert len(topics(scene)) == 2
    await adopt_all(scene)
    await scene.carry()
    assert topics(scene) == [(await Topic.get()).thread_id]
    assert len(scene.texts()) == 1


async def test_a_500_makes_no_second_topic(scene: Scene) -> None:
    scene.sandbox.faults.next(method="sendMessage", do="500")
    await scene.says("hello")
    assert isinstance(await scene.one(), TryLater)
    await scene.carry()
    assert len(topics(scene)) == 1
    assert len(scene.texts()) == 1


async def test_a_flood_wait_is_certain_and_holds_the_chat(scene: Scene) -> None:
    scene.sandbox.faults.next(method="createForumTopic", do="429", retry_after=7)
    await scene.says("hello")
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.after, trouble.certain, trouble.hold) == (7.0, True, str(scene.chat))


async def test_what_the_bot_tells_brings_card_and_history_into_a_new_topic(scene: Scene) -> None:
    await scene.says("first words")
    await scene.carry()
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    async with outbox.transaction():
        await tickets.tell(1, "Something happened", datetime.now(UTC))
    await scene.carry()
    card, history, told = scene.texts()
    assert card.startswith("#1")
    assert "first words" in history
    assert told == "Something happened"


async def test_a_new_id_of_the_group_is_followed(scene: Scene) -> None:
    await scene.says("first words")
    await scene.carry()
    scene.sandbox.faults.next(method="sendMessage", do="400", text=UPGRADED)
    await scene.forum.moved(scene.chat, scene.chat - 1)
    group = await Group.get()
    assert (group.chat_id, group.migrated_from) == (scene.chat - 1, scene.chat)
    assert await Topic.all().count() == 0
    assert await Post.all().count() == 0


UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"


async def test_a_move_is_noticed_by_the_call_that_meets_it(scene: Scene) -> None:
    small = scene.sandbox.world.basic_group("Small", scene.oleh)
    scene.oleh.adds_bot(scene.bot, small)
    await Group.filter(chat_id=scene.chat).update(chat_id=small)
    large = scene.oleh.migrates(small)
    scene.oleh.turns_forum(large, True)
    scene.oleh.sets_bot_rights(scene.bot, large, can_manage_topics=True, can_pin_messages=True)
    await scene.says("hello")
    await scene.carry()
    assert (await Group.get()).chat_id == large
    (topic,) = [one for one in scene.sandbox.world.topics(large) if one["thread"] != 1]
    assert topic["name"].startswith("#1 Anna")


async def test_status_shows_on_the_topic_and_costs_nothing_when_it_is_so(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    await change(scene, Status.CLOSED)
    await scene.carry()
    (topic,) = [one for one in scene.sandbox.world.topics(scene.chat) if one["thread"] != 1]
    assert topic["closed"]
    assert scene.texts()[0].startswith("#1 · closed")
    before = len(scene.calls())
    async with outbox.transaction():
        await looks.refresh(1, datetime.now(UTC))
    await scene.carry()
    assert scene.calls()[before:] == []


async def test_a_closed_topic_takes_our_words(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.oleh.closes_topic(scene.chat, scene.thread)
    await scene.says("more")
    await scene.carry()
    assert scene.texts()[-1] == "more"


async def test_a_topic_that_refuses_because_it_is_closed_is_reopened(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.oleh.closes_topic(scene.chat, scene.thread)
    scene.sandbox.faults.next(method="sendMessage", do="400", text="Bad Request: TOPIC_CLOSED")
    await scene.says("more")
    await scene.carry()
    assert scene.texts()[-1] == "more"
    assert "reopenForumTopic" in scene.calls()


async def test_closed_in_the_app_already_is_no_trouble(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.oleh.closes_topic(scene.chat, scene.thread)
    await change(scene, Status.CLOSED)
    await scene.carry()
    assert scene.trouble == []
    assert (await Topic.get()).is_closed


async def test_the_card_of_what_has_ended_meanwhile_is_pinned_when_it_goes_on(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry(rounds=1)  # the pin waits for room
    await change(scene, Status.RESOLVED)
    await scene.carry()
    assert not scene.topic()[0]["pinned"]
    await change(scene, Status.OPEN)
    await scene.carry()
    assert scene.topic()[0]["pinned"]
    assert scene.trouble == []


async def test_another_group_gets_new_topics(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    other = scene.sandbox.world.group("Other", scene.oleh)
    scene.oleh.adds_bot(scene.bot, other)
    rights = {"can_manage_topics": True, "can_pin_messages": True, "can_delete_messages": False}
    scene.oleh.sets_bot_rights(scene.bot, other, **rights)
    await Group.all().update(is_bound=False)
    (lacking,) = await scene.forum.bind(other)
    assert lacking.startswith("⚠️ Missing right “Delete Messages”: everything works, but")
    await scene.says("more")
    await scene.carry()
    (topic,) = [one for one in scene.sandbox.world.topics(other) if one["thread"] != 1]
    texts = scene.sandbox.world.history(other, topic["thread"])
    assert any("hello" in one.get("text", "") for one in texts)
    assert texts[-2].get("text") == "more"  # the pin's service message is the last


async def test_three_first_messages_at_once_make_one_topic(scene: Scene) -> None:
    for text in ("one", "two", "three"):
        await scene.says(text)
    await scene.carry()
    assert len(topics(scene)) == 1
    assert scene.texts()[0].endswith("\n\none\n\ntwo\n\nthree")


async def test_a_name_from_hell_does_no_harm(scene: Scene) -> None:
    person = scene.sandbox.world.person("\u202e🏳️‍🌈" * 20 + "\u200b\n" + "я" * 44)
    person.start(scene.bot)
    await scene.says("x\n" * 100, person)
    await scene.carry()
    (topic,) = [one for one in scene.sandbox.world.topics(scene.chat) if one["thread"] != 1]
    assert topic["name"].startswith("#1 ")
    assert "\u202e" not in topic["name"]
    assert len(topic["name"]) <= 128


async def test_nothing_is_carried_without_a_group(scene: Scene) -> None:
    await Group.all().update(is_bound=False)
    await scene.says("hello")
    assert isinstance(await scene.one(), TryLater)
    assert await Delivery.filter(gate="forum", state="head").count() == 1
