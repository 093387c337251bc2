"""Deliveries: what is to be carried outwards, as it is written and claimed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.desk.outbox import gates, shares
from bot.desk.outbox.drafts import Draft, Kind, Precedence
from models.rows import fetch

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
RETURNING delivery.lane, delivery.kind, delivery.gate
"""
INSERT = f"""
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, due_at, created_at,
    customer_id, rank, state)
SELECT draft.ticket_id, {gates.FOUND}, draft.lane, draft.kind, draft.payload::jsonb, draft.priority,
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
        $10::float8[], $11::float8[], $12::bigint[]) WITH ORDINALITY
        AS put (ticket_id, gate, lane, kind, payload, priority, due_at, created_at, follows,
            seconds, portion, chat_id, place)
) AS draft {gates.HERE} {shares.SHARED}
WINDOW {shares.WINDOW}
ORDER BY draft.place
RETURNING gate
"""  # noqa: S608  (nothing but our own words)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed delivery. `uncertain`: an earlier attempt may have arrived.

    `told`: the chat and the post where its failure was told, if it is sent again.
    """

    id: int
    ticket_id: int | None
    gate: str
    lane: str
    kind: str
    what: Kind
    priority: int
    due_at: datetime
    attempts: int
    uncertain: bool
    created_at: datetime
    rank: datetime
    told: tuple[int, int] | None = None


async def write(drafts: list[tuple[Draft, str, datetime]]) -> set[str]:
    """Write drafts, each with its payload as JSON and its instant; gives the gates that wait.

    Their lanes are locked.
    """
    wanted, gates = await _wanted(drafts)
    if wanted:
        rows = await fetch(INSERT, *zip(*_columns(wanted), strict=True))
        gates.update(row["gate"] for row in rows)
    return gates


async def _wanted(
    drafts: list[tuple[Draft, str, datetime]],
) -> tuple[list[tuple[Draft, str, datetime]], set[str]]:
    """Leave out what `once` forbids; gives the gates where one of the same kind waits, too."""
    single = [
        (draft.lane, draft.kind, _due(draft, now), int(draft.priority), draft.patience, now)
        for draft, _, now in drafts
        if draft.once
    ]
    if not single:
        return drafts, set()
    there = await fetch(HURRY, *zip(*single, strict=True))
    taken = {(row["lane"], row["kind"]) for row in there}
    wanted = []
    for one in drafts:
        name = (one[0].lane, one[0].kind)
        if not (one[0].once and name in taken):
            wanted.append(one)
        taken.add(name)
    return wanted, {row["gate"] for row in there}


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
                opens=draft.priority is Precedence.TOPIC, looks=draft.priority is Precedence.LOOK
            ),
            draft.portion,
            draft.chat_id,
        )
        behind.add(draft.lane)
