"""The other side of a channel, as the contract needs it: each channel's test file has its own."""

from typing import Literal, Protocol

from bot.bridges.base import Bridge
from bot.desk.said import ChannelAddress, Content

How = Literal["later", "never"]


class OtherSide(Protocol):
    """One customer who can be reached by the bridge."""

    @property
    def bridge(self) -> Bridge:
        """The channel, started."""

    @property
    def address(self) -> ChannelAddress:
        """Where the customer is."""

    def read(self) -> list[str]:
        """What the customer sees of ours now, in order, in words as far as it has any."""

    def given(self) -> str:
        """All that was brought to the customer's side, as it came, shown there or not."""

    def photo(self, caption: str) -> Content:
        """A picture as the desk has it to send."""

    def fails(self, how: How) -> None:
        """The next call outwards does not succeed: now, or ever."""
