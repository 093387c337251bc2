"""Due: what was held is sent when its moment has come; what cannot be sent then is told of."""

from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import DeskError, NotAMember
from bot.desk.people import memberships
from bot.desk.people.actors import System
from bot.desk.said.sentences import Sentence
from bot.desk.talk import decisions, held
from bot.desk.talk.decisions import Press
from models import Message, Ticket
from models.rows import fetch

MOST = 100  # that go at once; the next ones a moment later
DUE = """
SELECT id FROM message WHERE goes_at IS NOT NULL AND goes_at <= $1 ORDER BY goes_at, id LIMIT $2
"""
STAYS = texts.mark("⚠️ This was to be sent now, and was not: {why}")
MOMENT = System("its moment has come")


async def go(now: datetime) -> bool:
    """Send what is due, each in a transaction of its own. True: there is more."""
    due = [row["id"] for row in await fetch(DUE, now, MOST)]
    for number in due:
        async with outbox.transaction():
            await _go(number, now)
    return len(due) == MOST


async def _go(number: int, now: datetime) -> None:
    message = await Message.get_or_none(id=number)
    if message is None:
        return
    ticket, _address = await tickets.locked(message.ticket_id)
    await message.refresh_from_db()
    if message.goes_at is None or message.goes_at > now:
        return  # somebody has changed their mind meanwhile, or another process was faster
    try:
        await decisions.send(await _press(message, ticket), now)
    except DeskError as error:
        await held.let_stay(message, MOMENT, now)
        await held.tell(message, Sentence(STAYS, {"why": Sentence(error.sentence)}), now)


async def _press(message: Message, ticket: Ticket) -> Press:
    """As if its author pressed it, as who they are by now. Raises NotAMember."""
    author = message.operator_id
    member = await memberships.in_department(author, ticket.department_id) if author else None
    if member is None:
        raise NotAMember
    return Press(message.id, message.ticket_id, member)
