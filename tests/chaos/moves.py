"""What became of the requests that were moved: each is where it was moved last, with its words."""

import asyncpg
import orjson

from bot.desk.talk.replies import BARRED
from bot.desk.tickets import MOVED
from models import FIRST
from tests.chaos.cast import Place
from tests.chaos.inside import Inside
from tests.chaos.people import Line, Pen, said
from tests.chaos.verdict import Verdict

TELLS = [MOVED, BARRED]  # what topics are told of moves
LATEST = 5  # lines of a request that its topic must show
EVENTS = """
SELECT ticket_id, before, after FROM event WHERE name = 'department' ORDER BY id
"""
TOLD = "SELECT count(*) FROM delivery WHERE kind = 'tell' AND payload->>'sentence' = $1"
STANDS = """
SELECT customer.name, ticket.department_id, operator_group.department_id AS stands_in,
    chat_id, thread_id
FROM ticket JOIN customer ON customer.id = ticket.customer_id
    JOIN topic ON topic.ticket_id = ticket.id
    JOIN operator_group ON operator_group.id = topic.group_id
"""


async def done(verdict: Verdict, database: asyncpg.Connection, pen: Pen, inside: Inside) -> None:
    """Hold the moves against what was asked for, and the last topics against what was said."""
    events = await database.fetch(EVENTS)
    verdict.counts["moves asked for"] = pen.moves
    verdict.counts["  done"] = len(events)
    verdict.hold("  told in the new topic", await database.fetchval(TOLD, MOVED), len(events))
    if len(events) > pen.moves:
        verdict.broken.append(f"{len(events)} moves were done, {pen.moves} asked for")
    verdict.none_of("gaps in the trail of moves", _gaps(events))
    strayed, forgotten = [], []
    for row in await database.fetch(STANDS):
        if row["stands_in"] != row["department_id"]:
            strayed.append(f"{row['name']}: of {row['department_id']}, in {row['stands_in']}")
        topic = Place(row["chat_id"], row["thread_id"])
        forgotten += _forgotten(pen, topic, _latest(pen, row["name"], inside))
    verdict.none_of("tickets whose topic is in another group", strayed)
    verdict.none_of("last words that the ticket’s topic does not show", forgotten)


def _gaps(events: list[asyncpg.Record]) -> list[str]:
    """Each move begins in the department where the last one ended."""
    where: dict[int, int] = {}
    gaps = []
    for ticket, was, became in events:
        former, now = (orjson.loads(one)["department_id"] for one in (was, became))
        if former != where.get(ticket, FIRST):
            gaps.append(f"#{ticket}: from {former} after {where.get(ticket)}")
        where[ticket] = now
    return gaps


def _latest(pen: Pen, name: str, inside: Inside) -> list[Line]:
    lines = [line for line in pen.lines if pen.cast.customers[line.customer].name == name]
    return [line for line in lines if line.mark not in inside.nowhere][-LATEST:]


def _forgotten(pen: Pen, topic: Place, lines: list[Line]) -> list[str]:
    """Operators' own words stand where they wrote them; all others are shown by the bot."""
    shown = "\n".join(map(said, pen.cast.posts(topic)))
    return [line.words for line in lines if line.topic != topic and line.words not in shown]
