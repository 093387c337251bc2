"""Preferences: what the admins of a department have chosen in the chat.

The settings of a whole desk come from the environment: `bot/config.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from bot.desk import outbox
from models.rows import fetch

CHOSEN = "SELECT settings FROM department WHERE id = $1"


class Collisions(StrEnum):
    """What becomes of words in a ticket in which another one is answering."""

    OFF = "off"  # nothing
    WARN = "warn"  # they go, and their author is told
    HOLD = "hold"  # they go a few seconds later, unless their author changes their mind


@dataclass(frozen=True, slots=True)
class Preferences:
    """All of them, with what is so where nobody has chosen."""

    collisions: Collisions = Collisions.HOLD

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"collisions": self.collisions}

    @classmethod
    def load(cls, data: Mapping[str, Any] | None) -> Self:
        """From JSON; what this version does not know is as if nobody had chosen."""
        known = {one.value: one for one in Collisions}
        said = (data or {}).get("collisions", "")
        return cls(collisions=known.get(said, Collisions.HOLD))


async def of(department: int) -> Preferences:
    """Those of a department."""
    found = await fetch(CHOSEN, department)
    return Preferences.load(outbox.from_json(found[0]["settings"] or "null") if found else None)
