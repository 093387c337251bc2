"""Giving: a ticket goes to somebody else, with a note for them."""

from datetime import datetime

from bot.desk import tickets
from bot.desk.errors import SeveralCalled
from bot.desk.said import Content
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import owning
from models import Direction, Membership, Message


async def give(
    ticket_id: int, whom: str, note: Content, member: Membership, now: datetime
) -> Message:
    """The ticket is theirs who are called so, and the note for them stays among colleagues.

    Raises SeveralCalled, and as `owning.heirs` and `owning.assign`; then nothing is written.
    """
    heirs = await owning.heirs(ticket_id, member, whom)
    if len(heirs) > 1:
        raise SeveralCalled(whom, ", ".join(heirs.values()))
    ticket, _address = await tickets.locked(ticket_id)
    entry = Entry(ticket.id, Direction.NOTE, note, operator_id=member.operator_id)
    line = await write(entry, now)
    await owning.assign(ticket.id, next(iter(heirs)), member, now, note=line.id)
    return line
