"""A bridge: one customer channel, as the delivery worker and the desk see it.

Every call outwards raises TryLater or Undeliverable (`bot/desk/outbox/carrying.py`). Any other
exception is a mistake of the bridge; it is logged, and the delivery is tried again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from bot.desk.said import Address, Content, Incoming, Outgoing

Receive = Callable[[Incoming], Awaitable[None]]
# What a content became. None: the channel has taken it, and has not said which message it is now.
Ids = Sequence[str | None]


class Bridge(Protocol):
    """One channel. Ids of messages are the channel's own, opaque to all but the bridge."""

    name: str

    async def start(self, receive: Receive) -> None:
        """Begin to listen, if the channel needs listening to; each message goes to `receive`."""

    async def stop(self) -> None:
        """End what `start` began."""

    async def turn(self, address: Address) -> float:
        """Take the turn to write to this address. 0.0: taken; else seconds to wait for it."""

    async def send(self, outgoing: Outgoing) -> Sequence[Ids]:
        """Send it whole, split or told in words if need be.

        Gives for each part, in their order, the ids of what it became.
        """

    async def edit(self, address: Address, external_ids: list[str], content: Content) -> Ids:
        """Change what was sent; gives the ids of what shows it now, which may be more or fewer."""

    async def edit_album(
        self, address: Address, external_ids: list[list[str]], parts: list[Content], place: int
    ) -> Sequence[Ids]:
        """Change the part at `place` of an album; the ids are those of each part, as given back."""

    async def unsend(self, address: Address, external_ids: list[str]) -> None:
        """Delete what was sent at the customer's side."""

    async def react(self, address: Address, external_id: str, emoji: str) -> None:
        """Set our reaction to a message; "" takes it back."""

    async def open(self, attachment: dict[str, Any]) -> bytes:
        """Read the file that a content's `about` describes."""
