"""The outbox: what must be carried outwards, put there by the transaction that caused it.

A lane keeps strict order: it has one front, the head or what was claimed of it, and the rest
waits behind. Whoever adds to a lane or takes from it holds the lane's lock until the commit.
Lanes are locked last in a transaction and sorted, mostly all at once; a message that comes first
locks its own lane as it is written (`early`). Who locks twice, such as to withdraw words and then
to tell of it, may meet another in a circle: PostgreSQL ends it by an error that counts as an
outage (`bot/outage.py`), and the whole transaction is done again.
`lanes` keeps their locks and heads, `claims` is the carriers' side of the same table.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import orjson

from bot.desk import lanes, shares
from models.atomic import atomic
from models.rows import fetch, to_json

# Gates: the operators' group; any other group, at its own cost. Every other one is a channel.
FORUM = "forum"
STRANGERS = "strangers"

# The update locks the row, which keeps it from being claimed, and read, before our commit.
HURRY = """
UPDATE delivery SET priority = LEAST(delivery.priority, draft.priority), due_at = CASE
    WHEN delivery.attempts > 0 THEN delivery.due_at
    WHEN draft.patience > 0 AND delivery.due_at > draft.at THEN
        GREATEST(delivery.due_at, LEAST(draft.due_at,
            delivery.created_at + make_interval(secs => draft.patience)))
    ELSE LEAST(delivery.due_at, draft.due_at) END
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::smallint[], $5::float8[],
    $6::timestamptz[]) AS draft (lane, kind, due_at, priority, patience, at)
CROSS JOIN LATERAL (
    (SELECT id FROM delivery AS head
     WHERE head.lane = draft.lane AND head.kind = draft.kind AND head.state = 'head' LIMIT 1)
    UNION ALL
    (SELECT id FROM delivery AS behind
     WHERE behind.lane = draft.lane AND behind.kind = draft.kind AND behind.state = 'waiting'
     ORDER BY id LIMIT 1)
) AS open
WHERE delivery.id = open.id AND (delivery.state = 'head' OR delivery.state = 'waiting')
RETURNING delivery.lane, delivery.kind
"""
REPLACE = """
UPDATE delivery SET payload = $3::text::jsonb
WHERE lane = $1 AND kind = $2 AND (state = 'head' OR state = 'waiting')
RETURNING id
"""
INSERT = f"""
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, due_at, created_at,
    customer_id, rank, state)
SELECT draft.ticket_id, draft.gate, draft.lane, draft.kind, draft.payload::jsonb, draft.priority,
    draft.due_at, draft.created_at, ticket.customer_id, {shares.RANK},
    CASE WHEN draft.follows
        OR EXISTS (SELECT FROM delivery AS front
                   WHERE front.lane = draft.lane AND front.state = 'head')
        OR EXISTS (SELECT FROM delivery AS front
                   WHERE front.lane = draft.lane AND front.state = 'claimed')
    THEN 'waiting' ELSE 'head' END
FROM (
    SELECT put.*, make_interval(secs => CASE WHEN portion < 1 AND {shares.JOINS}
        THEN seconds * portion ELSE seconds END) AS price
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[],
        $7::timestamptz[], $8::timestamptz[], $9::boolean[],
        $10::float8[], $11::float8[]) WITH ORDINALITY
        AS put (ticket_id, gate, lane, kind, payload, priority, due_at, created_at, follows,
            seconds, portion, place)
) AS draft {shares.SHARED}
WINDOW {shares.WINDOW}
ORDER BY draft.place
"""  # noqa: S608  (nothing but our own words)
# What was tried, at no fault of its own (`TryLater.blameless`), and what was to share its post.
TRY_NOW = """
UPDATE delivery SET due_at = $2, rank = LEAST(rank, $2)
WHERE (state = 'head' OR state = 'waiting') AND gate = $1 AND due_at > $2 AND attempts = 0
    AND last_error IS NOT NULL
"""
REVIVE = """
UPDATE delivery SET state = 'dropped' WHERE id = $1 AND state = 'dead'
RETURNING ticket_id, gate, lane, kind, payload, priority
"""


class Priority(IntEnum):
    """When the budget is short, the lower number goes first."""

    WORDS = 10
    NOTICE = 20
    TOPIC = 30
    DEADLINE = 40
    CARD = 50
    LOOK = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """A delivery to be put.

    `once`: not if the lane has an unclaimed one of the same kind, which then is due at the
    earlier of both instants, or when its pause after a failure ends.

    `delay` in seconds: how long it waits at least, such as for the other parts of an album.
    `patience` in seconds: how long one that is put `once`, and is not due yet, may be put off by
    further ones.
    `portion`: of an action, which is all that it costs behind words whose post it shares.
    """

    gate: str
    lane: str
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.WORDS
    ticket_id: int | None = None
    delay: float = 0.0
    once: bool = False
    patience: float = 0.0
    portion: float = 1.0


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
    rank: datetime


@dataclass(slots=True)
class _Pending:
    """What one transaction has put and not written yet, and what it holds."""

    drafts: list[tuple[Draft, str, datetime]] = field(default_factory=list)  # with JSON, instant
    locked: set[str] = field(default_factory=set)
    gates: set[str] = field(default_factory=set)


_pending: ContextVar[_Pending | None] = ContextVar("pending", default=None)
listeners: list[Callable[[frozenset[str]], None]] = []  # told the gates, after each commit


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One database transaction; when it has committed, the carriers are woken."""
    if _pending.get() is not None:  # inside another one: its commit is the one that counts
        yield
        return
    pending = _Pending()
    token = _pending.set(pending)
    try:
        async with atomic():
            yield
            await flush()
    finally:
        _pending.reset(token)
    if pending.gates:
        for wake in listeners:
            wake(frozenset(pending.gates))


async def put(draft: Draft, now: datetime) -> None:
    """Add a delivery; the caller is inside `transaction()`, at whose end it is written."""
    _current().drafts.append((draft, to_json(draft.payload), now))


async def put_instead(draft: Draft, now: datetime) -> None:
    """Add a delivery instead of an unclaimed one of its lane and kind: only the last one counts."""
    await flush()
    if not await fetch(REPLACE, draft.lane, draft.kind, to_json(draft.payload)):
        await put(draft, now)


async def flush() -> None:
    """Write what was put so far, for those who look for it in the same transaction."""
    pending = _current()
    await lock()
    pending.gates.update(draft.gate for draft, _, _ in pending.drafts)
    drafts = await _wanted(pending.drafts)
    pending.drafts = []
    if drafts:
        await fetch(INSERT, *zip(*_columns(drafts), strict=True))


async def lock(*names: str) -> None:
    """Hold these lanes, and those of all that was put, until the transaction ends."""
    pending = _current()
    wanted = {*names, *(draft.lane for draft, _, _ in pending.drafts)} - pending.locked
    if wanted:
        await lanes.take(wanted)
        pending.locked |= wanted


def early(lane: str) -> str | None:
    """The lane, to be locked by the very next statement, by `lanes.hold`.

    None where lanes are to be locked already: they are locked together then, in their order.
    """
    pending = _current()
    if pending.drafts or pending.locked:
        return None
    pending.locked.add(lane)
    return lane


async def try_now(gate: str, now: datetime) -> None:
    """What waits for something that people must do need not wait: they have done it."""
    await fetch(TRY_NOW, gate, now)
    _current().gates.add(gate)


async def revive(delivery_id: int, now: datetime, also: dict[str, Any] | None = None) -> bool:
    """Put a dead delivery at the end of its lane again, with `also` in its payload.

    False if it is not dead.
    """
    async with transaction():
        found = await fetch(REVIVE, delivery_id)
        for row in found:
            again = {**row, "payload": {**from_json(row["payload"]), **(also or {})}}
            again["priority"] = Priority(again["priority"])
            await put(Draft(**again), now)
        return bool(found)


def from_json(value: str) -> Any:
    """What a JSON column holds, which the driver gives as text."""
    return orjson.loads(value)


def _current() -> _Pending:
    pending = _pending.get()
    if pending is None:
        raise RuntimeError("a delivery is put in the transaction of its cause")
    return pending


async def _wanted(
    drafts: list[tuple[Draft, str, datetime]],
) -> list[tuple[Draft, str, datetime]]:
    """Leave out what `once` forbids. The lanes are locked."""
    single = [
        (draft.lane, draft.kind, _due(draft, now), int(draft.priority), draft.patience, now)
        for draft, _, now in drafts
        if draft.once
    ]
    if not single:
        return drafts
    taken = {(row["lane"], row["kind"]) for row in await fetch(HURRY, *zip(*single, strict=True))}
    wanted = []
    for one in drafts:
        name = (one[0].lane, one[0].kind)
        if not (one[0].once and name in taken):
            wanted.append(one)
        taken.add(name)
    return wanted


def _due(draft: Draft, now: datetime) -> datetime:
    return now + timedelta(seconds=draft.delay)


def _columns(drafts: list[tuple[Draft, str, datetime]]) -> Iterable[tuple[Any, ...]]:
    """One tuple of INSERT's values for each draft."""
    behind: set[str] = set()
    for draft, payload, now in drafts:
        yield (
            draft.ticket_id,
            draft.gate,
            draft.lane,
            draft.kind,
            payload,
            int(draft.priority),
            _due(draft, now),
            now,
            draft.lane in behind,
            shares.price(
                opens=draft.priority is Priority.TOPIC, looks=draft.priority is Priority.LOOK
            ),
            draft.portion,
        )
        behind.add(draft.lane)
