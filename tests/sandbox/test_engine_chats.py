"""Who may reach whom: private chats, groups, rights, migration, privacy (Bot API: getChat …)."""

from __future__ import annotations

import pytest

from sandbox.accounts import ANONYMOUS_ID
from sandbox.errors import Refused
from tests.sandbox.engine_desk import Desk, Json


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_private_chats_that_cannot_be_reached(desk: Desk) -> None:
    stranger = desk.world.person("Stranger")
    other = desk.world.add_bot("43:token", "Other", "other_bot")
    send = "sendMessage"
    desk.refused("chat not found", send, chat_id=stranger.id, text="x")
    desk.refused("chat not found", send, chat_id="nobody", text="x")
    desk.refused(
        "bot can't initiate conversation with a user",
        send,
        code=403,
        chat_id=desk.petro.id,
        text="x",
    )
    desk.refused(
        "the bot can't send messages to the bot", send, code=403, chat_id=other.id, text="x"
    )
    desk.anna.deletes_account()
    desk.refused("user is deactivated", send, code=403, chat_id=desk.anna.id, text="x")


def test_blocking_is_told_and_refuses_sends(desk: Desk) -> None:
    desk.anna.blocks(desk.bot)
    (told,) = desk.updates()
    change = told["my_chat_member"]
    assert change["chat"] == {
        "id": desk.anna.id,
        "first_name": "Anna",
        "last_name": "Bird",
        "type": "private",
    }
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
        "member",
        "kicked",
    )
    desk.refused(
        "bot was blocked by the user", "sendMessage", code=403, chat_id=desk.anna.id, text="x"
    )
    with pytest.raises(Refused):
        desk.anna.writes(desk.bot, "x")
    desk.anna.start(desk.bot)
    back, start = desk.updates()
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start"
    desk.call("sendMessage", chat_id=desk.anna.id, text="welcome back")


def test_groups_that_cannot_be_reached(desk: Desk) -> None:
    closed = desk.world.group("Elsewhere", desk.olha)
    text: Json = {"text": "x"}
    desk.refused("chat not found", "sendMessage", chat_id=closed, **text)
    desk.olha.kicks(desk.bot, desk.group)
    desk.refused(
        "bot was kicked from the supergroup chat",
        "sendMessage",
        code=403,
        chat_id=desk.group,
        **text,
    )
    assert desk.updates()[0]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    desk.olha.adds_bot(desk.bot, desk.group)
    desk.call("leaveChat", chat_id=desk.group)
    desk.refused(
        "bot is not a member of the supergroup chat",
        "sendMessage",
        code=403,
        chat_id=desk.group,
        **text,
    )
    basic = desk.world.basic_group("Small", desk.olha)
    desk.olha.adds_bot(desk.bot, basic)
    desk.olha.kicks(desk.bot, basic)
    desk.refused(
        "bot was kicked from the group chat", "sendMessage", code=403, chat_id=basic, **text
    )
    desk.olha.adds_bot(desk.bot, desk.group)
    desk.olha.deletes_group(desk.group)
    desk.refused("the group chat was deleted", "sendMessage", code=403, chat_id=desk.group, **text)


def test_migration(desk: Desk) -> None:
    old = desk.world.basic_group("Small", desk.olha)
    desk.olha.adds_bot(desk.bot, old)
    desk.updates()
    new = desk.olha.turns_forum(old, True)
    leaving, coming = desk.messages()
    assert (leaving["chat"]["id"], leaving["migrate_to_chat_id"]) == (old, new)
    assert (coming["chat"]["id"], coming["migrate_from_chat_id"]) == (new, old)
    assert coming["message_id"] == 1
    error = desk.refused(
        "group chat was upgraded to a supergroup chat", "sendMessage", chat_id=old, text="x"
    )
    assert error.parameters == {"migrate_to_chat_id": new}
    assert desk.call("getChat", chat_id=new)["is_forum"] is True


def test_rights_as_the_bot_reads_them(desk: Desk) -> None:
    me: Json = {"chat_id": desk.group, "user_id": desk.bot.id}
    assert desk.call("getChatMember", **me)["can_pin_messages"] is True
    desk.olha.sets_bot_rights(desk.bot, desk.group, can_pin_messages=False)
    assert desk.call("getChatMember", **me)["can_pin_messages"] is False
    told = desk.updates()[0]["my_chat_member"]
    assert told["old_chat_member"]["can_pin_messages"] is True
    assert told["new_chat_member"]["can_pin_messages"] is False
    admins = desk.call("getChatAdministrators", chat_id=desk.group)
    assert {admin["user"]["id"]: admin["status"] for admin in admins} == {
        desk.olha.id: "creator",
        desk.bot.id: "administrator",
    }
    assert desk.call("getChatMemberCount", chat_id=desk.group) == 3
    assert desk.call("getChatMember", chat_id=desk.group, user_id=desk.anna.id)["status"] == "left"


def test_chat_member_comes_only_when_asked_for_and_to_admins(desk: Desk) -> None:
    ivan = desk.world.person("Ivan")
    ivan.joins(desk.group)
    assert [list(told)[1] for told in desk.updates()] == ["message"]
    desk.bot.updates.allow(["message", "chat_member", "my_chat_member"])
    ivan.leaves(desk.group)
    assert [list(told)[1] for told in desk.updates()] == ["chat_member", "message"]
    desk.olha.demotes(desk.bot, desk.group)
    desk.updates()
    ivan.joins(desk.group)
    assert [list(told)[1] for told in desk.updates()] == ["message"]


def test_privacy_mode(desk: Desk) -> None:
    desk.olha.demotes(desk.bot, desk.group)
    mine = desk.call("sendMessage", chat_id=desk.group, text="ask me")["message_id"]
    desk.updates()
    desk.petro.writes(desk.group, "not for bots")
    desk.petro.writes(desk.group, "/help@other_bot")
    desk.petro.writes(desk.group, "/help")
    desk.petro.writes(desk.group, "/help@Desk_Bot")
    desk.petro.writes(desk.group, "hey @desk_bot")
    desk.petro.writes(desk.group, "answer", reply_to=mine)
    told = [message["text"] for message in desk.messages()]
    assert told == ["/help", "/help@Desk_Bot", "hey @desk_bot", "answer"]
    desk.bot.privacy = False
    desk.petro.writes(desk.group, "for all")
    assert desk.messages()[0]["text"] == "for all"


def test_bots_do_not_hear_bots(desk: Desk) -> None:
    other = desk.world.add_bot("43:token", "Other", "other_bot")
    desk.olha.adds_bot(other, desk.group)
    desk.olha.sets_bot_rights(other, desk.group)
    desk.updates(), desk.updates(other)
    desk.call("sendMessage", chat_id=desk.group, text="x", bot=other)
    assert desk.updates() == desk.updates(other) == []


def test_anonymous_admins(desk: Desk) -> None:
    desk.olha.anonymously.writes(desk.group, "who am I")
    (told,) = desk.messages()
    assert told["from"]["id"] == ANONYMOUS_ID
    assert told["sender_chat"]["id"] == desk.group
    desk.petro.anonymously.writes(desk.group, "no admin")
    assert desk.messages()[0]["from"]["id"] == desk.petro.id
    assert desk.world.history(desk.group)[-2]["real_sender"] == desk.olha.id


def test_banning_and_promoting_by_the_bot(desk: Desk) -> None:
    petro: Json = {"chat_id": desk.group, "user_id": desk.petro.id}
    desk.refused(
        "can't remove chat owner", "banChatMember", chat_id=desk.group, user_id=desk.olha.id
    )
    desk.call("banChatMember", **petro)
    with pytest.raises(Refused):
        desk.petro.joins(desk.group)
    desk.call("unbanChatMember", **petro)
    desk.petro.joins(desk.group)
    desk.call("restrictChatMember", **petro, permissions={"can_send_messages": False})
    with pytest.raises(Refused):
        desk.petro.writes(desk.group, "x")
    desk.refused("not enough rights", "promoteChatMember", **petro, can_pin_messages=True)
    desk.olha.sets_bot_rights(desk.bot, desk.group, can_promote_members=True)
    desk.call("promoteChatMember", **petro, can_pin_messages=True)
    assert desk.call("getChatMember", **petro)["status"] == "administrator"
    assert desk.call("exportChatInviteLink", chat_id=desk.group).startswith("https://t.me/+")


def test_menus_and_texts(desk: Desk) -> None:
    commands = [{"command": "new", "description": "New request"}]
    scope = {"type": "chat", "chat_id": desk.anna.id}
    desk.call("setMyCommands", commands=commands, scope=scope, language_code="uk")
    assert desk.call("getMyCommands", scope=scope, language_code="uk") == commands
    assert desk.call("getMyCommands") == []
    desk.call("deleteMyCommands", scope=scope, language_code="uk")
    assert desk.call("getMyCommands", scope=scope, language_code="uk") == []
    assert desk.call("getMyName") == {"name": "Desk"}
    desk.call("setMyShortDescription", short_description="коротко", language_code="uk")
    found = desk.call("getMyShortDescription", language_code="uk")
    assert found == {"short_description": "коротко"}
    assert desk.call("getMe")["can_read_all_group_messages"] is False
