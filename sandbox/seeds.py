"""What stands in the sandbox before the visitor's first word: a welcome, and a small living desk.

People of the sandbox have them with the real desk, one after another; nothing is written for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.accounts import Bot
from sandbox.living import LivingWorld
from sandbox.params import Params
from sandbox.people import Person
from sandbox.seedtexts import CONVERSATIONS, CUSTOMERS, SELLERS, WELCOME
from sandbox.watching import until

READ = 10.0  # seconds; with REPLY_MODE=reply an answer that is no reply stays in its topic
PICTURE = Path(__file__).with_name("lamp.jpg")


@dataclass(frozen=True, slots=True)
class Talk:
    """One customer, their topics, and those who answer in them; `further` is a second group."""

    world: LivingWorld
    bot: Bot
    group: int
    further: int
    customer: Person

    def asks(self, text: str, picture: bytes | None) -> None:
        """The customer says this, with a picture if there is one."""
        if picture is None:
            self.customer.writes(self.bot, text)
        else:
            self.customer.sends(self.bot, "photo", data=picture, caption=text)

    def thread(self, group: int) -> int | None:
        """The customer's topic in this group, once the desk has opened it."""
        name = self.customer.user.first_name
        found = [one["thread"] for one in self.world.topics(group) if name in one["name"]]
        return found[0] if found else None

    def shows(self, text: str, group: int) -> bool:
        """Whether the operators of this group see these words in the topic."""
        thread = self.thread(group)
        history = self.world.history(group, thread) if thread else []
        return any(text in _said(message) for message in history)

    def reads(self, text: str) -> bool:
        """Whether the customer sees these words."""
        return any(
            text in _said(message) for message in self.world.private(self.customer, self.bot)
        )


def is_fresh(world: LivingWorld) -> bool:
    """Whether nobody has ever written here; that somebody looked does not count."""
    private = (chat.messages for chat in world.private_chats.values())
    return not any(private) and not any(one.lines for one in world.visitors.values())


async def sow(world: LivingWorld, language: str, another: Callable[[], Awaitable[int]]) -> None:
    """Let it all be said in `language`; each line waits for the one before it to have arrived.

    `another` makes a second department, and gives its group.
    """
    bot = next(iter(world.bots.values()))
    group = next(chat.id for chat in world.chats.values() if chat.is_forum)
    welcome = {"chat_id": group, "text": WELCOME[language], "parse_mode": "HTML"}
    world.call(bot, "sendMessage", Params(welcome))
    further = await another()
    operators = {one.user.username: one for one in world.people()}
    for (name, last, username), lines in zip(
        CUSTOMERS[language], CONVERSATIONS[language], strict=True
    ):
        customer = world.person(name, last_name=last, username=username, language=language)
        customer.start(bot)
        talk = Talk(world, bot, group, further, customer)
        (_, first), *_ = lines
        for who, text in lines:
            await _say(talk, operators.get(who), who, text, first)


async def _say(talk: Talk, operator: Person | None, who: str, text: str, first: str) -> None:
    if operator is None:
        talk.asks(text, PICTURE.read_bytes() if who == "picture" else None)
        await until(talk.world, lambda: talk.shows(text, talk.group))
        return
    group = talk.further if who in SELLERS else talk.group
    await until(talk.world, lambda: talk.shows(first, group))
    operator.writes(group, text, thread=talk.thread(group))
    if not text.startswith("/"):
        with suppress(TimeoutError):
            async with asyncio.timeout(READ):
                await until(talk.world, lambda: talk.reads(text))


def _said(message: dict[str, Any]) -> str:
    return str(message.get("text") or message.get("caption") or "")
