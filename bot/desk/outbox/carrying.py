"""How a carrier answers: what it has carried, or why it could not."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

NO_NUMBER = "no number"  # the reason where the channel did not say which message it has made

# Writes down many rows of one kind at once.
Keep = Callable[[Sequence[Any]], Awaitable[None]]


class TryLater(Exception):
    """It did not work now. `certain`: nothing has arrived; else it may have arrived.

    `after` in seconds, 0 leaves it to the caller; `hold`: the chat whose flood wait this is.
    `blameless`: it waits for something that people must do, and however long that lasts it is
    not its own failure.
    """

    def __init__(
        self,
        why: str,
        *,
        after: float = 0.0,
        certain: bool = False,
        hold: str | None = None,
        blameless: bool = False,
    ) -> None:
        super().__init__(why)
        self.after = after
        self.certain = certain
        self.hold = hold
        self.blameless = blameless


class Undeliverable(Exception):
    """It will never work. `reason` is one of our words; `detail` is what the other side said."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    @classmethod
    def read(cls, written: str) -> Self:
        """From what `str` gives."""
        reason, _colon, detail = written.partition(": ")
        return cls(reason, detail)


def cannot(act: str) -> Undeliverable:
    """The channel has no such ability; `act` is the kind of the delivery."""
    return Undeliverable(f"cannot {act}")


@dataclass(frozen=True, slots=True)
class Carried:
    """What has arrived: the first `count` parcels; the rest goes back to the lane's head.

    In the transaction that marks them sent, what is to be remembered is written: the rows that
    are `kept`, those of one kind together with those of whatever else arrives at the same time,
    then all else by `record`.
    """

    count: int = 1
    external_id: str | None = None
    record: Callable[[], Awaitable[None]] | None = None
    kept: Sequence[tuple[Keep, Any]] = ()
