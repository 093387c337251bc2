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
from bot.desk.outbox.kinds.to_customer import Message as Leaving
from bot.desk.outbox.kinds.to_customer import React, Unsend
from bot.desk.outbox.kinds.to_topic import Echo
from bot.desk.people import access, customers, preferences
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.people.preferences import Preferences
from bot.desk.said import Content, Quote
from bot.desk.said.spots import Spot
from bot.desk.talk import afterwards, albums, collisions, doubts, held, notes, notices, outgoing
from bot.desk.talk.sending import send
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import events
from models import Address, Direction, Held, Membership, Message, Ticket

BARRED = texts.mark("📝 Kept as a note: you may not write to customers.")
ALBUM_TAKEN_BACK = texts.mark(
    "📝 The album was taken back, so this part of it stays here until you send it."
)
TAKEN_ALONG = texts.mark(
    "📝 A part of this album is a note, so all of it is: what had been sent is taken back."
)
HELD_ALONG = texts.mark(
    "📝 A part of this album is a note, so all of it is, and nothing of it is sent."
)
COMMANDED = texts.mark(
    "📝 A part of this album is a command, so nothing of it is sent, and the command is not "
    "carried out. Write it by itself; in a reply it is about what you answer."
)
OBSERVED = texts.mark("📝 Kept as a note: as an observer, you do not write to customers.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an operator wrote in a topic; `answered` is the message that it replies to, and `place`
    which of its files.

    `inside`: they were asked for a note. `doubt`: the msgid of why it is not certain that the
    customer is meant; then it is a note.
    `goes_at`: when it is to go, if not at once. `spot`: where its author is told what only they
    need to know. `crosses`: there are words of the customer's that they had not read. `unseen`: no
    post of theirs has these words, so they are shown by one of ours.
    """

    member: Membership
    content: Content
    answered: Message | None = None
    quote: Quote | None = None
    doubt: str | None = None
    place: int = 0
    goes_at: datetime | None = None
    spot: Spot | None = None
    crosses: bool = False
    inside: bool = False
    unseen: bool = False
    commands: bool = False

    @property
    def is_meant(self) -> bool:
        """For the customer, in any mode: words that are to go at a moment, or are a macro's."""
        return self.goes_at is not None or self.content.prepared is not None


async def take(ticket_id: int, spoken: Spoken, now: datetime, *, mode: str = "all") -> Message:
    """An operator wrote in the topic: send it to the customer, or keep it as a note.

    `mode`: which words go, where their department has not chosen.
    Raises MovedAway, of a ticket that has just left for another department.
    """
    content, answered, member = spoken.content, spoken.answered, spoken.member
    ticket, address = await tickets.locked(ticket_id)
    access.in_department(member, ticket)
    chosen = await preferences.of(ticket.department_id)
    mode = chosen.reply_mode or mode
    begun = await albums.begun(content, ticket_id=ticket.id, direction__not=Direction.IN)
    if begun:  # an album goes to one address, wherever replies go by now
        address = await outgoing.address_of(begun[0], address)
    note = spoken.inside or spoken.commands or notes.is_note(ticket, content, answered)
    note = note or bool(answered and await notes.beside(answered))
    barred = not access.may(member, Act.ANSWER, ticket)
    observes = access.bars(member, Act.ANSWER, ticket)
    inside = any(one.direction is Direction.NOTE for one in begun)
    released = albums.goes(begun) and spoken.doubt == doubts.FORWARD  # it goes with its album
    doubt = None if note or released or observes else _doubt(spoken, mode, begun)
    freed = await _goes_no_more(begun, member, now) if note or doubt else False
    why = _why_inside(spoken, ticket, freed=freed) if note else None
    meant = released or spoken.is_meant or _goes_out(answered, mode)
    note = note or doubt is not None or not meant
    kept = barred and not note  # by who they are alone
    note = note or barred
    if note:
        left = await _recall(begun, address, member, now)
        if left and not (doubt or barred):  # a mere doubt takes nothing away from the customer
            await _take_back(left, ticket, address, member, now)
            await tickets.tell(ticket.id, TAKEN_ALONG, now, message_id=left.id)
    way = Direction.NOTE if note or inside else Direction.OUT
    message = await _join(begun, way, content, address, now)
    if message is None:
        written = _answer if way is Direction.OUT else _note
        message = await written(ticket, spoken, address, chosen, now)
    is_told = way is Direction.OUT or (inside and not freed)  # an album is asked about once
    if doubt and not is_told:
        await doubts.ask(message, doubt, now)
    elif kept and not is_told:
        why = OBSERVED if observes else BARRED
    if why:
        await tickets.tell(ticket.id, why, now, message_id=message.id)
    return message


async def _goes_no_more(begun: list[Message], actor: Actor, now: datetime) -> bool:
    """What of an album was to go at a moment stays, for a part of it does. False: nothing was."""
    waits = [one for one in begun if one.goes_at]
    for one in waits:
        await held.let_stay(one, actor, now)
    return bool(waits)


def _why_inside(spoken: Spoken, ticket: Ticket, *, freed: bool) -> str | None:
    """What its author is told of a note with which more than that was meant; a msgid."""
    if spoken.commands:
        return COMMANDED
    if spoken.goes_at:
        return held.IN_NOTES_MODE if ticket.notes_mode else held.UNPLANNED
    return HELD_ALONG if freed else None


async def _join(
    begun: list[Message], way: Direction, part: Content, address: Address, now: datetime
) -> Message | None:
    """No part of a note joins what may leave, whatever waits."""
    same = [one for one in begun if one.direction is way]
    return await albums.join(same, part, customers.lane(address), Leaving.kind, now)


async def _answer(
    ticket: Ticket, spoken: Spoken, address: Address, chosen: Preferences, now: datetime
) -> Message:
    """Words for the customer. They are a note while they are to go later, or may be too many."""
    member, goes_at, met = spoken.member, spoken.goes_at, None
    if goes_at is None:
        customer, crosses = address.customer, spoken.crosses
        met = await collisions.between(
            ticket, customer, member, now, chosen.collisions, crosses=crosses
        )
        goes_at = now + collisions.HELD if met and met.holds else None
        waits = None if goes_at else await held.until(ticket.id, member)
        if waits:
            goes_at, met = waits, collisions.behind(waits, now)
    way = Direction.NOTE if goes_at else Direction.OUT
    message = await _write(ticket, way, spoken, address, now)
    if goes_at:
        how = Held.LATER if spoken.goes_at else Held.DOUBLE
        await held.hold(message, how, goes_at, member, now)
    if met and spoken.spot:
        choice = collisions.choice(met, message)
        await notices.answer(spoken.spot, met.said, now, choice, about=message.id)
    return message


async def _note(
    ticket: Ticket, spoken: Spoken, address: Address, _chosen: Preferences, now: datetime
) -> Message:
    return await _write(ticket, Direction.NOTE, spoken, address, now)


async def _write(
    ticket: Ticket, way: Direction, spoken: Spoken, address: Address, now: datetime
) -> Message:
    goes, answered = way is Direction.OUT, spoken.answered
    entry = Entry(
        ticket.id,
        way,
        spoken.content,
        address_id=address.id if goes else None,
        operator_id=spoken.member.operator_id,
        answered=answered.id if answered else None,
        place=spoken.place,
        quote=spoken.quote,
    )
    message = await write(entry, now, lane=customers.lane(address) if goes else None)
    if spoken.unseen:
        await outbox.put(Echo(message.id).draft(ticket.id), now)
    if goes:
        gathers = spoken.content.album is not None
        await send(message, ticket, address, spoken.member, now, gathers=gathers)
        await afterwards.follow(ticket.id, spoken.content, spoken.member, now)
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
    if message.direction is Direction.IN or not (answer or message.unsent_at):
        raise NotSent
    if answer is None or answer.unsent_at:  # what was taken back may be a note by now
        raise TakenBack
    address = await outgoing.address_of(answer, address)
    parts = [one.id for one in await albums.beside(answer, Direction.OUT)]
    await Message.filter(id__in=parts).update(unsent_at=now)
    await events.note(ticket.id, "unsent", actor, now, details={"messages": parts})
    left = await not_withdrawn(ticket.id, address, parts, now)
    if not left:
        await outgoing.never_left(ticket.id, [answer.id, *parts], now)
        return
    taken_back = Unsend(address.id, answer.id, left)
    await outbox.put(taken_back.draft(address.channel, ticket.id), now)


async def reacted(
    message: Message, emoji: str, actor: Actor, now: datetime, *, place: int = 0
) -> None:
    """The operator reacted to the customer's message or to an answer, at this place of it.

    Notes stay inside.
    """
    if message.direction is Direction.NOTE:
        return
    ticket, address = await tickets.locked(message.ticket_id)
    if ticket.notes_mode or not access.may(actor, Act.ANSWER, ticket):
        return
    address = await outgoing.address_of(message, address)
    details = {"message": message.id, "emoji": emoji}
    await events.note(ticket.id, "reacted", actor, now, details=details)
    reaction = React(address.id, message.id, emoji, place)
    await outbox.put(reaction.draft(address.channel, ticket.id), now)


def _doubt(spoken: Spoken, mode: str, begun: list[Message]) -> str | None:
    """Why its author is to be asked (a msgid), if it is not clear whom the words are for."""
    may_be = spoken.is_meant or spoken.doubt == doubts.FORWARD  # which answers nothing anyhow
    if not may_be and not _goes_out(spoken.answered, mode):
        return None
    if spoken.doubt or notes.is_near(spoken.content):
        return spoken.doubt or doubts.NEAR
    return ALBUM_TAKEN_BACK if any(one.unsent_at for one in begun) else None


def _goes_out(answered: Message | None, mode: str) -> bool:
    """Whether plain words go to the customer at all."""
    return mode != "reply" or (answered is not None and answered.direction is Direction.IN)


async def _recall(
    begun: list[Message], address: Address, actor: Actor, now: datetime
) -> Message | None:
    """An album turned out to be a note, or may be one: what has not left stays.

    Gives the first of what has left, if anything has.
    """
    out = [one for one in begun if one.direction is Direction.OUT and not one.unsent_at]
    if not out:
        return None
    ticket_id, ids = out[0].ticket_id, {one.id for one in out}
    left = await not_withdrawn(ticket_id, address, sorted(ids), now)
    await outgoing.stay_inside(ticket_id, ids - {*left}, actor, now)
    for one in out:
        if one.id not in left:
            one.direction, one.address_id = Direction.NOTE, None
    return next((one for one in out if one.id in left), None)


async def not_withdrawn(
    ticket_id: int, address: Address, message_ids: list[int], now: datetime
) -> list[int]:
    """Withdraw what still waits; gives what has left."""
    left = set(message_ids)
    for number in message_ids:
        left -= await waiting.withdraw(customers.lane(address), ticket_id, number, now)
    return sorted(left)
