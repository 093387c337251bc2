"""The outbox: what must be carried outwards, put there by the transaction that caused it.

A lane keeps strict order: it has at most one row that can be claimed (its head), and the rest
waits behind. So a claim costs the same whatever the backlog. Everything that changes which
row is the head holds the lane's advisory lock until its transaction ends.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import orjson
from tortoise.connection import get_connection

from models.atomic import atomic

FORUM = "forum"  # the gate of the operators' side; every other gate is a channel's name

ORPHANED = """
UPDATE delivery SET claimed_by = NULL, claimed_at = NULL, uncertain = TRUE,
    state = CASE WHEN id = (SELECT min(id) FROM delivery AS first
                            WHERE first.lane = delivery.lane AND first.state = 'claimed')
                 THEN 'head' ELSE 'waiting' END
WHERE state = 'claimed' AND claimed_by <> ALL ($1::int[])
RETURNING id
"""
INSERT = """
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, due_at, created_at, state)
SELECT $1, $2, $3, $4, $5::jsonb, $6, $7, $8,
    CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE lane = $3 AND state = 'head')
           OR EXISTS (SELECT 1 FROM delivery WHERE lane = $3 AND state = 'claimed')
           OR EXISTS (SELECT 1 FROM delivery WHERE lane = $3 AND state = 'waiting')
         THEN 'waiting' ELSE 'head' END
WHERE NOT $9 OR NOT (
    EXISTS (SELECT 1 FROM delivery WHERE lane = $3 AND state = 'head' AND kind = $4)
    OR EXISTS (SELECT 1 FROM delivery WHERE lane = $3 AND state = 'waiting' AND kind = $4))
RETURNING id
"""
CLAIM = """
WITH picked AS (
    SELECT head.id FROM unnest($2::smallint[]) AS level (priority)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM delivery
        WHERE state = 'head' AND gate = $1 AND priority = level.priority AND due_at <= $3
        ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
    ) AS head
    ORDER BY level.priority, head.due_at, head.id LIMIT $4
)
UPDATE delivery
SET state = 'claimed', claimed_by = $5, claimed_at = $3, attempts = attempts + 1
FROM picked WHERE delivery.id = picked.id
RETURNING delivery.id, ticket_id, gate, lane, kind, payload, priority, due_at, attempts,
    uncertain, created_at
"""
BEHIND = """
SELECT id, ticket_id, gate, lane, kind, payload, priority, due_at, attempts, uncertain, created_at
FROM delivery WHERE lane = $1 AND state = 'waiting' ORDER BY id LIMIT $2
"""
FOLLOW = """
UPDATE delivery SET state = 'claimed', claimed_by = $2, claimed_at = $3, attempts = attempts + 1
WHERE id = ANY ($1::bigint[])
"""
SENT = """
UPDATE delivery SET state = 'sent', sent_at = $2, external_id = $3, claimed_by = NULL,
    last_error = NULL
WHERE id = ANY ($1::bigint[])
"""
LATER = """
UPDATE delivery SET state = CASE WHEN id = $1[1] THEN 'head' ELSE 'waiting' END,
    due_at = GREATEST(due_at, $2), claimed_by = NULL, claimed_at = NULL, last_error = $3,
    uncertain = uncertain OR $4
WHERE id = ANY ($1::bigint[])
"""
END = """
UPDATE delivery SET state = $2, dead_at = $3, last_error = $4, claimed_by = NULL
WHERE id = ANY ($1::bigint[])
"""
PROMOTE = """
UPDATE delivery SET state = 'head'
WHERE id = (SELECT id FROM delivery WHERE lane = $1 AND state = 'waiting' ORDER BY id LIMIT 1)
  AND NOT EXISTS (SELECT 1 FROM delivery WHERE lane = $1 AND state = 'head')
  AND NOT EXISTS (SELECT 1 FROM delivery WHERE lane = $1 AND state = 'claimed')
"""


class Priority(IntEnum):
    """When the budget is short, the lower number goes first."""

    WORDS = 10
    NOTICE = 20
    TOPIC = 30
    DEADLINE = 40
    CARD = 50
    LOOK = 60
    MARK = 70


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery to be put. `once`: not if the lane has an unclaimed one of the same kind.

    `delay` in seconds: how long it waits at least, such as for the other parts of an album.
    """

    gate: str
    lane: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.WORDS
    ticket_id: int | None = None
    delay: float = 0.0
    once: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery. `uncertain`: an earlier attempt may have arrived."""

    id: int
    ticket_id: int | None
    gate: str
    lane: str
    kind: str
    payload: dict[str, Any]
    priority: int
    due_at: datetime
    attempts: int
    uncertain: bool
    created_at: datetime


_put: ContextVar[list[str] | None] = ContextVar("put", default=None)
listeners: list[Callable[[], None]] = []  # told after each commit that put something


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One database transaction; when it has committed, the carriers are woken."""
    if _put.get() is not None:  # inside another one: its commit is the one that counts
        yield
        return
    gates: list[str] = []
    token = _put.set(gates)
    try:
        async with atomic():
            yield
    finally:
        _put.reset(token)
    if gates:
        for wake in listeners:
            wake()


async def put(draft: Draft, now: datetime) -> int | None:
    """Add a delivery; the caller is inside `transaction()`. None if `once` found one waiting."""
    gates = _put.get()
    if gates is None:
        raise RuntimeError("a delivery is put in the transaction of its cause")
    gates.append(draft.gate)
    await lock(draft.lane)
    due = now + timedelta(seconds=draft.delay)
    rows = await _rows(
        INSERT,
        draft.ticket_id,
        draft.gate,
        draft.lane,
        draft.kind,
        orjson.dumps(draft.payload).decode(),
        int(draft.priority),
        due,
        now,
        draft.once,
    )
    return rows[0]["id"] if rows else None


async def lock(lane: str) -> None:
    """Hold the lane until the transaction ends."""
    await _rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lane)


async def claim(
    gate: str, worker: int, now: datetime, *, limit: int = 1, least: Priority = Priority.MARK
) -> list[Parcel]:
    """Take due heads of one gate, the most urgent first; nothing less urgent than `least`."""
    levels = [int(level) for level in Priority if level <= least]
    rows = await _rows(CLAIM, gate, levels, now, limit, worker)
    return sorted(map(_parcel, rows), key=lambda one: (one.priority, one.due_at, one.id))


async def claim_followers(
    head: Parcel, worker: int, now: datetime, fits: Callable[[list[Parcel]], bool]
) -> list[Parcel]:
    """Take what waits right behind a claimed head, as long as `fits([head, …, next])`."""
    taken = [head]
    for row in await _rows(BEHIND, head.lane, 30):
        follower = _parcel(row)
        if follower.due_at > now or not fits([*taken, follower]):
            break
        taken.append(follower)
    if len(taken) > 1:
        await _rows(FOLLOW, [one.id for one in taken[1:]], worker, now)
    return taken[1:]


async def mark_sent(
    parcels: list[Parcel],
    now: datetime,
    *,
    external_id: str | None = None,
    record: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """They have arrived. `record` writes what is to be remembered, in the same transaction."""
    async with transaction():
        await lock(parcels[0].lane)
        await _rows(SENT, [one.id for one in parcels], now, external_id)
        if record:
            await record()
        await _rows(PROMOTE, parcels[0].lane)


async def mark_later(
    parcels: list[Parcel], now: datetime, after: float, error: str, *, certain: bool
) -> None:
    """Try again in `after` seconds. Not `certain`: they may have arrived all the same."""
    due = now + timedelta(seconds=after)
    ids = [one.id for one in parcels]
    async with transaction():
        await _rows(LATER, ids, due, error, not certain)


async def mark_dead(
    parcels: list[Parcel],
    now: datetime,
    error: str,
    *,
    record: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """They cannot arrive. The lane goes on without them; `record` tells people."""
    await _end(parcels, now, "dead", error, record)


async def mark_dropped(parcels: list[Parcel], now: datetime, reason: str) -> None:
    """They are no longer worth carrying, such as an old delivery mark."""
    await _end(parcels, now, "dropped", reason, None)


async def revive(delivery_id: int, now: datetime) -> bool:
    """Put a dead delivery at the end of its lane again. False if it is not dead."""
    async with transaction():
        rows = await _rows(
            "UPDATE delivery SET state = 'dropped' WHERE id = $1 AND state = 'dead' "
            "RETURNING ticket_id, gate, lane, kind, payload, priority",
            delivery_id,
        )
        for row in rows:
            again = {**dict(row), "payload": _json(row["payload"])}
            again["priority"] = Priority(again["priority"])
            await put(Draft(**again), now)
        return bool(rows)


async def release_orphans(alive: list[int]) -> int:
    """Free what was claimed by workers that are gone; their outcome is uncertain."""
    async with transaction():
        return len(await _rows(ORPHANED, alive))


async def _end(
    parcels: list[Parcel],
    now: datetime,
    state: str,
    error: str,
    record: Callable[[], Awaitable[None]] | None,
) -> None:
    async with transaction():
        await lock(parcels[0].lane)
        await _rows(END, [one.id for one in parcels], state, now, error)
        if record:
            await record()
        await _rows(PROMOTE, parcels[0].lane)


async def _rows(query: str, *values: Any) -> list[Any]:
    connection = get_connection("default")
    return list(await connection.execute_query_dict(query, list(values)))


def _parcel(row: Any) -> Parcel:
    return Parcel(**{**dict(row), "payload": _json(row["payload"])})


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
