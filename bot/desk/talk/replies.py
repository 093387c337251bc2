"""Replies: an operator's words, to the customer or among colleagues.

A note never reaches a customer. Whenever it is not certain that words are meant for the
customer, they are a note.
"""

from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import NotSent, TakenBack
from bot.desk.outbox import waiting
from bot.desk.people import customers
from bot.desk.said import Content, Quote
from bot.desk.talk import doubts, notes, outgoing
from bot.desk.talk.sending import send, to_customer
from bot.desk.talk.writing import Line, write
from models import Address, Direction, Message, Operator, Ticket


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an operator wrote in a topic; `answered` is the message that it replies to.

    `doubt`: the msgid of why it is not certain that the customer is meant; then it is a note.
    """

    operator: Operator
    content: Content
    answered: Message | None = None
    quote: Quote | None = None
    doubt: str | None = None


async def take(ticket_id: int, spoken: Spoken, now: datetime, *, mode: str = "all") -> Message:
    """An operator wrote in the topic: send it to the customer, or keep it as a note."""
    content, answered = spoken.content, spoken.answered
    ticket, address = await tickets.locked(ticket_id)
    siblings = await _siblings(ticket, content)
    if siblings:  # an album goes to one address, wherever replies go by now
        address = await outgoing.address_of(siblings[0], address)
    note = notes.is_note(ticket, content, answered)
    note = note or bool(answered and await notes.beside(answered))
    left = any(one.direction is Direction.OUT for one in siblings)
    released = left and spoken.doubt == doubts.FORWARD  # a late part goes with its album
    doubt = None if note or released else _doubt(spoken, mode)
    note = note or doubt is not None or not (released or _goes_out(answered, mode))
    if note:
        await _recall(ticket.id, siblings, address, now, take_back=doubt is None)
    inside = any(one.direction is Direction.NOTE for one in siblings)
    note = note or inside
    line = Line(
        ticket.id,
        Direction.NOTE if note else Direction.OUT,
        content,
        address_id=None if note else address.id,
        operator_id=spoken.operator.id,
        answered=answered.id if answered else None,
        quote=spoken.quote,
    )
    message = await write(line, now, lane=None if note else customers.lane(address))
    if not note:
        await send(message, ticket, address, spoken.operator, now)
    elif doubt and not inside:  # an album is asked about once
        await doubts.ask(message, doubt, now)
    return message


async def unsend(message: Message, now: datetime, operator: Operator | None = None) -> None:
    """Delete an answer at the customer's side, an album as a whole. Raises NotSent, TakenBack."""
    ticket, address = await tickets.locked(message.ticket_id)
    await message.refresh_from_db()  # two who take it back at once are two of whom one does
    answer = await notes.answer_at(message)
    if answer is None:
        raise NotSent
    if answer.unsent_at:
        raise TakenBack
    address = await outgoing.address_of(answer, address)
    parts = await outgoing.album_of(answer)
    await Message.filter(id__in=parts).update(unsent_at=now)
    await tickets.note_event(ticket.id, "unsent", now, operator, {"message": answer.id})
    left = await not_withdrawn(ticket.id, address, parts, now)
    if not left:
        await tickets.tell(
            ticket.id, texts.mark("↩️ Taken back before it was sent."), now, message_id=answer.id
        )
        return
    payload = {"message": answer.id, "parts": left}
    await outbox.put(to_customer(address, ticket.id, "unsend", payload), now)


async def reacted(message: Message, emoji: str, now: datetime) -> None:
    """The operator reacted to the customer's message or to an answer; notes stay inside."""
    if message.direction is Direction.NOTE:
        return
    ticket, address = await tickets.locked(message.ticket_id)
    if ticket.notes_mode:
        return
    address = await outgoing.address_of(message, address)
    payload = {"message": message.id, "emoji": emoji}
    await outbox.put(to_customer(address, ticket.id, "react", payload), now)


def _doubt(spoken: Spoken, mode: str) -> str | None:
    """Why its author is to be asked (a msgid), if it is not clear whom the words are for."""
    if spoken.doubt != doubts.FORWARD and not _goes_out(spoken.answered, mode):
        return None  # a forward answers nothing, so it may be meant in any mode
    return spoken.doubt or (doubts.NEAR if notes.is_near(spoken.content) else None)


def _goes_out(answered: Message | None, mode: str) -> bool:
    """Whether plain words go to the customer at all."""
    return mode != "reply" or (answered is not None and answered.direction is Direction.IN)


async def _siblings(ticket: Ticket, content: Content) -> list[Message]:
    if content.album is None:
        return []
    return await Message.filter(ticket_id=ticket.id, album=content.album)


async def _recall(
    ticket_id: int, siblings: list[Message], address: Address, now: datetime, *, take_back: bool
) -> None:
    """An album turned out to be a note: what has not left stays, what has left is taken back.

    Not `take_back`: it may be a note, and a mere doubt takes nothing away from the customer.
    """
    album = [one for one in siblings if one.direction is Direction.OUT and not one.unsent_at]
    left = await not_withdrawn(ticket_id, address, [one.id for one in album], now)
    waited = [one.id for one in album if one.id not in left]
    await outgoing.stay_inside(waited)
    if left and take_back:
        await unsend(next(one for one in album if one.id in left), now)


async def not_withdrawn(
    ticket_id: int, address: Address, message_ids: list[int], now: datetime
) -> list[int]:
    """Withdraw what still waits; gives what has left."""
    left = set(message_ids)
    for number in message_ids:
        left -= await waiting.withdraw(customers.lane(address), ticket_id, number, now)
    return sorted(left)
