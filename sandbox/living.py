"""The living world: the world, and the door by which people and bots act on it.

Synchronous and single-threaded: asyncio stays at the edges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from sandbox import saving
from sandbox.accounts import Bot, User
from sandbox.chats import PERMISSIONS, SUPERGROUPS, Chat, Member
from sandbox.ephemeral import seen
from sandbox.errors import ApiError
from sandbox.methods import METHODS
from sandbox.methods.call import Call
from sandbox.params import Params
from sandbox.people import Person
from sandbox.posting import emit
from sandbox.showing import person_view
from sandbox.visitors import Visitor
from sandbox.world import World

Json = dict[str, Any]


class LivingWorld(World):
    """The world with those who act in it; it keeps nothing of its own."""

    # People

    def person(
        self,
        name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language: str = "uk",
    ) -> Person:
        """A new person with an account."""
        number = self.number("user")
        self.users[number] = User(number, name, last_name or "", username or "", language)
        self.tell({"type": "person", "chat": None, "thread": None, "person": number})
        return Person(self, number)

    def as_person(self, user_id: int) -> Person:
        """The person with this id; KeyError when there is none."""
        if self.users[user_id].is_bot:
            raise KeyError(user_id)
        return Person(self, user_id)

    def people(self) -> list[Person]:
        """Everybody who is not a bot."""
        return [Person(self, user.id) for user in self.users.values() if not user.is_bot]

    def visitor(self, name: str, *, language: str = "uk") -> Visitor:
        """A new visitor of the shop's site; what they can do stands in `sandbox.shop`."""
        made = Visitor(f"u-{self.number('visitor')}", name, language)
        self.visitors[made.id] = made
        self.tell({"type": "visit", "chat": None, "thread": None, "visitor": made.id})
        return made

    # Groups

    def group(self, title: str, owner: Person, *, forum: bool = True) -> int:
        """A new supergroup; returns its id."""
        chat = Chat(SUPERGROUPS - self.number("group"), "supergroup", title, is_forum=forum)
        return self._founded(chat, owner)

    def basic_group(self, title: str, owner: Person) -> int:
        """A new group of the small kind, which may be upgraded later."""
        chat = Chat(-self.number("group"), "group", title)
        chat.permissions = frozenset(PERMISSIONS) - {"can_manage_topics", "can_edit_tag"}
        return self._founded(chat, owner)

    def _founded(self, chat: Chat, owner: Person) -> int:
        chat.members[owner.id] = Member(owner.id, "creator")
        self.chats[chat.id] = chat
        emit(self, "chat", chat, title=chat.title)
        return chat.id

    # Bots

    def call(self, bot: Bot, method: str, params: Params) -> Any:
        """Do what a bot asks: its result as JSON, or `ApiError`.

        Knows all methods but those about updates, which belong to the server.
        """
        act = METHODS.get(method.lower())
        if act is None:
            raise ApiError(404, "Not Found: method not found")
        return act(Call(self, bot, params))

    @property
    def answers(self) -> dict[str, Json]:
        """What bots answered to callback queries, by the query's id."""
        return self.callbacks.answers

    # Reading, as people see it

    def history(
        self, chat: int | Bot, thread: int | None = None, viewer: int | None = None
    ) -> list[Json]:
        """Messages of a group (of one topic; 1 is General) or of `viewer`'s chat with a bot."""
        found = self.chat(chat, viewer or 0)
        return [person_view(self, found, found.messages[i]) for i in found.history(thread)]

    def whispered(self, person: Person, chat: int, thread: int | None = None) -> list[Json]:
        """What none but this person sees in a group (of one topic; 1 is General)."""
        found = self.chat(chat)
        shown = seen(self, found, person.id, thread)
        return [person_view(self, found, message) for message in shown]

    def private(self, person: Person, bot: Bot) -> list[Json]:
        """The history of a person's chat with a bot."""
        return self.history(bot, viewer=person.id)

    def topics(self, chat: int | Bot, viewer: int | None = None) -> list[Json]:
        """The topics of a forum, General first, or of `viewer`'s chat with a bot: no General."""
        found = self.chat(chat, viewer or 0)
        if not found.is_forum:
            return []
        return [
            {
                "thread": topic.thread,
                "name": topic.name,
                "icon": topic.icon,
                "color": topic.color,
                "closed": topic.closed,
                "hidden": topic.hidden,
                "messages": len(found.history(topic.thread)),
            }
            for topic in found.topics_in_order
        ]

    # Keeping

    def export(self) -> Json:
        """Everything but the files' bytes (`files.blobs`), JSON-able."""
        return saving.export(self)

    @classmethod
    def load(cls, state: Json, clock: Callable[[], float]) -> Self:
        """A world from what `export` gave; put the bytes back into `files.blobs`."""
        world = cls(clock)
        saving.restore(world, state)
        return world
