"""What must hold before a group takes the desk over."""

from datetime import UTC, datetime

import pytest

from bot.desk import outbox
from bot.desk.outbox.carrying import Undeliverable
from bot.desk.outbox.kinds.to_group import DEPARTMENT, Choice
from bot.desk.people import codes
from bot.desk.people.actors import CODE, Actor
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.talk.notices import Asked
from bot.forum import setup
from models import FIRST, Code, Event, Group, Membership, Standing
from models.rows import fetch
from tests.desk.talk import SOMEBODY
from tests.forum.conftest import RIGHTS
from tests.forum.scene import Scene

OFTEN = 2 * setup.TRIES  # more often than anybody may try


def other_group(scene: Scene, **rights: bool) -> int:
    other = scene.sandbox.world.group("Other", scene.oleh)
    scene.oleh.adds_bot(scene.bot, other)
    scene.oleh.sets_bot_rights(scene.bot, other, **{**RIGHTS, **rights})
    return other


async def ask(scene: Scene, chat: int, actor: Actor | None = None, **how: object) -> None:
    """`/setup` in this group, carried as the operators' own."""
    spot = Spot(chat, None, scene.oleh.writes(chat, "/setup")["message_id"])
    asked = Asked(spot, scene.oleh.id, "Oleh", "en", **how)  # type: ignore[arg-type]
    async with outbox.transaction():
        await notices.ask_setup(asked, actor, datetime.now(UTC))
    await scene.carry()


async def offer(scene: Scene, other: int) -> int:
    code = await codes.make(datetime.now(UTC))
    await ask(scene, other, code=codes.hashed(code))
    found = await Code.get_or_none(chat_id=other)
    if found is None:
        return 0
    await ask(scene, other, choice=Choice(found.id, scene.oleh.id, FIRST))
    return int(found.id)


def said_in(scene: Scene, chat: int) -> list[str]:
    return [str(one.get("text")) for one in scene.sandbox.world.history(chat)]


def last(scene: Scene, chat: int) -> str:
    return str(scene.sandbox.world.history(chat, 1)[-1].get("text"))


def small_group(scene: Scene) -> int:
    small = scene.sandbox.world.basic_group("Small", scene.oleh)
    scene.oleh.adds_bot(scene.bot, small)
    return small


def migrated(scene: Scene, small: int) -> int:
    large = scene.oleh.migrates(small)
    scene.oleh.turns_forum(large, True)
    scene.oleh.sets_bot_rights(scene.bot, large, **RIGHTS)
    return large


def flood(scene: Scene, method: str, **which: object) -> None:
    """Telegram tells us to be silent, again and again."""
    scene.sandbox.faults.next(do="429", method=method, retry_after=1, times=OFTEN, **which)


async def bound(scene: Scene) -> int:
    return int((await Group.get(is_bound=True)).chat_id)


async def test_no_offer_is_made_for_a_group_that_lacks_something(scene: Scene) -> None:
    other = other_group(scene, can_manage_topics=False)
    assert await offer(scene, other) == 0
    assert "Missing right “Manage Topics”" in last(scene, other)
    assert await Code.filter(hash__not_isnull=True).count() == 1, "the code is good for another try"


async def test_a_group_that_came_to_lack_something_does_not_get_the_desk(scene: Scene) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=False)
    await ask(scene, scene.chat, offer=number)
    assert "“Other” is not ready yet" in last(scene, scene.chat)
    assert await bound(scene) == scene.chat
    scene.oleh.sets_bot_rights(scene.bot, other, can_manage_topics=True)
    await ask(scene, scene.chat, offer=number)
    assert await bound(scene) == other


async def standing(group: Group) -> Standing:
    return (await Membership.get(group_id=group.id)).standing


async def test_of_a_group_that_is_left_nobody_is_known_to_be_a_member(scene: Scene) -> None:
    """Who leaves it from now on leaves it unheard, and the desk may come back."""
    other = other_group(scene)
    assert await standing(scene.group) is Standing.OWNER
    await ask(scene, scene.chat, offer=await offer(scene, other))
    assert await standing(scene.group) is Standing.UNKNOWN
    assert await standing(await Group.get(chat_id=other)) is Standing.OWNER


async def test_an_offer_is_taken_up_in_the_bound_group_only(scene: Scene) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    await ask(scene, other, offer=number)
    assert await bound(scene) == scene.chat


async def test_a_number_of_a_code_is_no_offer(scene: Scene) -> None:
    await codes.make(datetime.now(UTC))
    code = await Code.get()
    await ask(scene, scene.chat, offer=code.id)
    assert await bound(scene) == scene.chat
    assert await Code.all().count() == 1
    assert "This offer has expired" in last(scene, scene.chat)


async def test_who_was_an_admin_of_a_group_that_is_left_needs_a_code(scene: Scene) -> None:
    """Asked before the desk was handed over, carried after it."""
    other = other_group(scene)
    await Group.all().update(is_bound=False)
    await scene.forum.bind(other)
    await ask(scene, scene.chat, scene.owner, bound=True)
    assert "send /setup with a code" in last(scene, scene.chat)
    assert await bound(scene) == other


async def test_flood_waits_make_no_right_code_wrong_and_are_one_try(scene: Scene) -> None:
    await Group.all().update(is_bound=False)
    code = codes.hashed(await codes.make(datetime.now(UTC)))
    flood(scene, "createForumTopic")
    await ask(scene, scene.chat, code=code)
    assert len(scene.trouble) == OFTEN
    assert await bound(scene) == scene.chat
    assert "This is the operators’ group now" in last(scene, scene.chat)


async def test_flood_waits_while_a_code_is_offered_ask_once_and_are_told_of(scene: Scene) -> None:
    other = other_group(scene)
    flood(scene, "sendMessage", chat=other)
    number = await offer(scene, other)
    assert len(scene.trouble) == OFTEN
    questions = [one for one in said_in(scene, other) if "What is this group to be?" in one]
    assert len(questions) == 1
    flood(scene, "sendMessage", chat=other)
    await ask(scene, other, choice=Choice(number, scene.oleh.id, FIRST))
    assert "An admin of “Operators” has to agree" in last(scene, other)
    asked = [text for text in scene.texts(1) if "asks to move the desk" in text]
    assert len(asked) == 2, "once for each press"
    await ask(scene, scene.chat, offer=number)
    assert await bound(scene) == other


async def test_a_flood_wait_while_the_desk_is_handed_over_leaves_nothing_undone(
    scene: Scene,
) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    flood(scene, "createForumTopic")
    await ask(scene, scene.chat, offer=number)
    assert await bound(scene) == other
    assert "Test ticket · Topicdesk" in [one["name"] for one in scene.sandbox.world.topics(other)]


async def test_flood_waits_make_no_refused_try_a_good_one(scene: Scene) -> None:
    other = other_group(scene)
    for _ in range(setup.TRIES):
        await ask(scene, other, code=codes.hashed("WRONG"))
    flood(scene, "sendMessage", chat=other)
    assert not await offer(scene, other)
    assert "Too many tries" in last(scene, other)


async def test_a_wrong_code_is_wrong_once_an_offer_has_run_out(scene: Scene) -> None:
    other = other_group(scene)
    await offer(scene, other)
    await fetch("UPDATE setup_code SET until = now() WHERE chat_id IS NOT NULL")
    await ask(scene, other, code=codes.hashed("WRONG"))
    assert "This code is wrong" in last(scene, other)


async def test_the_settings_bind_no_public_group(scene: Scene) -> None:
    await Group.all().delete()
    scene.oleh.publishes(scene.chat, "shop_desk")
    with pytest.raises(Undeliverable, match="it is public"):
        await scene.forum.bind(scene.chat)
    assert not await Group.exists()


async def test_a_bound_group_that_became_public_goes_on_and_is_warned_of(scene: Scene) -> None:
    scene.oleh.publishes(scene.chat, "shop_desk")
    (lacking,) = await scene.forum.bind(scene.chat)
    assert "@shop_desk" in lacking


async def test_a_code_is_kept_as_its_hash_and_small_letters_are_forgiven(scene: Scene) -> None:
    code = await codes.make(datetime.now(UTC))
    row = await Code.get()
    assert row.hash == codes.hashed(code) != code
    assert await codes.known(codes.hashed(f" {code.lower()} "), datetime.now(UTC)) == row.id
    assert await codes.known(codes.hashed(code), datetime.now(UTC) + codes.LIFE) is None
    await codes.make(datetime.now(UTC) + codes.LIFE * 2)
    assert not await Code.exists(id=row.id), "what has run out is not kept"


async def test_who_hands_over_to_a_group_that_is_gone_is_told_why_not(scene: Scene) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    scene.oleh.kicks(scene.bot, other)
    await ask(scene, scene.chat, offer=number)
    assert "I cannot look into that group" in last(scene, scene.chat)
    assert "bot was kicked from the supergroup chat" in last(scene, scene.chat)
    assert await bound(scene) == scene.chat


async def test_an_offer_follows_a_group_that_telegram_has_moved(scene: Scene) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    small = small_group(scene)
    await Code.filter(id=number).update(chat_id=small)
    large = migrated(scene, small)
    await ask(scene, scene.chat, offer=number)
    assert await bound(scene) == large


async def test_an_answer_follows_a_group_that_telegram_has_moved(scene: Scene) -> None:
    """Whoever turns topics on moves a small group, and its answer may be on the way."""
    small = small_group(scene)
    said = scene.oleh.writes(small, "/setup")
    asked = Asked(Spot(small, None, said["message_id"]), scene.oleh.id, "Oleh", "en")
    async with outbox.transaction():
        await notices.ask_setup(asked, None, datetime.now(UTC))
    large = migrated(scene, small)
    await scene.carry()
    assert "send /setup with a code" in last(scene, large)


async def test_so_does_one_in_the_bound_group(scene: Scene) -> None:
    small = small_group(scene)
    await Group.all().update(chat_id=small)
    async with outbox.transaction():
        await notices.ask_status(Spot(small, 5, 6), SOMEBODY, datetime.now(UTC))
    large = migrated(scene, small)
    await scene.carry()
    assert "Desk status" in last(scene, large)
    assert await bound(scene) == large


async def test_what_telegram_refuses_after_the_group_was_bound_is_told(scene: Scene) -> None:
    await Group.all().update(is_bound=False)
    refusal = "Bad Request: not enough rights to create a topic"
    scene.sandbox.faults.next(do="400", method="createForumTopic", text=refusal)
    await ask(scene, scene.chat, code=codes.hashed(await codes.make(datetime.now(UTC))))
    assert f"That did not work. Telegram says: {refusal}" in last(scene, scene.chat)


async def test_an_admin_is_one_in_a_group_that_telegram_has_just_moved(scene: Scene) -> None:
    other = other_group(scene)
    number = await offer(scene, other)
    small = small_group(scene)
    await Group.filter(is_bound=True).update(chat_id=small)
    spot = Spot(small, None, None)
    async with outbox.transaction():
        asked = Asked(spot, scene.oleh.id, "Oleh", "en", offer=number)
        await notices.ask_setup(asked, scene.owner, datetime.now(UTC))
    migrated(scene, small)
    await scene.carry()
    assert await bound(scene) == other


async def test_a_bound_group_that_telegram_has_moved_is_asked_before_it_is_left(
    scene: Scene,
) -> None:
    other = other_group(scene)
    small = small_group(scene)
    await Group.filter(is_bound=True).update(chat_id=small)
    large = migrated(scene, small)
    assert await offer(scene, other)
    assert "asks to move the desk" in last(scene, large)


async def test_no_mark_is_set_on_what_has_another_number_now(scene: Scene) -> None:
    small = small_group(scene)
    said = scene.oleh.writes(small, "Hello")
    async with outbox.transaction():
        await notices.practise_mark(Spot(small, None, said["message_id"]), datetime.now(UTC))
    migrated(scene, small)
    await scene.carry()
    assert scene.calls("setMessageReaction") == ["setMessageReaction"]


async def test_who_made_a_department_and_who_handed_over_is_written_down(scene: Scene) -> None:
    second = other_group(scene)
    code = await codes.make(datetime.now(UTC))
    await ask(scene, second, code=codes.hashed(code))
    found = await Code.get(chat_id=second)
    await ask(scene, second, choice=Choice(found.id, scene.oleh.id, DEPARTMENT))
    [made] = await Event.filter(name="department named", after={"name": "Other"})
    [its] = await Event.filter(name="bound", cause=CODE.cause)
    assert (made.cause, its.after["department_id"]) == (CODE.cause, made.details["department"])
    third = other_group(scene)
    await ask(scene, scene.chat, scene.owner, offer=await offer(scene, third))
    [left] = await Event.filter(name="left")
    assert left.operator_id == scene.owner.operator_id
    assert left.details == {"group": scene.group.id}
