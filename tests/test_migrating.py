"""Migrations run while the version before goes on: nobody waits for them for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from asyncpg.transaction import Transaction
from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.indexes import Index
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.migration import Migration
from tortoise.migrations.operations import AddIndex, CreateModel

import models
from bot.outage import insist
from models import configuration, database
from models.database import migrate
from models.indexes import AddIndexBeside

NAMES = sorted(path.stem for path in Path(models.__file__).parent.glob("migrations/0*.py"))
NEWEST = NAMES[-1]
BESIDE_SINCE = "0009"
MANY = 200_000
ROUNDS = 30
FILL = (
    "INSERT INTO customer (name, language, created_at) VALUES ('Anna', 'uk', now())",
    "INSERT INTO address (customer_id, channel, external_id, created_at) "
    "VALUES (1, 'telegram', '5', now())",
    "INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at) "
    "SELECT 1, 1, 'open', '', now(), now() FROM generate_series(1, $1 / 10)",
    # Of a hundred one is an answer, one a note in its place, and one a note of its own.
    "INSERT INTO message (ticket_id, direction, kind, words, reply_to_id, created_at) "
    "SELECT 1 + n / 10 % ($1 / 10), coalesce((ARRAY['out', 'note', 'note'])[n % 100], 'in'), "
    '\'text\', \'{"text": "?", "entities": []}\', CASE n % 100 WHEN 2 THEN n - 1 END, now() '
    "FROM generate_series(1, $1) AS n",
    "INSERT INTO operator_group (chat_id, title, language, bound_at) "
    "VALUES (-1, 'Desk', 'en', now())",
    "INSERT INTO post (message_id, group_id, post_id) "
    "SELECT n, 1, CASE n % 100 WHEN 2 THEN n - 1 ELSE n END FROM generate_series(1, $1) AS n",
    "INSERT INTO trace (message_id, address_id, external_id) "
    "SELECT n, 1, n FROM generate_series(1, $1) AS n",
    "INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, due_at, created_at, "
    "state, sent_at) SELECT 1 + n % ($1 / 10), 'forum', 'forum:' || n % 1000, 'words', '{}', 10, "
    "now(), now(), 'sent', now() FROM generate_series(1, $1) AS n",
)
# What a message costs, as the version before asks for it.
SAY = """
WITH line AS (
    INSERT INTO message (ticket_id, direction, kind, words, created_at)
    VALUES (1, 'in', 'text', '{"text": "!", "entities": []}', now()) RETURNING id
)
INSERT INTO trace (message_id, address_id, external_id) SELECT id, 1, 'new ' || id FROM line
"""
HEARD = "UPDATE ticket SET customer_at = now() WHERE id = 1"
PUT = """
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, due_at, created_at,
    customer_id, rank, state)
VALUES (1, 'forum', 'forum:1', 'words', '{"messages": [1]}', 10, now(), now(), 1, now(), 'head')
"""
CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM delivery
    WHERE state = 'head' AND gate = 'forum' AND priority = ANY ('{10,20}'::smallint[])
        AND due_at <= now() AND rank <= now()
    ORDER BY priority, rank, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE delivery
SET state = 'claimed', claimed_by = 1, claimed_at = now(), attempts = attempts + 1
FROM picked WHERE delivery.id = picked.id RETURNING delivery.id
"""
MARK = "UPDATE delivery SET state = 'sent', sent_at = now(), claimed_by = NULL WHERE id = $1"
QUEUED = "SELECT 1 FROM pg_locks WHERE relation = 'delivery'::regclass AND NOT granted"
BUILDING = """
SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'
"""
NAMED = "WHERE indexrelid = $1::text::regclass"
BREAK = f"UPDATE pg_index SET indisvalid = FALSE {NAMED}"
BUILT = f"SELECT pg_get_indexdef(indexrelid) FROM pg_index {NAMED}"
INVALID = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"


def migration(name: str) -> type[Migration]:
    found: type[Migration] = import_module(f"models.migrations.{name}").Migration
    return found


@asynccontextmanager
async def fresh(postgres_url: str, upto: str) -> AsyncIterator[str]:
    """A database with the tables of an earlier version."""
    server = await asyncpg.connect(postgres_url)
    await server.execute("CREATE DATABASE migrating")
    url = urlunsplit(urlsplit(postgres_url)._replace(path="/migrating"))
    try:
        async with TortoiseContext():
            await run_migrations(config=configuration(url, migrates=True), target=f"models.{upto}")
            await Tortoise.close_connections()
        yield url
    finally:
        await server.execute("DROP DATABASE migrating WITH (FORCE)")
        await server.close()


@asynccontextmanager
async def desk(url: str, patience: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that waits for a lock no longer than this, or fails."""
    connection = await asyncpg.connect(url, server_settings={"lock_timeout": patience})
    try:
        yield connection
    finally:
        await connection.close()


async def fill(connection: asyncpg.Connection, many: int) -> None:
    """So many messages, each carried."""
    for statement in FILL:
        await connection.execute(statement, *([many] if "$1" in statement else []))


async def carries(connection: asyncpg.Connection) -> None:
    """A customer's message comes in and is carried."""
    async with connection.transaction():
        for statement in (SAY, HEARD, PUT):
            await connection.execute(statement)
    claimed = await connection.fetchval(CLAIM)
    assert claimed is not None
    await connection.execute(MARK, claimed)


def first_beside() -> tuple[str, Index]:
    """The first migration that builds a named index beside others, and the index."""
    return next(
        (name, one.index)
        for name in NAMES
        for one in migration(name).operations
        if isinstance(one, AddIndexBeside) and one.index.name
    )


@asynccontextmanager
async def while_somebody_writes(
    postgres_url: str, upto: str, patience: str
) -> AsyncIterator[tuple[str, asyncpg.Connection, Transaction]]:
    """The tables of a version, a desk of it, and another one's transaction that does not end."""
    async with (
        fresh(postgres_url, upto) as url,
        desk(url, patience) as older,
        desk(url, patience) as other,
    ):
        await fill(older, 10)
        slow = other.transaction()
        await slow.start()
        await other.execute(PUT)
        yield url, older, slow


async def seen(connection: asyncpg.Connection, what: str) -> None:
    """Somebody waits for a lock."""
    while True:
        if await connection.fetch(what):
            return
        await asyncio.sleep(0.01)


async def test_the_newest_runs_beside_the_version_before(postgres_url: str) -> None:
    """While a transaction of theirs is open, too; what only builds indexes is waited for by none.

    An older process would wait 15 seconds for a lock. Here it fails after far less.
    """
    patience = "2s" if migration(NEWEST).atomic else "50ms"
    async with fresh(postgres_url, NAMES[-2]) as url, desk(url, patience) as older:
        await fill(older, MANY)
        async with desk(url, patience) as other, asyncio.TaskGroup() as group:
            slow = other.transaction()
            await slow.start()
            await other.execute(PUT)
            migrating = group.create_task(insist(partial(migrate, url)))
            rounds = 0
            while rounds < ROUNDS or not migrating.done():
                await carries(older)
                rounds += 1
                if rounds == ROUNDS:
                    await slow.commit()
        assert await older.fetch(INVALID) == []
        done = await older.fetch("SELECT name FROM tortoise_migrations")
        assert NEWEST in {row["name"] for row in done}


async def test_a_note_of_the_version_before_stands_upon_its_answer(postgres_url: str) -> None:
    async with fresh(postgres_url, "0010_who_acts") as url, desk(url, "15s") as older:
        await fill(older, 1000)
        await migrate(url)
        upon = await older.fetch("SELECT id, upon_id FROM message WHERE upon_id IS NOT NULL")
        assert {tuple(row) for row in upon} == {(n, n - 1) for n in range(2, 1000, 100)}


def test_indexes_of_tables_that_have_rows_are_built_beside_others() -> None:
    for name in NAMES:
        if name < BESIDE_SINCE:
            continue
        found = migration(name)
        new = {one.name for one in found.operations if isinstance(one, CreateModel)}
        beside = [isinstance(one, AddIndexBeside) for one in found.operations]
        for one in found.operations:
            if isinstance(one, AddIndex) and one.model_name not in new:
                assert isinstance(one, AddIndexBeside), f"{name}: see CONTRIBUTING"
        assert not any(beside) or (all(beside) and not found.atomic), name


async def test_an_index_that_was_broken_off_is_built_anew(postgres_url: str) -> None:
    name, index = first_beside()
    before = NAMES[NAMES.index(name) - 1]
    async with fresh(postgres_url, before) as url, desk(url, "15s") as older:
        await older.execute(f"CREATE INDEX {index.name} ON delivery (kind)")
        await older.execute(BREAK, index.name)
        await migrate(url)
        assert await older.fetch(INVALID) == []
        built = await older.fetchval(BUILT, index.name)
        assert f"({index.fields[0]})" in built


async def test_an_index_waits_for_whoever_writes_however_long(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it meanwhile, and to begin anew would take it as long again."""
    monkeypatch.setattr(models, "MIGRATING", {"lock_timeout": "1ms"})
    name, _index = first_beside()
    before = NAMES[NAMES.index(name) - 1]
    async with (
        while_somebody_writes(postgres_url, before, "50ms") as (url, older, slow),
        asyncio.timeout(60),
        asyncio.TaskGroup() as group,
    ):
        group.create_task(migrate(url))
        await seen(older, BUILDING)
        for _ in range(ROUNDS):
            await carries(older)
        await slow.commit()


async def test_what_comes_after_an_index_waits_as_shortly_as_before(postgres_url: str) -> None:
    name, _index = first_beside()
    async with fresh(postgres_url, NAMES[NAMES.index(name) - 1]) as url, TortoiseContext():
        config = configuration(url, connections=1, migrates=True)
        await run_migrations(config=config, target=f"models.{name}")
        shown = await get_connection("default").execute_query_dict("SHOW lock_timeout")
        await Tortoise.close_connections()
    assert shown == [models.MIGRATING]


async def test_a_migration_that_waits_for_a_table_keeps_nobody_waiting(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the queue before them for a moment only, and comes again."""

    async def change(config: dict[str, object]) -> None:
        """As a migration may some day."""
        await Tortoise.init(config=config)
        add = "ALTER TABLE delivery ADD COLUMN IF NOT EXISTS colour text"
        await get_connection("default").execute_script(add)

    async with (
        while_somebody_writes(postgres_url, NEWEST, "10s") as (url, older, slow),
        asyncio.timeout(60),
        asyncio.TaskGroup() as group,
    ):
        monkeypatch.setattr(database, "run_migrations", change)
        migrating = group.create_task(insist(partial(migrate, url)))
        for _ in range(2):
            await seen(older, QUEUED)
            await carries(older)
        assert not migrating.done()
        await slow.commit()
        await migrating
        await older.execute("SELECT colour FROM delivery")
