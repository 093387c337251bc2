"""Replies: an operator's words, to the customer or among colleagues.

A note never reaches a customer. Whenever it is not certain that words are meant for the
customer, they are a note.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import texts
from bot.desk import customers, doubts, intake, notes, outbox, tickets, waiting
from bot.desk.errors import NotSent, TakenBack
from bot.desk.messages import Content, Quote
from bot.desk.sending import send, to_customer
from bot.desk.words import Words
from bot.desk.writing import Line, write
from models import Address, Direction, Message, Operator, Revision, Ticket


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
    note = notes.is_note(ticket, content, answered, mode)
    note = note or bool(answered and await notes.beside(answered))
    doubt = None if note else spoken.doubt or (doubts.NEAR if notes.is_near(content) else None)
    note = note or doubt is not None
    if note:
        await _recall(siblings, address, ticket, now)
    inside = any(one.direction is Direction.NOTE for one in siblings)
    note = note or inside
    line = Line(
        ticket.id,
        Direction.NOTE if note else Direction.OUT,
        content,
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


async def edited(
    message: Message, content: Content, now: datetime, *, in_doubt: bool = False
) -> None:
    """The operator changed their words. A note stays a note, and an answer may become one.

    `in_doubt`: it is not certain that the new words are meant for the customer.
    """
    ticket, address = await tickets.locked(message.ticket_id)
    await message.refresh_from_db()
    if message.direction is Direction.OUT:
        marked = notes.is_marked(content)
        in_doubt = in_doubt or notes.is_near(content)
        if marked or in_doubt or ticket.notes_mode or await notes.beside(message):
            await _answer_becomes_note(message, content, address, now, marked=marked)
            return
    if not await intake.rewrite(message, content, now):
        return
    if message.direction is not Direction.OUT or message.unsent_at:
        return
    if not await waiting.waits(customers.lane(address), "message", message.id):
        payload = {"address": address.id, "message": message.id}
        await outbox.put(to_customer(address, ticket.id, "edit", payload), now)


async def unsend(message: Message, now: datetime, operator: Operator | None = None) -> None:
    """Delete an answer at the customer's side, an album as a whole. Raises NotSent, TakenBack."""
    ticket, address = await tickets.locked(message.ticket_id)
    await message.refresh_from_db()  # two who take it back at once are two of whom one does
    answer = await notes.answer_at(message)
    if answer is None:
        raise NotSent
    if answer.unsent_at:
        raise TakenBack
    parts = await _parts(answer)
    await Message.filter(id__in=parts).update(unsent_at=now)
    await tickets.note_event(ticket.id, "unsent", now, operator, {"message": answer.id})
    left = await _not_withdrawn(address, parts, now)
    if not left:
        await tickets.tell(
            ticket.id, texts.mark("↩️ Taken back before it was sent."), now, message_id=answer.id
        )
        return
    payload = {"address": address.id, "message": answer.id, "parts": left}
    await outbox.put(to_customer(address, ticket.id, "unsend", payload), now)
    await tickets.unmark(ticket.id, parts[0], now)


async def reacted(message: Message, emoji: str, now: datetime) -> None:
    """The operator reacted to the customer's message or to an answer; notes stay inside."""
    if message.direction is Direction.NOTE:
        return
    ticket, address = await tickets.locked(message.ticket_id)
    if ticket.notes_mode:
        return
    payload = {"address": address.id, "message": message.id, "emoji": emoji}
    await outbox.put(to_customer(address, ticket.id, "react", payload), now)


async def _siblings(ticket: Ticket, content: Content) -> list[Message]:
    if content.album is None:
        return []
    return await Message.filter(ticket_id=ticket.id, album=content.album)


async def _parts(message: Message) -> list[int]:
    """The message, or all of its album."""
    if message.album is None:
        return [message.id]
    album = Message.filter(
        ticket_id=message.ticket_id, album=message.album, direction=Direction.OUT, unsent_at=None
    )
    return [part.id for part in await album.order_by("id")]


async def _recall(siblings: list[Message], address: Address, ticket: Ticket, now: datetime) -> None:
    """An album turned out to be a note: what has not left stays, what has left is taken back."""
    album = [one for one in siblings if one.direction is Direction.OUT and not one.unsent_at]
    ids = [one.id for one in album]
    left = await _not_withdrawn(address, ids, now)
    if left:
        await unsend(next(one for one in album if one.id in left), now)
    else:
        await Message.filter(id__in=ids).update(direction=Direction.NOTE)


async def _not_withdrawn(address: Address, message_ids: list[int], now: datetime) -> list[int]:
    """Withdraw what still waits; gives what has left."""
    left = set(message_ids)
    for number in message_ids:
        left -= await waiting.withdraw(customers.lane(address), number, now)
    return sorted(left)


async def _answer_becomes_note(
    message: Message, content: Content, address: Address, now: datetime, *, marked: bool
) -> None:
    """What has not left turns into a note. What has left keeps its public words.

    The new words are never written into a message that a delivery may read.
    """
    if (message.words, message.content) == (content.words.dump(), content.about):
        return
    parts = await _parts(message)
    left = set() if message.unsent_at else set(await _not_withdrawn(address, parts, now))
    turned = [part for part in parts if part not in left]
    await Message.filter(id__in=turned).update(direction=Direction.NOTE)
    if message.id in left:
        await _note_upon(message, content, now)
    else:
        await intake.rewrite(await Message.get(id=message.id), content, now)
    sentence = _became_note(bool(left), marked)
    if sentence:
        await tickets.tell(message.ticket_id, sentence, now, message_id=message.id)


def _became_note(left: bool, marked: bool) -> str | None:
    """What the operator is to know; nothing if all is as they want it."""
    if not left:
        return None if marked else texts.mark("📝 Kept as a note: the customer gets nothing of it.")
    if marked:
        return texts.mark(
            "✋ This was sent before you made it a note. The customer still sees the earlier "
            "words; /unsend in reply to it takes them back."
        )
    return texts.mark(
        "📝 Your new words were kept as a note. The customer still sees the earlier ones; "
        "/unsend in reply to this message takes them back."
    )


async def _note_upon(answer: Message, content: Content, now: datetime) -> None:
    """A note in the place of an answer that has left."""
    line = Line(
        answer.ticket_id,
        Direction.NOTE,
        replace(content, album=answer.album),
        operator_id=answer.operator_id,
        answered=answer.id,
    )
    note = await write(line, now)
    await notes.stand_at(note, answer)


async def wordings(message: Message) -> list[tuple[datetime, Words]]:
    """The earlier wordings of a message, each with the instant until which it stood."""
    answer = await notes.answer_at(message) if message.direction is Direction.NOTE else None
    before = await _revisions(answer) if answer else []
    if answer:
        before.append((message.created_at, Words.load(answer.words)))
    return before + await _revisions(message)


async def _revisions(message: Message) -> list[tuple[datetime, Words]]:
    found = await Revision.filter(message_id=message.id).order_by("id")
    return [(one.replaced_at, Words.load(one.words)) for one in found]
