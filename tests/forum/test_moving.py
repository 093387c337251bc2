"""A ticket that leaves for another group: what is said where it was, and when."""

from datetime import UTC, datetime
from typing import TypeGuard

import asyncpg
import pytest
from aiogram.types import ForumTopic
from redis.asyncio import Redis

from bot.budget import Budget
from bot.desk import outbox, tickets
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.kinds.to_topic import Tell
from bot.forum import Forum, topics
from bot.forum.errand import Errand
from bot.forum.footing import TOPICS
from models import Group, Status, Topic
from models.rows import add
from tests.desk.talk import SOMEBODY
from tests.forum.conftest import RIGHTS
from tests.forum.scene import Scene

SALES = 2
CONNECT = """
WITH made AS (INSERT INTO department (id, name, created_at) VALUES (2, 'Sales', now()))
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES ($1, 2, 'Sales', 'en', now())
"""


async def sales(scene: Scene, witness: "asyncpg.Connection") -> int:
    """The chat of the second group."""
    chat = scene.sandbox.world.group("Sales", scene.oleh)
    scene.oleh.adds_bot(scene.bot, chat)
    scene.oleh.sets_bot_rights(scene.bot, chat, **RIGHTS)
    await witness.execute(CONNECT, chat)
    scene.forum._grounds.forget_groups()
    return chat


async def moves(department: int) -> None:
    async with outbox.transaction():
        await tickets.move(1, department, SOMEBODY, datetime.now(UTC))


async def all_is_carried(scene: Scene) -> None:
    """What one waits for is carried after it."""
    for _round in range(4):
        await scene.time_passes()
        await scene.carry()


async def test_while_its_new_topic_is_being_made_the_old_one_waits_at_no_cost(
    scene: Scene, redis: Redis, witness: "asyncpg.Connection"
) -> None:
    other = await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    thread = scene.thread
    scene.forum._grounds.purse = purse = Budget(redis, scene.api.id)
    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=False)
    await moves(SALES)
    for _ in range(20):
        await purse.spend(scene.chat)  # as who claims it pays
    await scene.carry()
    assert "its new topic is being made" in map(str, scene.trouble)
    assert await purse.free(scene.chat) > 0, "nothing was called for it"
    assert not any("has been moved" in text for text in scene.texts(thread))

    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=True)
    async with outbox.transaction():
        group = await scene.forum.group_of(other)
        assert group is not None
        await scene.forum.rights_changed(group, datetime.now(UTC))
    scene.forum._grounds.purse = Budget(redis, scene.api.id, group_per_minute=0)
    await all_is_carried(scene)
    assert "➡️ Request #1 has been moved to the department “Sales”" in scene.texts(thread)[-1]


async def test_no_topic_is_left_while_a_new_one_cannot_be_made(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """What is known of the group's rights here may not stand in the database yet."""
    other = await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    thread = scene.thread
    ground = scene.forum._grounds.of(SALES)
    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=False)
    ground.lacks(TOPICS, "not enough rights")
    await moves(SALES)
    await scene.carry()
    assert (await Topic.get()).thread_id == thread
    assert "createForumTopic" not in scene.calls()[scene.calls().index("sendMessage") :]

    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=True)
    ground.lacking[TOPICS] = 0.0  # who comes next tries
    await all_is_carried(scene)
    assert (await Topic.get()).group_id != scene.group.id
    assert "➡️ Request #1 has been moved to the department “Sales”" in scene.texts(thread)[-1]


async def test_who_still_carries_where_the_ticket_was_makes_no_topic_there(
    scene: Scene, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was put, or claimed, for the first group; the ticket has moved since."""
    await sales(scene, witness)
    await scene.says("hello")
    async with outbox.transaction():
        await outbox.put(Tell("Hello").draft(1), datetime.now(UTC))
    await moves(SALES)
    await witness.execute("UPDATE delivery SET gate = 'forum' WHERE gate = 'forum:2'")
    await all_is_carried(scene)
    first = scene.trouble[0]
    assert str(first) == "the ticket is another group’s now"
    assert isinstance(first, TryLater)
    assert first.after == 0, "it is in its place now"
    (topic,) = await Topic.all().select_related("group")
    assert topic.group.department_id == SALES
    assert [
        one["name"] for one in scene.sandbox.world.topics(scene.chat) if "#1" in one["name"]
    ] == []


async def test_who_still_carries_where_the_desk_was_waits_until_that_is_seen(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """The department has just got another group: to try at once would be to try without end."""
    await scene.says("hello")
    assert await scene.ground.group() is not None
    await witness.execute("UPDATE operator_group SET is_bound = FALSE")
    refused = await scene.one()
    assert isinstance(refused, TryLater)
    assert (refused.after, refused.blameless) == (1.0, True)
    assert "createForumTopic" not in scene.calls()


async def test_a_ticket_that_comes_back_is_said_to_be_where_it_is(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """Moved on before anybody has said in the first topic where it went."""
    await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    first = scene.thread
    await moves(SALES)
    while await Topic.exists(group_id=scene.group.id):
        await scene.carry(rounds=1)
    await moves(1)
    await all_is_carried(scene)
    (told,) = [one for one in scene.topic(first) if "has been moved" in one.get("text", "")]
    assert "“Operators”" in told["text"] or "“Sales”" in told["text"]
    (link,) = [one["url"] for one in told["entities"] if one["type"] == "text_link"]
    assert link.endswith(f"/{(await Topic.get()).thread_id}")


@pytest.mark.parametrize("same", [False, True], ids=["another number", "the same number"])
async def test_who_made_a_topic_too_late_speaks_in_no_other_one(
    scene: Scene, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch, *, same: bool
) -> None:
    """While it was being made here, the ticket was moved and got its topic there."""
    await sales(scene, witness)
    there = await Group.get(department_id=SALES)
    theirs = scene.oleh.creates_topic(scene.chat, "Lunch")
    ask_for_one = topics._ask_for_one

    async def slowly(errand: Errand, name: str, icon: str) -> ForumTopic:
        made = await ask_for_one(errand, name, icon)
        if errand.group.id == scene.group.id:
            await moves(SALES)
            number = made.message_thread_id if same else theirs
            await add(Topic, ticket_id=1, group_id=there.id, thread_id=number, name="#1")
        return made

    monkeypatch.setattr(topics, "_ask_for_one", slowly)
    await scene.says("hello")
    assert isinstance(await scene.one(), TryLater)
    await all_is_carried(scene)
    assert scene.texts(theirs) == []
    names = [one["name"] for one in scene.sandbox.world.topics(scene.chat)]
    assert names == ["General", "Lunch"]
    (topic,) = await Topic.all()
    assert topic.group_id == there.id


async def test_a_topic_that_another_process_has_left_is_nobodys(
    scene: Scene, witness: "asyncpg.Connection", redis: Redis
) -> None:
    """That process hears what is written there; the request has come back into the same group."""
    await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    first = scene.thread
    budget = Budget(redis, scene.api.id)
    hears = Forum(scene.api, budget, scene.store, language="en", timezone="Europe/Kyiv")
    assert await hears.locate(scene.chat, first) == 1
    await moves(SALES)
    await all_is_carried(scene)
    await moves(1)
    await all_is_carried(scene)
    assert await hears.locate(scene.chat, first) is None
    assert await hears.locate(scene.chat, (await Topic.get()).thread_id) == 1


async def test_where_the_bot_may_say_nothing_it_says_later_where_a_request_went(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """As it does with whatever else is for somebody to read there."""
    await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    thread = scene.thread
    await moves(SALES)
    scene.oleh.kicks(scene.bot, scene.chat)
    await all_is_carried(scene)
    assert [str(scene.chat)] == [each.hold for each in scene.trouble if is_held(each)][:1]

    scene.oleh.adds_bot(scene.bot, scene.chat)
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, **RIGHTS)
    await all_is_carried(scene)
    assert "➡️ Request #1 has been moved to the department “Sales”" in scene.texts(thread)[-1]


def is_held(trouble: Exception) -> TypeGuard[TryLater]:
    return isinstance(trouble, TryLater) and trouble.hold is not None


async def test_a_closed_request_is_closed_there_too(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    other = await sales(scene, witness)
    await scene.says("hello")
    await scene.carry()
    async with outbox.transaction():
        await tickets.change(1, Status.CLOSED, SOMEBODY, datetime.now(UTC))
    await scene.carry()
    await moves(SALES)
    await all_is_carried(scene)
    (there,) = [one for one in scene.sandbox.world.topics(other) if "#1" in one["name"]]
    assert there["closed"]
    assert any("Moved here" in text for text in texts_in(scene, other, there["thread"]))
    assert (await Topic.get()).is_closed


def texts_in(scene: Scene, chat: int, thread: int) -> list[str]:
    return [one.get("text", "") for one in scene.sandbox.world.history(chat, thread)]


async def moved_after(
    scene: Scene, witness: "asyncpg.Connection", lines: int
) -> tuple[str, list[str]]:
    """Anna has written so many lines: what of them is recalled after the move, and its links."""
    other = await sales(scene, witness)
    await scene.says("Where is it?")
    await scene.carry()
    for number in range(2, lines + 1):
        await scene.says(f"line {number}.")
    await scene.carry()
    await moves(SALES)
    await all_is_carried(scene)
    (there,) = await Topic.all()
    said = scene.sandbox.world.history(other, there.thread_id)
    (recalled,) = [one for one in said if "What was said so far" in one.get("text", "")]
    links = [one["url"] for one in recalled["entities"] if one["type"] == "text_link"]
    return recalled["text"], links


async def test_what_of_a_long_talk_is_left_out_is_said_with_a_link_to_it(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """The customer's first words are not: they say what it is all about."""
    recalled, links = await moved_after(scene, witness, 24)
    parts = recalled.split("\n\n")
    assert parts[1].endswith("Where is it?")
    assert parts[2] == "… 3 earlier lines are left out …"
    assert parts[3].endswith("line 5.")
    assert parts[-1].endswith("line 24.")
    assert links == [f"https://t.me/c/{-scene.chat - 10**12}/{scene.thread}"]


@pytest.mark.parametrize("lines", [20, 21])
async def test_where_nothing_is_left_out_nothing_is_said_of_it(
    scene: Scene, witness: "asyncpg.Connection", lines: int
) -> None:
    recalled, _links = await moved_after(scene, witness, lines)
    assert "left out" not in recalled
    assert recalled.count("Where is it?") == 1
    assert recalled.count("line ") == lines - 1


async def test_where_no_topic_has_them_the_rest_is_counted_all_the_same(
    scene: Scene, witness: "asyncpg.Connection"
) -> None:
    """The topic was deleted."""
    await scene.says("Where is it?")
    await scene.carry()
    for number in range(2, 23):
        await scene.says(f"line {number}.")
    await scene.carry()
    scene.oleh.deletes_topic(scene.chat, scene.thread)
    await scene.says("Hello?")
    await all_is_carried(scene)
    (recalled,) = [one for one in scene.topic() if "What was said so far" in one["text"]]
    assert "Where is it?" in recalled["text"]
    assert "… 1 earlier line is left out …" in recalled["text"]
    assert not [one for one in recalled["entities"] if one["type"] == "text_link"]
