"""The tally: which words were written, and how often each stands where it must be read.

Nothing is noted down as arrived: all is counted on the screens, anew each time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.accounts import Bot
from sandbox.messages import Message
from sandbox.people import Person
from sandbox.world import World

# Each line has a number of its own: of the hour, and within it.
MARK = re.compile(r"(?<![\w-])\d+-\d\d+(?![\w-])")


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines were written, how many of them have arrived, and how many more than once."""

    written: int
    arrived: int
    again: int

    @property
    def missing(self) -> int:
        """Written, and read by nobody: under way, or lost when there is nothing to wait for."""
        return self.written - self.arrived


class Tally:
    """Holds what customers and operators wrote against what the bot has put before the others."""

    def __init__(self, world: World, bot: Bot, group: int) -> None:
        self._world = world
        self._bot = bot
        self._group = group
        self.hour = world.number("hour")
        self._lines: dict[str, tuple[Person, bool]] = {}
        self._last = 0

    def mark(self) -> str:
        """A number that no other line has."""
        self._last += 1
        return f"{self.hour}-{self._last:02}"

    def wrote(self, mark: str, customer: Person, *, outwards: bool) -> None:
        """A line with this mark was written by the customer, or `outwards`, to them."""
        self._lines[mark] = (customer, outwards)

    def count(self) -> Count:
        """How things stand on the screens at this moment."""
        shown = self._shown()
        times = [shown[mark] for mark in self._lines]
        arrived, again = sum(n > 0 for n in times), sum(n > 1 for n in times)
        return Count(len(times), arrived, again)

    def threads(self, customer: Person) -> list[int]:
        """The customer's topics, the newest first: those with their whole name."""
        topics = self._world.chats[self._group].topics.values()
        mine = (topic.thread for topic in topics if customer.name in topic.name)
        return sorted(mine, reverse=True)

    def post(self, customer: Person) -> tuple[int, int] | None:
        """The topic and the message in which the customer's first words stand, if they do.

        The first: what was posted in the moment of a crash the desk may not know to be theirs.
        """
        for thread in self.threads(customer)[:1]:
            for message in self._in_topics([thread]):
                if MARK.search(message.words):
                    return thread, message.id
        return None

    def _shown(self) -> Counter[str]:
        """How many messages of the bot show each line to those for whom it was written."""
        found: Counter[str] = Counter()
        for customer in {customer for customer, _ in self._lines.values()}:
            phone = self._world.private_chat(self._bot, customer.id).messages.values()
            topics = self._in_topics(self.threads(customer))
            for outwards, screen in ((True, self._of_bot(phone)), (False, topics)):
                marks = (mark for message in screen for mark in set(MARK.findall(message.words)))
                found.update(m for m in marks if self._lines.get(m) == (customer, outwards))
        return found

    def _in_topics(self, threads: list[int]) -> Iterator[Message]:
        messages = self._world.chats[self._group].messages.values()
        return self._of_bot(one for one in messages if one.thread in threads)

    def _of_bot(self, messages: Iterable[Message]) -> Iterator[Message]:
        return (one for one in messages if one.sender == self._bot.id and not one.service)
