"""Looks: how a ticket looks to operators is to be brought up to date; the last state wins."""

from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox.deliveries import FORUM, Draft, Priority
from bot.desk.said.spots import Spot
from models import Status, Ticket

TURN = 1.5  # seconds that card and icon wait whether the other side answers at once
QUIET = 60.0  # seconds after which they follow, however fast the talk is


async def refresh(ticket_id: int, now: datetime, *, talking: bool = False) -> None:
    """The card and the topic's icon are to be brought up to date; the last state wins.

    `talking`: it can wait for a moment's pause in the talk, and for room in the budget.
    """
    card = about(ticket_id, "card", Priority.LOOK if talking else Priority.CARD)
    for draft in (card, about(ticket_id, "look", Priority.LOOK)):
        later = replace(draft, delay=TURN, patience=QUIET)
        await outbox.put(later if talking else draft, now)


async def refresh_cards(now: datetime) -> None:
    """The cards of all tickets that are not closed: what they say has changed for all."""
    for ticket in await Ticket.exclude(status=Status.CLOSED):
        await outbox.put(about(ticket.id, "card", Priority.CARD), now)


async def refresh_customer(customer_id: int, now: datetime) -> None:
    """A customer shows something else of themselves: so do the cards and topics of theirs."""
    for ticket in await Ticket.filter(customer_id=customer_id).exclude(status=Status.CLOSED):
        for kind in ("card", "look"):
            await outbox.put(about(ticket.id, kind, Priority.LOOK), now)


async def nod(ticket_id: int, at: Spot, now: datetime) -> None:
    """Show under an operator's command that it was done, while there is room for it."""
    payload = {"chat": at.chat_id, "post": at.post_id}
    lane = f"nod:{at.chat_id}:{at.post_id}"
    draft = Draft(FORUM, lane, "nod", payload, Priority.LOOK, ticket_id)
    await outbox.put(draft, now)


def about(ticket_id: int, kind: str, priority: Priority) -> Draft:
    """One delivery that brings something of the ticket's look up to date."""
    return Draft(
        gate=FORUM,
        lane=f"{kind}:{ticket_id}",
        kind=kind,
        priority=priority,
        ticket_id=ticket_id,
        once=True,
    )
