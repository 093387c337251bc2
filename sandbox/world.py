"""The world of the sandbox: who and what exists, and the door by which bots act on it.

Synchronous and single-threaded: asyncio stays at the edges.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from sandbox import saving
from sandbox.accounts import ANONYMOUS, Bot, User
from sandbox.callbacks import Callbacks
from sandbox.chats import PERMISSIONS, SUPERGROUPS, Chat, Member
from sandbox.errors import ApiError, Refused
from sandbox.files import Files
from sandbox.messages import Message
from sandbox.methods import METHODS
from sandbox.methods.call import Call
from sandbox.params import Params
from sandbox.people import Person
from sandbox.polls import Poll
from sandbox.posting import emit
from sandbox.showing import person_view

Json = dict[str, Any]

FIRST_USER = 100_001
FIRST_GROUP = 4_000_001
FIRST_ALBUM = 13_900_000_000_000_001


class World:
    """Users, bots, chats, files: everything the server knows, changed by calls and people.

    `listeners` are called with an event after each visible change. `misplaces = True` makes
    sends to a deleted topic land in General with an ok answer, as Telegram has been seen to do.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives the time in seconds since the epoch; nothing else is asked for it."""
        self.clock = clock
        self.users: dict[int, User] = {ANONYMOUS.id: ANONYMOUS}
        self.bots: dict[str, Bot] = {}
        self.bots_by_id: dict[int, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.private_chats: dict[tuple[int, int], Chat] = {}
        self.polls: dict[str, Poll] = {}
        self.files = Files()
        self.callbacks = Callbacks()
        self.listeners: list[Callable[[Json], None]] = []
        self.misplaces = False
        self.deleted_topic_text = "message thread not found"
        self.chance = random.Random(1)
        self.counters = {"user": FIRST_USER, "group": FIRST_GROUP, "album": FIRST_ALBUM}

    @property
    def answers(self) -> dict[str, Json]:
        """What bots answered to callback queries, by the query's id."""
        return self.callbacks.answers

    def now(self) -> int:
        """The clock in whole seconds, as the Bot API has dates."""
        return int(self.clock())

    def number(self, what: str) -> int:
        """The next unused number of a kind."""
        taken = self.counters.get(what, 1)
        self.counters[what] = taken + 1
        return taken

    def new_album(self) -> str:
        """A `media_group_id` nobody has yet."""
        return str(self.number("album"))

    def tell(self, event: Json) -> None:
        """Let those who watch the world know of a change."""
        for listener in tuple(self.listeners):
            listener(event)

    # Making

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

    def add_bot(self, token: str, name: str, username: str) -> Bot:
        """A new bot; its id is the number before the colon of the token."""
        user = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.users[user.id] = user
        bot = Bot(token, user, self.clock)
        self.bots[token] = self.bots_by_id[user.id] = bot
        return bot

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

    # Finding

    def bot(self, token: str) -> Bot | None:
        """The bot with this token."""
        return self.bots.get(token)

    def private_chat(self, bot: Bot, user_id: int) -> Chat:
        """The chat of a bot and a person, made at need."""
        chat = self.private_chats.get((bot.id, user_id))
        if chat is None:
            chat = Chat(user_id, "private", bot=bot.id)
            self.private_chats[bot.id, user_id] = chat
        return chat

    def chat(self, where: int | Bot, person: int = 0) -> Chat:
        """A group by id, or the person's chat with a bot."""
        if isinstance(where, Bot):
            return self.private_chat(where, person)
        chat = self.chats.get(where)
        if chat is None:
            raise Refused(f"There is no chat {where}.")
        return chat

    # Acting

    def call(self, bot: Bot, method: str, params: Params) -> Any:
        """Do what a bot asks: its result as JSON, or `ApiError`.

        Knows all methods but those about updates, which belong to the server.
        """
        act = METHODS.get(method.lower())
        if act is None:
            raise ApiError(404, "Not Found: method not found")
        return act(Call(self, bot, params))

    def find_user(self, user_id: int) -> Json | None:
        """Bot API's User for a mention by id."""
        user = self.users.get(user_id)
        return user.json() if user else None

    def answer(self, query_id: str, bot: Bot, answer: Json) -> bool:
        """Close a callback query; False when it can't be answered (any more)."""
        pressed = self.callbacks.answer(query_id, bot.id, self.clock(), answer)
        if pressed is None:
            return False
        event = {"type": "answer", "chat": None, "thread": None, "person": pressed.user}
        self.tell({**event, "id": query_id, **answer})
        return True

    def remove(self, chat: Chat, message: Message) -> None:
        """Delete a message for everybody. Bots are not told."""
        del chat.messages[message.id]
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        emit(self, "deleted", chat, message.thread, message_id=message.id)

    # Reading, as people see it

    def history(
        self, chat: int | Bot, thread: int | None = None, viewer: int | None = None
    ) -> list[Json]:
        """Messages of a group (of one topic; 1 is General) or of `viewer`'s chat with a bot."""
        found = self.chat(chat, viewer or 0)
        return [person_view(self, found, found.messages[i]) for i in found.history(thread)]

    def private(self, person: Person, bot: Bot) -> list[Json]:
        """The history of a person's chat with a bot."""
        return self.history(bot, viewer=person.id)

    def topics(self, chat: int) -> list[Json]:
        """The topics of a forum, General first."""
        found = self.chat(chat)
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
            for topic in (found.general, *found.topics.values())
        ]

    # Keeping

    def export(self) -> Json:
        """Everything but the files' bytes (`files.blobs`), JSON-able."""
        return saving.export(self)

    @classmethod
    def load(cls, state: Json, clock: Callable[[], float]) -> World:
        """A world from what `export` gave; put the bytes back into `files.blobs`."""
        world = cls(clock)
        saving.restore(world, state)
        return world
