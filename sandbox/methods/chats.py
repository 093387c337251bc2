"""What a chat is, and settings of groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.chats import PERMISSIONS, Chat, Member
from sandbox.errors import bad
from sandbox.membership import change_member
from sandbox.methods.call import Call, method
from sandbox.methods.target import open_chat, readable_chat
from sandbox.posting import announce, emit
from sandbox.showing import chat_json, message_json

Json = dict[str, Any]

_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
TITLE_LIMIT = 128
DESCRIPTION_LIMIT = 255


@method("getChat")
def get_chat(call: Call) -> Json:
    """Bot API: getChat."""
    chat = readable_chat(call)
    shown = chat_json(call.world, chat)
    shown |= {"accent_color_id": chat.id % 7, "max_reaction_count": 11}
    shown |= {"accepted_gift_types": _NO_GIFTS}
    if chat.pinned and (newest := chat.messages.get(max(chat.pinned))):
        shown["pinned_message"] = message_json(call.world, chat, newest, call.bot.id, deep=False)
    return shown if chat.private else shown | _group_part(chat)


def _group_part(chat: Chat) -> Json:
    part: Json = {"permissions": {name: name in chat.permissions for name in PERMISSIONS}}
    part["has_visible_history"] = True
    if chat.description:
        part["description"] = chat.description
    if chat.invite_link:
        part["invite_link"] = chat.invite_link
    if chat.protected:
        part["has_protected_content"] = True
    return part


def group(call: Call, right: str = "") -> Chat:
    """The group a call names; with `right`, only if the bot is an admin who has it."""
    chat = open_chat(call)
    if chat.private:
        raise bad("method is available only for supergroups")
    if right and not chat.admin_may(call.bot.id, right):
        raise bad("not enough rights" if chat.is_admin(call.bot.id) else "CHAT_ADMIN_REQUIRED")
    return chat


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """Bot API: leaveChat."""
    chat = open_chat(call)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    change_member(call.world, chat, call.bot.id, Member(call.bot.id, "left"))
    return True


@method("setChatTitle")
def set_chat_title(call: Call) -> bool:
    """Bot API: setChatTitle."""
    chat = group(call, "can_change_info")
    title = " ".join(call.params.text("title").split())[:TITLE_LIMIT]
    if not title:
        raise bad("title must be non-empty")
    if title == chat.title:
        raise bad("CHAT_NOT_MODIFIED")
    chat.title = title
    announce(call.world, chat, call.bot.id, "new_chat_title", {"new_chat_title": title})
    emit(call.world, "chat", chat, title=title)
    return True


@method("setChatDescription")
def set_chat_description(call: Call) -> bool:
    """Bot API: setChatDescription."""
    chat = group(call, "can_change_info")
    description = call.params.text("description")[:DESCRIPTION_LIMIT]
    if description == chat.description:
        raise bad("chat description is not modified")
    chat.description = description
    return True


@method("setChatPermissions")
def set_chat_permissions(call: Call) -> bool:
    """Bot API: setChatPermissions."""
    chat = group(call, "can_restrict_members")
    chat.permissions = read_permissions(call)
    return True


def read_permissions(call: Call) -> frozenset[str]:
    """`permissions` as the set of what is allowed."""
    given = call.params.mapping("permissions", "ChatPermissions")
    if given is None:
        raise bad("permissions must be non-empty")
    return wanted(given, PERMISSIONS)


def wanted(given: Mapping[str, Any], names: tuple[str, ...]) -> frozenset[str]:
    """Those of the names that are given as true."""
    return frozenset(name for name in names if str(given.get(name)).lower() in ("true", "1"))


@method("exportChatInviteLink")
def export_invite_link(call: Call) -> str:
    """Bot API: exportChatInviteLink. The old primary link stops working."""
    chat = group(call, "can_invite_users")
    chat.invite_link = _new_link(call)
    return chat.invite_link


@method("createChatInviteLink")
def create_invite_link(call: Call) -> Json:
    """Bot API: createChatInviteLink."""
    group(call, "can_invite_users")
    link: Json = {
        "invite_link": _new_link(call),
        "creator": call.bot.user.json(),
        "creates_join_request": call.params.flag("creates_join_request"),
        "is_primary": False,
        "is_revoked": False,
    }
    for name in ("expire_date", "member_limit"):
        if call.params.has(name):
            link[name] = call.params.integer(name)
    if call.params.has("name"):
        link["name"] = call.params.text("name")
    return link


def _new_link(call: Call) -> str:
    return f"https://t.me/+sandbox{call.world.number('link'):08d}"
