"""How the chat of a visitor looks: messages in the form of the Bot API's, so one page draws both.

Each file has a message of its own in an album, as Telegram has it. Besides what the Bot API has:
`stands` ("going", "taken" or "refused"), `what` is going or was refused (the type of an event), the
`answer` that it got, and `automatic`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.files import PEOPLE
from sandbox.visitors import DESK, VISITOR, Line, Visitor
from sandbox.world import World

Json = dict[str, Any]


def chat(world: World, visitor: Visitor) -> list[Json]:
    """All lines, the oldest first."""
    return [one for line in visitor.lines.values() for one in _messages(world, visitor, line)]


def standing(visitor: Visitor) -> Json:
    """Who they are, and how they stand with the desk."""
    return {
        "id": visitor.id,
        "name": visitor.name,
        "language": visitor.language,
        "shut": visitor.shut,
        "waits": visitor.events[0].answer if visitor.events else None,
        "refused": next((event.answer for event in visitor.refused.values()), None),
    }


def _messages(world: World, visitor: Visitor, line: Line) -> Iterator[Json]:
    """One, or one for each file; the first of them has the words."""
    album = line.id if len(line.files) > 1 else None
    for place, content in enumerate(line.files or [{}]):
        shown = _bare(world, visitor, line)
        if place:
            shown["message_id"] = f"{line.id}/{place}"
        elif line.text:
            told = ("caption", "caption_entities") if line.files else ("text", "entities")
            shown |= dict(zip(told, (line.text, line.entities), strict=True))
        if album:
            shown["media_group_id"] = album
        if not place:
            shown |= _marks(world, visitor, line)
        yield shown | world.files.reveal(content, PEOPLE)


def _bare(world: World, visitor: Visitor, line: Line) -> Json:
    return {"message_id": line.id, "from": _author(world, visitor, line), "date": line.date}


def _marks(world: World, visitor: Visitor, line: Line) -> Json:
    """What hangs on a line besides what it says."""
    marks: Json = {"edited": line.edited, "automatic": line.automatic}
    marks |= _stands(visitor, line)
    by = {VISITOR: visitor.id, DESK: DESK}
    found = [{"by": by[who], "emoji": emoji} for who, emoji in line.reactions.items() if emoji]
    if found:
        marks["reactions"] = found
    target = visitor.lines.get(line.reply_to or "")
    if target is not None:
        marks["reply_to_message"] = _replied(world, visitor, target)
    if line.quote:
        marks["quote"] = {"text": line.quote}
    return marks


def _stands(visitor: Visitor, line: Line) -> Json:
    going = [event for event in visitor.events if event.about == line.id]
    events = going or list(line.refused.values())
    if not events:
        return {"stands": "taken"}
    stands = "going" if going else "refused"
    return {"stands": stands, "answer": events[0].answer, "what": events[0].body["type"]}


def _replied(world: World, visitor: Visitor, line: Line) -> Json:
    shown = _bare(world, visitor, line)
    shown["caption" if line.files else "text"] = line.text
    return shown | (world.files.reveal(line.files[0], PEOPLE) if line.files else {})


def _author(world: World, visitor: Visitor, line: Line) -> Json:
    if line.sender == VISITOR:
        return {"id": visitor.id, "first_name": visitor.name, "is_bot": False}
    name = next((bot.user.first_name for bot in world.bots.values()), "")
    return {"id": DESK, "first_name": name, "is_bot": False}
