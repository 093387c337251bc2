"""Changing the group as a whole: title, forum mode, upgrade, deletion."""

from __future__ import annotations

from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.migration import migrate
from sandbox.people.acting import Acting
from sandbox.posting import announce, emit


class Running(Acting):
    """What the owner does with a group."""

    def turns_forum(self, chat: int, on: bool) -> int:
        """Turn topics on or off; a basic group is upgraded first. Returns the group's id."""
        found = self._owned(chat)
        if found.type == "group":
            found = self.world.chats[self.migrates(chat)]
        found.is_forum = on
        emit(self.world, "chat", found, is_forum=on)
        return found.id

    def migrates(self, chat: int) -> int:
        """Upgrade a basic group to a supergroup; returns the new id."""
        found = self._owned(chat)
        if found.type != "group":
            raise Refused("This is a supergroup already.")
        return migrate(self.world, found, self.id).id

    def renames(self, chat: int, title: str) -> None:
        """Give the group another title."""
        found = self._chat(chat)
        if not found.may(self.id, "can_change_info"):
            raise Refused("You are not allowed to change the group.")
        found.title = title
        announce(self.world, found, self.id, "new_chat_title", {"new_chat_title": title})
        emit(self.world, "chat", found, title=title)

    def publishes(self, chat: int, username: str) -> None:
        """Give the group a public address, under which anybody finds it; "" takes it away."""
        self._owned(chat).username = username

    def protects(self, chat: int, on: bool = True) -> None:
        """Forbid saving and forwarding of the group's content, or allow it."""
        self._owned(chat).protected = on

    def deletes_group(self, chat: int) -> None:
        """Delete the group for everybody."""
        found = self._owned(chat)
        found.deleted = True
        emit(self.world, "chat", found, deleted=True)

    def _owned(self, chat: int) -> Chat:
        found = self._chat(chat)
        if found.member(self.id).status != "creator":
            raise Refused("Only the owner can do this.")
        return found
