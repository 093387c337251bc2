"""What crosses the counter between the desk and the channels."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.desk.said.attachments import Attachment
from bot.desk.said.extras import Extra
from bot.desk.words import Words
from bot.desk.words.markup import nearest

TEXT, LIVE = "text", "live_location"  # kinds of content that are asked for
Buttons = list[list[tuple[str, str]]]  # rows of (label, data); data is at most 64 bytes


def buttons_from(rows: Any) -> Buttons:
    """Buttons from JSON, which knows no pairs; none for what has none."""
    return [[(label, data) for label, data in row] for row in rows or ()]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person can be reached. `id` is opaque to all but the bridge of `channel`."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks, as the channel names them; `language` is an IETF tag or empty."""

    name: str
    username: str | None = None
    language: str = ""


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
class Original:
    """Where Telegram has the message itself, which it can forward or copy from there."""

    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a message answers that stands in another chat.

    `source`: whose words; `kind`: Telegram's name of what they are, "" for words; `url`: where
    members of that chat see it; `quote`: the part that is quoted.
    """

    source: str = ""
    kind: str = ""
    url: str = ""
    quote: Words | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """How the preview of a link is shown, where not as by itself. Bot API: LinkPreviewOptions."""

    url: str | None = None
    is_disabled: bool | None = None
    prefer_small_media: bool | None = None
    prefer_large_media: bool | None = None
    show_above_text: bool | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says: its words, its files, and what is neither.

    `kind` is Telegram's name of the kind (text, photo, document, …), used by all channels.
    `forwarded`: whose words they were first, "" where nobody knows; None: its author's own.
    `protected`: it may not be passed on as it stands. `above`: the words stand above the file.
    `unread` are names of what could not be read of it.
    """

    kind: str = TEXT
    words: Words = field(default_factory=Words)
    attachments: tuple[Attachment, ...] = ()
    extra: Extra | None = None
    preview: Preview | None = None
    above: bool = False
    forwarded: str | None = None
    protected: bool = False
    elsewhere: Elsewhere | None = None
    unread: tuple[str, ...] = ()
    original: Original | None = None
    album: str | None = None
    edition: int | None = None  # of an edit: which of two is the later one

    @property
    def is_plain(self) -> bool:
        """Nothing but words."""
        return self.says(Content(words=self.words))

    @property
    def title(self) -> str:
        """What its author calls what is not words: a place, a song, the question of a poll."""
        if self.extra:
            return self.extra.title
        return self.attachments[0].title if self.attachments else ""

    def pieces(self) -> "list[Content]":
        """A content for each file, the words with the first; itself, if it has one at most."""
        if len(self.attachments) < 2:
            return [self]
        first, *others = self.attachments
        alone = [Content(one.kind, attachments=(one,), album=self.album) for one in others]
        return [replace(self, attachments=(first,), kind=first.kind), *alone]

    def says(self, other: "Content") -> bool:
        """Whether people see the same of both, wherever they stand."""
        nowhere: dict[str, Any] = {"original": None, "album": None, "edition": None}
        return replace(self, **nowhere) == replace(other, **nowhere)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from anywhere. `external_id` and `reply_to` are the channel's message ids."""

    address: Address
    person: Person
    external_id: str
    content: Content
    reply_to: str | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a customer; more than one part is an album, shown as one.

    `message_ids` are the desk's own numbers of the parts; what the desk itself says has none.
    `delivery_id` is the same at every try, and `uncertain` tells that an earlier one may have
    arrived. `ticket` is its number. `automatic`: no person speaks, but the desk. `quote` is of
    what `reply_to` names; without it there is none to show.
    `subject` of the ticket, and `thread`, the channel's id of the latest message of the ticket at
    this address, are filled in for channels that are `Threaded`.
    """

    address: Address
    parts: list[Content]
    reply_to: str | None = None
    quote: Quote | None = None
    buttons: Buttons = field(default_factory=list)
    language: str = "en"  # of what the channel itself has to say, such as «forwarded from»
    message_ids: list[int] = field(default_factory=list)
    delivery_id: int | None = None
    uncertain: bool = False
    ticket: int | None = None
    subject: str = ""
    thread: str | None = None
    automatic: bool = False
