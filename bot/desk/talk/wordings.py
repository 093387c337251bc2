"""Wordings: what a macro says in each language, and how that stands in its row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.desk.errors import NotForCustomers
from bot.desk.said import Content, stored
from bot.desk.said.prepared import Changes, Key, Prepared
from bot.desk.talk import notes
from bot.desk.words import Words
from models import Macro

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wording:
    """`by` is the number of the operator who wrote it, at this instant; None: nobody can see who.

    The buttons that it brings are with the content.
    """

    content: Content
    by: int | None
    at: datetime

    @property
    def keys(self) -> tuple[Key, ...]:
        """The buttons for the customer."""
        return self.content.prepared.keys if self.content.prepared else ()


def of(macro: Macro) -> dict[str, Wording]:
    """All of them by their languages, the oldest first."""
    return {language: _load(each) for language, each in macro.wordings.items()}


def nearest(macro: Macro, *languages: str) -> tuple[str, Wording]:
    """That in the first of these languages that it has; else the oldest, with its language."""
    found = of(macro)
    wanted = next((each for each in languages if each in found), next(iter(found)))
    return wanted, found[wanted]


def check(content: Content) -> None:
    """Go on only if what is written is clearly for customers. Raises NotForCustomers."""
    written = replace(content, prepared=None)
    like_a_note = notes.is_marked(written) or notes.is_near(written)
    if like_a_note or notes.command(written.words.text):
        raise NotForCustomers


def changes_of(macro: Macro) -> Changes:
    """What it sets when its words go."""
    return stored.load_changes(macro.changes)


def whole(macro: Macro, wording: Wording) -> Content:
    """What a message of it says, with its variables."""
    return replace(wording.content, prepared=Prepared(wording.keys, changes_of(macro)))


def dump(wordings: Mapping[str, Wording]) -> Json:
    """As JSON."""
    return {language: _dump(each) for language, each in wordings.items()}


def _dump(wording: Wording) -> Json:
    content = wording.content
    said = {"kind": content.kind, "words": content.words.dump(), "content": stored.dump(content)}
    return {**said, "by": wording.by, "at": wording.at.isoformat()}


def _load(data: Json) -> Wording:
    words = Words.load(data["words"])
    content = stored.load(data["kind"], words, data["content"], {}, None)
    return Wording(content, data["by"], datetime.fromisoformat(data["at"]))
