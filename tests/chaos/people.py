"""Those who write while everything falls: customers, operators, and what each of them said."""

import random
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox.accounts import Bot
from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.people import Person

TOKEN = "7000000001:AAHchaos-bot-of-the-sandbox-0000000"
RIGHTS = {"can_manage_topics": True, "can_delete_messages": True, "can_pin_messages": True}
MARK = re.compile(r"\bw\d{5}\b")  # every message carries one of its own
WHOSE = re.compile(r"#\d+ (Customer \d+)")
FILLER = ("order", "parcel", "invoice", "address", "today", "broken", "thanks", "when", "why")
EDITABLE = 150  # the latest lines may still be edited
ALBUM_OF = (2, 3)

Seen = dict[str, Any]


@dataclass(slots=True)
class Line:
    """One message: who wrote it, for which customer, and its words as they are now."""

    mark: str
    customer: int
    outwards: bool
    author: Person
    words: str
    where: tuple[int, int] = (0, 0)  # chat id and message id of the original
    edits: int = 0


@dataclass
class Cast:
    """A company: a bot, a group of operators, customers. The first two operators are admins."""

    world: LivingWorld
    bot: Bot
    group: int
    operators: list[Person]
    customers: list[Person]
    first_update: int

    @classmethod
    def of(cls, world: LivingWorld, customers: int, operators: int) -> "Cast":
        """Everybody has started the bot; nobody has said anything."""
        bot = world.add_bot(TOKEN, "Support", "chaos_bot")
        staff = [world.person(f"Operator {n}", language="en") for n in range(operators)]
        group = world.group("Operators", staff[0])
        for one in staff[1:]:
            one.joins(group)
        staff[0].promotes(staff[1], group, can_manage_topics=True)
        staff[0].adds_bot(bot, group)
        staff[0].sets_bot_rights(bot, group, **RIGHTS)
        bot.updates.clear()  # all this was long ago
        first = bot.updates.next_id
        clients = [world.person(f"Customer {n:03}", language="en") for n in range(customers)]
        for one in clients:
            one.start(bot)
        return cls(world, bot, group, staff, clients, first)

    def of_bot(self, messages: list[Seen]) -> list[Seen]:
        """Those that the bot has written."""
        return [m for m in messages if m.get("from", {}).get("id") == self.bot.id]


@dataclass
class Pen:
    """Writes what comes to people's minds; the same dice, the same sequence of choices."""

    cast: Cast
    dice: random.Random
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    closings: int = 0
    _marks: int = 0
    _threads: dict[int, int] = field(default_factory=dict)

    @property
    def written(self) -> int:
        """How many messages between customers and operators."""
        return len(self.lines)

    @property
    def edits(self) -> int:
        """How many times somebody changed their words."""
        return sum(line.edits for line in self.lines)

    def act(self) -> None:
        """Somebody does something, sometimes a few things at once."""
        acts = (self._asks, self._answers, self._sends, self._edits, self._notes, self._shuts)
        (act,) = self.dice.choices(acts, weights=(44, 42, 6, 7, 3, 2))
        customer = self.dice.randrange(len(self.cast.customers))
        for _ in range(self.dice.choice((1, 1, 1, 1, 1, 2, 4))):
            with suppress(Refused):  # a topic that was closed a moment ago
                act(customer)

    def _asks(self, customer: int) -> None:
        person = self.cast.customers[customer]
        line = self._line(customer, person, outwards=False)
        self._keep(line, person.writes(self.cast.bot, line.words), person.id)

    def _answers(self, customer: int) -> None:
        thread = self._topic_of(customer)
        if thread is None:
            return self._asks(customer)
        person = self.dice.choice(self.cast.operators)
        line = self._line(customer, person, outwards=True)
        posted = person.writes(self.cast.group, line.words, thread=thread)
        return self._keep(line, posted, self.cast.group)

    def _sends(self, customer: int) -> None:
        """A photo, or an album of a few."""
        thread = self._topic_of(customer)
        outwards = thread is not None and self.dice.random() < 0.5
        person = self.cast.customers[customer]
        if outwards:
            person = self.dice.choice(self.cast.operators[:2])
        where = self.cast.group if outwards else self.cast.bot
        album = person.new_album() if self.dice.random() < 0.6 else ""
        for _ in range(self.dice.choice(ALBUM_OF) if album else 1):
            line = self._line(customer, person, outwards=outwards)
            posted = person.sends(
                where,
                "photo",
                caption=line.words,
                album=album,
                thread=thread if outwards else None,
            )
            self._keep(line, posted, self.cast.group if outwards else person.id)

    def _edits(self, _customer: int) -> None:
        if not self.lines:
            return
        line = self.dice.choice(self.lines[-EDITABLE:])
        words = f"{line.mark} {self._filler()} (edit {line.edits + 1})"
        where = self.cast.group if line.outwards else self.cast.bot
        line.author.edits(line.where[1], where, words)
        line.words = words
        line.edits += 1

    def _notes(self, customer: int) -> None:
        thread = self._topic_of(customer)
        if thread is None:
            return
        words = f"{self._mark()} for colleagues only"
        self.dice.choice(self.cast.operators).writes(self.cast.group, f"// {words}", thread=thread)
        self.notes.append(words)

    def _shuts(self, customer: int) -> None:
        """An admin closes the topic in the app, or opens a closed one."""
        thread = self._topic_of(customer)
        admin = self.dice.choice(self.cast.operators[:2])
        if thread is None:
            return
        topics = {topic["thread"]: topic for topic in self.cast.world.topics(self.cast.group)}
        if topics[thread]["closed"]:
            admin.reopens_topic(self.cast.group, thread)
        else:
            admin.closes_topic(self.cast.group, thread)
            self.closings += 1

    def _topic_of(self, customer: int) -> int | None:
        """The topic that shows this customer's words: nobody answers in an empty one."""
        if customer not in self._threads:
            for topic in self.cast.world.topics(self.cast.group):
                whose = WHOSE.match(topic["name"])
                if whose and whose[1] == self.cast.customers[customer].name:
                    shown = self.cast.world.history(self.cast.group, topic["thread"])
                    if any(MARK.search(said(message)) for message in shown):
                        self._threads[customer] = topic["thread"]
        return self._threads.get(customer)

    def _line(self, customer: int, author: Person, *, outwards: bool) -> Line:
        mark = self._mark()
        return Line(mark, customer, outwards, author, f"{mark} {self._filler()}")

    def _keep(self, line: Line, posted: Seen, chat: int) -> None:
        line.where = (chat, posted["message_id"])
        self.lines.append(line)

    def _mark(self) -> str:
        self._marks += 1
        return f"w{self._marks:05}"

    def _filler(self) -> str:
        return " ".join(self.dice.choices(FILLER, k=self.dice.randint(1, 8)))


def said(message: Seen) -> str:
    """The words of a message on a screen."""
    return str(message.get("text") or message.get("caption") or "")
