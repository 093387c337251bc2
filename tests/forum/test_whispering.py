"""By which way an answer to one person goes, and what becomes of each refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from redis.asyncio import Redis

from bot.budget import Budget, whispers
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.people import operators
from bot.desk.said.spots import ASIDE, Spot, stand
from bot.desk.talk import notices
from bot.forum.aside import AGAIN, PROOF
from models import Operator
from models.rows import fetch
from tests.forum.scene import Scene

NO = "Not now."
UNDONE = "SELECT count(*) AS found FROM delivery WHERE state <> 'sent' AND state <> 'dropped'"


async def asks(scene: Scene, text: str = NO, **at: object) -> None:
    """Oleh has asked, and this is the answer."""
    spot = Spot(scene.chat, asked_by=scene.oleh.id)
    async with outbox.transaction():
        await notices.answer(replace(spot, **at), text, datetime.now(UTC))  # type: ignore[arg-type]


def aside(scene: Scene, thread: int | None = None) -> list[str]:
    return [m["text"] for m in scene.sandbox.world.whispered(scene.oleh, scene.chat, thread)]


def private(scene: Scene) -> list[str]:
    return [m["text"] for m in scene.sandbox.world.private(scene.oleh, scene.bot)][1:]


def before_all(scene: Scene) -> list[str]:
    return [text for text in scene.texts(1) if text]


async def knows_oleh(scene: Scene) -> None:
    """He has a private chat with the bot."""
    scene.oleh.start(scene.bot)
    await scene.says("Hello", scene.oleh)
    await fetch("DELETE FROM delivery")


async def is_done() -> bool:
    return not (await fetch(UNDONE))[0]["found"]


async def test_a_whisper_stands_in_the_topic_where_it_was_asked(scene: Scene) -> None:
    await scene.says("Where is it?")
    await scene.carry()
    await asks(scene, thread_id=scene.thread)
    await scene.carry()
    assert aside(scene, scene.thread) == [NO]
    assert NO not in scene.texts()


async def test_where_the_topic_is_gone_it_stands_in_general(scene: Scene) -> None:
    await scene.says("Where is it?")
    await scene.carry()
    thread = scene.thread
    scene.oleh.deletes_topic(scene.chat, thread)
    await asks(scene, thread_id=thread)
    await scene.carry()
    assert aside(scene, 1) == [NO]


async def test_a_bot_that_is_no_admin_does_not_try_again_at_once(scene: Scene) -> None:
    scene.oleh.demotes(scene.bot, scene.chat)
    await asks(scene, "first")
    await asks(scene, "second")
    await scene.carry()
    assert before_all(scene)[-2:] == ["first", "second"]
    assert len(scene.sandbox.calls.ephemeral(scene.chat)) == 1
    scene.oleh.sets_bot_rights(scene.bot, scene.chat)
    for whose in scene.ground.all.unheard:
        scene.ground.all.unheard[whose] -= AGAIN
    await asks(scene, "third")
    await scene.carry()
    assert aside(scene) == ["third"]


async def test_what_is_refused_to_one_is_not_refused_to_all(scene: Scene) -> None:
    refused = "Bad Request: RECEIVER_PRIVACY_RESTRICTED"
    scene.sandbox.faults.next(do="400", method="sendMessage", text=refused)
    await asks(scene)
    await scene.carry()
    assert before_all(scene)[-1] == NO
    assert list(scene.ground.all.unheard) == [f"{scene.chat}:{scene.oleh.id}"]


async def test_who_is_not_in_the_group_is_told_nothing_by_any_way(scene: Scene) -> None:
    ivan = scene.sandbox.world.person("Ivan")
    ivan.start(scene.bot)
    await asks(scene, asked_by=ivan.id)
    await scene.carry()
    assert await is_done()
    assert NO not in str(scene.sandbox.world.private(ivan, scene.bot))
    assert NO not in before_all(scene)


async def test_the_private_chat_names_the_group(scene: Scene) -> None:
    await knows_oleh(scene)
    scene.oleh.demotes(scene.bot, scene.chat)
    await asks(scene)
    await scene.carry()
    assert private(scene)[-1] == f"Operators\n{NO}"


async def test_a_private_chat_that_was_shut_is_not_tried_again(scene: Scene) -> None:
    await knows_oleh(scene)
    scene.oleh.demotes(scene.bot, scene.chat)
    scene.sandbox.world.chat(scene.bot, scene.oleh.id).blocked = True
    for text in ("first", "second"):
        await asks(scene, text)
        await scene.carry()
    assert {"first", "second"} <= {*before_all(scene)}
    calls = [one for one in scene.sandbox.calls if one.chat_id == str(scene.oleh.id)]
    assert len(calls) == 1


async def test_a_flood_wait_of_whispers_is_not_the_groups(scene: Scene) -> None:
    scene.sandbox.faults.next(do="429", method="sendMessage", retry_after=7)
    await asks(scene)
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.hold, trouble.after) == (whispers(scene.chat), 7)
    assert await is_done() is False


async def test_whispers_are_a_family_of_their_own(redis: Redis) -> None:
    budget = Budget(redis, 5, group_per_minute=2)
    assert [await budget.take_whisper(-1, now=10.0) for _ in range(2)] == [0, 0]
    assert await budget.take_whisper(-1, now=10.0) > 0
    assert await budget.free(-1) == 2
    assert [await budget.take_group(-1, now=10.0) for _ in range(2)] == [0, 0]
    await budget.hold(whispers(-2), 9)
    assert await budget.take_whisper(-2) > 8
    assert await budget.take_group(-2) == 0
    await budget.hold(-3, 9)
    assert await budget.take_whisper(-3) > 8, "the group’s flood wait holds them, too"
    await Budget(redis, 5).hold(-4, 9)
    assert await budget.take_whisper(-4) > 8, "and that of another process"


async def test_a_minute_full_of_whispers_goes_on_in_the_private_chat(
    scene: Scene, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none_left(_chat: int) -> float:
        return 30.0

    monkeypatch.setattr(scene.ground.purse, "take_whisper", none_left)
    await asks(scene)
    trouble = await scene.one()
    assert isinstance(trouble, TryLater)
    assert (trouble.after, trouble.blameless) == (30.0, True)
    await fetch("DELETE FROM delivery")
    await knows_oleh(scene)
    await asks(scene)
    await scene.carry()
    assert private(scene)[-1].endswith(NO)


async def test_the_same_question_is_answered_by_the_next_way(scene: Scene) -> None:
    for _ in range(2):
        await asks(scene, asked=9)
        await scene.carry()
    assert aside(scene) == [NO]
    assert before_all(scene)[-1] == NO
    await asks(scene, asked=10)
    await asks(scene, "another answer", asked=9)
    await scene.carry()
    assert aside(scene) == [NO, NO, "another answer"]


async def test_whose_app_shows_whispers_is_believed_for_a_while(scene: Scene) -> None:
    oleh = await Operator.get(user_id=scene.oleh.id)
    now = datetime.now(UTC)
    await operators.sees_aside(oleh, now)
    for _ in range(3):
        await asks(scene, asked=9)
        await scene.carry()
    assert aside(scene) == [NO] * 3
    await operators.sees_aside(oleh, now + timedelta(hours=1))
    assert (await Operator.get(id=oleh.id)).aside_at == now, "it is not written down each time"
    await Operator.filter(id=oleh.id).update(aside_at=now - PROOF)
    for _ in range(2):
        await asks(scene, asked=9)
        await scene.carry()
    assert len(aside(scene)) == 4
    assert before_all(scene)[-1] == NO


async def test_what_is_turned_and_stands_no_more_is_said_anew(scene: Scene) -> None:
    await asks(scene, turns=stand(ASIDE, 77))
    await scene.carry()
    assert aside(scene) == [NO]
    (shown,) = scene.sandbox.world.whispered(scene.oleh, scene.chat)
    await asks(scene, "page 2", turns=stand(ASIDE, shown["ephemeral_message_id"]))
    await scene.carry()
    assert aside(scene) == ["page 2"]
    await asks(scene, "page 2", turns=stand(ASIDE, shown["ephemeral_message_id"]))
    await scene.carry()
    assert aside(scene) == ["page 2"], "that it is so already is no failure"


async def test_a_group_that_moves_is_followed(scene: Scene) -> None:
    await asks(scene)
    old = scene.sandbox.world.basic_group("Small", scene.oleh)
    scene.oleh.adds_bot(scene.bot, old)
    await fetch("UPDATE operator_group SET chat_id = $1", old)
    await fetch("DELETE FROM delivery")
    scene.ground.all.forget_groups()
    async with outbox.transaction():
        await notices.answer(Spot(old, asked_by=scene.oleh.id), NO, datetime.now(UTC))
    new = scene.oleh.migrates(old)
    scene.oleh.sets_bot_rights(scene.bot, new)
    await scene.carry()
    shown = scene.sandbox.world.whispered(scene.oleh, new)
    assert [one["text"] for one in shown] == [NO]


async def test_who_has_left_is_told_nothing_where_nothing_is_whispered(scene: Scene) -> None:
    await knows_oleh(scene)
    scene.ground.all.unheard["server"] = monotonic() + AGAIN
    await fetch("UPDATE membership SET standing = 'gone'")
    await asks(scene)
    await scene.carry()
    assert await is_done()
    assert NO not in str(private(scene))
    assert NO not in before_all(scene)


async def test_buttons_before_all_are_for_who_asked(scene: Scene) -> None:
    scene.oleh.demotes(scene.bot, scene.chat)
    spot = Spot(scene.chat, asked_by=scene.oleh.id)
    async with outbox.transaction():
        await notices.answer(spot, NO, datetime.now(UTC), [[("›", "list:2")]])
    await scene.carry()
    (shown,) = [m for m in scene.topic(1) if m.get("text") == NO]
    data = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert data.startswith(f"by:{scene.oleh.id}:list:2:")
