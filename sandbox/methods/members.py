"""Members of groups: reading, banning, promoting."""

from __future__ import annotations

from typing import Any

from sandbox.chats import ADMIN_RIGHTS, PERMISSIONS, PRESENT, Chat, Member
from sandbox.errors import bad
from sandbox.membership import change_member
from sandbox.methods.call import Call, method
from sandbox.methods.chats import group, read_permissions, wanted
from sandbox.methods.target import has_met, readable_chat
from sandbox.tags import tag_member

Json = dict[str, Any]

TITLE_LIMIT = 16


def _user(call: Call) -> int:
    number = _user_id(call)
    if number not in call.world.users:
        raise bad("PARTICIPANT_ID_INVALID")
    return number


def _user_id(call: Call) -> int:
    number = call.params.integer("user_id")
    if number <= 0:
        raise bad("invalid user_id specified")
    return number


def _shown(call: Call, member: Member) -> Json:
    return member.json(call.world.users[member.user].json())


@method("getChatMember")
def get_chat_member(call: Call) -> Json:
    """Bot API: getChatMember. Who was never in the group has left it, if the bot has met them."""
    chat, user = readable_chat(call), _user_id(call)
    if chat.private:
        if user not in (chat.id, call.bot.id):
            raise bad("member not found")
        return _shown(call, Member(user))
    if user not in call.world.users and chat.type == "supergroup":
        raise bad("PARTICIPANT_ID_INVALID")
    if user not in chat.members and not (user == call.bot.id or has_met(call, user)):
        raise bad(call.world.stranger_text)
    return _shown(call, chat.member(user))


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[Json]:
    """Bot API: getChatAdministrators. Other bots are named with `return_bots` only."""
    chat = readable_chat(call)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    bots = call.params.flag("return_bots")
    return [
        _shown(call, member)
        for member in chat.members.values()
        if chat.is_admin(member.user)
        and (bots or member.user == call.bot.id or not call.world.users[member.user].is_bot)
    ]


@method("getChatMemberCount", "getChatMembersCount")
def get_chat_member_count(call: Call) -> int:
    """Bot API: getChatMemberCount."""
    chat = readable_chat(call)
    if chat.private:
        return 2
    return sum(member.status in PRESENT for member in chat.members.values())


def _target(call: Call, right: str) -> tuple[Chat, int]:
    """The group and the user to act upon: nobody may touch the owner or the bot itself."""
    chat, user = group(call, right), _user(call)
    if chat.member(user).status == "creator":
        raise bad("can't remove chat owner")
    if user == call.bot.id:
        raise bad("can't restrict self")
    return chat, user


@method("banChatMember", "kickChatMember")
def ban_chat_member(call: Call) -> bool:
    """Bot API: banChatMember."""
    chat, user = _target(call, "can_restrict_members")
    if chat.is_admin(user):
        raise bad("user is an administrator of the chat")
    until = call.params.integer("until_date")
    change_member(call.world, chat, call.bot.id, Member(user, "kicked", until=until))
    return True


@method("unbanChatMember")
def unban_chat_member(call: Call) -> bool:
    """Bot API: unbanChatMember. It also removes a present member, unless `only_if_banned`."""
    chat, user = _target(call, "can_restrict_members")
    banned = chat.member(user).status == "kicked"
    if banned or (chat.has(user) and not call.params.flag("only_if_banned")):
        change_member(call.world, chat, call.bot.id, Member(user, "left"))
    return True


@method("restrictChatMember")
def restrict_chat_member(call: Call) -> bool:
    """Bot API: restrictChatMember. All permissions lift the restrictions."""
    chat, user = _target(call, "can_restrict_members")
    if chat.is_admin(user):
        raise bad("user is an administrator of the chat")
    rights, tag = read_permissions(call), chat.member(user).tag
    until = call.params.integer("until_date")
    member = Member(user, "restricted", rights, until=until, tag=tag)
    free = rights >= chat.permissions & frozenset(PERMISSIONS)
    change_member(call.world, chat, call.bot.id, Member(user, tag=tag) if free else member)
    return True


@method("promoteChatMember")
def promote_chat_member(call: Call) -> bool:
    """Bot API: promoteChatMember. No rights at all demote."""
    chat, user = _target(call, "can_promote_members")
    rights = wanted(call.params.values, ADMIN_RIGHTS)
    if any(not chat.admin_may(call.bot.id, right) for right in rights):
        raise bad("not enough rights")
    new = Member(user)
    if rights:
        anonymous = call.params.flag("is_anonymous")
        new = Member(user, "administrator", rights | {"can_manage_chat"}, anonymous)
    change_member(call.world, chat, call.bot.id, new)
    return True


@method("setChatAdministratorCustomTitle")
def set_custom_title(call: Call) -> bool:
    """Bot API: setChatAdministratorCustomTitle."""
    chat, user = _target(call, "can_promote_members")
    if chat.member(user).status != "administrator":
        raise bad("user is not an administrator")
    title = call.params.text("custom_title")
    if len(title) > TITLE_LIMIT:
        raise bad("ADMIN_RANK_INVALID")
    chat.members[user].title = title
    return True


@method("setChatMemberTag")
def set_member_tag(call: Call) -> bool:
    """Bot API: setChatMemberTag. Only regular members have one."""
    chat, user = group(call, "can_manage_tags"), _user(call)
    tag_member(call.world, chat, user, call.params.text("tag"))
    return True
