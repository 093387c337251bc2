"""The outbox: what must be carried outwards, put there by the transaction that caused it.

A lane keeps strict order: it has one front, the head or what was claimed of it, and the rest
waits behind. Whoever adds to a lane or takes from it holds the lane's lock until the commit.
Lanes are locked last in a transaction and sorted, mostly all at once; a message that comes first
locks its own lane as it is written (`early`). Who locks twice, such as to withdraw words and then
to tell of it, may meet another in a circle: PostgreSQL ends it by an error that counts as an
outage (`bot/outage.py`), and the whole transaction is done again.
`deliveries` are written there, `lanes` keeps locks and heads, `claims` is the carriers' side.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from bot.desk.outbox import deliveries, gates, lanes
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM
from models import Delivery
from models.atomic import atomic
from models.rows import fetch, find, to_json

REPLACE = """
UPDATE delivery SET payload = $3::text::jsonb
WHERE (state = 'head' OR state = 'waiting') AND id = (
    SELECT max(id) FROM delivery
    WHERE lane = $1 AND kind = $2 AND (state = 'head' OR state = 'waiting')
    HAVING count(*) >= $4)
RETURNING id
"""
# What was tried, at no fault of its own (`TryLater.blameless`), and what was to share its post.
TRY_NOW = """
UPDATE delivery SET due_at = $2, rank = LEAST(rank, $2)
WHERE (state = 'head' OR state = 'waiting') AND gate = $1 AND due_at > $2 AND attempts = 0
    AND last_error IS NOT NULL
"""
_FOLLOWS = f"""
delivery.ticket_id = $1 AND gate = ANY ({gates.FORUMS})
    AND (state = 'head' OR state = 'waiting' OR state = 'claimed')
"""
FOLLOWING = f"SELECT DISTINCT lane FROM delivery WHERE {_FOLLOWS}"  # noqa: S608
# What is being carried where the ticket was, and is not done there, is done where it is.
FOLLOW = f"""
UPDATE delivery SET gate = {gates.OF_TICKET} FROM ticket
WHERE {_FOLLOWS} AND ticket.id = $1 AND gate <> {gates.OF_TICKET}
RETURNING gate
"""  # noqa: S608  (nothing but our own words)
REVIVE = """
UPDATE delivery SET state = 'dropped' WHERE id = $1 AND state = 'dead'
RETURNING ticket_id, gate, lane, kind, payload, priority
"""


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
        for told in listeners:
            told(frozenset(pending.gates))


async def put(draft: Draft, now: datetime) -> None:
    """Add a delivery; the caller is inside `transaction()`, at whose end it is written."""
    _current().drafts.append((draft, to_json(draft.payload), now))


async def put_instead(draft: Draft, now: datetime, *, most: int = 1) -> None:
    """Add a delivery; where `most` of its lane and kind are unclaimed, instead of the last one."""
    await flush()
    if not await fetch(REPLACE, draft.lane, draft.kind, to_json(draft.payload), most):
        await put(draft, now)


async def flush() -> None:
    """Write what was put so far, for those who look for it in the same transaction."""
    pending = _current()
    await lock()
    drafts, pending.drafts = pending.drafts, []
    pending.gates |= await deliveries.write(drafts)


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
    wake([gate])


async def follow(ticket_id: int) -> bool:
    """The ticket is of another department: what waits for its operators, or is in hand, follows.

    False: all was there already.
    """
    # Who settles some of it holds its lane first, and so do we.
    await lock(*[row["lane"] for row in await fetch(FOLLOWING, ticket_id)])
    await flush()
    moved = await fetch(FOLLOW, ticket_id)
    wake(row["gate"] for row in moved)
    return bool(moved)


def wake(names: Iterable[str]) -> None:
    """There is something for the carriers of these gates, after the commit."""
    _current().gates.update(names)


async def kept(delivery_id: int) -> Delivery | None:
    """The delivery as it is now, if it is still kept."""
    found = await find(Delivery, "id = $1", delivery_id)
    return found[0] if found else None


async def revive(delivery_id: int, now: datetime, also: dict[str, Any] | None = None) -> bool:
    """Put a dead delivery at the end of its lane again, with `also` in its payload.

    False if it is not dead.
    """
    async with transaction():
        found = await fetch(REVIVE, delivery_id)
        for row in found:
            again = {**row, "payload": {**from_json(row["payload"]), **(also or {})}}
            again["priority"] = Precedence(again["priority"])
            again["gate"] = FORUM if gates.department_of(again["gate"]) else again["gate"]
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
