"""Those who write while everything falls: customers, operators, and what each of them said."""

import random
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from sandbox.errors import Refused
from sandbox.people import Person
from tests.chaos.cast import DEPARTMENTS, Cast, Place, Seen
from tests.chaos.shop import Visitor

MARK = re.compile(r"\bw\d{5}\b")  # every message carries one of its own
FILLER = ("order", "parcel", "invoice", "address", "today", "broken", "thanks", "when", "why")
EDITABLE = 150  # the latest lines may still be edited
ALBUM_OF = (2, 3)


@dataclass(slots=True)
class Line:
    """One message: who wrote it, for which customer, and its words as they are now.

    `topic`: where an operator wrote it.
    """

    mark: str
    customer: int
    outwards: bool
    author: Person | Visitor
    words: str
    topic: Place | None = None
    where: tuple[int | str, int] = (0, 0)  # chat id and message id of the original
    edits: int = 0
    album: str = ""


@dataclass
class Pen:
    """Writes what comes to people's minds; the same dice, the same sequence of choices."""

    cast: Cast
    dice: random.Random
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    closings: int = 0
    moves: int = 0
    moved: set[int] = field(default_factory=set)  # customers whose tickets somebody moved
    _marks: int = 0
    _topics: dict[int, list[Place]] = field(default_factory=lambda: defaultdict(list))
    _awaited: set[int] = field(default_factory=set)  # those whose next topic may come any moment

    def __post_init__(self) -> None:
        self._awaited |= {*range(len(self.cast.customers))}

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
        acts = {self._asks: 44, self._answers: 42, self._sends: 6, self._edits: 7}
        acts |= {self._notes: 3, self._shuts: 2, self._moves: 8}
        (act,) = self.dice.choices([*acts], weights=[*acts.values()])
        customer = self.dice.randrange(len(self.cast.customers))
        for _ in range(self.dice.choice((1, 1, 1, 1, 1, 2, 4))):
            with suppress(Refused):  # a topic that was closed a moment ago
                act(customer)

    def _asks(self, customer: int) -> None:
        person = self.cast.customers[customer]
        line = self._line(customer, person)
        self._keep(line, person.writes(self.cast.bot, line.words), person.id)

    def _answers(self, customer: int) -> None:
        topic = self._topic_of(customer)
        if topic is None:
            return self._asks(customer)
        person = self.dice.choice(self.cast.operators)
        line = self._line(customer, person, topic)
        posted = person.writes(topic.chat, line.words, thread=topic.thread)
        return self._keep(line, posted, topic.chat)

    def _sends(self, customer: int) -> None:
        """A photo, or an album of a few; to visitors of the shop none can be sent."""
        topic = self._topic_of(customer)
        if self.dice.random() < 0.5 or isinstance(self._who(customer), Visitor):
            topic = None
        person = self.dice.choice(self.cast.operators[:2]) if topic else self._who(customer)
        where = topic.chat if topic else self.cast.bot
        album = person.new_album() if self.dice.random() < 0.6 else ""
        for _ in range(self.dice.choice(ALBUM_OF) if album else 1):
            line = self._line(customer, person, topic)
            line.album = album
            posted = person.sends(
                where,
                "photo",
                caption=line.words,
                album=album,
                thread=topic.thread if topic else None,
            )
            self._keep(line, posted, topic.chat if topic else person.id)

    def _edits(self, _customer: int) -> None:
        """Once somebody has moved a request, operators leave alone what they wrote in it."""
        if not self.lines:
            return
        line = self.dice.choice(self.lines[-EDITABLE:])
        if line.outwards and line.customer in self.moved:
            return
        words = f"{line.mark} {self._filler()} (edit {line.edits + 1})"
        where = line.topic.chat if line.topic else self.cast.bot
        line.author.edits(line.where[1], where, words)
        line.words = words
        line.edits += 1

    def _notes(self, customer: int) -> None:
        topic = self._topic_of(customer)
        if topic is None:
            return
        person = self.dice.choice(self.cast.operators)
        line = self._line(customer, person, topic)
        person.writes(topic.chat, f"// {line.words}", thread=topic.thread)
        self.notes.append(line)

    def _shuts(self, customer: int) -> None:
        """An admin closes the topic in the app, or opens a closed one; not where one may be left.

        A topic that was left is closed by the desk, and nobody's ticket is closed with it.
        """
        topic = self._topic_of(customer)
        admin = self.dice.choice(self.cast.operators[:2])
        if topic is None or customer in self.moved:
            return
        looks = {place: look for place, _name, look in self.cast.topics()}
        if looks[topic]["closed"]:
            admin.reopens_topic(*topic)
        else:
            admin.closes_topic(*topic)
            self.closings += 1

    def _moves(self, customer: int) -> None:
        """An admin, who may write in a closed topic too, moves a request to the other group."""
        topic = self._topic_of(customer)
        if topic is None:
            return
        other = DEPARTMENTS[1 - self.cast.groups.index(topic.chat)]
        admin = self.dice.choice(self.cast.operators[:2])
        admin.writes(topic.chat, f"/move {other}", thread=topic.thread)
        self.moves += 1
        self.moved.add(customer)
        self._awaited.add(customer)

    def _topic_of(self, customer: int) -> Place | None:
        """The latest topic that shows this customer's words: nobody answers in an empty one."""
        known, name = self._topics[customer], self._who(customer).name
        if customer in self._awaited:
            for place in self.cast.topics_of(name):
                if place not in known and self._shows_words(place):
                    known.append(place)
                    self._awaited.discard(customer)
        return known[-1] if known else None

    def _shows_words(self, topic: Place) -> bool:
        return any(MARK.search(said(message)) for message in self.cast.posts(topic))

    def _who(self, customer: int) -> Person | Visitor:
        return self.cast.customers[customer]

    def _line(self, customer: int, author: Person | Visitor, topic: Place | None = None) -> Line:
        self._marks += 1
        mark = f"w{self._marks:05}"
        return Line(mark, customer, topic is not None, author, f"{mark} {self._filler()}", topic)

    def _keep(self, line: Line, posted: Seen, chat: int | str) -> None:
        line.where = (chat, posted["message_id"])
        self.lines.append(line)

    def _filler(self) -> str:
        return " ".join(self.dice.choices(FILLER, k=self.dice.randint(1, 8)))


def said(message: Seen) -> str:
    """The words of a message on a screen."""
    return str(message.get("text") or message.get("caption") or "")
