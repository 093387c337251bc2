"""What waits in a lane and is not claimed yet can still be changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.desk import outbox
from bot.desk.outbox import gates, lanes
from bot.desk.outbox.drafts import MESSAGE, MESSAGES, PLACE, SENTENCE, Json
from bot.desk.outbox.kinds import to_customer, to_topic
from bot.desk.said.sentences import Sentence
from models.rows import Row, fetch, to_json

WAITS = f"""
SELECT 1 FROM delivery
WHERE lane = $1 AND (state = 'head' OR state = 'waiting') AND kind = $2
  AND payload -> '{MESSAGES}' @> to_jsonb($3::bigint) AND NOT (uncertain AND $4)
LIMIT 1 FOR SHARE
"""  # noqa: S608  (nothing but our own words)
# As `waits`: of this file of a message.
EDIT_WAITS = f"""
SELECT 1 FROM delivery
WHERE lane = $1 AND (state = 'head' OR state = 'waiting') AND kind = '{to_topic.Edit.kind}'
  AND payload @> jsonb_build_object('{MESSAGE}', $2::bigint, '{PLACE}', $3::int)
LIMIT 1 FOR SHARE
"""  # noqa: S608  (nothing but our own words)
ECHO_WAITS = f"""
SELECT 1 FROM delivery
WHERE lane = $1 AND (state = 'head' OR state = 'waiting' OR state = 'claimed')
  AND kind = '{to_topic.Echo.kind}' AND payload @> jsonb_build_object('{MESSAGE}', $2::bigint)
LIMIT 1
"""  # noqa: S608  (nothing but our own words)
TO_BE_SAID = f"""
SELECT 1 FROM delivery WHERE lane = $1 AND state = 'head'
    AND payload -> '{SENTENCE}' = $2::text::jsonb AND payload ->> 'branch' IS NOT DISTINCT FROM $3
UNION ALL
SELECT 1 FROM delivery WHERE lane = $1 AND state = 'waiting'
    AND payload -> '{SENTENCE}' = $2::text::jsonb AND payload ->> 'branch' IS NOT DISTINCT FROM $3
LIMIT 1
"""  # noqa: S608  (nothing but our own words)
IN_HAND = "SELECT 1 FROM delivery WHERE lane = $1 AND state = 'claimed' AND kind = $2 LIMIT 1"
BUSY = """
SELECT 1 FROM delivery
WHERE lane = $1 AND (state = 'head' OR state = 'waiting' OR state = 'claimed') LIMIT 1
"""
UNSENT = """
SELECT payload FROM delivery
WHERE lane = $1 AND kind = $2 AND (state = 'head' OR state = 'waiting' OR state = 'claimed')
"""
PUT_OFF = f"""
UPDATE delivery SET due_at = GREATEST(due_at, $4)
WHERE lane = $1 AND (state = 'head' OR state = 'waiting') AND kind = $2 AND NOT uncertain
  AND payload -> '{MESSAGES}' @> to_jsonb($3::bigint)
RETURNING id
"""  # noqa: S608  (nothing but our own words)
FOR_OPERATORS = f"""
SELECT 1 FROM delivery
WHERE ticket_id = $1 AND gate = ANY ({gates.FORUMS})
  AND (state = 'head' OR state = 'waiting' OR state = 'claimed')
LIMIT 1
"""  # noqa: S608  (nothing but our own words)
MAYBE = f"""
SELECT 1 FROM delivery
WHERE ticket_id = $1 AND kind = $2 AND uncertain AND state <> 'sent'
  AND payload -> '{MESSAGES}' @> ANY (SELECT to_jsonb(number) FROM unnest($3::bigint[]) AS number)
LIMIT 1
"""  # noqa: S608  (nothing but our own words)
WITHDRAW = f"""
UPDATE delivery SET state = 'dropped', dead_at = $3, last_error = 'withdrawn'
WHERE ticket_id = $4 AND lane = $1
  AND (state = 'head' OR state = 'waiting' OR state = 'dead')
  AND payload -> '{MESSAGES}' @> to_jsonb($2::bigint)
RETURNING payload -> '{MESSAGES}' AS messages
"""  # noqa: S608  (nothing but our own words)


async def waits(lane: str, kind: str, message_id: int, *, untried: bool = False) -> bool:
    """Whether this message still waits to be carried, so that it will be read as it is then.

    It cannot be claimed before our commit. `untried`: nor may it have arrived as it was before.
    """
    return bool(await _rows(WAITS, lane, kind, message_id, untried))


async def edit_waits(lane: str, message_id: int, place: int) -> bool:
    """Whether an earlier edit of this file, in its topic, still waits; as `waits`."""
    return bool(await _rows(EDIT_WAITS, lane, message_id, place))


async def is_to_be_shown(ticket_id: int, message_id: int) -> bool:
    """Whether what somebody has said by a macro is still to be shown in its topic."""
    return bool(await fetch(ECHO_WAITS, to_topic.lane(ticket_id), message_id))


async def is_to_be_said(lane: str, sentence: Sentence, branch: str | None) -> bool:
    """Whether just this waits to be said there, by what was committed."""
    return bool(await fetch(TO_BE_SAID, lane, to_json(sentence.dump()), branch))


async def in_hand(lane: str, kind: str) -> bool:
    """Whether a delivery of this kind is just being carried."""
    return bool(await fetch(IN_HAND, lane, kind))


async def is_busy(lane: str) -> bool:
    """Whether anything waits there, or is just being carried."""
    return bool(await fetch(BUSY, lane))


async def unsent(lane: str, kind: str) -> list[Json]:
    """The payloads of what waits to be carried, or is being carried."""
    return [outbox.from_json(row["payload"]) for row in await _rows(UNSENT, lane, kind)]


async def put_off(lane: str, kind: str, message_id: int, due: datetime) -> bool:
    """Let this message wait until then. False: it is carried, or may have arrived as it is."""
    return bool(await _rows(PUT_OFF, lane, kind, message_id, due))


async def withdraw(lane: str, ticket_id: int, message_id: int, now: datetime) -> set[int]:
    """Take back what has not left yet; gives it. Nothing: it has left.

    What could not be carried has not left either, and nobody can send it again then.
    """
    await outbox.lock(lane)
    withdrawn = await _rows(WITHDRAW, lane, message_id, now, ticket_id)
    if withdrawn:
        await lanes.promote([lane])
    return {number for row in withdrawn for number in outbox.from_json(row["messages"])}


async def is_for_operators(ticket_id: int) -> bool:
    """Whether something is to be carried into the ticket's topic. Asked by carriers."""
    return bool(await fetch(FOR_OPERATORS, ticket_id))


async def may_have_left(ticket_id: int, message_ids: Sequence[int]) -> bool:
    """Whether a try to send one of these ended in doubt, and no further one has arrived."""
    return bool(await _rows(MAYBE, ticket_id, to_customer.Message.kind, message_ids))


async def _rows(query: str, *values: Any) -> list[Row]:
    await outbox.flush()  # what this very transaction has put waits too
    return await fetch(query, *values)
