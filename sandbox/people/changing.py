"""Further ways to put things into chats: other media in a message, posts of channels."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Refused
from sandbox.messages import CAPTION_KINDS
from sandbox.origins import origin_of
from sandbox.people.acting import Json, Where
from sandbox.people.content import content_of
from sandbox.people.writing import Writing

CHANNEL = -1_009_999_000_001  # an id that no group of the sandbox has
WORDS = ("caption", "caption_entities")


class Changing(Writing):
    """Another picture in the same message, edits that change nothing, channels' posts."""

    def replaces(
        self,
        message_id: int,
        chat: Where,
        kind: str,
        *,
        data: bytes | None = None,
        filename: str | None = None,
        **fields: Any,
    ) -> Json:
        """Put another file into one's message; its caption stays."""
        found, message = self._message(chat, message_id)
        self._check_edit(message)
        if message.kind not in CAPTION_KINDS:
            raise Refused("This message has no file to replace.")
        kept = {name: message.content[name] for name in WORDS if name in message.content}
        message.kind, content = content_of(self, kind, data, filename, fields)
        return self._edited(found, message, {**content, **kept})

    def seems_to_edit(self, message_id: int, chat: Where) -> Json:
        """Telegram tells of an edit though nothing that people see has changed."""
        found, message = self._message(chat, message_id)
        return self._edited(found, message, message.content)

    def forwards_album(
        self, album: list[Json], chat: Where, thread: int | None = None, *, group: str = ""
    ) -> list[Json]:
        """Forward the parts of an album as one, or as further parts of the `group`."""
        found = [self._source(part) for part in album]
        group = group or self.new_album()
        shown = []
        for source, original in found:
            message = self._prepared(chat, original.kind, original.content, thread)
            message.origin = origin_of(self.world, source, original)
            message.album = group
            shown.append(self._posted(chat, message, None, None, False))
        return shown

    def forwards_post(
        self,
        chat: Where,
        channel: str,
        text: str,
        *,
        thread: int | None = None,
        entities: list[Json] | None = None,
    ) -> Json:
        """Forward a post of a channel that is not in this world."""
        words = self._words(text, entities, "text", "entities")
        message = self._prepared(chat, "text", words, thread)
        source = {"id": CHANNEL, "type": "channel", "title": channel}
        message.origin = {"type": "channel", "date": message.date, "chat": source, "message_id": 7}
        return self._posted(chat, message, None, None, False)
