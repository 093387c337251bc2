"""What must hold in the end: events replay, owners may answer, and no word is without a fate."""

from datetime import datetime

import orjson

from bot.desk import tickets
from bot.desk.people import access, memberships
from bot.desk.people.access import Act
from bot.desk.tickets import events
from models import Direction, Event, Message, Ticket
from models.rows import fetch, to_json
from tests.fuzz.ledger import Ledger, Line
from tests.fuzz.talking import marks

# Of which messages their authors were told in the topic, or alone; or what they chose themselves.
TOLD = r"""
SELECT (payload ->> 'message')::bigint AS id FROM delivery
WHERE kind = 'tell' AND payload ->> 'message' IS NOT NULL
UNION SELECT (details ->> 'message')::bigint FROM event
WHERE name = 'held no more' AND operator_id IS NOT NULL
UNION SELECT (regexp_matches(payload::text, 'keep:(\d+)', 'g'))[1]::bigint FROM delivery
WHERE kind = 'report'
"""


async def replays(ledger: Ledger) -> None:
    """The events of each ticket lead to what it is."""
    for ticket in await Ticket.all():
        told = events.replay(await Event.filter(ticket_id=ticket.id).order_by("id"))
        stands = orjson.loads(to_json({name: getattr(ticket, name) for name in events.STATE}))
        names = [name for name in stands if not _same(told, stands, name)]
        wrong = {name: (told.get(name), stands[name]) for name in names}
        if wrong:
            ledger.broken.append(f"#{ticket.id}: {wrong}")


async def owned(ledger: Ledger) -> None:
    """Whatever goes on is nobody's, or somebody's who may answer in its department."""
    for ticket in await Ticket.exclude(status__in=tickets.ENDED).filter(assignee_id__gt=0):
        who = await memberships.in_department(ticket.assignee_id or 0, ticket.department_id)
        if who is None or not access.may(who, Act.ANSWER, ticket):
            ledger.broken.append(f"#{ticket.id} is {who and who.operator.name}’s, who may not")


async def known(ledger: Ledger) -> int:
    """What was meant for a customer was given to a channel, or its author knows why not.

    Gives of how many words it was asked.
    """
    told = {row["id"] for row in await fetch(TOLD)}
    asked = 0
    for line in ledger.lines.values():
        if line.meant and line.message:
            asked += 1
            if not line.has_reached and not await _is_known(line, told):
                what = f"{line.mark}, message {line.message}"
                ledger.broken.append(f"{what}, went nowhere, and nobody was told")
    return asked


async def _is_known(line: Line, told: set[int]) -> bool:
    message = await Message.get_or_none(id=line.message)
    if message is None or line.mark not in marks(message):
        return True  # never committed, or said anew: other words stand for it
    if message.direction is Direction.OUT:
        return message.unsent_at is not None
    return message.id in told


def _same(told: dict[str, object], stands: dict[str, object], name: str) -> bool:
    said, is_so = told.get(name), stands[name]
    if name.endswith("_at") and said and is_so:
        return datetime.fromisoformat(str(said)) == datetime.fromisoformat(str(is_so))
    return said == is_so
