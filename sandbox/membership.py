"""Changes of who is in a chat and with which rights, and who is told."""

from __future__ import annotations

from typing import Any

from sandbox.chats import PRESENT, Chat, Member
from sandbox.posting import announce, emit
from sandbox.showing import chat_json
from sandbox.world import World

Json = dict[str, Any]


def change_member(world: World, chat: Chat, by: int, new: Member) -> None:
    """Set a member's standing; emits the updates and the service messages that follow."""
    old = chat.member(new.user)
    chat.members[new.user] = new
    payload = _updated(world, chat, by, old, new)
    _tell_member_bots(world, chat, new.user, payload)
    here, was_here = new.status in PRESENT, old.status in PRESENT
    if new.user in world.bots_by_id:
        (chat.bots.add if here else chat.bots.discard)(new.user)
    user = world.users[new.user].json()
    if here and not was_here:
        content = {
            "new_chat_members": [user],
            "new_chat_member": user,
            "new_chat_participant": user,
        }
        announce(world, chat, by, "new_chat_members", content)
    elif was_here and not here:
        content = {"left_chat_member": user, "left_chat_participant": user}
        announce(world, chat, by, "left_chat_member", content)
    emit(world, "member", chat, user=new.user, status=new.status)


def _tell_member_bots(world: World, chat: Chat, user: int, payload: Json) -> None:
    if user in world.bots_by_id:
        world.bots_by_id[user].updates.put("my_chat_member", payload, chat.queue)
    for number in chat.bots:
        if number != user and chat.is_admin(number):
            world.bots_by_id[number].updates.put("chat_member", payload, chat.queue)


def tell_block(world: World, chat: Chat, old: Member, new: Member) -> None:
    """A person blocked or unblocked the bot of this private chat."""
    payload = _updated(world, chat, chat.id, old, new)
    world.bots_by_id[chat.bot].updates.put("my_chat_member", payload, chat.queue)
    emit(world, "member", chat, user=chat.bot, status=new.status)


def _updated(world: World, chat: Chat, by: int, old: Member, new: Member) -> Json:
    user = world.users[new.user].json()
    return {
        "chat": chat_json(world, chat),
        "from": world.users[by].json(),
        "date": world.now(),
        "old_chat_member": old.json(user),
        "new_chat_member": new.json(user),
    }
