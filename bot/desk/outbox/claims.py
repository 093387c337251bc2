"""Claims: the carriers' side of the outbox. Take what is due, then say what became of it.

`attempts` grows with each claim, so (id, attempts) is a claim's token: a worker whose claim
was given to another one meanwhile changes nothing, but for the truth that it has been sent.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.desk import outbox
from bot.desk.outbox import kinds, lanes
from bot.desk.outbox.carrying import Keep
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import GATHERS, Precedence
from models.rows import Row, fetch

LIFE = 0x70DE5  # the class of the advisory locks that show which workers live
FROZEN = 60.0  # seconds of silence after which a worker that still holds its lock is given up
YOUNGEST_ORPHAN = 5.0  # seconds; a worker may be away so long while it connects again
MOST_FOLLOWERS = 30
AGES = timedelta(days=3650)  # no flood ranks so far ahead

_COLUMNS = """delivery.id, ticket_id, gate, lane, kind, payload, priority, due_at, attempts,
    uncertain, created_at, rank"""
NEXT_DUE = """
SELECT min(head.due_at) AS due_at
FROM unnest($2::smallint[]) AS level (priority) CROSS JOIN LATERAL (
    SELECT due_at FROM delivery
    WHERE state = 'head' AND gate = $1 AND delivery.priority = level.priority
    ORDER BY due_at LIMIT 1
) AS head
"""
BEHIND = f"""
SELECT {_COLUMNS} FROM delivery WHERE lane = $1 AND state = 'waiting' ORDER BY id
LIMIT {MOST_FOLLOWERS}
"""  # noqa: S608
FOLLOW = f"""
UPDATE delivery SET state = 'claimed', claimed_by = $2, claimed_at = $3, attempts = attempts + 1
WHERE id = ANY ($1::bigint[]) AND state = 'waiting' AND gate = $4
RETURNING {_COLUMNS}
"""  # noqa: S608
SENT = f"""
WITH sent AS (
    UPDATE delivery SET state = 'sent', sent_at = $4, external_id = done.external_id,
        claimed_by = NULL, last_error = NULL
    FROM unnest($2::bigint[], $3::text[]) AS done (id, external_id)
    WHERE delivery.id = done.id
)
{lanes.PROMOTE}
"""  # noqa: S608
UNSENT = """
SELECT count(*) AS unsent FROM delivery WHERE id = ANY ($1::bigint[]) AND state <> 'sent'
"""
_HELD = """FROM unnest($1::bigint[], $2::int[]) AS token (id, attempts)
WHERE delivery.id = token.id AND delivery.attempts = token.attempts AND state = 'claimed'"""
BACK = f"""
UPDATE delivery SET state = 'waiting', claimed_by = NULL, claimed_at = NULL {_HELD}
"""  # noqa: S608
LATER = f"""
UPDATE delivery SET state = CASE WHEN delivery.id = $1[1] THEN 'head' ELSE 'waiting' END,
    due_at = GREATEST(due_at, $3),
    rank = CASE WHEN customer_id IS NULL THEN GREATEST(rank, $3) ELSE rank END,
    claimed_by = NULL, claimed_at = NULL, last_error = $4,
    uncertain = uncertain OR $5, attempts = delivery.attempts - $6
{_HELD}
"""  # noqa: S608
END = f"""
UPDATE delivery SET state = $3, dead_at = $4, last_error = $5, claimed_by = NULL
{_HELD} RETURNING delivery.id
"""  # noqa: S608
_FREED = """
UPDATE delivery SET claimed_by = NULL, claimed_at = NULL, uncertain = TRUE,
    state = CASE WHEN id = (SELECT min(id) FROM delivery AS first
                            WHERE first.lane = delivery.lane AND first.state = 'claimed')
                 THEN 'head' ELSE 'waiting' END
WHERE state = 'claimed'"""
ORPHANED = f"""{_FREED} AND claimed_at < $1 AND claimed_by <> $2 AND claimed_by NOT IN (
    SELECT objid::bigint FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = {LIFE} AND objsubid = 2
      AND state_change > clock_timestamp() - make_interval(secs => $3)
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
RETURNING id, gate
"""  # noqa: S608
RELEASED = f"{_FREED} AND claimed_by = $1 RETURNING id, gate"

Record = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """Parcels of one lane that have arrived as one.

    `kept` and `record` are to be remembered (see `Carried`); `rest` are those claimed with
    them that were not carried: they are the lane's front again.
    """

    parcels: Sequence[Parcel]
    external_id: str | None = None
    record: Record | None = None
    rest: Sequence[Parcel] = ()
    kept: Sequence[tuple[Keep, Any]] = ()


async def claim(
    gate: str,
    worker: int,
    now: datetime,
    *,
    limit: int = 1,
    least: Precedence = Precedence.LOOK,
    shared: bool = False,
) -> list[Parcel]:
    """Take due heads of one gate, the most urgent first; nothing less urgent than `least`.

    `shared`: only what its customer has a share for now (`shares`).
    """
    ranked = now if shared else now + AGES
    return await _claimed(_claim(limit), gate, _levels(least), now, worker, ranked)


async def claim_whole(gate: str, worker: int, now: datetime, limit: int) -> list[Parcel]:
    """As `claim`, but nothing that gathers: some of it may still be on its way to us."""
    statement = _claim(limit, whole=True)
    return await _claimed(statement, gate, _levels(Precedence.LOOK), now, worker, now + AGES)


async def _claimed(statement: str, *values: Any) -> list[Parcel]:
    found = map(_parcel, await fetch(statement, *values))
    return sorted(found, key=lambda one: (one.priority, one.rank, one.id))


async def next_due(gate: str, *, least: Precedence = Precedence.LOOK) -> datetime | None:
    """When the gate's next head is due. In the past: it is just being changed."""
    found = await fetch(NEXT_DUE, gate, _levels(least))
    due: datetime | None = found[0]["due_at"]
    return due


async def claim_followers(
    head: Parcel, worker: int, now: datetime, fits: Callable[[list[Parcel]], bool]
) -> list[Parcel]:
    """Take what waits right behind a claimed head, as long as `fits([head, …, next])`.

    What its ticket has taken along to another group's gate, or was put there since, is none of it.
    """
    group = [head]
    for follower in map(_parcel, await fetch(BEHIND, head.lane)):
        is_next = follower.gate == head.gate and follower.due_at <= now
        if not (is_next and fits([*group, follower])):
            break
        group.append(follower)
    if len(group) == 1:
        return []
    taken = await fetch(FOLLOW, [one.id for one in group[1:]], worker, now, head.gate)
    return sorted(map(_parcel, taken), key=lambda one: one.id)


async def mark_sent(
    parcels: Sequence[Parcel],
    now: datetime,
    *,
    external_id: str | None = None,
    record: Record | None = None,
    rest: Sequence[Parcel] = (),
) -> None:
    """They have arrived, as one (see `Arrival`)."""
    await mark_all_sent([Arrival(parcels, external_id, record, rest)], now)


async def mark_all_sent(arrivals: Sequence[Arrival], now: datetime) -> None:
    """What has arrived in several lanes, with its records, in one transaction."""
    names = [arrival.parcels[0].lane for arrival in arrivals]
    async with outbox.transaction():
        for keep, rows in _by_kind(arrivals).items():
            await keep(rows)
        for arrival in arrivals:
            if arrival.record:
                await arrival.record()
        await outbox.lock(*names)
        if back := [parcel for arrival in arrivals for parcel in arrival.rest]:
            await fetch(BACK, *_tokens(back))
        ids = [one.id for arrival in arrivals for one in arrival.parcels]
        theirs = [arrival.external_id for arrival in arrivals for _ in arrival.parcels]
        await fetch(SENT, names, ids, theirs, now)


def _by_kind(arrivals: Sequence[Arrival]) -> dict[Keep, list[Any]]:
    kinds: dict[Keep, list[Any]] = {}
    for arrival in arrivals:
        for keep, row in arrival.kept:
            kinds.setdefault(keep, []).append(row)
    return kinds


async def are_sent(parcels: Sequence[Parcel]) -> bool:
    """Whether all of them are marked as sent."""
    found = await fetch(UNSENT, [one.id for one in parcels])
    return not found[0]["unsent"]


async def mark_later(
    parcels: Sequence[Parcel],
    now: datetime,
    after: float,
    error: str | None,
    *,
    certain: bool,
    counts: bool = True,
) -> None:
    """Try again in `after` seconds. Not `certain`: they may have arrived all the same.

    Not `counts`: nothing was tried.
    """
    due = now + timedelta(seconds=after)
    await fetch(LATER, *_tokens(parcels), due, error, not certain, 0 if counts else 1)


async def mark_dead(
    parcels: Sequence[Parcel], now: datetime, error: str, *, record: Record | None = None
) -> None:
    """They cannot arrive. The lane goes on without them; `record` tells people."""
    await _end(parcels, now, "dead", error, record)


async def mark_dropped(parcels: Sequence[Parcel], now: datetime, reason: str) -> None:
    """They are no longer worth carrying, such as a file that is not wanted any more."""
    await _end(parcels, now, "dropped", reason, None)


async def release_orphans(worker: int, now: datetime) -> frozenset[str]:
    """Free what is claimed by workers that are gone; its outcome is uncertain. Gives the gates.

    A worker lives while its session holds the advisory lock (LIFE, worker) and says something
    now and then, which a frozen process does not; the one who asks lives in any case.
    """
    freed = await fetch(ORPHANED, now - timedelta(seconds=YOUNGEST_ORPHAN), worker, FROZEN)
    return frozenset(row["gate"] for row in freed)


async def release(worker: int) -> int:
    """Free all that this worker has claimed and not settled; gives how many."""
    return len(await fetch(RELEASED, worker))


async def _end(
    parcels: Sequence[Parcel], now: datetime, state: str, error: str, record: Record | None
) -> None:
    lane = parcels[0].lane
    async with outbox.transaction():
        if not await fetch(END, *_tokens(parcels), state, now, error):
            return
        if record:
            await record()
        await outbox.lock(lane)
        await lanes.promote([lane])


@cache
def _claim(limit: int, *, whole: bool = False) -> str:
    """The limit is part of the statement: for an unknown one PostgreSQL would plan to sort."""
    return f"""
WITH picked AS MATERIALIZED (
    SELECT id FROM delivery
    WHERE state = 'head' AND gate = $1 AND priority = ANY ($2::smallint[]) AND due_at <= $3
        AND rank <= $5 {f"AND payload ->> '{GATHERS}' IS DISTINCT FROM 'true'" if whole else ""}
    ORDER BY priority, rank, id LIMIT {limit} FOR UPDATE SKIP LOCKED
)
UPDATE delivery
SET state = 'claimed', claimed_by = $4, claimed_at = $3, attempts = attempts + 1
FROM picked WHERE delivery.id = picked.id
RETURNING {_COLUMNS}
"""  # noqa: S608  (nothing but our own words)


def _levels(least: Precedence) -> list[int]:
    return [int(level) for level in Precedence if level <= least]


def _tokens(parcels: Sequence[Parcel]) -> tuple[list[int], list[int]]:
    return [one.id for one in parcels], [one.attempts for one in parcels]


def _parcel(row: Row) -> Parcel:
    values = dict(row)
    payload = outbox.from_json(values.pop("payload"))
    what = kinds.load(row["gate"], row["kind"], payload)
    return Parcel(**values, what=what, told=kinds.told(payload))
