"""Doubts: words that stay among colleagues until their author says that the customer is meant.

Whatever is not certain is a note, and its author is asked. They are the only one who can send it.
"""

from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.desk import notes, outbox, sending, tickets
from bot.desk.answers import content_of
from bot.desk.errors import Elsewhere, InNotesMode, NotYours, StillANote
from bot.desk.messages import Buttons
from models import Direction, Message, Operator

NEAR = texts.mark("✋ Is this a note, or is it for the customer? It was not sent.")
SENT = texts.mark("📨 Sent to the customer.")
KEPT = texts.mark("📝 Kept as a note.")


async def ask(message: Message, sentence: str, now: datetime) -> None:
    """Say why the words stay inside (a msgid), with a way to send them."""
    send = (texts.mark("📨 Send to the customer"), f"send:{message.id}")
    row = [send]
    if sentence == NEAR:
        row = [(texts.mark("📝 It is a note"), f"keep:{message.id}"), send]
    rows: Buttons = [row]
    await tickets.tell(message.ticket_id, sentence, now, buttons=rows, message_id=message.id)


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed a button about a message, and in which ticket's topic."""

    message_id: int
    ticket_id: int
    operator: Operator


async def send(press: Press, now: datetime) -> bool:
    """Send it as it is stored now, an album as a whole. False: it was sent already.

    Raises Elsewhere, NotYours, InNotesMode, StillANote.
    """
    ticket, address = await tickets.locked(press.ticket_id)
    parts = await _asked(press)
    if any(part.direction is Direction.OUT for part in parts):
        return False
    if ticket.notes_mode:
        raise InNotesMode
    if any(notes.is_marked(content_of(part)) for part in parts):
        raise StillANote
    ids = [part.id for part in parts]
    await Message.filter(id__in=ids).update(direction=Direction.OUT)
    await tickets.note_event(ticket.id, "sent after all", now, press.operator, {"messages": ids})
    await sending.answered(ticket, address, press.operator, now)
    payload = {"messages": ids, "album": parts[0].album}
    await outbox.put(sending.to_customer(address, ticket.id, "message", payload), now)
    return True


async def keep(press: Press) -> bool:
    """It is a note indeed. False: it was sent already. Raises Elsewhere, NotYours."""
    await tickets.locked(press.ticket_id)
    return all(part.direction is Direction.NOTE for part in await _asked(press))


async def _asked(press: Press) -> list[Message]:
    """The message, or its whole album, as it is under the ticket's lock."""
    message = await Message.get_or_none(id=press.message_id)
    if message is None or message.ticket_id != press.ticket_id:
        raise Elsewhere
    if message.operator_id != press.operator.id:
        raise NotYours
    if message.album is None:
        return [message]
    return await Message.filter(ticket_id=message.ticket_id, album=message.album).order_by("id")
