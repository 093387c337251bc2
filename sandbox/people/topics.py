"""Forum topics, in the hands of people."""

from __future__ import annotations

from sandbox.accounts import Bot
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
from sandbox.people.acting import Json, Where
from sandbox.people.writing import Writing

IMPLICIT = 32  # letters of the first words by which the app names a topic


class InTopics(Writing):
    """What a person does with topics."""

    def creates_topic(self, chat: Where, name: str, *, icon: str = "") -> int:
        """Make a topic; returns its thread id."""
        return self._created(chat, name, icon, implicit=False)

    def begins_topic(self, bot: Bot, text: str) -> Json:
        """Write the first words of a topic in a private chat; the app names it by them."""
        thread = self._created(bot, text[:IMPLICIT], "", implicit=True)
        return self.writes(bot, text, thread=thread)

    def _created(self, where: Where, name: str, icon: str, *, implicit: bool) -> int:
        found = self._forum(where)
        if not self._may_create(found):
            raise Refused("You are not allowed to create topics.")
        if not clean_name(name):
            raise Refused("A topic needs a name.")
        color = COLORS[found.last_id % len(COLORS)]
        topic = Topic(0, clean_name(name), color, self.id, icon=icon)
        create_topic(self.world, found, topic, implicit=implicit)
        return topic.thread

    def _may_create(self, chat: Chat) -> bool:
        if chat.private:
            return self.world.bots_by_id[chat.bot].topics_of_people
        return chat.may(self.id, "can_manage_topics")

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
        self, chat: Where, thread: int, name: str = "", *, icon: str | None = None
    ) -> None:
        """Give a topic another name or icon ("" removes the icon)."""
        found, topic = self._topic(chat, thread)
        if not edit_topic(self.world, found, topic, self.id, name=clean_name(name), icon=icon):
            raise Refused("Nothing would change.")

    def deletes_topic(self, chat: Where, thread: int) -> None:
        """Delete a topic with all its messages. Bots are not told."""
        found, topic = self._topic(chat, thread)
        if topic is found.general:
            raise Refused("General can’t be deleted.")
        if not found.private and not self._may_delete(found, topic):
            raise Refused("You are not allowed to delete topics.")
        delete_topic(self.world, found, topic)

    def _may_delete(self, chat: Chat, topic: Topic) -> bool:
        return topic.creator == self.id or chat.admin_may(self.id, "can_delete_messages")

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

    def _forum(self, chat: Where) -> Chat:
        found = self._chat(chat)
        if not found.is_forum:
            raise Refused("This chat has no topics.")
        return found

    def _topic(self, chat: Where, thread: int) -> tuple[Chat, Topic]:
        found = self._forum(chat)
        topic = found.topic(thread)
        if topic is None:
            raise Refused(f"There is no topic {thread}.")
        if found.private and topic is found.general:
            raise Refused("A private chat has no General.")
        if not found.private and not self._may_manage(found, topic.creator):
            raise Refused("You are not allowed to manage topics.")
        return found, topic
