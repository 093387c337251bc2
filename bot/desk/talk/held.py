"""Held: an operator's words that go at a moment. Until then they are a note, as all is in doubt.

So no kill sends them, and none loses them: the moment stands in their row (`due` sends them).
Whoever changes their mind takes it away.
"""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.errors import NoSuchTicket
from bot.desk.people import access
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Buttons
from bot.desk.said.sentences import Sentence
from bot.desk.tickets import events, halts
from bot.desk.tickets.halts import Halt
from models import Customer, Held, Membership, Message
from models.rows import find

FREE: dict[str, None] = {"held": None, "goes_at": None}
OF_TICKETS = "goes_at IS NOT NULL AND ticket_id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE"
UNLESS_FIRST = "goes_at IS NOT NULL AND ticket_id = $1 AND held = 'later' ORDER BY id FOR UPDATE"
PLANNED = """
goes_at IS NOT NULL AND held <> 'double' AND ($1::bigint IS NULL OR ticket_id = $1)
    AND ($2::bigint IS NULL OR operator_id = $2)
    AND ($3::bigint IS NULL OR ticket_id IN (SELECT id FROM ticket WHERE department_id = $3))
ORDER BY goes_at, id
"""
UNPLANNED = texts.mark(
    "📝 Kept as a note, and not planned: it begins like one, or replies to one. Write it anew if "
    "it is for the customer."
)
IN_NOTES_MODE = texts.mark(
    "📝 Kept as a note, and not planned: notes mode is on. End it first: /notes off"
)
WROTE_FIRST = texts.mark("✋ This was to be sent later, and was not: {name} wrote first.")
SEND = texts.mark("📨 Send to the customer")


async def hold(message: Message, how: Held, goes_at: datetime, actor: Actor, now: datetime) -> None:
    """These words, which are a note, go then."""
    message.held, message.goes_at = how, goes_at
    await message.save(update_fields=["held", "goes_at"])
    details = {"message": message.id, "how": how, "until": goes_at}
    await events.note(message.ticket_id, "held", actor, now, details=details)


async def let_stay(message: Message, actor: Actor, now: datetime) -> None:
    """It is a note, and goes at no moment any more."""
    message.update_from_dict(FREE)
    await message.save(update_fields=[*FREE])
    details = {"message": message.id}
    await events.note(message.ticket_id, "held no more", actor, now, details=details)


async def planned(
    *,
    ticket_id: int | None = None,
    operator_id: int | None = None,
    department: int | None = None,
) -> list[Message]:
    """What is to go later: of a ticket, of somebody, of a department; the next one first."""
    return await find(Message, PLANNED, ticket_id, operator_id, department)


def may_stop(message: Message, member: Membership) -> bool:
    """Whether they can say that it is not sent: it is theirs, or they watch over those here."""
    is_theirs = message.operator_id == member.operator_id
    return is_theirs or (message.held is not None and access.may(member, Act.PLANNED))


async def ticket_of(number: int) -> int:
    """In which ticket these words stand. Raises NoSuchTicket."""
    message = await Message.get_or_none(id=number)
    if message is None:
        raise NoSuchTicket
    return message.ticket_id


async def wrote(ticket_id: int, customer: Customer, now: datetime) -> None:
    """The customer has written first: what was planned stays, and is told of, one by one."""
    for message in await find(Message, UNLESS_FIRST, ticket_id):
        await let_stay(message, customer, now)
        await tell(message, Sentence(WROTE_FIRST, {"name": customer.name}), now)


async def stop(what: Halt, actor: Actor, now: datetime) -> None:
    """Nothing goes by itself there any more: what was to go stays, and is told of, one by one."""
    for message in await find(Message, OF_TICKETS, [*what.tickets]):
        await let_stay(message, actor, now)
        await tell(message, what.why, now)


async def tell(message: Message, said: Sentence, now: datetime) -> None:
    """Say in the topic why it was not sent, with a way to send it."""
    buttons: Buttons = [[(SEND, f"send:{message.id}")]]
    await tickets.tell(message.ticket_id, said, now, buttons=buttons, message_id=message.id)


halts.listeners.append(stop)
