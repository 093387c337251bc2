"""Those who have an account: people and bots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.commands import Commands
from sandbox.updates import Updates

Json = dict[str, Any]

ANONYMOUS_ID = 1087968824


@dataclass(slots=True)
class User:
    """A person or a bot, as Bot API's User shows them."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    deactivated: bool = False
    number: str = ""

    @property
    def phone(self) -> str:
        """The telephone number of the account, which bots are told only by its owner."""
        return self.number or f"+38067{self.id:07d}"

    def json(self) -> Json:
        """Bot API: User."""
        shown: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.last_name:
            shown["last_name"] = self.last_name
        if self.username:
            shown["username"] = self.username
        if self.language_code and not self.is_bot:
            shown["language_code"] = self.language_code
        return shown


CHANNEL = User(136817688, "Channel", username="Channel_Bot", is_bot=True)  # behind channels
ANONYMOUS = User(ANONYMOUS_ID, "Group", username="GroupAnonymousBot", is_bot=True)


class Bot:
    """A bot: its account, its secret, what it has to be told and what it has set up."""

    def __init__(self, token: str, user: User, clock: Callable[[], float]) -> None:
        """`clock` gives the seconds since the epoch by which its updates expire."""
        self.token = token
        self.user = user
        self.updates = Updates(clock)
        self.commands = Commands()
        self.privacy = True
        self.inline = False  # BotFather: inline mode, and feedback about what is chosen
        self.inline_feedback = False
        self.topics = False  # BotFather: topics in private chats, and whether people make some
        self.topics_of_people = False
        self.met: set[int] = set()  # who came to it otherwise than by a chat

    @property
    def id(self) -> int:
        """The bot's user id, the number before the colon of its token."""
        return self.user.id

    def me(self) -> Json:
        """Bot API: getMe."""
        return {
            **self.user.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": self.inline,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": self.topics,
            "allows_users_to_create_topics": self.topics_of_people,
            "can_manage_bots": False,
        }
