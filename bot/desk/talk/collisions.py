"""Collisions: two who answer one request at once, and an answer that crosses new words.

The words are not lost in either case; their author is told, and nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import texts
from bot.desk.people import operators
from bot.desk.people.preferences import Collisions
from bot.desk.said.sentences import Choices, Sentence
from bot.desk.talk.held import DO_NOT
from bot.desk.tickets import events
from models import Customer, Membership, Message, Ticket
from models.rows import fetch

LATELY = timedelta(minutes=15)  # so long after they did something there, somebody is at it
HELD = timedelta(seconds=10)
SPOKE = """
SELECT 1 FROM message WHERE ticket_id = $1 AND operator_id = $2 AND created_at > $3 LIMIT 1
"""
HOLDS = texts.marks(
    "✋ {owner} is answering this request. Your words go in {count} second.",
    "✋ {owner} is answering this request. Your words go in {count} seconds.",
)
WARNS = texts.mark("⚠️ {owner} is answering this request, too. Your words have been sent.")
CROSSED = texts.mark(
    "⚠️ {name} wrote while you were answering: you could not have read it when you sent this."
)

SEND_NOW = texts.mark("📨 Send now")


@dataclass(frozen=True, slots=True)
class Collision:
    """What their author is told, and whether the words are held."""

    said: Sentence
    holds: bool = False


async def between(
    ticket: Ticket,
    customer: Customer,
    member: Membership,
    now: datetime,
    how: Collisions,
    *,
    crosses: bool,
) -> Collision | None:
    """Whether somebody's answer meets another's, or `crosses` words that they have not read."""
    if how is Collisions.OFF:
        return None
    owner = await _at_work(ticket, member, now)
    if owner and how is Collisions.HOLD:
        one, many = HOLDS
        seconds = int(HELD.total_seconds())
        return Collision(
            Sentence(one, {"owner": owner, "count": str(seconds)}, seconds, many), True
        )
    if owner:
        return Collision(Sentence(WARNS, {"owner": owner}))
    return Collision(Sentence(CROSSED, {"name": customer.name})) if crosses else None


def choice(met: Collision, message: Message) -> Choices:
    """What their author can still decide."""
    if not met.holds:
        return []
    now, never = f"send:{message.id}", f"keep:{message.id}"
    return [[(Sentence(SEND_NOW), now), (Sentence(DO_NOT), never)]]


async def _at_work(ticket: Ticket, member: Membership, now: datetime) -> str | None:
    """The name of who has the ticket, if it is another one and they did something there lately."""
    owner = ticket.assignee_id
    if owner is None or owner == member.operator_id:
        return None
    since = now - LATELY
    if await events.acted(ticket.id, owner, since) or await fetch(SPOKE, ticket.id, owner, since):
        return await operators.called(owner)
    return None
