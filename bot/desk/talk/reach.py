"""Whether a customer can be reached: they shut us out, and let us in again."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said import Address as Place
from bot.desk.tickets import looks


async def blocked(place: Place, now: datetime) -> None:
    """The customer has shut us out; say so in the topic and on the card."""
    sentence = texts.mark("🚫 {name} has blocked the bot. Answers cannot be delivered.")
    await _turn(place, now, sentence, blocked=True)


async def returned(place: Place, now: datetime) -> None:
    """The customer has let us in again; say so in the topic and on the card."""
    sentence = texts.mark("🔓 {name} has unblocked the bot. Answers can be delivered again.")
    await _turn(place, now, sentence, blocked=False)


async def _turn(place: Place, now: datetime, sentence: str, *, blocked: bool) -> None:
    address = await customers.find(place)
    if address is None or bool(address.blocked_at) == blocked:
        return
    await customers.block(address, now if blocked else None)
    if current := address.customer.current_id:
        values = {"name": address.customer.name}
        await tickets.tell(current, sentence, now, values=values)
        await looks.refresh_customer(address.customer_id, now)
