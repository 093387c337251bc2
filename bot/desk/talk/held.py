"""Held: an operator's words that go at a moment. Until then they are a note, as all is in doubt.

So no kill sends them, and none loses them: the moment stands in their row (`due` sends them).
Whoever changes their mind takes it away.
"""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.errors import NoSuchTicket
from bot.desk.people import access, memberships, operators
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Buttons
from bot.desk.said.sentences import Mention, Sentence
from bot.desk.talk.outgoing import content_of
from bot.desk.tickets import events, halts
from bot.desk.tickets.halts import Halt
from bot.desk.words import clean_name
from models import Customer, Held, Membership, Message, Ticket
from models.rows import fetch, find

FREE: dict[str, None] = {"held": None, "goes_at": None}
OF_TICKETS = "goes_at IS NOT NULL AND ticket_id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE"
WAS_LEFT = "ticket_id = $1 AND held IS NOT NULL AND goes_at IS NULL ORDER BY id"
BEGINNING = 80  # characters by which their author knows the words again
# What somebody wrote before goes before: in order within a conversation.
DOUBLES = "goes_at IS NOT NULL AND ticket_id = $1 AND operator_id = $2 AND held = 'double'"
BEFORE = f"{DOUBLES} AND id < $3 AND ($4::timestamptz IS NULL OR goes_at <= $4) ORDER BY id"
WAITS = "SELECT 1 FROM message WHERE goes_at IS NOT NULL AND ticket_id = $1 LIMIT 1"
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
LEFT = texts.mark(
    "✋ {name} had planned this, but does not work here, so it was not sent: “{words}”. A lead or "
    "an admin can still send it."
)
NOT_SENT = texts.mark("✋ {whom}, your planned answer was not sent: “{words}”")
DO_NOT = texts.mark("✋ Do not send")
SEND = texts.mark("📨 Send to the customer")


async def hold(message: Message, how: Held, goes_at: datetime, actor: Actor, now: datetime) -> None:
    """These words, which are a note, go then."""
    message.held, message.goes_at = how, goes_at
    await message.save(update_fields=["held", "goes_at"])
    details = {"message": message.id, "how": how, "until": goes_at}
    await events.note(message.ticket_id, "held", actor, now, details=details)


async def let_stay(message: Message, actor: Actor, now: datetime) -> None:
    """It is a note, and goes at no moment any more."""
    await _set(message, FREE, actor, now)


async def _set(message: Message, values: dict[str, None], actor: Actor, now: datetime) -> None:
    message.update_from_dict(values)
    await message.save(update_fields=[*values])
    details = {"message": message.id}
    await events.note(message.ticket_id, "held no more", actor, now, details=details)


async def until(ticket_id: int, member: Membership) -> datetime | None:
    """Until when second answers of theirs are held there, if any are."""
    found = await find(Message, DOUBLES, ticket_id, member.operator_id)
    return max((one.goes_at for one in found if one.goes_at), default=None)


async def before(message: Message) -> list[Message]:
    """Second answers that the author of these words wrote before them, and that go no later."""
    whose = message.ticket_id, message.operator_id
    return await find(Message, BEFORE, *whose, message.id, message.goes_at)


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


async def waits_in(ticket_id: int) -> bool:
    """Whether anything is to go there at a moment."""
    return bool(await fetch(WAITS, ticket_id))


async def wrote(ticket_id: int, customer: Customer, now: datetime) -> None:
    """The customer has written first: what was planned stays, and is told of, one by one."""
    for message in await find(Message, UNLESS_FIRST, ticket_id):
        await let_stay(message, customer, now)
        await tell(message, Sentence(WROTE_FIRST, {"name": customer.name}), now)


async def stop(what: Halt, actor: Actor, now: datetime) -> None:
    """Nothing goes by itself there any more: what was to go stays, and is told of, one by one."""
    for message in await find(Message, OF_TICKETS, [*what.tickets]):
        if what.why:
            await let_stay(message, actor, now)
            await tell(message, what.why, now)
        elif what.heir and not await _works_in(message, what.heir):
            await leave(message, actor, now)


async def leave(message: Message, actor: Actor, now: datetime) -> None:
    """Its author works here no more. It stays, and who watches over those here decides about it.

    That it was to go is not forgotten: nobody but its author ever sends what was a note.
    """
    await _set(message, {"goes_at": None}, actor, now)
    name = await operators.called(message.operator_id) if message.operator_id else "…"
    values = {"name": name, "words": _beginning(message)}
    buttons: Buttons = [[(SEND, f"send:{message.id}"), (DO_NOT, f"keep:{message.id}")]]
    said = Sentence(LEFT, values)
    await tickets.tell(message.ticket_id, said, now, buttons=buttons, message_id=message.id)


async def may_send(message: Message, member: Membership, ticket: Ticket) -> bool:
    """Whether they can send it: it is theirs, or was left here by who works here no more."""
    if message.operator_id == member.operator_id:
        return True
    was_left = message.held is not None and message.goes_at is None
    if not (was_left and access.may(member, Act.PLANNED, ticket)):
        return False
    return not await _works_in(message, ticket.department_id)


async def left_by(ticket_id: int, department: int) -> list[Sentence]:
    """What those are told, in the topic that the ticket leaves, whose answers do not go with it."""
    found = await find(Message, WAS_LEFT, ticket_id)
    members = {one.operator_id: one.operator for one in await memberships.of_department(department)}
    return [
        Sentence(NOT_SENT, {"whom": Mention(who.name, who.user_id), "words": _beginning(message)})
        for message in found
        if message.operator_id and (who := members.get(message.operator_id))
    ]


async def _works_in(message: Message, department: int) -> bool:
    author = message.operator_id
    member = await memberships.in_department(author, department) if author else None
    return member is not None and member.is_there


def _beginning(message: Message) -> str:
    return clean_name(content_of(message).words.text, BEGINNING) or "…"


async def tell(message: Message, said: Sentence, now: datetime) -> None:
    """Say in the topic why it was not sent, with a way to send it."""
    buttons: Buttons = [[(SEND, f"send:{message.id}")]]
    await tickets.tell(message.ticket_id, said, now, buttons=buttons, message_id=message.id)


halts.listeners.append(stop)
