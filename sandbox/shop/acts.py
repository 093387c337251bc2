"""What a visitor of the site does: each act is a change of the chat, and an event for the desk.

The events are as docs/webhook.md has them, but for their files: those are keys in the world, and
links as soon as it is known where the shop is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.errors import Refused
from sandbox.media import Given, file_content
from sandbox.visitors import VISITOR, Event, Line, Visitor
from sandbox.world import World

Json = dict[str, Any]

MOST_FILES = 10
KINDS = {"image": "photo", "video": "video", "audio": "audio"}  # of a MIME type, where not a file
PICTURES = {"image/png", "image/jpeg", "image/webp"}


class Visit:
    """One visitor, acting. What the site would not let them do raises `Refused`."""

    def __init__(self, world: World, visitor: Visitor) -> None:
        self._world = world
        self.visitor = visitor

    def writes(
        self,
        text: str = "",
        *,
        entities: Sequence[Json] = (),
        files: Sequence[Given] = (),
        reply_to: str | None = None,
        forged: bool = False,
    ) -> Line:
        """Say something, with up to ten files; `forged`: signed by somebody else."""
        if not (text.strip() or files):
            raise Refused("Nothing is said.")
        if len(files) > MOST_FILES:
            raise Refused(f"A message has {MOST_FILES} files at most.")
        line = Line(f"m-{self._world.number('line')}", VISITOR, self._world.now(), text)
        line.entities, line.reply_to = list(entities), reply_to
        line.files = [file_content(self._world.files, kind_of(one.mime), one, {}) for one in files]
        self.visitor.lines[line.id] = line
        self._happens("message", line.id, self._said(line), forged=forged)
        return line

    def edits(self, line: str, text: str, *, entities: Sequence[Json] = ()) -> None:
        """Say it differently; its files stay. What was never taken is brought again so."""
        found = self._own(line)
        if not (text.strip() or found.files):
            raise Refused("Nothing is said.")
        found.text, found.entities = text, list(entities)
        said = self._said(found)
        if untaken := _untaken(found):
            untaken.body["data"] = {"from": untaken.body["data"]["from"], **said}
            found.refused = {"message": untaken}
            self.brings_again(line)
            return
        found.edited = True
        said.pop("attachments", None)
        self._happens("edited", found.id, said)

    def deletes(self, line: str) -> None:
        """Take it back; it stands there until the desk has been told, if that ever took it."""
        found = self._own(line)
        if _untaken(found):
            del self.visitor.lines[line]
            self._tell()
            return
        self._happens("deleted", found.id, {"id": line})

    def reacts(self, line: str, emoji: str) -> None:
        """Set a reaction; an empty one takes it back."""
        found = self._line(line)
        if _untaken(found):
            raise Refused("The desk has not taken this message.")
        found.reactions = {**found.reactions, VISITOR: emoji}
        self._happens("reacted", found.id, {"id": line, "emoji": emoji})

    def shuts(self) -> None:
        """Hear of the shop no more."""
        self.visitor.shut = True
        self._happens("blocked", "", {})

    def opens(self) -> None:
        """Hear of it again."""
        self.visitor.shut = False
        self._happens("returned", "", {})

    def brings_again(self, line: str | None = None) -> None:
        """What was refused is brought once more: the same calls, signed as they should be."""
        holder = self._line(line) if line else self.visitor
        events = list(holder.refused.values())
        if not events:
            raise Refused("Nothing was refused.")
        holder.refused.clear()
        for event in events:
            event.forged, event.tries, event.answer = False, 0, None
        self._queue(*events)

    def speaks(self, language: str) -> None:
        """Another language from now on."""
        self.visitor.language = language
        self._tell()

    def _said(self, line: Line) -> Json:
        said: Json = {"id": line.id, "text": line.text}
        if line.entities:
            said["entities"] = line.entities
        if line.reply_to:
            said["reply_to"] = line.reply_to
        if line.files:
            said["attachments"] = [key_of(one) for one in line.files]
        return said

    def _happens(self, kind: str, about: str, data: Json, *, forged: bool = False) -> None:
        who = {"id": self.visitor.id, "name": self.visitor.name, "language": self.visitor.language}
        at = datetime.fromtimestamp(self._world.clock(), UTC).isoformat()
        body = {"type": kind, "timestamp": at, "data": {**data, "from": who}}
        self._queue(Event(f"evt-{self._world.number('event')}", about, body, forged))

    def _queue(self, *events: Event) -> None:
        self.visitor.events += events
        self._tell()

    def _tell(self) -> None:
        tell(self._world, self.visitor)

    def _line(self, number: str) -> Line:
        found = self.visitor.lines.get(number)
        if found is None:
            raise Refused("There is no such message.")
        return found

    def _own(self, number: str) -> Line:
        found = self._line(number)
        if found.sender != VISITOR:
            raise Refused("This message is not theirs.")
        return found


def tell(world: World, visitor: Visitor | None = None, *, news: bool = False) -> None:
    """Let those who watch the world know that a chat has changed, or the site as a whole.

    `news`: the desk has spoken.
    """
    event = {"type": "visit", "chat": None, "thread": None}
    world.tell({**event, "visitor": visitor.id if visitor else None, "news": news})


def _untaken(line: Line) -> Event | None:
    """The refused call that would have brought it; None if the desk has it, or may yet."""
    return line.refused.get("message")


def kind_of(mime: str) -> str:
    """How a file of this type looks in a chat."""
    if mime.startswith("image/") and mime not in PICTURES:
        return "document"
    return KINDS.get(mime.partition("/")[0], "document")


def key_of(content: Json) -> int:
    """The key of the file that a content is about."""
    [shown] = [one for kind, one in content.items() if kind != "document" or len(content) == 1]
    return int((shown[-1] if isinstance(shown, list) else shown)["file"])
