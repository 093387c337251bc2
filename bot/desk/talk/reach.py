"""Whether a customer can be reached: they shut us out, and let us in again."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said import ChannelAddress
from bot.desk.talk import intake
from bot.desk.tickets import events, looks, theirs
from models import Address


async def blocked(place: ChannelAddress, now: datetime, at: datetime | None = None) -> None:
    """The customer has shut us out at this address; say so where answers go there.

    `at`: when, as the channel says.
    """
    sentence = texts.mark(
        "🚫 {name} has blocked us in {channel}, where answers to this request go. They cannot be "
        "delivered."
    )
    await _turn(place, now, at, sentence, "blocked")


async def returned(place: ChannelAddress, now: datetime, at: datetime | None = None) -> None:
    """The customer has let us in again at this address; say so where answers go there."""
    sentence = texts.mark(
        "🔓 {name} has unblocked us in {channel}. Answers to this request can be delivered again."
    )
    await _turn(place, now, at, sentence, "returned")


async def _turn(
    place: ChannelAddress, now: datetime, at: datetime | None, sentence: str, name: str
) -> None:
    address, since = await customers.find(place), now if name == "blocked" else None
    if address is None or intake.is_late(at, address.turned_at):
        return
    turns = bool(address.blocked_at) != bool(since)
    async with events.watched(address, name, address.customer, now):
        await customers.block(address, since if turns else address.blocked_at, at)
    if turns:
        await _tell(address, now, sentence)


async def _tell(address: Address, now: datetime, sentence: str) -> None:
    values = {"name": address.customer.name, "channel": address.channel.capitalize()}
    for ticket_id in await theirs.answered_at(address):
        await tickets.tell(ticket_id, sentence, now, values=values)
    await looks.refresh_customer(address.customer_id, now)
