"""What stayed inside because it was written where a request was, while it went elsewhere.

Until the topic in the other group is there, people go on in the one they know. Their words are
kept as notes, or belong to no request any more; in either case somebody is told of it.
"""

from typing import NamedTuple

import asyncpg

from tests.chaos.cast import Place
from tests.chaos.people import MARK, Line, Pen, said
from tests.chaos.verdict import Verdict

# An album is told of once.
MESSAGES = """
SELECT message.words->>'text' AS text, direction, EXISTS (
    SELECT FROM delivery JOIN message AS about ON about.id = (payload->>'message')::bigint
    WHERE delivery.kind = 'tell'
        AND (about.id = message.id OR about.album = message.album)) AS is_told
FROM message
"""
GONE = "This request is in another topic now"
TOPICS = """
SELECT chat_id, thread_id FROM topic JOIN operator_group ON operator_group.id = topic.group_id
"""


class Inside(NamedTuple):
    """Marks of what operators wrote: kept as notes, though it was none; and nobody's."""

    kept: set[str]
    nowhere: set[str]


async def found(verdict: Verdict, database: asyncpg.Connection, pen: Pen) -> Inside:
    """Look for them, and hold against each whether its author could know."""
    rows = await database.fetch(MESSAGES)
    known = {mark: row for row in rows for mark in MARK.findall(row["text"])}
    written = [line for line in (*pen.lines, *pen.notes) if line.topic]
    nowhere = [line for line in written if line.mark not in known]
    outwards = [line for line in pen.lines if line.outwards and line.mark in known]
    kept = [line for line in outwards if known[line.mark]["direction"] == "note"]
    silent = [line for line in kept if not known[line.mark]["is_told"]]
    silent += await _untold(database, pen, nowhere)
    silent += [line for line in (*kept, *nowhere) if line.customer not in pen.moved]
    verdict.counts["written where a request was: kept as notes"] = len(kept)
    verdict.counts["  of no request any more"] = len(nowhere)
    verdict.none_of("  without a word to their authors", [line.words for line in silent])
    return Inside({line.mark for line in kept}, {line.mark for line in nowhere})


async def _untold(database: asyncpg.Connection, pen: Pen, nowhere: list[Line]) -> list[Line]:
    """What is nobody's though its topic is a ticket's, or though nothing there tells of it."""
    topics = {Place(*row) for row in await database.fetch(TOPICS)}
    return [line for line in nowhere if line.topic in topics or not _tells(pen, line)]


def _tells(pen: Pen, line: Line) -> bool:
    """Who goes on in a topic that was left is told so; of many answers to one some are left out."""
    assert line.topic is not None
    return any(GONE in said(post) for post in pen.cast.posts(line.topic))
