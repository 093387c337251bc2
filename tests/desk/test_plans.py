"""What is asked of tables with years of work in them looks at no more rows than it is about."""

from collections.abc import Iterator
from typing import Any

import asyncpg
import orjson

from bot.desk import tickets
from bot.desk.outbox import ages, clearing
from bot.desk.people import memberships
from bot.desk.talk import hints, updates
from bot.desk.tickets import dissolving, leaving, lists, routing, team
from bot.telegram import branches
from models import Delivery, Hint, SeenUpdate, SetAside
from models.rows import BATCH, forgetting

MANY = 200_000
GROUPS = 20
MEMBERS = 2000
OPEN = 50  # of each state that is not done with
FILL = (
    "INSERT INTO customer (name, language, created_at) VALUES ('Anna', 'uk', now())",
    "INSERT INTO address (customer_id, channel, external_id, created_at) "
    "VALUES (1, 'telegram', '5', now())",
    "INSERT INTO operator (user_id, name, created_at, on_duty_since, capacity) "
    "SELECT n, 'Olena', now(), CASE WHEN n <= 20 THEN now() END, 100 "
    f"FROM generate_series(1, {MEMBERS}) AS n",
    "INSERT INTO operator_group (chat_id, title, language, bound_at) "
    f"SELECT -n, 'Desk', 'uk', now() FROM generate_series(1, {GROUPS}) AS n",
    "INSERT INTO membership (operator_id, group_id, standing, since) "
    f"SELECT n, 1 + n % 20, 'member', now() FROM generate_series(1, {MEMBERS}) AS n",
    # One in a hundred is open, and has somebody who answers for it.
    """
    INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at,
        assignee_id)
    SELECT 1, 1, CASE WHEN n % 100 = 0 THEN 'open' ELSE 'closed' END, '', now(), now(),
        CASE WHEN n % 100 = 0 THEN 1 + n / 100 % 20 END
    FROM generate_series(1, $1 / 10) AS n
    """,
    # A few are another department's.
    "INSERT INTO department (id, created_at) VALUES (2, now())",
    "UPDATE ticket SET department_id = 2 WHERE id % 200 = 0",
    # Of these some are nobody's.
    "UPDATE ticket SET assignee_id = NULL WHERE department_id = 2 AND id % 1000 = 0",
    "INSERT INTO department (id, created_at, dissolved_at) VALUES (3, now(), now())",
    # All but the last have been sent, one a minute.
    """
    INSERT INTO delivery (gate, lane, kind, payload, priority, state, due_at, created_at, sent_at,
        dead_at)
    SELECT 'forum', 'forum:' || n, 'words', '{}', 10, states.state, at, at,
        CASE WHEN states.state = 'sent' THEN at END,
        CASE WHEN states.state IN ('dead', 'dropped') THEN at END
    FROM generate_series(1, $1) AS n
    CROSS JOIN LATERAL (SELECT now() - ($1 - n) * interval '1 minute' AS at) AS times
    CROSS JOIN LATERAL (SELECT coalesce((
        ARRAY['head', 'waiting', 'claimed', 'dead', 'dropped'])[1 + ($1 - n) / $2], 'sent') AS state
    ) AS states
    """,
    "INSERT INTO seen_update (bot_id, update_id, at) "
    "SELECT 1, n, now() - ($1 - n) * interval '1 minute' FROM generate_series(1, $1) AS n",
    "INSERT INTO hint (chat_id, place, user_id, at) "
    "SELECT -1, 'general', n, now() - ($1 - n) * interval '1 minute' "
    "FROM generate_series(1, $1 / 10) AS n",
    """
    INSERT INTO set_aside (bot_id, update_id, payload, error, attempts, at, replayed_at)
    SELECT 1, n, '{}', 'no', 3, now() - ($1 / 10 - n) * interval '1 minute',
        CASE WHEN n <= $1 / 10 - $2 THEN now() - ($1 / 10 - n) * interval '1 minute' END
    FROM generate_series(1, $1 / 10) AS n
    """,
    # One in ten answers the one before it.
    """
    INSERT INTO message (ticket_id, direction, kind, words, reply_to_id, created_at)
    SELECT 1, 'in', 'text', '{"text": "", "entities": []}', CASE WHEN n % 10 = 0 THEN n - 1 END,
        now()
    FROM generate_series(1, $1 / 10) AS n
    """,
    "INSERT INTO branch (ticket_id, chat_id, thread_id, turned_at) "
    "SELECT id, 5, id, now() FROM ticket",
    "VACUUM ANALYZE",
)
SCANS = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan")
HASTEN = ("30", "now()", "10")
# As PostgreSQL asks it itself, when a message is deleted.
REPLIES = "UPDATE message SET reply_to_id = NULL WHERE $1::bigint = reply_to_id"
UNASSIGN = "UPDATE ticket SET assignee_id = NULL WHERE assignee_id = $1"  # of who has left
LEFT = f"SELECT id FROM ticket WHERE {leaving.THEIRS}"
WAIT = "'{new,open}'"
AGES_AGO = "'2000-01-01'"
SOON = "'2100-01-01'"
PURGES = {
    "sent": forgetting(Delivery, ages.SENT_BEFORE),
    "dropped": forgetting(Delivery, ages.DROPPED_BEFORE),
    "dead": forgetting(Delivery, ages.DEAD_BEFORE),
    "seen": forgetting(SeenUpdate, updates.SEEN_BEFORE),
    "done at last": forgetting(SetAside, updates.DONE_BEFORE),
    "set aside": forgetting(SetAside, updates.ASIDE_BEFORE),
    "hints": forgetting(Hint, hints.TOLD_BEFORE),
}


async def filled(database_url: str) -> asyncpg.Connection:
    """A connection as the desk's own, to a database in which years of work are."""
    settings = {"plan_cache_mode": "force_generic_plan"}
    connection = await asyncpg.connect(database_url, server_settings=settings)
    for statement in FILL:
        numbers = [number for name, number in {"$1": MANY, "$2": OPEN}.items() if name in statement]
        await connection.execute(statement, *numbers)
    return connection


async def looked_at(connection: asyncpg.Connection, statement: str, *values: str) -> int:
    """How many rows the statement reads, as PostgreSQL has counted; nothing stays changed."""
    await connection.execute(f"PREPARE looked AS {statement}")
    given = f"({', '.join(values)})" if values else ""
    change = connection.transaction()
    await change.start()
    try:
        told = await connection.fetchval(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE looked {given}"
        )
    finally:
        await change.rollback()
        await connection.execute("DEALLOCATE looked")
    plan = orjson.loads(told)[0]["Plan"]
    return sum(_read(node) for node in _nodes(plan) if node["Node Type"] in SCANS)


async def by_routing(connection: asyncpg.Connection) -> dict[str, int]:
    """What is asked to give out a ticket: all members of a department, and what those have."""
    able = "1", "'{operator,admin}'", "now()", "NULL"
    rest = "5", "'uk'", "NULL", "true"
    # Each as a member and as an operator; and twice what they have.
    everybody = 2 * MEMBERS + 2 * MANY // 1000
    return {
        "who could be given one": await looked_at(connection, routing.SPOKEN, *able) - everybody,
        "who is": await looked_at(connection, routing.CHOOSE, *able, *rest) - everybody,
        "what is next": await looked_at(connection, routing.next_of(), "2", "'{uk}'", "'{}'"),
        "who helped last": await looked_at(connection, routing.HELPED, "1", "20000"),
        "what each has": await looked_at(connection, team.HAVE, "'{1,2,3}'"),
        "where one works": await looked_at(connection, memberships.WORKS_IN, "3"),
    }


def _read(node: dict[str, Any]) -> int:
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    rows = [node.get(each, 0) for each in ("Actual Rows", *dropped)]
    return round(float(sum(rows)) * float(node["Actual Loops"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


async def test_of_years_of_work_no_more_is_read_than_is_asked_for(database_url: str) -> None:
    connection = await filled(database_url)
    try:
        read = {
            "waiting": await looked_at(connection, ages.WAITING, "now()"),
            "unsent": await looked_at(connection, ages.UNSENT, "'status'", "1"),
            "dead": await looked_at(connection, ages.DEAD, "1"),
            "by status": await looked_at(connection, tickets.BY_STATUS, "2"),
            "who wait": await looked_at(connection, tickets.CUSTOMERS_WAITING, "2", WAIT),
            "mine": await looked_at(connection, lists.listing(lists.MINE, 3), "3", "1", "10", "0"),
            "how many are mine": await looked_at(connection, lists.COUNT_MINE, "3", "1"),
            "queue": await looked_at(connection, lists.listing(lists.QUEUE, 2), "2", "10", "0"),
            "how long it is": await looked_at(connection, lists.COUNT_QUEUE, "2"),
            **await by_routing(connection),
            "undone": await looked_at(connection, updates.UNDONE),
            "unfinished": await looked_at(connection, dissolving.UNFINISHED, "'{3}'"),
            "stranded": await looked_at(connection, clearing.STRANDED),
            "hasten": await looked_at(connection, ages.HASTEN, *HASTEN),
            "what they leave": await looked_at(connection, LEFT, "3", "1"),
            "of one who left": await looked_at(connection, UNASSIGN, "3"),
            "answers to what is deleted": await looked_at(connection, REPLIES, "9"),
            "where in a private chat": await looked_at(connection, branches.home_of(), "9", "5"),
            "of which request": await looked_at(connection, branches.OF, "5", "9"),
            "of a group": await looked_at(connection, memberships.KNOWN, "3"),
        }
        assert {name: rows for name, rows in read.items() if rows > 7 * OPEN} == {}
        who_speaks = await looked_at(connection, memberships.found_by(), "3", "2")
        assert who_speaks <= 2 + GROUPS, "the groups are so few that no index is needed"
        assert read["unsent"] >= 3 * OPEN, "it is counted at all"
        for name, statement in PURGES.items():
            assert await looked_at(connection, statement, AGES_AGO) == 0, name
            rows = await looked_at(connection, statement, SOON)
            assert OPEN <= rows <= 2 * BATCH, name
    finally:
        await connection.close()
