"""What a channel carries to a customer's address. The gate is the channel's name."""

from dataclasses import dataclass, field, replace
from typing import Self

from bot.desk.outbox.drafts import Draft, Json, Kind, Precedence
from bot.desk.said import sentences
from bot.desk.said.sentences import Choices, Said

PAUSE = 1.5  # seconds; what changes again at once is shown once


def lane(channel: str, address_id: int) -> str:
    """What keeps the order of everything that is said to one address."""
    return f"{channel}:{address_id}"


def _branch(branch: str | None) -> Json:
    """Of the few that name one."""
    return {} if branch is None else {"branch": branch}


class ToCustomer(Kind):
    """For one address, which it names itself: where replies go may have changed since."""

    __slots__ = ()
    address: int

    def draft(self, channel: str, ticket_id: int | None = None, *, delay: float = 0.0) -> Draft:
        """To be put; about a ticket, or the bot's own. `delay` in seconds."""
        at, payload = lane(channel, self.address), self.dump()
        return Draft(channel, at, self.kind, payload, self.priority, ticket_id, delay=delay)


@dataclass(frozen=True, slots=True)
class Message(ToCustomer):
    """An operator's words. They are read when they are carried.

    `gathers`: further files of the message may be on their way, or a mark that makes it a note.
    """

    kind = "message"

    address: int
    messages: list[int]
    gathers: bool = False


@dataclass(frozen=True, slots=True)
class Say(ToCustomer):
    """What the bot itself says. `reply_to` is the channel's id of what it answers.

    `is_sign`: it tells how its ticket stands, and will be edited as that changes. `branch`: where
    at the address it is to stand; None: where its ticket is spoken of.
    """

    kind = "say"

    address: int
    said: Said
    buttons: Choices = field(default_factory=list)
    reply_to: str | None = None
    is_sign: bool = False
    branch: str | None = None

    def dump(self) -> Json:
        """As the payload of a row."""
        buttons = sentences.dump_choices(self.buttons)
        rest = {"address": self.address, "buttons": buttons, "reply_to": self.reply_to}
        sign = {"is_sign": True} if self.is_sign else {}
        return {**rest, **sign, **_branch(self.branch), **sentences.dump(self.said)}

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        return cls(
            payload["address"],
            sentences.load(payload),
            sentences.load_choices(payload.get("buttons")),
            payload.get("reply_to"),
            payload.get("is_sign", False),
            payload.get("branch"),
        )


@dataclass(frozen=True, slots=True)
class Resay(ToCustomer):
    """Something else of the bot's own, where a message of its own `stands`; see `Say`."""

    kind = "resay"

    address: int
    stands: str
    said: Said
    buttons: Choices = field(default_factory=list)
    branch: str | None = None

    def dump(self) -> Json:
        """As the payload of a row."""
        buttons = sentences.dump_choices(self.buttons)
        rest = {"address": self.address, "stands": self.stands, "buttons": buttons}
        return {**rest, **_branch(self.branch), **sentences.dump(self.said)}

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`."""
        said, buttons = sentences.load(payload), sentences.load_choices(payload.get("buttons"))
        where = payload["address"], payload["stands"]
        return cls(*where, said, buttons, payload.get("branch"))


@dataclass(frozen=True, slots=True)
class Sign(ToCustomer):
    """The sign of a ticket is to show how it stands then."""

    kind = "sign"
    priority = Precedence.LOOK
    once = True

    address: int
    ticket: int

    def draft(self, channel: str, ticket_id: int | None = None, *, delay: float = PAUSE) -> Draft:
        """To be put; what is said to the customer is not kept waiting by it."""
        usual = ToCustomer.draft(self, channel, self.ticket, delay=delay)
        return replace(usual, lane=f"sign:{self.ticket}", once=True)


@dataclass(frozen=True, slots=True)
class Fetch(ToCustomer):
    """A file that a customer has given a link to: the one at this `place` of their message."""

    kind = "fetch"

    address: int
    message: int
    place: int = 0

    def draft(self, channel: str, ticket_id: int | None = None, *, delay: float = 0.0) -> Draft:
        """To be put; what is said to the customer is not kept waiting by it."""
        usual = ToCustomer.draft(self, channel, ticket_id, delay=delay)
        return replace(usual, lane=f"fetch:{self.message}:{self.place}")


@dataclass(frozen=True, slots=True)
class Edit(ToCustomer):
    """An operator changed these words, or the file at this `place` of theirs."""

    kind = "edit"

    address: int
    message: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class Unsend(ToCustomer):
    """An answer is taken back: these parts of it."""

    kind = "unsend"

    address: int
    message: int
    parts: list[int]

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From `dump`; where no parts are named, it is the message alone."""
        message = payload["message"]
        return cls(payload["address"], message, payload.get("parts", [message]))


@dataclass(frozen=True, slots=True)
class React(ToCustomer):
    """An operator's reaction; "" takes it back."""

    kind = "react"

    address: int
    message: int
    emoji: str
    place: int = 0
