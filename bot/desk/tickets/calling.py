"""What a customer does about a request besides writing: it is solved, or a person is wanted."""

from datetime import datetime, timedelta
from enum import Enum

from bot import texts
from bot.desk import tickets
from bot.desk.tickets import events, theirs
from models import Address, Status
from models.rows import fetch

CALLED = "called"  # the event
AGAIN = timedelta(minutes=10)  # for so long a further call says no more
CALLS = texts.mark("🙋 {name} asks for a person.")
LATELY = "SELECT 1 FROM event WHERE ticket_id = $1 AND name = $2 AND at > $3 LIMIT 1"


class Became(Enum):
    """What has become of what the customer wished."""

    DONE = "done"
    ALREADY = "already"
    ENDED = "ended"
    NOT_THEIRS = "not theirs"


async def solve(address: Address, number: int, now: datetime) -> Became:
    """The customer says that this request of theirs is solved."""
    ticket = await theirs.one(address, number)
    if ticket is None:
        return Became.NOT_THEIRS
    if ticket.status in tickets.ENDED:
        return Became.ALREADY
    await tickets.change(ticket.id, Status.RESOLVED, address.customer, now)
    return Became.DONE


async def call(address: Address, number: int, now: datetime) -> Became:
    """The customer wants a person to look at this request of theirs: its operators are told."""
    ticket = await theirs.one(address, number)
    if ticket is None:
        return Became.NOT_THEIRS
    if ticket.status in tickets.ENDED:
        return Became.ENDED
    if await fetch(LATELY, ticket.id, CALLED, now - AGAIN):
        return Became.ALREADY
    customer = address.customer
    await events.note(ticket.id, CALLED, customer, now)
    await tickets.tell(ticket.id, CALLS, now, values={"name": customer.name})
    if ticket.status is Status.WAITING:
        await tickets.change(ticket.id, Status.OPEN, customer, now, talking=True)
    await tickets.turn_to(customer, ticket.id, now)
    return Became.DONE
