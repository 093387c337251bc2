"""How the bot stands in the group, and from when to when it heard nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated

from bot import texts
from bot.config import Settings
from bot.desk import outbox
from bot.desk.said import Person
from bot.desk.talk import notices
from bot.desk.tickets import members
from bot.forum.footing import FORUM, Powers
from bot.handlers import membership
from bot.telegram.refusals import NoAccess
from models import Group, Membership, Standing
from tests.forum.conftest import RIGHTS
from tests.forum.scene import Scene

MEMBER = Powers(hears=False, speaks=True, may_manage=False)
ADMIN = Powers(hears=True, speaks=True, may_manage=True)
SILENT = Powers(hears=False, speaks=False, may_manage=False)
NOW = datetime.now(UTC)


async def becomes(scene: Scene, powers: Powers, at: datetime) -> None:
    async with outbox.transaction():
        await scene.forum.powers_changed(scene.group, powers, at, NOW)
    await scene.carry()


def at(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


async def test_the_earliest_moment_counts_in_whatever_order_it_becomes_known(scene: Scene) -> None:
    """The start looks at the group before the updates that have waited are done."""
    await becomes(scene, MEMBER, at(1))
    await becomes(scene, MEMBER, at(90))
    await becomes(scene, ADMIN, at(0))
    lost, back = scene.texts(1)
    assert "I am not an admin" in lost
    assert texts.moment(at(90), "Europe/Kyiv", at(0)) in back
    assert texts.moment(at(0), "Europe/Kyiv", at(0)) in back
    await becomes(scene, ADMIN, at(0))
    assert len(scene.texts(1)) == 2


async def test_who_may_not_speak_says_nothing_and_remembers(scene: Scene) -> None:
    await becomes(scene, SILENT, at(5))
    assert scene.texts(1) == []
    await becomes(scene, ADMIN, at(0))
    assert "I see again what is written here" in scene.texts(1)[0]


async def test_a_missing_right_is_told_once_and_its_return_once(scene: Scene) -> None:
    weak = Powers(hears=True, speaks=True, may_manage=False)
    for powers in (weak, weak, ADMIN, ADMIN):
        await becomes(scene, powers, at(0))
    missing, again = scene.texts(1)
    assert "Missing right “Manage Topics”" in missing
    assert "It works again" in again


async def test_who_is_no_admin_is_not_told_of_a_single_right_too(scene: Scene) -> None:
    await becomes(scene, MEMBER, at(0))
    scene.oleh.demotes(scene.bot, scene.chat)
    await scene.says("hello")
    await scene.carry()
    assert len(scene.texts(1)) == 1


async def hears_of(scene: Scene, update: ChatMemberUpdated) -> None:
    await scene.api.me()
    settings = Settings(_env_file=None)
    async with outbox.transaction():
        await membership.ours(update, scene.api, datetime.now(UTC), scene.forum, settings)
    await scene.carry()


@pytest.mark.parametrize("privacy", [True, False], ids=["privacy mode", "hears all"])
async def test_who_was_no_admin_for_a_while_believes_nobody(scene: Scene, *, privacy: bool) -> None:
    """Nobody has told it who came, left or was demoted meanwhile, even if it heard their words."""
    scene.bot.privacy = privacy
    scene.oleh.demotes(scene.bot, scene.chat)
    await hears_of(scene, last_change(scene))
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, **RIGHTS)
    async with outbox.transaction():
        await members.rank(scene.group.id, 7, Person("Gone"), NOW, Standing.GONE)
    await hears_of(scene, last_change(scene))
    standings = [one.standing for one in await Membership.all().order_by("id")]
    assert standings == [Standing.UNKNOWN, Standing.GONE], "the owner is asked about"

    await members.present(scene.group.id, scene.oleh.id, Person("Oleh"), NOW, Standing.OWNER)
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, **RIGHTS, can_invite_users=True)
    await hears_of(scene, last_change(scene))
    assert (await Membership.get(id=1)).standing is Standing.OWNER, "it was an admin all the time"


async def test_who_is_found_to_be_an_admin_again_believes_nobody(scene: Scene) -> None:
    """By a look at the group, where the update that told of it was lost."""
    await becomes(scene, MEMBER, at(5))
    await becomes(scene, ADMIN, at(0))
    assert (await Membership.get(id=1)).standing is Standing.UNKNOWN


def last_change(scene: Scene) -> ChatMemberUpdated:
    changes = [one.my_chat_member for one in scene.updates() if one.my_chat_member]
    return changes[-1]


async def test_what_was_before_the_binding_is_old(scene: Scene) -> None:
    """The bot came as a plain member, was promoted, then the group was looked at and bound."""
    scene.oleh.demotes(scene.bot, scene.chat)
    update = last_change(scene)
    before = scene.group.bound_at - timedelta(seconds=2)
    await hears_of(scene, update.model_copy(update={"date": before}))
    assert scene.texts(1) == []
    await hears_of(scene, update)
    assert "I am not an admin" in scene.texts(1)[0]


@pytest.mark.parametrize(
    ("is_member", "may_send", "speaks"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
async def test_a_restricted_bot_speaks_if_it_may(
    scene: Scene, is_member: bool, may_send: bool, speaks: bool
) -> None:
    scene.oleh.demotes(scene.bot, scene.chat)
    update = last_change(scene)
    may = {name: may_send for name in ChatMemberRestricted.model_fields if name.startswith("can_")}
    about = {"user": update.new_chat_member.user, "is_member": is_member, "until_date": 0}
    restricted = ChatMemberRestricted.model_validate({"status": "restricted", **about, **may})
    await hears_of(scene, update.model_copy(update={"new_chat_member": restricted}))
    assert bool(scene.texts(1)) is speaks
    assert (await Group.get()).deaf_since is not None


async def is_looked_at(scene: Scene) -> None:
    async with outbox.transaction():
        await notices.ask_look(scene.chat, NOW)
    await scene.carry()


async def test_a_look_at_the_group_says_what_has_changed(scene: Scene) -> None:
    await is_looked_at(scene)
    assert scene.texts(1) == []
    scene.oleh.demotes(scene.bot, scene.chat)
    await is_looked_at(scene)
    assert "I am not an admin" in scene.texts(1)[0]


async def test_a_look_that_meets_a_closed_door_is_remembered(scene: Scene) -> None:
    scene.oleh.kicks(scene.bot, scene.chat)
    await is_looked_at(scene)
    assert (await Group.get()).deaf_since is not None
    assert scene.trouble == []


async def test_a_look_finds_that_topics_are_there_again(scene: Scene) -> None:
    """Nothing waits that would find it, and Telegram tells nobody."""
    await Group.all().update(lacks=FORUM)
    scene.oleh.turns_forum(scene.chat, False)
    await is_looked_at(scene)
    assert (await Group.get()).lacks == FORUM
    scene.oleh.turns_forum(scene.chat, True)
    await is_looked_at(scene)
    assert (await Group.get()).lacks is None
    assert "It works again" in scene.texts(1)[-1]


async def test_a_group_that_is_left_is_not_looked_at(scene: Scene) -> None:
    await Group.all().update(is_bound=False)
    await is_looked_at(scene)
    assert scene.calls() == []


async def test_of_many_replicas_one_tells_of_another_program_and_of_its_end(scene: Scene) -> None:
    for deaf in (False, True, True, False, False, True):
        await scene.forum.hearing(deaf=deaf)
    await scene.carry()
    first, again, second = scene.texts(1)
    assert "Another program is receiving" in first
    assert "I am receiving this bot’s messages again" in again
    assert second == first


async def test_who_is_refused_where_they_would_speak_is_not_there_any_more(scene: Scene) -> None:
    """What told of it is lost: Telegram keeps it for a day. It is found out, and so is the end."""
    scene.oleh.kicks(scene.bot, scene.chat)
    await scene.says("Are you there?")
    await scene.carry(rounds=5)
    assert (await Group.get()).deaf_since is not None
    scene.oleh.adds_bot(scene.bot, scene.chat)
    scene.oleh.sets_bot_rights(scene.bot, scene.chat, **RIGHTS)
    await scene.time_passes()
    await scene.carry()
    assert (await Group.get()).deaf_since is None
    assert "I see again what is written here" in " ".join(scene.texts(1))


async def test_a_start_that_meets_a_closed_door_remembers_it(scene: Scene) -> None:
    scene.oleh.kicks(scene.bot, scene.chat)
    with pytest.raises(NoAccess):
        await scene.forum.bind(scene.chat)
    assert (await Group.get()).deaf_since is not None
