"""Extras: what is neither words nor a file. A channel carries them, or says them in words.

`title` is what people call one by, in its author's own words; "" for what has none.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Location:
    """A place on earth, in degrees; with a `live_period` (seconds) somebody is on the way there.

    Bot API: Location. `horizontal_accuracy` and `proximity_alert_radius` are in metres.
    """

    title: ClassVar[str] = ""

    latitude: float
    longitude: float
    horizontal_accuracy: float | None = None
    live_period: int | None = None
    heading: int | None = None
    proximity_alert_radius: int | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with a name."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's number."""

    title: str
    phone: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A question, and what can be chosen."""

    title: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dice:
    """A throw, and what came of it."""

    emoji: str
    value: int

    @property
    def title(self) -> str:
        """What is thrown."""
        return self.emoji


Extra = Location | Venue | Contact | Poll | Dice
