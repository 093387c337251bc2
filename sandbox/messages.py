"""Messages as they are kept; `showing.py` draws them for a bot or a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

CAPTION_KINDS = frozenset(
    ("photo", "live_photo", "video", "animation", "document", "audio", "voice")
)
FILE_KINDS = CAPTION_KINDS | {"video_note", "sticker"}
CONTENT_KINDS = FILE_KINDS | {"text", "location", "venue", "contact", "poll", "dice"}
# People can send these, but no bot can copy or forward them.
RARE_KINDS = frozenset(("story", "game", "checklist", "invoice", "giveaway", "paid_media"))
FOREVER = frozenset(("forum_topic_created", "migrate_to_chat_id", "migrate_from_chat_id"))


@dataclass(slots=True)
class Message:
    """One message. `content` is its part of Bot API's Message, files as `{"file": key}`.

    `sender` is a user id; `anonymous` shows the group in the user's place, `channel` one
    of this title. `markup` is the keyboard as it was given, reply keyboards included. `top` is
    the first message of a chain of replies outside topics.

    An ephemeral one has the `id` 0, a number of its own, and a `receiver`: none but that user and
    the sender see it. `replaces` is the message in whose place it is shown.
    """

    id: int
    date: int
    sender: int
    kind: str
    content: Json
    thread: int = 0
    anonymous: bool = False
    channel: str = ""
    reply_to: int = 0
    top: int = 0
    quote: Json | None = None
    external_reply: Json | None = None
    origin: Json | None = None
    edit_date: int = 0
    markup: Json | None = None
    album: str = ""
    protected: bool = False
    effect: str = ""
    via: int = 0  # the inline bot that made it
    ephemeral: int = 0
    receiver: int = 0
    replaces: int = 0
    reactions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def service(self) -> bool:
        """Whether it tells of an event instead of carrying words or media."""
        return self.kind not in CONTENT_KINDS | RARE_KINDS

    @property
    def copyable(self) -> bool:
        """Whether bots may copy and forward it."""
        return self.kind in CONTENT_KINDS

    @property
    def words(self) -> str:
        """Its text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def formatting(self) -> list[Json]:
        """The entities of its words."""
        found = self.content.get("entities") or self.content.get("caption_entities")
        return found or []

    @property
    def inline_keyboard(self) -> Json | None:
        """The inline keyboard, if that is what the markup is."""
        return self.markup if self.markup and "inline_keyboard" in self.markup else None
