"""A bridge: one customer channel, as the delivery worker and the desk see it.

What every channel has is `Bridge`. Whatever else it can do it declares by having the methods of
an ability below; of what it cannot do the operator is told by the worker. docs/channels.md tells
what a new channel costs.

Every call outwards raises TryLater or Undeliverable (`bot/desk/outbox/carrying.py`). Any other
exception is a mistake of the bridge; it is logged, and the delivery is tried again. What only
some addresses of a channel can do is refused at the others by `cannot`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.desk.said import ChannelAddress, Incoming, Outgoing
from bot.desk.said.attachments import Attachment

# What a content became. None: the channel has taken it, and has not said which message it is now.
Ids = Sequence[str | None]


class Counter(Protocol):
    """Where a channel hands in what its customers do.

    Each call is done wholly or not at all, and once: what came before is «already known», and
    that is no error. Words and names come as they were received; they are cleaned here. Raises
    Malformed for what nothing can be made of, whoever sends it again, and TooFast where one
    address brings more than anybody can say; of what `routes` bring, the caller is told so.
    """

    async def receive(self, incoming: Incoming) -> bool:
        """Take a message. False: it is known already."""

    async def edited(self, incoming: Incoming) -> bool:
        """The message says something else now; taken as a new one if it never came.

        False: nothing that people can see has changed.
        """

    async def deleted(self, address_id: str, external_id: str) -> bool:
        """The customer deleted their message. False: it was deleted before. Raises NotKnown."""

    async def reacted(
        self, address_id: str, external_id: str, emoji: str, at: datetime | None = None
    ) -> bool:
        """The customer reacted to a message; "" takes it back. Raises NotKnown.

        `at`: when, as far as the channel knows. False: a newer one is there.
        """

    async def blocked(self, address_id: str, at: datetime | None = None) -> None:
        """The customer has shut us out; `at`: when, as far as the channel knows."""

    async def returned(self, address_id: str, at: datetime | None = None) -> None:
        """The customer has let us in again."""

    def once(self, envelope: str) -> "Counter":
        """For what comes in this envelope: once taken, it is known already for an hour."""


class Malformed(ValueError):
    """Nothing can be made of it, and nothing could if it came again."""


class NotKnown(Exception):
    """It is about a message that has not come: later, or never. It may be brought again."""


class TooFast(Exception):
    """This address brings too much; it may be brought again `after` so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"too much of one address: again in {after:.1f} s")
        self.after = after


class Bridge(Protocol):
    """One channel. Ids of messages are the channel's own, opaque to all but the bridge."""

    name: str

    async def start(self, counter: Counter) -> None:
        """Become ready to send, and to receive what `routes` bring; what comes goes to `counter`.

        Whatever it raises, it is started again after a pause; nothing is sent until then.
        """

    async def stop(self) -> None:
        """End what `start` began, also if that got half-way only; a second time does nothing."""

    async def turn(self, address: ChannelAddress) -> float:
        """Take the turn to write to this address. 0.0: taken; else seconds to wait for it."""

    async def send(self, outgoing: Outgoing) -> Sequence[Ids]:
        """Send it whole, split or told in words if need be.

        Gives the ids of what it became: for each of its files, in their order, where each is a
        message there, or all of them at once.
        """


@runtime_checkable
class Listens(Protocol):
    """A channel that asks for what has come, rather than being told by `routes`."""

    async def listen(self) -> None:
        """Bring what comes to the counter, until cancelled; called when it has started.

        Whatever it raises, the channel is stopped, and started again after a pause.
        """


@runtime_checkable
class Lends(Protocol):
    """A channel that is called over HTTP."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Routes below `/channels/<name>`; none of them is called while it is not started."""


@runtime_checkable
class Threaded(Protocol):
    """A channel whose messages have subjects and belong together, as mail does."""

    threaded: bool  # whether `Outgoing.subject` and `Outgoing.thread` are to be filled in


@runtime_checkable
class ShowsButtons(Protocol):
    """A channel that shows buttons under words; elsewhere they are numbered lines of them."""

    shows_buttons: bool


@runtime_checkable
class CanFetch(Protocol):
    """Files come as links (`Sources.link`), and are fetched after their message was taken."""

    async def fetch(self, address: ChannelAddress, file: Attachment) -> Attachment:
        """Put the file into the store; gives what it is, with its key there.

        Undeliverable with the reason «too large» (the detail is as much as it may be) or
        «address» is told with the link; so is any other, with its detail.
        """


@runtime_checkable
class CanEdit(Protocol):
    """What was sent can be changed."""

    async def edit(self, outgoing: Outgoing, stands: list[list[str]], place: int) -> Sequence[Ids]:
        """Make what was sent say what is outgoing now, of several files the one at `place`.

        `stands` are the ids as `send` or an edit gave them; gives those of what shows it now,
        which may be more or fewer. What the desk itself has said keeps no buttons but the
        outgoing ones.
        """


@runtime_checkable
class CanUnsend(Protocol):
    """What was sent can be taken back."""

    async def unsend(self, address: ChannelAddress, external_ids: list[str]) -> None:
        """Delete what was sent at the customer's side."""


@runtime_checkable
class CanReact(Protocol):
    """Operators' reactions can be shown."""

    async def react(self, address: ChannelAddress, external_id: str, emoji: str) -> None:
        """Set our reaction to a message; "" takes it back."""
