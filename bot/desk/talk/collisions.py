"""Collisions: two who answer one request at once, and an answer that crosses new words.

The words are not lost in either case; their author is told, and nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import texts
from bot.desk import tickets
from bot.desk.people import operators
from bot.desk.people.preferences import Collisions
from bot.desk.said import Buttons
from bot.desk.said.sentences import Choices, Sentence
from bot.desk.talk import held
from bot.desk.talk.held import DO_NOT
from bot.desk.tickets import events
from models import Customer, Held, Membership, Message, Ticket
from models.rows import fetch, find

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
BEHIND = texts.marks(
    "✋ Your words before these still wait. These go with them, in {count} second.",
    "✋ Your words before these still wait. These go with them, in {count} seconds.",
)
# Since these words the customer has written for the first time.
FIRST_SINCE = """
goes_at IS NOT NULL AND ticket_id = $1 AND held = 'double' AND 1 = (
    SELECT count(*) FROM message AS heard
    WHERE heard.ticket_id = $1 AND heard.direction = 'in' AND heard.id > message.id)
ORDER BY id FOR UPDATE"""
CROSSES = texts.mark(
    "⚠️ {name} has just written. This answer waits {count} seconds more, then it goes, unless its "
    "author stops it."
)
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


def behind(goes_at: datetime, now: datetime) -> Collision:
    """Earlier words of the same author are held, so these are."""
    one, many = BEHIND
    seconds = max(1, round((goes_at - now).total_seconds()))
    return Collision(Sentence(one, {"count": str(seconds)}, seconds, many), True)


async def heard(ticket_id: int, customer: Customer, now: datetime) -> None:
    """The customer writes while second answers wait: their authors have the time to read it."""
    for message in await find(Message, FIRST_SINCE, ticket_id):
        await held.hold(message, Held.DOUBLE, now + HELD, customer, now)
        values = {"name": customer.name, "count": str(int(HELD.total_seconds()))}
        buttons: Buttons = [[(SEND_NOW, f"send:{message.id}"), (DO_NOT, f"keep:{message.id}")]]
        said = Sentence(CROSSES, values)
        await tickets.tell(ticket_id, said, now, buttons=buttons, message_id=message.id)


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
