"""What the group lets the bot do no more: rights, icons, topics; only what needs it waits."""

from datetime import UTC, datetime

import pytest

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.forum import footing
from bot.forum.ground import PAUSE
from models import Group, Status, Topic
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Scene
from tests.forum.test_binding import other_group
from tests.forum.test_topics import change, topics


async def test_without_the_right_only_new_topics_wait_and_operators_are_told_once(
    scene: Scene,
) -> None:
    await scene.says("first")
    await scene.carry()
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, can_manage_topics=False)
    borys, hanna = (scene.sandbox.world.person(name) for name in ("Borys", "Hanna"))
    for person in (borys, hanna):
        person.start(scene.bot)
        await scene.says("hello", person)
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.after, trouble.certain, trouble.hold) == (PAUSE, True, None)
    assert trouble.blameless
    assert "not enough rights to create a topic" in scene.ground.trouble
    await scene.says("more")
    await scene.carry()
    assert scene.calls().count("createForumTopic") == 2, "for the second it is not asked again"
    assert scene.texts()[-1] == "more"
    told = [text for text in scene.texts(1) if "Missing right “Manage Topics”" in text]
    assert len(told) == 1
    assert "not enough rights to create a topic" in scene.ground.trouble, (
        "others’ words hide it not"
    )

    scene.oleh.sets_bot_rights(scene.bot, scene.chat, can_manage_topics=True)
    async with outbox.transaction():
        await scene.forum.rights_changed(scene.group, datetime.now(UTC))
    await scene.carry()
    assert scene.ground.trouble == ""
    assert len(topics(scene)) == 3
    assert [text for text in scene.texts(1) if "It works again" in text] == [scene.texts(1)[-1]]


async def test_after_a_pause_one_asks_whether_the_right_is_back(scene: Scene) -> None:
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, can_manage_topics=False)
    borys = scene.sandbox.world.person("Borys")
    borys.start(scene.bot)
    await scene.says("hello")
    await scene.says("hello", borys)
    await scene.carry()
    assert scene.calls().count("createForumTopic") == 1
    lacking = scene.ground.lacking
    lacking["topics"] -= PAUSE
    await scene.time_passes()
    await scene.carry()
    assert scene.calls().count("createForumTopic") == 2
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, can_manage_topics=True)
    lacking["topics"] -= PAUSE
    await scene.time_passes()
    await scene.carry()
    assert len(topics(scene)) == 2
    assert [text for text in scene.texts(1) if "It works again" in text] == [scene.texts(1)[-1]]


MUTED = "Bad Request: not enough rights to send text messages to the chat"


@pytest.mark.parametrize("refusal", [MUTED, "Bad Request: chat not found"])
async def test_while_the_bot_may_say_nothing_its_answers_wait_like_all_else(
    scene: Scene, refusal: str
) -> None:
    scene.sandbox.faults.next(method="sendMessage", do="400", text=refusal)
    async with outbox.transaction():
        await notices.ask_status(Spot(scene.chat), SOMEBODY, datetime.now(UTC))
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.after, trouble.certain, trouble.hold) == (PAUSE, True, str(scene.chat))
    assert scene.ground.trouble == refusal
    await scene.time_passes()
    await scene.carry()
    assert "The group refuses" in scene.texts(1)[-1]


async def test_a_mark_in_the_test_ticket_is_not_worth_waiting_for(scene: Scene) -> None:
    async with outbox.transaction():
        await notices.practise_mark(Spot(scene.chat, 1, 1), datetime.now(UTC))
    refusal = "Bad Request: have no rights to send a message"
    scene.sandbox.faults.next(method="setMessageReaction", do="400", text=refusal)
    assert isinstance(await scene.one(), Undeliverable)
    assert scene.ground.trouble == ""


async def test_a_group_that_is_not_the_operators_holds_up_nothing(scene: Scene) -> None:
    """It was theirs when the command came, perhaps."""
    async with outbox.transaction():
        await notices.ask_status(Spot(other_group(scene)), SOMEBODY, datetime.now(UTC))
    scene.sandbox.faults.next(method="sendMessage", do="400", text=MUTED)
    assert isinstance(await scene.one(), Undeliverable)
    assert scene.ground.trouble == ""


@pytest.mark.parametrize("refusal", ["DOCUMENT_INVALID", "TOPIC_ICON_INVALID"])
async def test_an_icon_that_is_refused_costs_no_topic(scene: Scene, refusal: str) -> None:
    scene.sandbox.faults.next(
        method="createForumTopic",
        do="400",
        text=f"Bad Request: {refusal}",
        when=lambda _method, values: bool(values.get("icon_custom_emoji_id")),
        times=9,
    )
    await scene.says("hello")
    await scene.carry()
    assert scene.texts()[0].endswith("hello")
    assert scene.calls().count("createForumTopic") == 2
    borys = scene.sandbox.world.person("Borys")
    borys.start(scene.bot)
    await scene.says("me too", borys)
    await scene.carry()
    assert scene.calls().count("createForumTopic") == 3, "it is known to be refused"


async def test_an_icon_that_is_refused_later_costs_no_name(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.sandbox.faults.next(
        method="editForumTopic",
        do="400",
        text="Bad Request: DOCUMENT_INVALID",
        when=lambda _method, values: bool(values.get("icon_custom_emoji_id")),
        times=9,
    )
    await Topic.all().update(name="#1 An old name")
    await change(scene, Status.WAITING)
    await scene.carry()
    (topic,) = [one for one in scene.sandbox.world.topics(scene.chat) if one["thread"] != 1]
    assert topic["name"].startswith("#1 Anna")
    assert scene.trouble == []
    assert scene.calls().count("editForumTopic") == 2


async def test_without_topics_all_tickets_wait_and_operators_are_told_once(scene: Scene) -> None:
    scene.oleh.turns_forum(scene.chat, False)
    await scene.says("hello")
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.hold, trouble.blameless) == (None, True)
    assert "not a forum" in scene.ground.trouble
    await scene.carry()
    assert len([text for text in scene.texts(1) if "no topics any more" in text]) == 1
    assert scene.calls().count("createForumTopic") == 1
    scene.oleh.turns_forum(scene.chat, True)
    async with outbox.transaction():
        await scene.forum.rights_changed(scene.group, datetime.now(UTC))
    await scene.carry()
    assert scene.texts()[0].endswith("hello")
    assert "It works again" in scene.texts(1)[-1]


def said_in(scene: Scene) -> list[str]:
    """In the whole group: without topics it is one chat."""
    return [str(one.get("text")) for one in scene.sandbox.world.history(scene.chat)]


async def wait_for_topics_is_over(scene: Scene) -> None:
    scene.ground.lacking[footing.FORUM] = 0.0
    await scene.time_passes()


async def test_it_works_again_when_topics_are_there_whatever_else_works(scene: Scene) -> None:
    """Edits and reactions need no topics: they go on, and tell nothing about them."""
    first = await scene.says("first words")
    await scene.carry()
    scene.oleh.turns_forum(scene.chat, False)
    for name in ("Borys", "Vira"):
        person = scene.sandbox.world.person(name)
        person.start(scene.bot)
        await scene.says("hello", person)
    await scene.carry()
    for number in range(3):
        await scene.edits(scene.anna.edits(first["message_id"], scene.bot, f"edited {number}"))
        await wait_for_topics_is_over(scene)
        await scene.carry()
        assert any(f"edited {number}" in text for text in said_in(scene))
    assert [text for text in scene.texts(1) if "works again" in text] == []
    assert len([text for text in scene.texts(1) if "no topics any more" in text]) == 1

    scene.oleh.turns_forum(scene.chat, True)
    await wait_for_topics_is_over(scene)
    await scene.carry()
    assert len(topics(scene)) == 3, "nobody waits for the next try"
    assert len([text for text in scene.texts(1) if "works again" in text]) == 1


async def test_nothing_is_shown_anywhere_while_there_are_no_topics(scene: Scene) -> None:
    """Telegram would put a copy into the chat, and does not say so."""
    await scene.says("first words")
    await scene.carry()
    scene.oleh.turns_forum(scene.chat, False)
    await Group.all().update(lacks=footing.FORUM)  # another replica has met it
    scene.forum._grounds.forget_groups()
    before = said_in(scene)
    await scene.sends("dice", emoji="🎲")
    await scene.carry()
    assert said_in(scene) == before
    assert (await Group.get()).lacks == footing.FORUM


async def test_another_replica_and_a_new_start_know_that_topics_are_missed(scene: Scene) -> None:
    await Group.all().update(lacks=footing.FORUM)
    await scene.says("hello")
    await scene.carry()
    assert scene.texts()[0].endswith("hello")
    assert "It works again" in scene.texts(1)[0]
    assert (await Group.get()).lacks is None


async def test_topics_that_are_hidden_for_a_while_are_not_forgotten(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    thread = (await Topic.get()).thread_id
    scene.oleh.turns_forum(scene.chat, False)
    await scene.says("more")
    assert isinstance(await scene.one(), TryLater)
    scene.oleh.turns_forum(scene.chat, True)
    async with outbox.transaction():
        await scene.forum.rights_changed(scene.group, datetime.now(UTC))
    await scene.carry()
    assert scene.texts(thread)[-1] == "more"
    assert "more" not in scene.texts(1)
