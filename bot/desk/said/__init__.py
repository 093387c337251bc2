"""What crosses the counter between the desk and the channels."""

from dataclasses import dataclass, field
from typing import Any

from bot.desk.said.buttons import Buttons, buttons_from
from bot.desk.said.contents import LIVE, TEXT, Content, Elsewhere, Preview
from bot.desk.words import Words
from bot.desk.words.markup import nearest

__all__ = [
    "LIVE",
    "TEXT",
    "Branch",
    "Buttons",
    "ChannelAddress",
    "Content",
    "Elsewhere",
    "Incoming",
    "Outgoing",
    "Person",
    "Preview",
    "Quote",
    "buttons_from",
]


@dataclass(frozen=True, slots=True)
class ChannelAddress:
    """Where a person can be reached. `id` is opaque to all but the bridge of `channel`."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Where at an address something is said, as its channel calls it; "" is outside of them all.

    `ticket`: of which one is spoken there. None: the first words in it open one.
    """

    id: str
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks, as the channel names them; `language` is an IETF tag or empty.

    `is_named`: they call themselves so; else it is what the channel knows them by, as a number.
    """

    name: str
    username: str | None = None
    language: str = ""
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """The part of a message that a reply quotes; `position` in UTF-16 units."""

    words: Words
    position: int = 0

    def within(self, words: Words, near: int = 0) -> "Quote | None":
        """The quote where it stands in these words, the nearest to a place. None: it does not."""
        found = nearest(words.text, self.words.text, near)
        return None if found is None else Quote(self.words, found)

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"words": self.words.dump(), "position": self.position}

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Quote":
        """From `dump`."""
        return cls(Words.load(data["words"]), data["position"])


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from anywhere. `external_id` and `reply_to` are the channel's message ids.

    "": it stands nowhere at the customer's side, as a pressed button does.
    `branch`: where it was said, of a channel that has such.
    """

    address: ChannelAddress
    person: Person
    external_id: str
    content: Content
    reply_to: str | None = None
    quote: Quote | None = None
    branch: Branch | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a customer; several files are shown as an album, where there are such.

    `places`: by which number the desk knows each file's message, and which place the file has in
    it; what has no file has one, too, and what the desk itself says has none.
    `delivery_id` is the same at every try, and `uncertain` tells that an earlier one may have
    arrived. `ticket` is its number. `automatic`: no person speaks, but the desk. `quote` is of
    what `reply_to` names; without it there is none to show.
    `subject` of the ticket, and `thread`, the channel's id of the latest message of the ticket at
    this address, are filled in for channels that are `Threaded`. `branch`: where it is to stand,
    if not where its ticket is spoken of.
    """

    address: ChannelAddress
    content: Content
    reply_to: str | None = None
    quote: Quote | None = None
    buttons: Buttons = field(default_factory=list)
    language: str = "en"  # of what the channel itself has to say, such as «forwarded from»
    places: list[tuple[int, int]] = field(default_factory=list)
    delivery_id: int | None = None
    uncertain: bool = False
    ticket: int | None = None
    subject: str = ""
    thread: str | None = None
    automatic: bool = False
    branch: str | None = None
