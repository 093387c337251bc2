"""The words in which stories are told: people who write, and what they see."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

from sandbox.accounts import Bot
from sandbox.people import Person
from sandbox.server import Sandbox

PATIENCE = 60.0  # seconds until a story gives up; what is expected comes in milliseconds
SERVICE = {"pinned_message", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"}
Seen = dict[str, Any]


async def at_once() -> None:
    """Wait for nothing."""


async def eventually(found: Callable[[], Any], what: Callable[[], str]) -> Any:
    """What `found` returns as soon as it is true; fails with `what` when it never is."""
    end = time.monotonic() + PATIENCE
    while not (result := found()):
        if time.monotonic() > end:
            raise AssertionError(what())
        await asyncio.sleep(0.01)
    return result


def words(message: Seen) -> str:
    """What a person reads of a message."""
    return str(message.get("text") or message.get("caption") or "")


def marks(message: Seen) -> dict[int, set[str]]:
    """What is marked at each UTF-16 unit of the words: Telegram may cut and join entities."""
    found: dict[int, set[str]] = {}
    for entity in message.get("entities") or message.get("caption_entities") or []:
        rest = {key: value for key, value in entity.items() if key not in ("offset", "length")}
        for place in range(entity["offset"], entity["offset"] + entity["length"]):
            found.setdefault(place, set()).add(str(sorted(rest.items())))
    return found


def spoken(messages: list[Seen]) -> str:
    """A conversation, for the account of a failure."""
    return "\n".join(f"  {m['message_id']}: {words(m) or sorted(m)}" for m in messages) or "  —"


def buttons(message: Seen) -> list[str]:
    """The labels under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


class Screen:
    """A conversation on somebody's screen.

    `noted` waits until the desk has written down where its messages stand: a person needs a
    second to answer what they see, a story needs none.
    """

    noted: Callable[[], Awaitable[None]]

    def messages(self) -> list[Seen]:
        """Everything on it, the oldest first."""
        raise NotImplementedError

    async def shows(self, text: str, *, times: int = 1, **having: Any) -> Seen:
        """Wait until a message contains `text` (and has these fields); it is there `times`."""
        found: list[Seen] = await eventually(
            lambda: len(hits := self._hits(text, having)) >= times and hits,
            lambda: f"never saw «{text}» {having or ''} in\n{spoken(self.messages())}",
        )
        assert len(found) == times, f"saw «{text}» {len(found)} times\n{spoken(self.messages())}"
        await self.noted()
        return found[-1]

    async def shows_in_order(self, *texts: str) -> None:
        """Wait until all are there, each once, and in this order."""
        for text in texts:
            await self.shows(text)
        places = [self._hits(text, {})[0]["message_id"] for text in texts]
        everything = "\n".join(words(m) for m in self.messages())
        assert places == sorted(places), spoken(self.messages())
        offsets = [everything.index(text) for text in texts]
        assert offsets == sorted(offsets), spoken(self.messages())

    async def shows_kind(self, kind: str, *, times: int = 1) -> Seen:
        """Wait for a photo, a sticker, a poll …"""
        found: list[Seen] = await eventually(
            lambda: len(hits := [m for m in self.messages() if kind in m]) >= times and hits,
            lambda: f"never saw a {kind} in\n{spoken(self.messages())}",
        )
        assert len(found) == times
        await self.noted()
        return found[-1]

    async def shows_after(self, last: Seen, count: int = 1) -> list[Seen]:
        """Wait for the messages that follow this one; there are exactly so many."""
        found: list[Seen] = await eventually(
            lambda: len(new := self.since(last)) >= count and new,
            lambda: f"never saw {count} more in\n{spoken(self.messages())}",
        )
        assert len(found) == count, spoken(found)
        await self.noted()
        return found

    def since(self, last: Seen) -> list[Seen]:
        """What people and the bot have said after this message."""
        found = [m for m in self.messages() if m["message_id"] > last["message_id"]]
        return [m for m in found if not SERVICE & m.keys()]

    @property
    def last(self) -> Seen:
        """The newest message."""
        return self.messages()[-1]

    def now(self, message: Seen) -> Seen:
        """The message as it is now."""
        number = message["message_id"]
        return next(m for m in self.messages() if m["message_id"] == number)

    async def changes(self, message: Seen, text: str) -> Seen:
        """Wait until this very message says so."""
        return await self.turns(message, lambda now: text in words(now))

    async def turns(self, message: Seen, right: Callable[[Seen], Any]) -> Seen:
        """Wait until this very message is as it should be."""
        await eventually(lambda: right(self.now(message)), lambda: f"it stays {self.now(message)}")
        return self.now(message)

    def keeps_order(self, *texts: str) -> None:
        """All are there in this order; what was shown again stands before the next one, too."""
        shown = [words(message) for message in self.messages()]
        places = [[place for place, text in enumerate(shown) if one in text] for one in texts]
        for earlier, later in pairwise(places):
            assert max(earlier) < min(later), shown

    def copies(self, text: str, bot_id: int) -> int:
        """How many times the bot has shown it."""
        mine = (one for one in self.messages() if one["from"]["id"] == bot_id)
        return sum(text in words(one) for one in mine)

    def lacks(self, text: str) -> None:
        """It is not there now; say `settles()` first when it might still come."""
        assert not self._hits(text, {}), f"«{text}» should not be in\n{spoken(self.messages())}"

    def _hits(self, text: str, having: dict[str, Any]) -> list[Seen]:
        return [
            m
            for m in self.messages()
            if text in words(m) and all(m.get(key) == value for key, value in having.items())
        ]


class Customer(Screen):
    """A customer, and the private chat with the bot on their phone."""

    def __init__(
        self,
        sandbox: Sandbox,
        person: Person,
        bot: Bot,
        noted: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self.sandbox, self.person, self.bot, self.noted = sandbox, person, bot, noted

    def messages(self) -> list[Seen]:
        """The private chat."""
        return self.sandbox.world.private(self.person, self.bot)

    def starts(self) -> None:
        """Press START."""
        self.person.start(self.bot)

    def writes(self, text: str, **how: Any) -> Seen:
        """Write to the bot."""
        return self.person.writes(self.bot, text, **how)

    def sends(self, kind: str, **how: Any) -> Seen:
        """Send a photo, a file, a place …"""
        return self.person.sends(self.bot, kind, **how)

    def edits(self, message: Seen, text: str) -> None:
        """Change what was written."""
        self.person.edits(message["message_id"], self.bot, text)

    def reacts(self, message: Seen, *emoji: str) -> None:
        """Set one's reactions."""
        self.person.reacts(message["message_id"], self.bot, list(emoji))

    def branches(self, prefix: str = "") -> list["Branch"]:
        """The topics of the chat whose names begin so, the oldest first."""
        found = self.sandbox.world.topics(self.bot, self.person.id)
        named = (topic for topic in found if topic["name"].startswith(prefix))
        return [Branch(self, topic["thread"]) for topic in named]

    async def branch(self, prefix: str) -> "Branch":
        """Wait for the topic of the chat whose name begins so; there is exactly one."""
        found: list[Branch] = await eventually(
            lambda: self.branches(prefix), lambda: f"no topic {prefix} of {self.person.name}"
        )
        assert len(found) == 1, [branch.name for branch in found]
        return found[0]

    @property
    def outside(self) -> "Branch":
        """What stands outside of all topics."""
        return Branch(self, 1)

    def blocks(self) -> None:
        """Shut the bot out."""
        self.person.blocks(self.bot)

    def unblocks(self) -> None:
        """Let the bot in again."""
        self.person.unblocks(self.bot)

    async def presses(self, message: Seen, label: str) -> Seen:
        """Press a button and wait until it is answered; returns the answer."""
        pressed = self.person.presses(message["message_id"], self.bot, label)
        return await answered(self.sandbox, pressed)


class Branch(Screen):
    """A topic of a customer's private chat; 1 is what stands outside of all of them."""

    def __init__(self, customer: Customer, thread: int) -> None:
        self.customer, self.thread, self.noted = customer, thread, customer.noted

    def messages(self) -> list[Seen]:
        """What stands in it."""
        one = self.customer
        return one.sandbox.world.history(one.bot, self.thread, one.person.id)

    def writes(self, text: str, **how: Any) -> Seen:
        """Write in it."""
        return self.customer.writes(text, thread=self.thread, **how)

    def sends(self, kind: str, **how: Any) -> Seen:
        """Send a photo, a file, a place … in it."""
        return self.customer.sends(kind, thread=self.thread, **how)

    @property
    def name(self) -> str:
        """What it is called; "" once it is gone."""
        one = self.customer
        found = one.sandbox.world.topics(one.bot, one.person.id)
        return next((topic["name"] for topic in found if topic["thread"] == self.thread), "")


class Topic(Screen):
    """A ticket's topic on an operator's screen."""

    def __init__(
        self,
        sandbox: Sandbox,
        chat: int,
        thread: int,
        noted: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self.sandbox, self.chat, self.thread, self.noted = sandbox, chat, thread, noted

    def messages(self) -> list[Seen]:
        """The topic."""
        return self.sandbox.world.history(self.chat, self.thread)

    @property
    def info(self) -> Seen:
        """Name, icon, whether it is closed."""
        topics = self.sandbox.world.topics(self.chat)
        return next(topic for topic in topics if topic["thread"] == self.thread)

    @property
    def card(self) -> Seen:
        """The card: the first post of the bot's."""
        return next(m for m in self.messages() if m.get("reply_markup"))

    async def becomes(self, **state: Any) -> None:
        """Wait until the topic has this name, icon, is closed …"""
        await eventually(
            lambda: all(self.info.get(key) == value for key, value in state.items()),
            lambda: f"the topic is {self.info}, not {state}",
        )


class General(Topic):
    """The General topic."""

    def __init__(self, sandbox: Sandbox, chat: int) -> None:
        super().__init__(sandbox, chat, 1)


class Aside(Screen):
    """What one operator alone sees in a topic."""

    def __init__(self, topic: Topic, person: Person) -> None:
        self.topic, self.person, self.noted = topic, person, topic.noted

    def messages(self) -> list[Seen]:
        """What was said for no other eyes, and has not gone with the app."""
        return self.topic.sandbox.world.whispered(self.person, self.topic.chat, self.topic.thread)

    def answers(self) -> list[Seen]:
        """What the bot has said of it; commands are ephemeral, too."""
        return [each for each in self.messages() if each["from"]["is_bot"]]

    def now(self, message: Seen) -> Seen:
        """The message as it is now."""
        number = message["ephemeral_message_id"]
        return next(m for m in self.messages() if m["ephemeral_message_id"] == number)


class Operator:
    """An operator of the group."""

    def __init__(self, sandbox: Sandbox, person: Person, chat: int) -> None:
        self.sandbox, self.person, self.chat = sandbox, person, chat

    def writes(self, topic: Topic, text: str, **how: Any) -> Seen:
        """Write in a topic."""
        thread = None if isinstance(topic, General) else topic.thread
        return self.person.writes(self.chat, text, thread=thread, **how)

    def sends(self, topic: Topic, kind: str, **how: Any) -> Seen:
        """Send a photo, a file, a place …"""
        return self.person.sends(self.chat, kind, thread=topic.thread, **how)

    def edits(self, message: Seen, text: str) -> None:
        """Change what was written."""
        self.person.edits(message["message_id"], self.chat, text)

    def reacts(self, message: Seen, *emoji: str) -> None:
        """Set one's reactions."""
        self.person.reacts(message["message_id"], self.chat, list(emoji))

    async def asks_inline(self, topic: Topic, words: str = "", **how: Any) -> "Offers":
        """Type «@bot words» in a topic, and wait for what the bot offers."""
        query = self.person.asks_inline(self.chat, words, **how)
        await eventually(
            lambda: query in self.sandbox.world.inline.answers, lambda: "nothing was ever offered"
        )
        return Offers(self, topic, query)

    async def asks(self, topic: Topic, command: str, **how: Any) -> Seen:
        """Give a command and wait for the answer that this operator alone gets."""
        alone = self.alone(topic)
        before = len(alone.answers())
        self.writes(topic, command, **how)
        await eventually(lambda: len(alone.answers()) > before, lambda: f"{command}: no answer")
        await topic.noted()
        (answer,) = alone.answers()[before:]
        return answer

    def replies_aside(self, message: Seen, text: str) -> Seen:
        """Reply to what this operator alone sees."""
        return self.person.answers_ephemeral(message["ephemeral_message_id"], self.chat, text)

    async def hears(self, topic: Topic, text: str, *, times: int = 1) -> Seen:
        """Wait until a message says so that this operator alone sees in a topic."""
        return await self.alone(topic).shows(text, times=times)

    def alone(self, topic: Topic) -> Aside:
        """What this operator alone sees in a topic."""
        return Aside(topic, self.person)

    async def presses(self, message: Seen, label: str, **how: Any) -> Seen:
        """Press a button and wait until it is answered; returns the answer."""
        if number := message.get("ephemeral_message_id"):
            pressed = self.person.presses_ephemeral(number, self.chat, label)
        else:
            pressed = self.person.presses(message["message_id"], self.chat, label, **how)
        return await answered(self.sandbox, pressed)


class Offers:
    """The list of an inline bot's offers, above the line."""

    def __init__(self, operator: Operator, topic: Topic, query: str) -> None:
        self.operator, self.topic, self.query = operator, topic, query

    @property
    def titles(self) -> list[str]:
        """What is offered, in order."""
        answer = self.operator.sandbox.world.inline.answers[self.query]
        return [result.shown["title"] for result in answer.results]

    def chooses(self, number: int = 0, **how: Any) -> Seen:
        """Post what stands at this place, counted from 0."""
        chat, thread = self.operator.chat, self.topic.thread
        return self.operator.person.chooses(chat, self.query, number, thread=thread, **how)


async def answered(sandbox: Sandbox, pressed: str) -> Seen:
    """The bot's answer to a pressed button."""
    answer: Seen = await eventually(
        lambda: sandbox.world.answers.get(pressed), lambda: "the button was never answered"
    )
    return answer
