"""Attachments: files that come with words, and where each can be got."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.desk.words import Words

NOBODY = ""  # whose an id is that an earlier version wrote down: some bot's


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a file can be got: by Telegram's id of it, by its key in our store, or by a link.

    `ids` are by the number of the bot that was told them: another bot cannot use them; an empty
    one is of what was shown otherwise, such as in words. `link` is where its sender has it, to be
    fetched from there into our store. Two that differ in nothing but ids and key are of one file.
    `unique` is no source: Telegram's name of the file, which is the same wherever it is met.
    `given_up`: it could not be fetched, and is not unless somebody asks for it again.
    """

    ids: Mapping[str, str] = field(default_factory=dict, compare=False)
    key: str = field(default="", compare=False)
    link: str = ""
    unique: str = ""
    given_up: bool = field(default=False, compare=False)

    def at(self, bot: int) -> str | None:
        """The id by which this bot can send it. None: it has none."""
        return self.ids.get(str(bot)) or self.ids.get(NOBODY)

    def shown_by(self, bot: int) -> bool:
        """Whether this bot has shown it, be it by words."""
        return str(bot) in self.ids

    @property
    def lacking(self) -> bool:
        """Whether nobody but its sender has it."""
        return bool(self.link) and not self.key

    @property
    def awaited(self) -> bool:
        """Whether it is lacking, and comes by itself."""
        return self.lacking and not self.given_up


@dataclass(frozen=True, slots=True)
class Original:
    """Where Telegram has the message itself, which it can forward or copy from there."""

    chat: int
    message: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file. `kind` is Telegram's name of it, used by all channels; `size` is in bytes.

    `seconds` is how long it plays and `start` where it begins to; `title` is a song's, `emoji` a
    sticker's. `picture` is the still of a live photo, or the cover of a video. `hidden`: it is
    shown to who asks for it.

    `caption`, `original` and `edition` are of a file that came as a part of an album, by a message
    of its own: what was said there, where it stands, and which of two edits of it is the later
    one. Without a caption, not even an empty one, the file belongs to all that its message says.
    """

    kind: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    sources: Sources = field(default_factory=Sources)
    seconds: int | None = None
    start: int | None = None
    title: str = ""
    emoji: str = ""
    picture: Sources | None = None
    hidden: bool = False
    caption: Words | None = None
    original: Original | None = field(default=None, compare=False)
    edition: int | None = field(default=None, compare=False)

    @property
    def label(self) -> str:
        """What people call it by; "" for what has no name."""
        return self.name or self.title or self.emoji
