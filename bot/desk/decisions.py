"""Decisions: what its author says of words that were kept inside in doubt."""

from dataclasses import dataclass
from datetime import datetime

from bot.desk import corrections, notes, outbox, sending, tickets
from bot.desk.answers import content_of
from bot.desk.errors import Elsewhere, InNotesMode, NotYours, StillANote
from models import Direction, Message, Operator


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed a button about a message, and in which ticket's topic."""

    message_id: int
    ticket_id: int
    operator: Operator


async def send(press: Press, now: datetime) -> bool:
    """Send it as it is stored now, an album as a whole. False: it was sent already.

    New words for an answer that has left take the place of the earlier ones there.
    Raises Elsewhere, NotYours, InNotesMode, StillANote.
    """
    ticket, address = await tickets.locked(press.ticket_id)
    message = await _asked(press)
    answer = await notes.answer_at(message)
    parts = [message] if answer else await _whole(message)
    if any(part.direction is Direction.OUT for part in parts):
        return False
    if ticket.notes_mode:
        raise InNotesMode
    if any(notes.is_marked(content_of(part)) for part in parts):
        raise StillANote
    ids = [part.id for part in parts]
    await tickets.note_event(ticket.id, "sent after all", now, press.operator, {"messages": ids})
    if answer and not answer.unsent_at:
        await message.delete()  # nothing stands upon the answer any more: these are its words
        await corrections.correct(answer, content_of(message), address, now)
        return True
    await Message.filter(id__in=ids).update(direction=Direction.OUT)
    await sending.answered(ticket, address, press.operator, now)
    payload = {"messages": ids, "album": parts[0].album}
    await outbox.put(sending.to_customer(address, ticket.id, "message", payload), now)
    return True


async def keep(press: Press) -> bool:
    """It is a note indeed. False: it was sent already. Raises Elsewhere, NotYours."""
    await tickets.locked(press.ticket_id)
    return (await _asked(press)).direction is Direction.NOTE


async def _asked(press: Press) -> Message:
    """The message as it is under the ticket's lock."""
    message = await Message.get_or_none(id=press.message_id)
    if message is None or message.ticket_id != press.ticket_id:
        raise Elsewhere
    if message.operator_id != press.operator.id:
        raise NotYours
    return message


async def _whole(message: Message) -> list[Message]:
    """The message, or its whole album."""
    if message.album is None:
        return [message]
    return await Message.filter(ticket_id=message.ticket_id, album=message.album).order_by("id")
