"""Afterwards: what prepared words set, once they go to the customer."""

from datetime import datetime

from bot.desk import tickets
from bot.desk.said import Content
from bot.desk.said.prepared import ME, NOBODY
from bot.desk.tickets import labels, owning
from models import Membership, Priority, Status


async def follow(ticket_id: int, content: Content, member: Membership, now: datetime) -> None:
    """Set it, for who sends them. Words that nobody prepared set nothing.

    Raises what each of these changes does, such as OthersTicket and TooManyTags.
    """
    if content.prepared is None:
        return
    changes = content.prepared.changes
    if changes.owner == ME:
        await owning.assign(ticket_id, member.operator_id, member, now)
    if changes.owner == NOBODY:
        await owning.unassign(ticket_id, member, now)
    if changes.priority:
        await labels.set_priority(ticket_id, Priority(changes.priority), member, now)
    if changes.tags:
        await labels.set_tags(ticket_id, changes.tags, (), member, now)
    if changes.status:
        await tickets.change(ticket_id, Status(changes.status), member, now)
