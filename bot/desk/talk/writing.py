"""Writing: a new entry in a ticket, whoever says it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from tortoise.exceptions import IntegrityError

from bot.desk import outbox
from bot.desk.outbox import lanes
from bot.desk.said import Content, Quote, stored
from bot.desk.talk import kept
from bot.desk.talk.updates import Repeated
from models import Direction, Message
from models.rows import columns, fetch, made, to_json

TAKEN = "trace_place"  # the index that has each place once


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written; `answered` is the id of the message that it replies to, and `place`
    which of its files.

    `upon`: that of the answer in whose place a note is shown.
    `address_id`: whence it comes or where it goes. None: it stays inside.
    """

    ticket_id: int
    direction: Direction
    content: Content
    address_id: int | None = None
    operator_id: int | None = None
    answered: int | None = None
    quote: Quote | None = None
    upon: int | None = None
    place: int = 0


async def write(
    entry: Entry, now: datetime, *, stands: str | None = None, lane: str | None = None
) -> Message:
    """Write it, in one statement.

    `stands`: the channel's id of it, if it stands at its address already. `lane` is that of what
    is then put to carry it; it is locked here if that breaks no order of locks.
    Raises Repeated if a message stands there already.
    """
    content = entry.content
    values = (
        *(entry.ticket_id, entry.operator_id, entry.direction.value, content.kind),
        *map(to_json, (content.words.dump(), *_besides(content))),
        *(content.album, entry.answered),
        to_json(entry.quote.dump()) if entry.quote else None,
        *(now, entry.address_id, stands, outbox.early(lane) if lane else None, entry.upon),
        content.edition,  # an edit may overtake its message
        entry.place,
    )
    try:
        written = await fetch(_write(), *values)
    except IntegrityError as error:
        if TAKEN in str(error):
            raise Repeated from error
        raise
    await kept.said(content, now)
    return made(Message, written[0], "entry")


def _besides(content: Content) -> tuple[dict[str, Any], dict[str, Any]]:
    return stored.dump(content), stored.dump_original(content.original)


@cache
def _write() -> str:
    return f"""
WITH entry AS (
    INSERT INTO message (ticket_id, operator_id, direction, kind, words, content, origin, album,
        reply_to_id, quote, created_at, address_id, upon_id, edition, reply_place)
    VALUES ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7::text::jsonb, $8,
        $9, $10::text::jsonb, $11, $12, $15, $16, $17)
    RETURNING *
), place AS (
    INSERT INTO trace (message_id, address_id, external_id)
    SELECT id, $12, $13::text FROM entry WHERE $13::text IS NOT NULL
)
SELECT {columns(Message, "entry")}, {lanes.hold("$14::text")} FROM entry
"""  # noqa: S608  (nothing but our own words)
