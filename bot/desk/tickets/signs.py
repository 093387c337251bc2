"""Signs: the one message by which a customer sees how their request stands.

It begins as the acknowledgement, and is edited from then on: nobody's telephone rings for that.
What must ring is said anew: that a request is resolved.
"""

from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.kinds.to_customer import Sign
from bot.desk.said.sentences import Choices, Sentence
from models import Address, Status, Ticket
from models.rows import fetch

RECEIVED, WORKING, RESOLVED, CLOSED = "received", "working", "resolved", "closed"
# Whose turn it is the talk itself shows; it would be an edit for each message.
FACES = {
    Status.NEW: RECEIVED,
    Status.OPEN: WORKING,
    Status.WAITING: WORKING,
    Status.RESOLVED: RESOLVED,
    Status.CLOSED: CLOSED,
}
SENTENCES = {
    RECEIVED: texts.mark("Request #{number} received. We will answer you here."),
    WORKING: texts.mark("💬 Request #{number} is being worked on. We answer you here."),
    RESOLVED: texts.mark("✅ Request #{number} is resolved."),
    CLOSED: texts.mark("🏁 Request #{number} is closed."),
}
STANDS = """
INSERT INTO sign (ticket_id, address_id, external_id, face, stood_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (ticket_id) DO UPDATE
    SET address_id = $2, external_id = $3, face = $4, stood_at = $5
"""
WHERE = """
SELECT sign.address_id, address.channel FROM sign
JOIN address ON address.id = sign.address_id WHERE ticket_id = $1
"""
AS_IT_IS = """
SELECT sign.external_id, face, ticket.status FROM sign
JOIN ticket ON ticket.id = sign.ticket_id WHERE ticket_id = $1
    AND NOT EXISTS (SELECT FROM trace WHERE trace.address_id = sign.address_id
                    AND trace.external_id = sign.external_id)
"""
MEANWHILE = """
SELECT ticket.status, address.channel FROM ticket JOIN address ON address.id = $2
WHERE ticket.id = $1
"""
SHOWS = "UPDATE sign SET face = $2, stood_at = $3 WHERE ticket_id = $1"
GONE = "DELETE FROM sign WHERE ticket_id = $1"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to stand on a sign that shows something else yet."""

    external_id: str
    face: str
    said: Sentence
    buttons: Choices


def face(status: Status) -> str:
    """What a sign shows of a ticket of this status."""
    return FACES[status]


def said(number: int, face: str) -> Sentence:
    """What stands on it."""
    return Sentence(SENTENCES[face], {"number": number})


def buttons(number: int, face: str) -> Choices:
    """What the customer can do about a request that has not ended."""
    if face in (RESOLVED, CLOSED):
        return []
    add, solved = texts.mark("✍️ Add details"), texts.mark("✅ It is solved")
    person = texts.mark("🙋 Call a person")
    return [
        [(Sentence(add), f"request:{number}"), (Sentence(solved), f"solved:{number}")],
        [(Sentence(person), f"person:{number}")],
    ]


async def refresh(ticket: Ticket, address: Address, now: datetime) -> None:
    """The sign is to show what is so then. `address`: where the ticket's replies go.

    Where none stands yet, `put_up` will see to it.
    """
    number, channel = address.id, address.channel
    for row in await fetch(WHERE, ticket.id):
        number, channel = row["address_id"], row["channel"]
    await outbox.put(Sign(number, ticket.id).draft(channel), now)


async def put_up(ticket_id: int, address_id: int, external_id: str, now: datetime) -> None:
    """The acknowledgement has arrived: this is the sign from now on.

    What has become of the ticket meanwhile is to follow. Of a change that is just being made the
    sign is told by that: its delivery waits for long enough to find it.
    """
    await fetch(STANDS, ticket_id, address_id, external_id, RECEIVED, now)
    for row in await fetch(MEANWHILE, ticket_id, address_id):
        if face(Status(row["status"])) != RECEIVED:
            await outbox.put(Sign(address_id, ticket_id).draft(row["channel"]), now)


async def to_show(ticket_id: int) -> Shown | None:
    """What is to stand there; None: it does, or there is no sign.

    Where the channel calls a message of somebody's by the same id, that is not changed for it.
    """
    for row in await fetch(AS_IT_IS, ticket_id):
        wanted = face(Status(row["status"]))
        if wanted != row["face"]:
            words = said(ticket_id, wanted)
            return Shown(row["external_id"], wanted, words, buttons(ticket_id, wanted))
    return None


async def shows(ticket_id: int, face: str, now: datetime) -> None:
    """It shows that now."""
    await fetch(SHOWS, ticket_id, face, now)


async def is_gone(ticket_id: int) -> None:
    """The customer has deleted it; they want none."""
    await fetch(GONE, ticket_id)
