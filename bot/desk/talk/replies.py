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
from bot.desk.outbox.kinds.to_customer import React, Unsend
from bot.desk.people import access, customers
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Content, Quote
from bot.desk.talk import doubts, notes, outgoing
from bot.desk.talk.sending import send
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import events
from models import Address, Direction, Membership, Message, Ticket

BARRED = texts.mark("📝 Kept as a note: you may not write to customers.")
OBSERVED = texts.mark("📝 Kept as a note: as an observer, you do not write to customers.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an operator wrote in a topic; `answered` is the message that it replies to.

    `doubt`: the msgid of why it is not certain that the customer is meant; then it is a note.
    """

    member: Membership
    content: Content
    answered: Message | None = None
    quote: Quote | None = None
    doubt: str | None = None


async def take(ticket_id: int, spoken: Spoken, now: datetime, *, mode: str = "all") -> Message:
    """An operator wrote in the topic: send it to the customer, or keep it as a note.

    Raises MovedAway, of a ticket that has just left for another department.
    """
    content, answered, member = spoken.content, spoken.answered, spoken.member
    ticket, address = await tickets.locked(ticket_id)
    access.in_department(member, ticket)
    siblings = await _siblings(ticket, content)
    if siblings:  # an album goes to one address, wherever replies go by now
        address = await outgoing.address_of(siblings[0], address)
    note = notes.is_note(ticket, content, answered)
    note = note or bool(answered and await notes.beside(answered))
    barred = not access.may(member, Act.ANSWER, ticket)
    observes = access.bars(member, Act.ANSWER, ticket)
    goes = any(one.direction is Direction.OUT for one in siblings)
    released = goes and spoken.doubt == doubts.FORWARD  # a late part goes with its album
    doubt = None if note or released or observes else _doubt(spoken, mode)
    note = note or doubt is not None or not (released or _goes_out(answered, mode))
    kept = barred and not note  # by who they are alone
    note = note or barred
    if note:
        left = await _recall(siblings, address, member, now)
        if left and not (doubt or barred):  # a mere doubt takes nothing away from the customer
            await _take_back(left, ticket, address, member, now)
    inside = any(one.direction is Direction.NOTE for one in siblings)
    note = note or inside
    entry = Entry(
        ticket.id,
        Direction.NOTE if note else Direction.OUT,
        content,
        address_id=None if note else address.id,
        operator_id=member.operator_id,
        answered=answered.id if answered else None,
        quote=spoken.quote,
    )
    message = await write(entry, now, lane=None if note else customers.lane(address))
    if not note:
        await send(message, ticket, address, member, now)
    elif doubt and not inside:  # an album is asked about once
        await doubts.ask(message, doubt, now)
    elif kept and not inside:
        why = OBSERVED if observes else BARRED
        await tickets.tell(ticket.id, why, now, message_id=message.id)
    return message


async def unsend(message: Message, actor: Actor, now: datetime) -> None:
    """Delete an answer at the customer's side, an album as a whole.

    Raises NotSent, TakenBack, MovedAway, Observing, NotAMember.
    """
    ticket, address = await tickets.locked(message.ticket_id)
    access.check(actor, Act.ANSWER, ticket)
    await _take_back(message, ticket, address, actor, now)


async def _take_back(
    message: Message, ticket: Ticket, address: Address, actor: Actor, now: datetime
) -> None:
    await message.refresh_from_db()  # two who take it back at once are two of whom one does
    answer = await notes.answer_beneath(message)
    if answer is None:
        raise NotSent
    if answer.unsent_at:
        raise TakenBack
    address = await outgoing.address_of(answer, address)
    parts = await outgoing.album_of(answer)
    await Message.filter(id__in=parts).update(unsent_at=now)
    await events.note(ticket.id, "unsent", actor, now, details={"messages": parts})
    left = await not_withdrawn(ticket.id, address, parts, now)
    if not left:
        await outgoing.never_left(ticket.id, [answer.id, *parts], now)
        return
    taken_back = Unsend(address.id, answer.id, left)
    await outbox.put(taken_back.draft(address.channel, ticket.id), now)


async def reacted(message: Message, emoji: str, actor: Actor, now: datetime) -> None:
    """The operator reacted to the customer's message or to an answer; notes stay inside."""
    if message.direction is Direction.NOTE:
        return
    ticket, address = await tickets.locked(message.ticket_id)
    if ticket.notes_mode or not access.may(actor, Act.ANSWER, ticket):
        return
    address = await outgoing.address_of(message, address)
    details = {"message": message.id, "emoji": emoji}
    await events.note(ticket.id, "reacted", actor, now, details=details)
    reaction = React(address.id, message.id, emoji)
    await outbox.put(reaction.draft(address.channel, ticket.id), now)


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
    siblings: list[Message], address: Address, actor: Actor, now: datetime
) -> Message | None:
    """An album turned out to be a note, or may be one: what has not left stays.

    Gives the first of what has left, if anything has.
    """
    album = [one for one in siblings if one.direction is Direction.OUT and not one.unsent_at]
    if not album:
        return None
    ticket_id, ids = album[0].ticket_id, {one.id for one in album}
    left = await not_withdrawn(ticket_id, address, sorted(ids), now)
    await outgoing.stay_inside(ticket_id, ids - {*left}, actor, now)
    return next((one for one in album if one.id in left), None)


async def not_withdrawn(
    ticket_id: int, address: Address, message_ids: list[int], now: datetime
) -> list[int]:
    """Withdraw what still waits; gives what has left."""
    left = set(message_ids)
    for number in message_ids:
        left -= await waiting.withdraw(customers.lane(address), ticket_id, number, now)
    return sorted(left)
