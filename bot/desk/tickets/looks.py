"""Looks: how a ticket looks to operators is to be brought up to date; the last state wins."""

from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds.to_topic import Card, Look, Nod
from bot.desk.said.spots import Spot
from models import Status, Ticket

TURN = 1.5  # seconds that card and icon wait whether the other side answers at once
QUIET = 60.0  # seconds after which they follow, however fast the talk is


async def refresh(ticket_id: int, now: datetime, *, talking: bool = False) -> None:
    """The card and the topic's icon are to be brought up to date; the last state wins.

    `talking`: it can wait for a moment's pause in the talk, and for room in the budget.
    """
    for draft in (Card().draft(ticket_id), Look().draft(ticket_id)):
        later = replace(draft, priority=Precedence.LOOK, delay=TURN, patience=QUIET)
        await outbox.put(later if talking else draft, now)


async def refresh_card(ticket_id: int, now: datetime) -> None:
    """What the card alone shows has changed. Who changes one thing often changes another.

    Who has changed it is answered at once, so in a talk it waits for a moment's pause as well.
    """
    await outbox.put(replace(Card().draft(ticket_id), delay=TURN, patience=QUIET), now)


async def refresh_cards(department: int, now: datetime) -> None:
    """The cards of a department's tickets that are not closed: something changed for all."""
    for ticket in await Ticket.filter(department_id=department).exclude(status=Status.CLOSED):
        await outbox.put(Card().draft(ticket.id), now)


async def refresh_customer(customer_id: int, now: datetime) -> None:
    """A customer shows something else of themselves: so do the cards and topics of theirs."""
    for ticket in await Ticket.filter(customer_id=customer_id).exclude(status=Status.CLOSED):
        for draft in (Card().draft(ticket.id), Look().draft(ticket.id)):
            await outbox.put(replace(draft, priority=Precedence.LOOK), now)


async def nod(ticket_id: int, at: Spot, now: datetime) -> None:
    """Show under an operator's command that it was done, while there is room for it."""
    if at.post_id is not None:
        await outbox.put(Nod(at.chat_id, at.post_id).draft(ticket_id), now)
