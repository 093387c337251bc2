"""What every act of a person begins with: finding the chat and the message."""

from __future__ import annotations

from typing import Any

from sandbox.accounts import Bot, User
from sandbox.chats import Chat
from sandbox.errors import Refused
from sandbox.files import PEOPLE
from sandbox.messages import Message
from sandbox.showing import message_json
from sandbox.world import World

Json = dict[str, Any]
Where = int | Bot


class Acting:
    """A person in the world."""

    def __init__(
        self, world: World, number: int, *, anonymous: bool = False, channel: str = ""
    ) -> None:
        """`number` is the user id; `anonymous` writes as the group, `channel` as one so called."""
        self.world = world
        self.id = number
        self.anonymous = anonymous
        self.channel = channel

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Acting) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def user(self) -> User:
        """The account."""
        return self.world.users[self.id]

    @property
    def name(self) -> str:
        """First name, and last name if there is one."""
        return f"{self.user.first_name} {self.user.last_name}".strip()

    def speaks(self, language: str) -> None:
        """Change the language of the person's app."""
        self.user.language_code = language

    def _chat(self, where: Where, *, outside: bool = False) -> Chat:
        """The chat, if the person is in it or may look in from `outside`."""
        chat = self.world.chat(where, self.id)
        if self.user.deactivated:
            raise Refused("This account is deleted.")
        if not outside and not chat.private and not chat.has(self.id):
            raise Refused("You are not a member of this group.")
        if chat.upgraded_to:
            raise Refused("This group was upgraded to a supergroup.")
        return chat

    def _message(self, where: Where, number: int, *, outside: bool = False) -> tuple[Chat, Message]:
        chat = self._chat(where, outside=outside)
        message = chat.messages.get(number)
        if message is None:
            raise Refused("This message does not exist.")
        return chat, message

    def _shown(self, chat: Chat, message: Message) -> Json:
        return message_json(self.world, chat, message, PEOPLE)
