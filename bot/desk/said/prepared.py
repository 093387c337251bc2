"""What comes with words that were prepared: buttons for the customer, and what is set then."""

from collections.abc import Sequence
from dataclasses import dataclass, field

ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class Key:
    """A button under words for the customer: it opens a link, or it is an answer in words."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of a ticket when the words go: "" and 0 leave it as it is.

    `owner` is ME, who sends them, or NOBODY.
    """

    status: str = ""
    priority: int = 0
    tags: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Both."""

    keys: tuple[Key, ...] = ()
    changes: Changes = field(default_factory=Changes)


def buttons(keys: Sequence[Key], message_id: int) -> list[list[tuple[str, str]]]:
    """One below the other, of this message; an answer says which it is."""
    return [
        [(key.label, key.url or f"answer:{message_id}:{place}")] for place, key in enumerate(keys)
    ]
