"""The door: what an update is before anybody reads it, and how it is read.

Whatever comes in is made fit to be stored, once, here. What the library cannot read, such as a
field of a later version of the Bot API, is left out and named: the words always arrive.
"""

from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from models.rows import storable

DEEPEST = 40  # levels; Telegram's own updates have about ten
MOST_CUTS = 20
ESSENTIAL = ("message_id", "date", "chat", "from")  # without these nobody knows whose words it is
UNREAD = "topicdesk_unread"  # where a message keeps the names of what was left out

Path = list[str | int]


def clean(value: Any, deepest: int = DEEPEST) -> Any:
    """The same without what PostgreSQL cannot keep, and no deeper than anybody looks.

    That is NUL and halves of surrogate pairs.
    """
    if isinstance(value, str):
        return storable(value)
    if not isinstance(value, dict | list):
        return value
    if not deepest:
        return None
    if isinstance(value, list):
        return [clean(each, deepest - 1) for each in value]
    return {clean(key): clean(each, deepest - 1) for key, each in value.items()}


def read(raw: dict[str, Any], bot: Bot) -> Update:
    """The update, without what cannot be read of it. Raises ValidationError if nothing is left."""
    for _ in range(MOST_CUTS):
        try:
            return Update.model_validate(raw, context={"bot": bot})
        except ValidationError as error:
            raw = _without(raw, error)
    return Update.model_validate(raw, context={"bot": bot})


def _without(raw: dict[str, Any], error: ValidationError) -> dict[str, Any]:
    """A copy without the smallest parts that the error is about."""
    copy: dict[str, Any] = clean(raw)
    for each in sorted(_paths(raw, error), key=_depth, reverse=True):
        if len(each) < 2 or (len(each) == 2 and each[1] in ESSENTIAL):
            raise error
        _cut(copy, each)
        _name(copy, each)
    return copy


def _depth(path: Path) -> tuple[int, list[int]]:
    """What is deeper is cut first, and the end of a list before its beginning."""
    return len(path), [step if isinstance(step, int) else 0 for step in path]


def _paths(raw: dict[str, Any], error: ValidationError) -> list[Path]:
    """Where the faults are; names of classes stand between the keys, and missing keys behind."""
    found: list[Path] = []
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        path: Path = []
        inside: Any = raw
        for step in fault["loc"]:
            if not _has(inside, step):
                continue
            path.append(step)
            inside = inside[step]
        if path not in found:
            found.append(path)
    return found


def _has(inside: Any, step: str | int) -> bool:
    if isinstance(inside, list):
        return isinstance(step, int) and step < len(inside)
    return isinstance(inside, dict) and step in inside


def _cut(copy: dict[str, Any], path: Path) -> None:
    inside: Any = copy
    for step in path[:-1]:
        if not _has(inside, step):  # cut already, with something around it
            return
        inside = inside[step]
    if _has(inside, path[-1]):
        del inside[path[-1]]


def _name(copy: dict[str, Any], path: Path) -> None:
    """What is left out of the message that it replies to is no part of it."""
    event, name = copy.get(str(path[0])), path[1]
    within_reply = name == "reply_to_message" and len(path) > 2
    if isinstance(event, dict) and not within_reply:
        unread = event.setdefault(UNREAD, [])
        if name not in unread:
            unread.append(name)
