"""Joining: two customers who may be one person are proposed, once. Nobody is joined by that."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.people import likenesses
from bot.desk.tickets import theirs
from models import Customer, Ticket

ALIKE = texts.mark(
    "🔗 {name} may be the same person as {other}, whose last request is #{number}: {contact} is of "
    "both. Nothing is joined by itself."
)
ALIKE_SILENT = texts.mark(
    "🔗 {name} may be the same person as {other}, who has no requests yet: {contact} is of both. "
    "Nothing is joined by itself."
)


async def propose(ticket: Ticket, customer: Customer, now: datetime) -> None:
    """Tell in the topic of this ticket who may be the same person as its customer, if anybody."""
    for alike in await likenesses.found(customer.id, ticket.id, now):
        values = {"name": customer.name, "other": alike.name, "contact": alike.contact}
        last = await theirs.page(alike.customer_id, 0, 1)
        if last:
            values["number"] = str(last[0].id)
        await tickets.tell(ticket.id, ALIKE if last else ALIKE_SILENT, now, values=values)
