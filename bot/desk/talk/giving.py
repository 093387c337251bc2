"""Giving: a ticket goes to somebody else, with a note for them."""

from datetime import datetime

from bot import texts
from bot.desk import tickets
from bot.desk.errors import SeveralCalled
from bot.desk.people import memberships
from bot.desk.said import Content
from bot.desk.said.sentences import Mention, Sentence
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import owning
from models import Direction, Membership, Message, Ticket

NOTED = texts.mark("👉 {whom}, {name} leaves a note for you.")


async def give(
    ticket_id: int, whom: str, note: Content, member: Membership, now: datetime
) -> Message:
    """The ticket is theirs who are called so, and the note for them stays among colleagues.

    Whose it is already is told of the note. Raises SeveralCalled, and as `owning.heirs` and
    `owning.assign`; then nothing is written.
    """
    heirs = await owning.heirs(ticket_id, member, whom)
    if len(heirs) > 1:
        raise SeveralCalled(whom, ", ".join(heirs.values()))
    ticket, _address = await tickets.locked(ticket_id)
    entry = Entry(ticket.id, Direction.NOTE, note, operator_id=member.operator_id)
    line = await write(entry, now)
    (heir,) = heirs
    given = await owning.assign(ticket.id, heir, member, now, note=line.id)
    if given is None and heir != member.operator_id:
        await _mention(ticket, heir, member, line, now)
    return line


async def _mention(
    ticket: Ticket, heir: int, member: Membership, line: Message, now: datetime
) -> None:
    there = await memberships.in_department(heir, ticket.department_id)
    assert there is not None  # it was theirs a moment ago
    whom = Mention(there.operator.name, there.operator.user_id)
    said = Sentence(NOTED, {"whom": whom, "name": member.operator.name})
    await tickets.tell(ticket.id, said, now, message_id=line.id)
