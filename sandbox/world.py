"""The world of the sandbox: who and what exists, and nothing of who acts in it, shows or saves it.

The door by which people and bots come in is `sandbox.living`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Literal

from sandbox.accounts import ANONYMOUS, Bot, User
from sandbox.callbacks import Callbacks
from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.files import Files
from sandbox.inline import Inline
from sandbox.polls import Poll, unvoted
from sandbox.visitors import Visitor

Json = dict[str, Any]
Mode = Literal["known", "lost", "unknown"]  # of ephemeral messages

FIRST_USER = 100_001
FIRST_GROUP = 4_000_001
FIRST_ALBUM = 13_900_000_000_000_001
FIRST_POLL = 5_300_000_000_000_000_000


class World:
    """Users, bots, chats, files: everything the server knows.

    `listeners` are called with an event after each visible change. `misplaces = True` makes
    sends to a deleted topic land in General with an ok answer, as Telegram has been seen to do;
    in private chats, outside all topics.
    `deleted_topic_text` and `stranger_text` have been seen to be "TOPIC_DELETED" and "user not
    found", too.
    For `ephemeral` see `sandbox.ephemeral`.
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
        self.visitors: dict[str, Visitor] = {}  # of the shop's site, who know no Telegram
        self.files = Files()
        self.callbacks = Callbacks()
        self.inline = Inline()
        self.listeners: list[Callable[[Json], None]] = []
        self.misplaces = False
        self.ephemeral: Mode = "known"
        self.deleted_topic_text = "message thread not found"
        self.stranger_text = "member not found"
        self.chance = random.Random(1)
        self.counters = {"user": FIRST_USER, "group": FIRST_GROUP, "album": FIRST_ALBUM}

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

    # Adding

    def add_bot(self, token: str, name: str, username: str) -> Bot:
        """A new bot; its id is the number before the colon of the token."""
        user = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.users[user.id] = user
        bot = Bot(token, user, self.clock)
        self.bots[token] = self.bots_by_id[user.id] = bot
        return bot

    def add_poll(self, fields: Json, owner: int) -> Poll:
        """A new poll without votes; for `fields` see `unvoted`."""
        poll = Poll(unvoted(FIRST_POLL + self.number("poll"), fields), owner)
        self.polls[poll.shown["id"]] = poll
        return poll

    # Finding

    def bot(self, token: str) -> Bot | None:
        """The bot with this token."""
        return self.bots.get(token)

    def private_chat(self, bot: Bot, user_id: int) -> Chat:
        """The chat of a bot and a person, made at need."""
        chat = self.private_chats.get((bot.id, user_id))
        if chat is None:
            chat = Chat(user_id, "private", bot=bot.id, is_forum=bot.topics)
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

    def whose(self, phone: str) -> int:
        """The id of the account with this telephone number, however it is written; 0 for none."""
        digits = _digits(phone)
        people = (user for user in self.users.values() if not (user.is_bot or user.deactivated))
        return next((user.id for user in people if digits and digits == _digits(user.phone)), 0)

    def find_user(self, user_id: int) -> Json | None:
        """Bot API's User for a mention by id."""
        user = self.users.get(user_id)
        return user.json() if user else None


def _digits(phone: str) -> str:
    return "".join(filter(str.isdecimal, phone))
