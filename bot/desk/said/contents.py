"""Contents: what a message says, and an album of which one message was made, taken apart again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.desk.said.attachments import Attachment, Original
from bot.desk.said.extras import Extra
from bot.desk.said.prepared import Prepared
from bot.desk.words import Words, join

TEXT, LIVE = "text", "live_location"  # kinds of content that are asked for


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
    further parts come as they come; what they make is one message (`joined`). `prepared`: it is a
    macro's, and brings what that has besides words, if anything.
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
    prepared: Prepared | None = None

    @property
    def is_plain(self) -> bool:
        """Nothing but words, whoever prepared them."""
        return self.says(Content(words=self.words, prepared=self.prepared and Prepared()))

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
