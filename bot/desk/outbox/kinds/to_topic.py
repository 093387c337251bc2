"""What is carried into the topic of a ticket, or done there. Most of it is read when it is."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from bot.desk.outbox import shares
from bot.desk.outbox.drafts import Draft, Json, Kind, Precedence
from bot.desk.outbox.gates import FORUM
from bot.desk.said import Buttons, buttons_from
from bot.desk.said.sentences import Sentence, dumped, loaded


def lane(ticket_id: int | None) -> str:
    """What keeps the order of everything that is said in one topic."""
    return f"forum:{ticket_id}"


def _each(kind: str, message: int, place: int) -> str:
    """A lane for each file of a message."""
    return f"{kind}:{message}:{place}" if place else f"{kind}:{message}"


class ToTopic(Kind):
    """About a ticket, in the operators' group."""

    __slots__ = ()

    def lane(self, ticket_id: int | None) -> str:
        """That of what is said in the topic, unless a kind waits for nobody there."""
        return lane(ticket_id)

    def draft(self, ticket_id: int | None) -> Draft:
        """To be put about this ticket."""
        at, payload = self.lane(ticket_id), self.dump()
        return Draft(FORUM, at, self.kind, payload, self.priority, ticket_id, once=self.once)


@dataclass(frozen=True, slots=True)
class Words(ToTopic):
    """The customer's words. `merge`: plain ones that may share a post.

    `gathers`: further files of the message may be on their way. It is read when it is carried.
    """

    kind = "words"

    messages: list[int]
    gathers: bool = False
    merge: bool = False

    def heard(self, ticket_id: int, *, opens: bool, length: int, delay: float) -> Draft:
        """To be put; the topic `opens` with them. `length` in characters; what gathers waits."""
        return Draft(
            FORUM,
            self.lane(ticket_id),
            self.kind,
            self.dump(),
            Precedence.TOPIC if opens else Precedence.WORDS,
            ticket_id,
            delay=delay if self.gathers else 0.0,
            portion=shares.portion(length) if self.merge else 1.0,
        )


@dataclass(frozen=True, slots=True)
class File(ToTopic):
    """A file that could not be got when its words were posted: at this `place` of the message."""

    kind = "file"

    message: int
    place: int = 0

    def lane(self, ticket_id: int | None) -> str:
        """Words are not kept waiting by a file."""
        return _each("file", self.message, self.place)


@dataclass(frozen=True, slots=True)
class Echo(ToTopic):
    """What an operator has said by a macro, and no post of theirs has. Read when it is carried."""

    kind = "echo"

    message: int


@dataclass(frozen=True, slots=True)
class Edit(ToTopic):
    """The customer changed these words, or the file at this `place` of theirs."""

    kind = "edit"

    message: int
    place: int = 0

    def step(self, ticket_id: int, delay: float) -> Draft:
        """A step of somebody's walk: words are not kept waiting by it, and the last one counts."""
        at, payload = f"live:{self.message}", self.dump()
        return Draft(
            FORUM, at, self.kind, payload, Precedence.CARD, ticket_id, delay=delay, once=True
        )


@dataclass(frozen=True, slots=True)
class React(ToTopic):
    """The customer's reaction; "" takes it back. As a draft it goes behind the words."""

    kind = "react"

    message: int
    emoji: str
    place: int = 0

    def settled(self, ticket_id: int, delay: float) -> Draft:
        """Where the words stand already: behind nothing but a second thought."""
        at, payload = _each("react", self.message, self.place), self.dump()
        return Draft(FORUM, at, self.kind, payload, Precedence.LOOK, ticket_id, delay=delay)


@dataclass(frozen=True, slots=True)
class Tell(ToTopic):
    """A sentence of the bot's, a msgid; it answers a `message`, if there is one."""

    kind = "tell"
    priority = Precedence.NOTICE

    sentence: str
    values: Json = field(default_factory=dict)
    buttons: Buttons = field(default_factory=list)
    message: int | None = None
    count: int | None = None  # with `many` as in a `Sentence`
    many: str = ""

    @classmethod
    def of(cls, said: Sentence, buttons: Buttons, message: int | None) -> Self:
        """What says it."""
        values = {
            name: str(value) if isinstance(value, int) else dumped(value)
            for name, value in said.values.items()
        }
        return cls(said.msgid, values, buttons, message, said.count, said.many)

    def said(self) -> Sentence:
        """The sentence."""
        values = {name: loaded(value) for name, value in self.values.items()}
        return Sentence(self.sentence, values, self.count, self.many)

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        buttons = buttons_from(payload.get("buttons"))
        values, message = payload.get("values", {}), payload.get("message")
        plural = payload.get("count"), payload.get("many", "")
        return cls(payload["sentence"], values, buttons, message, *plural)


@dataclass(frozen=True, slots=True)
class Retell(ToTopic):
    """Another sentence in the place of one of the bot's; `moment` fills {moment}."""

    kind = "retell"
    priority = Precedence.NOTICE

    chat: int
    post: int
    sentence: str
    moment: datetime | None = None

    def lane(self, ticket_id: int | None) -> str:
        """The last sentence in one place counts."""
        return f"retell:{self.chat}:{self.post}"

    def dump(self) -> Json:
        """As the payload of a row; the moment, if there is one, by ISO 8601."""
        payload: Json = {"chat": self.chat, "post": self.post, "sentence": self.sentence}
        if self.moment:
            payload["moment"] = self.moment.isoformat()
        return payload

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        then = payload.get("moment")
        moment = datetime.fromisoformat(then) if then else None
        return cls(payload["chat"], payload["post"], payload["sentence"], moment)


@dataclass(frozen=True, slots=True)
class Unmark(ToTopic):
    """The customer has these words no more, so they are not marked as delivered."""

    kind = "unmark"
    priority = Precedence.LOOK

    message: int

    def lane(self, ticket_id: int | None) -> str:
        """One for each message."""
        return f"mark:{self.message}"


@dataclass(frozen=True, slots=True)
class Nod(ToTopic):
    """The mark of what was done, under an operator's command."""

    kind = "nod"
    priority = Precedence.LOOK

    chat: int
    post: int

    def lane(self, ticket_id: int | None) -> str:
        """One for each command."""
        return f"nod:{self.chat}:{self.post}"


class UpToDate(ToTopic):
    """Something of the ticket's look, as it is when it is carried."""

    __slots__ = ()
    priority = Precedence.LOOK
    once = True

    def lane(self, ticket_id: int | None) -> str:
        """One for each kind and ticket."""
        return f"{self.kind}:{ticket_id}"


@dataclass(frozen=True, slots=True)
class Card(UpToDate):
    """The card."""

    kind = "card"
    priority = Precedence.CARD


@dataclass(frozen=True, slots=True)
class Look(UpToDate):
    """The topic's name and icon."""

    kind = "look"


@dataclass(frozen=True, slots=True)
class Pin(UpToDate):
    """The card is to be pinned."""

    kind = "pin"


@dataclass(frozen=True, slots=True)
class Shut(UpToDate):
    """The topic is closed or open, as its ticket is."""

    kind = "shut"
    priority = Precedence.CARD


@dataclass(frozen=True, slots=True)
class RemoveTopic(ToTopic):
    """A topic that no ticket needs goes."""

    kind = "remove_topic"
    priority = Precedence.LOOK

    chat_id: int
    thread_id: int

    def lane(self, ticket_id: int | None) -> str:
        """One for each topic."""
        return f"remove_topic:{self.chat_id}:{self.thread_id}"

    def draft(self, ticket_id: int | None) -> Draft:
        """To be put for the group where it is."""
        return replace(super(RemoveTopic, self).draft(ticket_id), chat_id=self.chat_id)
