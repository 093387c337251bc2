"""Due: what was held is sent when its moment has come; what cannot be sent then is told of."""

from datetime import datetime

import structlog

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import DeskError, NotAMember
from bot.desk.people import memberships
from bot.desk.people.actors import System
from bot.desk.said.sentences import Sentence
from bot.desk.talk import decisions, held
from bot.desk.talk.decisions import Press
from bot.outage import is_outage
from models import Message, Ticket
from models.rows import fetch

log = structlog.get_logger(__name__)

MOST = 100  # that go at once; the next ones a moment later
DUE = """
SELECT id FROM message WHERE goes_at IS NOT NULL AND goes_at <= $1 ORDER BY goes_at, id LIMIT $2
"""
STAYS = texts.mark("⚠️ This was to be sent now, and was not: {why}")
FAILED = texts.mark("⚠️ This was to be sent now, and was not: something went wrong on our side.")
MOMENT = System("its moment has come")


async def go(now: datetime) -> bool:
    """Send what is due, each in a transaction of its own. True: there is more."""
    due = [row["id"] for row in await fetch(DUE, now, MOST)]
    for number in due:
        try:
            async with outbox.transaction():
                await _go(number, now)
        except DeskError as error:  # all that was done by then is undone
            await _stay(number, error, now)
        except Exception as error:  # the others go all the same
            if is_outage(error):
                raise
            log.exception("what was held could not be sent", message=number)
            await _stay(number, None, now)
    return len(due) == MOST


async def _go(number: int, now: datetime) -> None:
    found = await _due(number, now)
    if found:
        await decisions.send(await _press(*found), now)


async def _stay(number: int, error: DeskError | None, now: datetime) -> None:
    async with outbox.transaction():
        found = await _due(number, now)
        if found is None:
            return
        message, _ticket = found
        if isinstance(error, NotAMember):  # there is nobody who could be told why
            await held.leave(message, MOMENT, now)
            return
        await held.let_stay(message, MOMENT, now)
        said = Sentence(FAILED)
        if error:
            said = Sentence(STAYS, {"why": Sentence(error.sentence, error.values)})
        await held.tell(message, said, now)


async def _due(number: int, now: datetime) -> tuple[Message, Ticket] | None:
    """It and its ticket, under the ticket's lock.

    None: somebody has changed their mind meanwhile, or another process was faster.
    """
    message = await Message.get_or_none(id=number)
    if message is None:
        return None
    ticket, _address = await tickets.locked(message.ticket_id)
    await message.refresh_from_db()
    is_due = message.goes_at is not None and message.goes_at <= now
    return (message, ticket) if is_due else None


async def _press(message: Message, ticket: Ticket) -> Press:
    """As if its author pressed it, as who they are by now. Raises NotAMember."""
    author = message.operator_id
    member = await memberships.in_department(author, ticket.department_id) if author else None
    if member is None:
        raise NotAMember
    return Press(message.id, message.ticket_id, member)
