"""What the database holds in the end: each change of state exactly once."""

from collections import Counter
from typing import Any

import asyncpg
import orjson

from tests.chaos.inside import Inside
from tests.chaos.moves import TELLS
from tests.chaos.people import Pen
from tests.chaos.verdict import Verdict

PENDING = "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed')"
# What people wrote: of an album each part, with a caption of its own.
MESSAGES = """
SELECT coalesce(sum(greatest(1, jsonb_array_length(jsonb_path_query_array(
    coalesce(content, '{}'), '$.attachments[*].caption')))), 0)::bigint
FROM message WHERE direction ="""
CLOSINGS = "SELECT count(*) FROM event WHERE name = 'status' AND after->>'status' = 'closed'"
TWICE = {
    "posts written down twice": "SELECT count(*) - count(DISTINCT (message_id, post_id)) FROM post",
    "traces written down twice": """
        SELECT count(*) - count(DISTINCT (message_id, external_id)) FROM trace""",
}
TOLD = """
SELECT count(*) FROM delivery WHERE kind = 'tell' AND payload->>'sentence' <> ALL ($1::text[])
"""
EVENTS = "SELECT ticket_id, name, before, after FROM event ORDER BY id"
CARRYING = "SELECT payload FROM delivery WHERE kind = 'words' OR kind = 'message'"
SPOKEN = "SELECT id FROM message WHERE direction <> 'note'"


async def changes(verdict: Verdict, database: asyncpg.Connection, pen: Pen, inside: Inside) -> None:
    """Hold the rows against what people did."""
    inwards = sum(not line.outwards for line in pen.lines)
    said = {line.mark for line in pen.lines if line.outwards}
    notes = {line.mark for line in pen.notes} - inside.nowhere
    wrote = len({line.customer for line in pen.lines if not line.outwards})
    counts = {
        "updates done": ("SELECT count(*) FROM seen_update", _updates(pen)),
        "updates set aside": ("SELECT count(*) FROM set_aside", 0),
        "tickets": ("SELECT count(*) FROM ticket", wrote),
        "customers with a ticket": ("SELECT count(DISTINCT address_id) FROM ticket", wrote),
        "messages in": (f"{MESSAGES} 'in'", inwards),
        "messages out": (f"{MESSAGES} 'out'", len(said - inside.kept - inside.nowhere)),
        "notes": (f"{MESSAGES} 'note'", len(notes | inside.kept)),
        "edits": ("SELECT count(*) FROM revision", pen.edits),
        "closings": (CLOSINGS, pen.closings),
        **{name: (query, 0) for name, query in TWICE.items()},
        "deliveries still to be carried": (PENDING, 0),
        "deliveries given up": ("SELECT count(*) FROM delivery WHERE state = 'dead'", 0),
    }
    for name, (query, promised) in counts.items():
        verdict.hold(name, await database.fetchval(query), promised)
    told = await database.fetchval(TOLD, TELLS)
    verdict.hold("sentences about failures", told, 0)
    verdict.none_of("messages that not exactly one delivery carries", await _carried(database))
    verdict.none_of("gaps in the trail of events", _gaps(await database.fetch(EVENTS)))


def _updates(pen: Pen) -> int:
    return pen.cast.bot.updates.next_id - pen.cast.first_update


async def _carried(database: asyncpg.Connection) -> list[str]:
    rows = await database.fetch(CARRYING)
    carried = Counter(number for row in rows for number in orjson.loads(row[0])["messages"])
    numbers = {row[0] for row in await database.fetch(SPOKEN)} | set(carried)
    return [f"message {number}" for number in sorted(numbers) if carried[number] != 1]


def _gaps(events: list[Any]) -> list[str]:
    """Each ticket is opened once, and each change begins where the last one ended."""
    status: dict[int, str] = {}
    gaps = []
    for ticket, name, was, became in events:
        before = status.get(ticket)
        if name == "opened":
            status[ticket] = "new"
            gaps += [f"#{ticket} was opened again"] if before else []
        elif name == "status":
            first, status[ticket] = (orjson.loads(one)["status"] for one in (was, became))
            gaps += [f"#{ticket}: from {first} after {before}"] if before != first else []
    return gaps
