"""A basic group becomes a supergroup: another chat id, other message ids."""

from __future__ import annotations

from dataclasses import replace

from sandbox.chats import SUPERGROUPS, Chat
from sandbox.posting import announce, emit
from sandbox.world import World


def migrate(world: World, old: Chat, by: int) -> Chat:
    """Make the supergroup, move the members, tell both chats of it."""
    new = Chat(SUPERGROUPS - world.number("group"), "supergroup", old.title)
    new.members = {user: replace(member) for user, member in old.members.items()}
    new.bots = set(old.bots)
    new.upgraded_from = old.id
    world.chats[new.id] = new
    announce(world, old, by, "migrate_to_chat_id", {"migrate_to_chat_id": new.id})
    old.upgraded_to = new.id
    announce(world, new, by, "migrate_from_chat_id", {"migrate_from_chat_id": old.id})
    emit(world, "chat", old, upgraded_to=new.id)
    return new
