"""Decisions: what its author says of words that were kept inside in doubt."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import InNotesMode, NotYours, StillANote, WrongTopic
from bot.desk.outbox.kinds import to_customer
from bot.desk.people import access
from bot.desk.people.access import Act
from bot.desk.said import Content
from bot.desk.said.sentences import Sentence
from bot.desk.talk import afterwards, albums, corrections, held, notes, sending
from bot.desk.talk.outgoing import content_of
from bot.desk.tickets import events
from models import Address, Direction, Held, Membership, Message, Ticket
from models.rows import fetch

STOPPED = texts.mark("✋ This was to be sent, and was not: {name} has stopped it.")
# Of a note the customer knows nothing, and they are to learn nothing of it.
NO_ANSWER_TO_NOTES = """
UPDATE message SET reply_to_id = NULL, quote = NULL FROM message AS answered
WHERE message.id = ANY ($1::bigint[])
    AND answered.id = message.reply_to_id AND answered.direction = 'note'
"""


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed a button about a message, and in which ticket's topic."""

    message_id: int
    ticket_id: int
    member: Membership


async def send(press: Press, now: datetime) -> bool:
    """Send it as it is stored now, an album as a whole. False: it was sent already.

    New words for an answer that has left take the place of the earlier ones there.
    Raises WrongTopic, NotYours, InNotesMode, StillANote, MovedAway, Observing, NotAMember, and as
    `afterwards.follow`.
    """
    ticket, address = await tickets.locked(press.ticket_id)
    access.check(press.member, Act.ANSWER, ticket)
    message = await _asked(press)
    if message is None:
        return False
    if not await held.may_send(message, press.member, ticket):
        raise NotYours
    if message.direction is not Direction.NOTE:
        return False
    if ticket.notes_mode:
        raise InNotesMode
    earlier = await held.before(message)
    if earlier:  # the last of these takes along those before it
        await send(replace(press, message_id=earlier[-1].id), now)
        return await send(press, now)
    await _leaves(message, ticket, address, press.member, now)
    return True


async def _leaves(
    message: Message, ticket: Ticket, address: Address, member: Membership, now: datetime
) -> None:
    """Put it on its way, or in the place of the answer that it stands upon."""
    answer = await notes.answer_beneath(message)
    parts = [message] if answer else await albums.beside(message, Direction.NOTE)
    if any(_is_marked(content_of(part)) for part in parts):
        raise StillANote
    ids = [part.id for part in parts]
    await events.note(ticket.id, "sent after all", member, now, details={"messages": ids})
    if answer and not answer.unsent_at:
        await message.delete()  # nothing stands upon the answer any more: these are its words
        await corrections.correct(answer, content_of(message), address, member, now)
        return
    turned = {"direction": Direction.OUT, "address_id": address.id, "unsent_at": None, **held.FREE}
    await Message.filter(id__in=ids).update(**turned)
    await fetch(NO_ANSWER_TO_NOTES, ids)
    await sending.answered(ticket, address, member, now)
    for part in parts:
        leaving = to_customer.Message(address.id, [part.id], part.album is not None)
        await outbox.put(leaving.draft(address.channel, ticket.id), now)
        await afterwards.follow(ticket.id, content_of(part), member, now)


def _is_marked(content: Content) -> bool:
    """Whether it begins like a note, or a part of an album like a command."""
    captions = [piece.words.text for piece in content.pieces()] if content.album else []
    return notes.is_marked(content) or any(map(notes.command, captions))


async def keep(press: Press, now: datetime) -> bool:
    """It is a note indeed, and goes at no moment. False: it was sent already.

    Who stops a colleague's words has them told. Raises WrongTopic, NotYours, MovedAway.
    """
    message = await _kept_inside(press, is_stopped=True)
    if message is not None and message.held:
        was_to_go = message.goes_at is not None
        await held.let_stay(message, press.member, now)
        if was_to_go and message.operator_id != press.member.operator_id:
            name = press.member.operator.name
            await held.tell(message, Sentence(STOPPED, {"name": name}), now)
    return message is not None


async def anyway(press: Press, now: datetime) -> bool:
    """What is to go later goes whoever writes first. False: it has gone, or goes no more.

    Raises WrongTopic, NotYours, MovedAway.
    """
    message = await _kept_inside(press)
    if message is None or message.goes_at is None or message.held is not Held.LATER:
        return False
    await held.hold(message, Held.ANYWAY, message.goes_at, press.member, now)
    return True


async def _kept_inside(press: Press, *, is_stopped: bool = False) -> Message | None:
    """What the press is about, under the ticket's lock. None: it was sent already.

    Raises WrongTopic, NotYours, MovedAway.
    """
    ticket, _address = await tickets.locked(press.ticket_id)
    access.in_department(press.member, ticket)
    message = await _asked(press)
    if message is None:
        return None
    is_theirs = message.operator_id == press.member.operator_id
    if not (is_theirs or (is_stopped and held.may_stop(message, press.member))):
        raise NotYours
    return message if message.direction is Direction.NOTE else None


async def _asked(press: Press) -> Message | None:
    """The message as it is under the ticket's lock. None: its words stand elsewhere by now."""
    message = await Message.get_or_none(id=press.message_id)
    if message is None:
        return None
    if message.ticket_id != press.ticket_id:
        raise WrongTopic
    return message
