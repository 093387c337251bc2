"""Forum topics, in the hands of people."""

from __future__ import annotations

from sandbox.chats import Chat, Topic
from sandbox.errors import Refused
from sandbox.forum import (
    COLORS,
    clean_name,
    close_topic,
    create_topic,
    delete_topic,
    edit_topic,
    hide_general,
)
from sandbox.people.writing import Writing


class InTopics(Writing):
    """What a person does with topics."""

    def creates_topic(self, chat: int, name: str, *, icon: str = "") -> int:
        """Make a topic; returns its thread id."""
        found = self._forum(chat)
        if not found.may(self.id, "can_manage_topics"):
            raise Refused("You are not allowed to create topics.")
        if not clean_name(name):
            raise Refused("A topic needs a name.")
        color = COLORS[found.last_id % len(COLORS)]
        topic = Topic(0, clean_name(name), color, self.id, icon=icon)
        create_topic(self.world, found, topic)
        return topic.thread

    def closes_topic(self, chat: int, thread: int) -> None:
        """Close a topic; 1 is General."""
        self._sets_closed(chat, thread, True)

    def reopens_topic(self, chat: int, thread: int) -> None:
        """Reopen a topic; 1 is General."""
        self._sets_closed(chat, thread, False)

    def _sets_closed(self, chat: int, thread: int, closed: bool) -> None:
        found, topic = self._topic(chat, thread)
        if topic.closed == closed:
            raise Refused("The topic is closed already." if closed else "The topic is open.")
        close_topic(self.world, found, topic, self.id, closed)

    def renames_topic(
        self, chat: int, thread: int, name: str = "", *, icon: str | None = None
    ) -> None:
        """Give a topic another name or icon ("" removes the icon)."""
        found, topic = self._topic(chat, thread)
        if not edit_topic(self.world, found, topic, self.id, name=clean_name(name), icon=icon):
            raise Refused("Nothing would change.")

    def deletes_topic(self, chat: int, thread: int) -> None:
        """Delete a topic with all its messages. Bots are not told."""
        found, topic = self._topic(chat, thread)
        if topic is found.general:
            raise Refused("General can’t be deleted.")
        if topic.creator != self.id and not found.admin_may(self.id, "can_delete_messages"):
            raise Refused("You are not allowed to delete topics.")
        delete_topic(self.world, found, topic)

    def hides_general(self, chat: int) -> None:
        """Hide General, which closes it too."""
        self._sets_hidden(chat, True)

    def shows_general(self, chat: int) -> None:
        """Show General again."""
        self._sets_hidden(chat, False)

    def _sets_hidden(self, chat: int, hidden: bool) -> None:
        found, topic = self._topic(chat, 1)
        if topic.hidden == hidden:
            raise Refused("Nothing would change.")
        hide_general(self.world, found, self.id, hidden)

    def _forum(self, chat: int) -> Chat:
        found = self._chat(chat)
        if not found.is_forum:
            raise Refused("This group has no topics.")
        return found

    def _topic(self, chat: int, thread: int) -> tuple[Chat, Topic]:
        found = self._forum(chat)
        topic = found.topic(thread)
        if topic is None:
            raise Refused(f"There is no topic {thread}.")
        if not self._may_manage(found, topic.creator):
            raise Refused("You are not allowed to manage topics.")
        return found, topic
