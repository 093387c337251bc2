"""Drafts: what is to be carried outwards, before it is written. `kinds` says what there is."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, Self

Json = dict[str, Any]

# What statements read of a payload: fields of kinds.
MESSAGES = "messages"
MESSAGE = "message"
GATHERS = "gathers"
PLACE = "place"
MERGE = "merge"
SENTENCE = "sentence"  # of what the bot itself says to a customer
# Beside the fields of any kind: the chat and the post where its failure was told.
TOLD = "told"


class Precedence(IntEnum):
    """When the budget is short, the lower number goes first."""

    WORDS = 10
    NOTICE = 20
    TOPIC = 30
    DEADLINE = 40
    CARD = 50
    LOOK = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery to be put.

    `gate` is `FORUM` for operators, whose department is found where it is written, or a channel's
    name. `chat_id`: the group that it is for; without one, that of its ticket's department.
    `once`: not if the lane has an unclaimed one of the same kind, which then is due at the
    earlier of both instants, or when its pause after a failure ends.

    `delay` in seconds: how long it waits at least, such as for further files of its message.
    `patience` in seconds: how long one that is put `once`, and is not due yet, may be put off by
    further ones.
    `portion`: of an action, which is all that it costs behind words whose post it shares.
    """

    gate: str
    lane: str
    kind: str
    payload: Json = field(default_factory=dict)
    priority: Precedence = Precedence.WORDS
    ticket_id: int | None = None
    delay: float = 0.0
    once: bool = False
    patience: float = 0.0
    portion: float = 1.0
    chat_id: int | None = None


class Kind:
    """What one kind of delivery holds; its fields are JSON as they stand, if it says no more."""

    __slots__ = ()
    kind: ClassVar[str]
    priority: ClassVar[Precedence] = Precedence.WORDS
    once: ClassVar[bool] = False

    def dump(self) -> Json:
        """As the payload of a row."""
        fields: tuple[str, ...] = self.__slots__
        return {name: getattr(self, name) for name in fields}

    @classmethod
    def load(cls, payload: Json) -> Self:
        """From a payload, be it of a version that knew fewer fields, or knows more.

        Raises LookupError, TypeError, ValueError, AttributeError if it is not of this kind.
        """
        fields: tuple[str, ...] = cls.__slots__
        return cls(**{name: payload[name] for name in fields if name in payload})
