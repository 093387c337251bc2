"""Tags of members: who gives them to whom, and where they are seen."""

from __future__ import annotations

import pytest

from sandbox.errors import Refused
from sandbox.living import LivingWorld
from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.place import Place

TAG = "setChatMemberTag"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _petro(desk: Desk) -> Json:
    return {"chat_id": desk.group, "user_id": desk.petro.id}


def test_a_tag_stands_by_the_member_and_on_their_messages(desk: Desk) -> None:
    said = desk.petro.writes(desk.group, "before")
    assert "sender_tag" not in desk.messages()[0]
    assert desk.call(TAG, **_petro(desk), tag="  На   зміні ") is True
    assert desk.call("getChatMember", **_petro(desk))["tag"] == "На зміні"
    assert desk.updates() == []
    desk.petro.writes(desk.group, "after", reply_to=said["message_id"])
    (told,) = desk.messages()
    assert told["sender_tag"] == told["reply_to_message"]["sender_tag"] == "На зміні"
    desk.call(TAG, **_petro(desk))
    assert "tag" not in desk.call("getChatMember", **_petro(desk))
    desk.petro.writes(desk.group, "without")
    assert "sender_tag" not in desk.messages()[0]


@pytest.mark.parametrize("tag", ["x" * 16, "ї" * 16, "L2 · Billing", "★ VIP", ""])
def test_tags_that_may_be(desk: Desk, tag: str) -> None:
    assert desk.call(TAG, **_petro(desk), tag=tag) is True
    assert desk.call("getChatMember", **_petro(desk)).get("tag", "") == tag


@pytest.mark.parametrize("tag", ["🟢", "duty ✅", "❤️", "1️⃣", "🇺🇦"])
def test_emoji_are_refused(desk: Desk, tag: str) -> None:
    desk.refused("ADMIN_RANK_EMOJI_NOT_ALLOWED", TAG, **_petro(desk), tag=tag)


def test_who_has_no_tag(desk: Desk) -> None:
    desk.refused("ADMIN_RANK_INVALID", TAG, **_petro(desk), tag="x" * 17)
    admin = "user is an administrator of the chat"
    for user in (desk.olha.id, desk.bot.id):
        desk.refused(admin, TAG, chat_id=desk.group, user_id=user, tag="x")
    desk.olha.promotes(desk.petro, desk.group)
    desk.refused(admin, TAG, **_petro(desk), tag="x")
    outsider: Json = {"chat_id": desk.group, "user_id": desk.anna.id}
    desk.refused("USER_NOT_PARTICIPANT", TAG, **outsider, tag="x")
    nobody: Json = {"chat_id": desk.group, "user_id": 999_999}
    desk.refused("PARTICIPANT_ID_INVALID", TAG, **nobody, tag="x")
    private: Json = {"chat_id": desk.anna.id, "user_id": desk.anna.id}
    desk.refused("method is available only for supergroups", TAG, **private, tag="x")


def test_the_bot_needs_the_right(desk: Desk) -> None:
    desk.olha.sets_bot_rights(desk.bot, desk.group, can_manage_tags=False)
    desk.refused("not enough rights", TAG, **_petro(desk), tag="x")
    desk.olha.demotes(desk.bot, desk.group)
    desk.refused("CHAT_ADMIN_REQUIRED", TAG, **_petro(desk), tag="x")


def test_a_restricted_member_keeps_it_and_who_leaves_does_not(desk: Desk) -> None:
    desk.call(TAG, **_petro(desk), tag="L2")
    desk.call("restrictChatMember", **_petro(desk), permissions={"can_send_messages": True})
    member = desk.call("getChatMember", **_petro(desk))
    assert (member["status"], member["tag"]) == ("restricted", "L2")
    desk.petro.leaves(desk.group)
    desk.petro.joins(desk.group)
    assert "tag" not in desk.call("getChatMember", **_petro(desk))


def test_an_admins_title_is_seen_as_a_tag_but_not_of_those_who_hide(desk: Desk) -> None:
    desk.olha.promotes(desk.petro, desk.group, title="Lead")
    desk.petro.writes(desk.group, "seen")
    desk.petro.anonymously.writes(desk.group, "hidden")
    seen, hidden = desk.messages()
    assert seen["sender_tag"] == "Lead"
    assert "sender_tag" not in hidden


def test_people_give_tags_in_the_app(desk: Desk) -> None:
    desk.olha.tags(desk.petro, desk.group, "L2")
    assert desk.call("getChatMember", **_petro(desk))["tag"] == "L2"
    for who, tag in ((desk.petro, "own"), (desk.olha, "🟢")):
        with pytest.raises(Refused):
            who.tags(desk.petro, desk.group, tag)
    permissions = {"can_send_messages": True, "can_edit_tag": True}
    desk.call("setChatPermissions", chat_id=desk.group, permissions=permissions)
    desk.petro.tags(desk.petro, desk.group, "own")
    assert desk.call("getChatMember", **_petro(desk))["tag"] == "own"


def test_tags_are_kept_with_the_world(desk: Desk) -> None:
    desk.olha.tags(desk.petro, desk.group, "L2")
    found = LivingWorld.load(desk.world.export(), desk.clock)
    assert found.chats[desk.group].member(desk.petro.id).tag == "L2"


async def test_a_tag_over_http(place: Place) -> None:
    taras = place.world.person("Тарас")
    taras.joins(place.group)
    await place.calls(TAG, chat_id=place.group, user_id=taras.id, tag="На зміні")
    wrong = await place.asks(TAG, chat_id=place.group, user_id=place.owner.id, tag="x")
    assert wrong["description"] == "Bad Request: user is an administrator of the chat"
    async with place.http.get(f"{place.sandbox.url}/sandbox/state") as answer:
        state = await answer.json()
    tags = {member["user"]: member.get("tag") for member in state["chats"][0]["members"]}
    assert tags[taras.id] == "На зміні"
