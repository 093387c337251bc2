"""Topics whose making went wrong half-way: found again, made once, the needless one removed."""

import asyncio

import pytest

from bot.desk.outbox import kinds
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.deliveries import Parcel
from bot.forum import groups, topics
from bot.forum.errand import Errand
from bot.forum.ground import Lacking
from models import Delivery, Group, Topic
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Scene
from tests.forum.test_topics import adopt_all
from tests.forum.test_topics import topics as threads

LONG = 60.0


def creations(scene: Scene) -> int:
    return scene.calls().count("createForumTopic")


async def errand(scene: Scene, group: Group) -> Errand:
    ground = scene.ground
    row = await Delivery.filter(ticket_id=1).order_by("id").first()
    assert row is not None
    what = kinds.load(row.gate, row.kind, row.payload)
    parcel = Parcel(
        *(row.id, 1, row.gate, row.lane, row.kind, what, row.priority),
        *(row.due_at, 1, False, row.created_at, row.rank),
    )
    return Errand(ground, [parcel], group, ground.speaker(group.chat_id))


async def test_a_new_claim_waits_for_the_update_about_the_topic_it_may_have_made(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "LOST_ANSWER", LONG)
    scene.sandbox.faults.next(method="createForumTopic", do="drop_after")
    await scene.says("hello")
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    waits = asyncio.Event()
    monkeypatch.setattr(topics, "LOOK_AGAIN", 0.0)
    look = topics.present

    async def seen(errand: Errand) -> Topic | None:
        found = await look(errand)
        waits.set()
        return found

    monkeypatch.setattr(topics, "present", seen)
    carrying = asyncio.create_task(scene.carry())
    await waits.wait()
    await adopt_all(scene)
    await carrying
    assert creations(scene) == 1
    assert len(threads(scene)) == 1
    assert scene.texts()[0].endswith("hello")


async def test_the_update_may_come_before_the_answer_is_missed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "FIRST_GLANCE", LONG)
    scene.sandbox.faults.next(method="createForumTopic", do="drop_after")
    await scene.says("hello")
    carrying = asyncio.create_task(scene.carry())
    while not threads(scene):  # noqa: ASYNC110  (what happens, happens in the sandbox)
        await asyncio.sleep(0.01)
    await adopt_all(scene)
    await carrying
    assert scene.trouble == []
    assert creations(scene) == 1
    assert scene.texts()[0].endswith("hello")


async def test_of_two_topics_of_a_ticket_the_later_is_deleted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another replica was faster: its topic is known when ours is to be written down."""
    make = topics._ask_for_one

    async def too_late(errand: Errand, name: str, icon: str) -> object:
        other = await scene.api.create_forum_topic(scene.chat, name)
        made = await make(errand, name, icon)
        values = {"group_id": scene.group.id, "thread_id": other.message_thread_id, "name": name}
        await Topic.create(ticket_id=1, **values)
        return made

    monkeypatch.setattr(topics, "_ask_for_one", too_late)
    await scene.says("hello")
    await scene.carry()
    assert threads(scene) == [(await Topic.get()).thread_id]
    assert scene.texts()[0].endswith("hello")
    assert "deleteForumTopic" in scene.calls()


async def test_a_topic_in_a_group_that_was_left_is_no_reason_to_remove_a_new_one(
    scene: Scene,
) -> None:
    await scene.says("hello")
    await scene.carry()
    other = await Group.create(
        chat_id=-5, title="Was", language="en", is_bound=False, bound_at=scene.group.bound_at
    )
    await Topic.all().update(group_id=other.id, thread_id=77)
    before = await Delivery.filter(kind="remove_topic").count()
    await adopt_all(scene)
    assert await Delivery.filter(kind="remove_topic").count() == before


async def test_who_still_sees_the_former_group_forgets_no_topic_of_the_new_one(
    scene: Scene,
) -> None:
    await scene.says("hello")
    await scene.carry()
    former = await Group.get()
    other = await Group.create(
        chat_id=-5, title="New", language="en", is_bound=False, bound_at=former.bound_at
    )
    await Topic.all().update(group_id=other.id)
    await groups.bind(other.chat_id, "New", "en", SOMEBODY, instead_of=former.chat_id)
    with pytest.raises(TryLater, match="another group’s now"):
        await topics.present(await errand(scene, former))
    assert await Topic.all().count() == 1


async def test_a_closed_topic_that_may_not_be_opened_keeps_its_ticket_waiting_only(
    scene: Scene,
) -> None:
    await scene.says("hello")
    await scene.carry()
    topic = await Topic.get()
    scene.sandbox.faults.next(
        method="reopenForumTopic",
        do="400",
        text="Bad Request: not enough rights to close or open the topic",
    )
    with pytest.raises(Lacking) as refused:
        await topics.reopen(await errand(scene, scene.group), topic)
    assert (refused.value.hold, refused.value.blameless, refused.value.what) == (
        None,
        True,
        "topics",
    )


async def test_a_topic_of_the_bots_that_is_no_tickets_is_the_test_ticket(scene: Scene) -> None:
    await scene.api.create_forum_topic(scene.chat, "Test ticket · Topicdesk")
    await adopt_all(scene)
    (thread,) = threads(scene)
    assert (await Group.get()).test_thread_id == thread
    await scene.api.create_forum_topic(scene.chat, "Another")
    await adopt_all(scene)
    assert (await Group.get()).test_thread_id == thread
