"""Sending: an operator's words set out for the customer."""

from datetime import datetime

from bot.desk import outbox, tickets
from bot.desk.outbox.kinds.to_customer import Message as Leaving
from bot.desk.people import customers
from bot.desk.talk import albums
from bot.desk.tickets import events, looks
from models import Address, Membership, Message, Status, Ticket

KEPT = (Status.WAITING, Status.RESOLVED)  # statuses that an answer leaves as they are


async def send(
    message: Message,
    ticket: Ticket,
    address: Address,
    member: Membership,
    now: datetime,
    *,
    gathers: bool = False,
) -> None:
    """Put new words on their way; what `gathers` waits a while for its further files."""
    await answered(ticket, address, member, now)
    leaving = Leaving(address.id, [message.id], gathers)
    delay = albums.GAP if gathers else 0.0
    await outbox.put(leaving.draft(address.channel, ticket.id, delay=delay), now)


async def answered(ticket: Ticket, address: Address, member: Membership, now: datetime) -> None:
    """A person has answered in this ticket: it is the customer's turn."""
    await tickets.answered(ticket, member, now)
    async with events.watched(address.customer, "turned", member, now):
        await customers.answer_goes_to(address.customer, ticket.id)
    if ticket.status not in KEPT:
        await tickets.change(ticket.id, Status.WAITING, member, now, talking=True)
    elif ticket.assignee_id != member.operator_id:  # the card tells who is at it
        await looks.refresh_card(ticket.id, now)
