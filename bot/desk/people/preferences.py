"""Preferences: what the admins of a department have chosen in the chat.

The settings of the whole desk come from the environment (`bot/config.py`): they are what is so
where nobody has chosen.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Any, Self

from bot.desk import outbox
from bot.desk.errors import BadTemplate, TooLong
from bot.desk.words import clean_name
from models import Status
from models.rows import fetch, to_json

CHOSEN = "SELECT settings FROM department WHERE id = $1"
HELD = f"{CHOSEN} FOR NO KEY UPDATE"
CHOOSE = "UPDATE department SET settings = $2::text::jsonb WHERE id = $1"
GAPS = ("number", "name", "subject")  # what a topic's name may tell
BEGINNING = "#{number} "  # by which a topic is found again whose making was not answered
LONGEST_TEMPLATE = 100  # code points
LONGEST_STATUS = 32


class Collisions(StrEnum):
    """What becomes of words in a ticket in which another one is answering."""

    OFF = "off"  # nothing
    WARN = "warn"  # they go, and their author is told
    HOLD = "hold"  # they go a few seconds later, unless their author changes their mind


class ReplyMode(StrEnum):
    """Which words of a topic go to the customer."""

    ALL = "all"
    REPLY = "reply"  # those that reply to a message of theirs


@dataclass(frozen=True, slots=True)
class Preferences:
    """None: nobody has chosen. `statuses`: what some of them are called instead."""

    collisions: Collisions = Collisions.HOLD
    reply_mode: ReplyMode | None = None
    reopen_days: int | None = None
    template: str | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """As JSON: what somebody has chosen."""
        return {name: value for name, value in asdict(self).items() if value not in (None, {})}

    @classmethod
    def load(cls, data: Mapping[str, Any] | None) -> Self:
        """From `dump`; what only a later version knows is as if nobody had chosen."""
        known = data or {}
        return cls(
            _known(Collisions, known.get("collisions")) or Collisions.HOLD,
            _known(ReplyMode, known.get("reply_mode")),
            known.get("reopen_days"),
            known.get("template"),
            known.get("statuses") or {},
        )


async def of(department: int) -> Preferences:
    """Those of a department."""
    return _read(await fetch(CHOSEN, department))


async def held(department: int) -> Preferences:
    """As `of`, locked until the transaction ends."""
    return _read(await fetch(HELD, department))


async def choose(department: int, chosen: Preferences) -> None:
    """These are its preferences from now on; the caller holds them."""
    await fetch(CHOOSE, department, to_json(chosen.dump()))


def template_of(text: str) -> str:
    """A template for the names of topics, as it is kept. Raises BadTemplate, TooLong."""
    said = clean_name(text, LONGEST_TEMPLATE + 1)
    if len(said) > LONGEST_TEMPLATE:
        raise TooLong(LONGEST_TEMPLATE)
    try:
        gaps = [(name, how) for _, name, *how in Formatter().parse(said) if name is not None]
    except ValueError as error:
        raise BadTemplate from error
    plain = all(name in GAPS and how in (["", None], [None, None]) for name, how in gaps)
    if not plain or not f"{said} ".startswith(BEGINNING):
        raise BadTemplate
    return said


def renamed(chosen: Preferences, status: Status, name: str) -> Mapping[str, str]:
    """The statuses' own names with this one; an empty name is the usual one. Raises TooLong."""
    said = clean_name(name, LONGEST_STATUS + 1)
    if len(said) > LONGEST_STATUS:
        raise TooLong(LONGEST_STATUS)
    others = {key: each for key, each in chosen.statuses.items() if key != status}
    return {**others, status.value: said} if said else others


def _read(found: list[Any]) -> Preferences:
    return Preferences.load(outbox.from_json(found[0]["settings"] or "null") if found else None)


def _known(kind: type[Any], said: Any) -> Any:
    return next((one for one in kind if one == said), None)
