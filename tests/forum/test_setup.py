"""`/setup`, `/status`, answers in the group, command menus."""

from datetime import UTC, datetime

import pytest

from bot.desk import outbox
from bot.desk.people import codes
from bot.desk.said import Person
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.talk.notices import Asked
from bot.desk.tickets import members
from bot.forum import binding, menus
from bot.forum.binding import Admins
from models import Group, Membership, Operator, Standing
from tests.desk.talk import SOMEBODY
from tests.forum.scene import Json, Scene


@pytest.fixture
async def unbound(scene: Scene) -> Scene:
    """The same stage before anybody has said `/setup`."""
    await Group.all().delete()
    await Operator.all().delete()
    return scene


async def setup(scene: Scene, *, allowed: bool = True, language: str = "en", **how: object) -> Json:
    """`/setup` in General, with a code that works if it is `allowed`; gives the answer."""
    now = datetime.now(UTC)
    said = scene.oleh.writes(scene.chat, "/setup")
    spot = Spot(scene.chat, None, said["message_id"])
    how = {"code": codes.hashed(await codes.make(now)) if allowed else None} | how
    asked = Asked(spot, scene.oleh.id, "Oleh", language, **how)  # type: ignore[arg-type]
    async with outbox.transaction():
        await notices.ask_setup(asked, None, now)
    await scene.carry()
    return scene.sandbox.world.history(scene.chat, 1)[-1]


async def standing_of(user_id: int) -> Standing:
    return (await Membership.get(operator__user_id=user_id)).standing


async def test_setup_binds_a_group_and_shows_a_test_ticket(unbound: Scene) -> None:
    answer = await setup(unbound)
    assert answer["text"].splitlines() == [
        "The group",
        "✅ The group has topics",
        "✅ I am an admin",
        "✅ I have the right “Manage Topics”",
        "✅ I have the right “Delete Messages”",
        "✅ I have the right “Pin Messages”",
        "",
        "This is the operators’ group now. The test ticket shows how it looks.",
    ]
    group = await Group.get(is_bound=True)
    assert (group.chat_id, group.title, group.language) == (unbound.chat, "Operators", "en")
    assert await standing_of(unbound.oleh.id) is Standing.OWNER
    (topic,) = [one for one in unbound.sandbox.world.topics(unbound.chat) if one["thread"] != 1]
    assert not topic["closed"], "operators are to try it"
    (card,) = unbound.topic(topic["thread"])
    assert card["pinned"]


async def test_setup_needs_the_code(unbound: Scene) -> None:
    answer = await setup(unbound, allowed=False)
    assert "/setup" in answer["text"]
    assert not await Group.exists()


@pytest.mark.parametrize(
    ("right", "name", "bound"),
    [
        ("can_manage_topics", "Manage Topics", False),
        ("can_delete_messages", "Delete Messages", True),
        ("can_pin_messages", "Pin Messages", True),
    ],
)
async def test_setup_names_the_right_that_is_missing(
    unbound: Scene, right: str, name: str, bound: bool
) -> None:
    unbound.oleh.sets_bot_rights(unbound.bot, unbound.chat, **{right: False})
    answer = await setup(unbound)
    sign = "⚠️" if bound else "❌"
    (missing,) = [line for line in answer["text"].splitlines() if "Missing right" in line]
    assert missing.startswith(f"{sign} Missing right “{name}”")
    assert ("everything works, but" in missing) is bound
    assert missing.endswith(f"me → “{name}”.")
    assert await Group.exists() is bound


async def test_setup_asks_for_topics_and_for_an_admins_place(unbound: Scene) -> None:
    unbound.oleh.turns_forum(unbound.chat, False)
    unbound.oleh.demotes(unbound.bot, unbound.chat)
    answer = await setup(unbound)
    assert "❌ The group has no topics." in answer["text"]
    assert "❌ I am not an admin." in answer["text"]
    assert not await Group.exists()


async def test_setup_demotes_who_is_no_admin_any_more(unbound: Scene) -> None:
    """Whether they are still a member, Telegram is asked when they speak."""
    await setup(unbound)
    group, now = await Group.get(), datetime.now(UTC)
    await members.rank(group.id, 5, Person("Was"), now, Standing.ADMIN)
    await unbound.forum.bind(unbound.chat)
    assert await standing_of(5) is Standing.UNKNOWN


async def test_status_tells_how_the_desk_stands(scene: Scene) -> None:
    await scene.says("hello")
    await scene.carry()
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, can_manage_topics=False)
    await scene.says("hello again")
    await scene.carry()
    other = scene.sandbox.world.person("Borys")
    other.start(scene.bot)
    await scene.says("me too", other)
    await scene.one()
    async with outbox.transaction():
        await notices.ask_status(Spot(scene.chat), SOMEBODY, datetime.now(UTC))
    await scene.carry()
    text = scene.sandbox.world.history(scene.chat, 1)[-1]["text"]
    assert "❗️ new: 2" in text
    assert "The group refuses: Bad Request: not enough rights to create a topic" in text


async def test_an_answer_to_a_topic_that_is_gone_stands_in_general(scene: Scene) -> None:
    thread = scene.oleh.creates_topic(scene.chat, "chat")
    said = scene.oleh.writes(scene.chat, "/help", thread=thread)
    scene.oleh.deletes_topic(scene.chat, thread)
    async with outbox.transaction():
        spot = Spot(scene.chat, thread, said["message_id"])
        await notices.answer(spot, "Here is help", datetime.now(UTC), [[("Go", "help:")]])
    await scene.carry()
    answer = scene.sandbox.world.history(scene.chat, 1)[-1]
    assert answer["text"] == "Here is help"
    assert answer["reply_markup"]["inline_keyboard"][0][0]["text"] == "Go"


async def test_the_settings_may_name_a_group_by_its_old_id(scene: Scene) -> None:
    await Group.all().update(migrated_from=-4000)
    assert await scene.forum.bind(-4000) == []
    assert (await Group.get()).chat_id == scene.chat


async def test_everybody_has_a_menu_in_their_language(scene: Scene) -> None:
    await menus.publish_private(scene.api)
    await menus.publish_group(scene.api, scene.chat, "uk")
    called = [one for one in scene.sandbox.calls if one.method == "setMyCommands"]
    assert len(called) == 12
    assert {one.error for one in called} == {None}


async def test_who_is_promoted_while_admins_are_written_down_is_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was read before, and is written after what the update about it said."""
    taras = scene.sandbox.world.person("Taras")
    taras.joins(scene.chat)
    write = binding._know

    async def late(group_id: int, admins: Admins) -> None:
        if not scene.sandbox.world.chats[scene.chat].is_admin(taras.id):
            scene.oleh.promotes(taras, scene.chat, can_manage_chat=True)
        await write(group_id, admins)

    monkeypatch.setattr(binding, "_know", late)
    await scene.forum.bind(scene.chat)
    assert await standing_of(taras.id) is Standing.ADMIN


async def test_who_is_kicked_while_admins_are_written_down_is_no_member(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    taras = scene.sandbox.world.person("Taras")
    taras.joins(scene.chat)
    scene.oleh.promotes(taras, scene.chat, can_manage_chat=True)
    write = binding._know

    async def late(group_id: int, admins: Admins) -> None:
        if scene.sandbox.world.chats[scene.chat].is_admin(taras.id):
            scene.oleh.kicks(taras, scene.chat)
            gone, now = Person("Taras"), datetime.now(UTC)
            await members.rank(group_id, taras.id, gone, now, Standing.GONE)
        await write(group_id, admins)

    monkeypatch.setattr(binding, "_know", late)
    await scene.forum.bind(scene.chat)
    assert not (await standing_of(taras.id)).is_there
