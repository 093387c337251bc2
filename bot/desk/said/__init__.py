"""What crosses the counter between the desk and the channels."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.desk.said.attachments import Attachment, Original
from bot.desk.said.extras import Extra
from bot.desk.words import Words, join
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
    `unread` are names of what could not be read of it. `album`: it is a part of that one, whose
    further parts come as they come; what they make is one message (`joined`).
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

    @property
    def is_gathered(self) -> bool:
        """Whether it was an album, each file of which came with a caption of its own."""
        return any(one.caption is not None for one in self.attachments)

    def pieces(self) -> "list[Content]":
        """A content for each file, with its caption; itself, if it has one at most.

        Words that are no file's own stand with the first, as does all that is of the whole.
        """
        if len(self.attachments) < 2:
            return [self]
        first, *others = map(_alone, self.attachments)
        top = replace(self, kind=first.kind, attachments=first.attachments)
        if self.is_gathered:
            top = replace(top, words=first.words, original=first.original, edition=first.edition)
        return [top, *(replace(one, above=self.above) for one in others)]

    def piece(self, place: int) -> "Content":
        """What stands at one place of it; all of it, where it has no such place."""
        found = self.pieces()
        return found[place] if place < len(found) else self

    def joined(self, part: "Content") -> "Content":
        """With a further part of the same album, which has a file."""
        return _gathered([*self.pieces(), *part.pieces()])

    def with_piece(self, place: int, now: "Content") -> "Content":
        """With another part at this place; one that comes late changes nothing.

        What did not come part by part is all that is said now.
        """
        if not self.is_gathered:
            return now
        parts = self.pieces()
        before = parts[place]
        if now.edition and before.edition and now.edition < before.edition:
            return self
        files, original = now.attachments or before.attachments, now.original or before.original
        parts[place] = replace(now, kind=files[0].kind, attachments=files, original=original)
        return _gathered(parts)

    def differs(self, before: "Content") -> list[int]:
        """The places at which people see something else than before; of a whole, the first."""
        now, then = self.pieces(), before.pieces()
        if not self.is_gathered or len(now) != len(then):
            return [0]
        return [place for place, piece in enumerate(now) if not piece.says(then[place])]

    def order(self) -> list[int]:
        """The places of its files, in the order in which they were said."""
        found = [one.original.message if one.original else 0 for one in self.attachments]
        return sorted(range(len(found)), key=found.__getitem__)

    def says(self, other: "Content") -> bool:
        """Whether people see the same of both, wherever they stand."""
        nowhere: dict[str, Any] = {"original": None, "album": None, "edition": None}
        return replace(self, **nowhere) == replace(other, **nowhere)


def _alone(file: Attachment) -> Content:
    """A file as it came, by itself."""
    bare = replace(file, caption=None, original=None, edition=None)
    return Content(
        file.kind,
        file.caption or Words(),
        (bare,),
        original=file.original,
        edition=file.edition,
    )


def _gathered(parts: Sequence[Content]) -> Content:
    """One message of the parts of an album: what they say is what it says."""
    files = tuple(
        replace(
            part.attachments[0], caption=part.words, original=part.original, edition=part.edition
        )
        for part in parts
    )
    whole = replace(parts[0], attachments=files, edition=None)
    said = [parts[place].words for place in whole.order()]
    return replace(
        whole,
        words=join("\n\n", [words for words in said if words]),
        above=any(part.above for part in parts),
        protected=any(part.protected for part in parts),
        unread=tuple(dict.fromkeys(name for part in parts for name in part.unread)),
    )


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
    """A message to a customer; several files are shown as an album, where there are such.

    `places`: by which number the desk knows each file's message, and which place the file has in
    it; what has no file has one, too, and what the desk itself says has none.
    `delivery_id` is the same at every try, and `uncertain` tells that an earlier one may have
    arrived. `ticket` is its number. `automatic`: no person speaks, but the desk. `quote` is of
    what `reply_to` names; without it there is none to show.
    `subject` of the ticket, and `thread`, the channel's id of the latest message of the ticket at
    this address, are filled in for channels that are `Threaded`.
    """

    address: Address
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
