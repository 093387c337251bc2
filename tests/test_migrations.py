"""The migrations make the tables that the models expect, whoever runs them and how often."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

import models
from bot.desk.people import memberships, operators
from bot.desk.said import Person
from models.database import connected, migrate

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# A row in every table, as a desk that has worked has them.
SEEDS = (
    "INSERT INTO operator_group (chat_id, title, language, bound_at) VALUES (-1, 'g', 'uk', $1)",
    "INSERT INTO operator (user_id, name, created_at) VALUES (7, 'Olena', $1)",
    "INSERT INTO membership (operator_id, group_id, standing, since) VALUES (1, 1, 'member', $1)",
    "INSERT INTO customer (name, language, created_at) VALUES ('Anna', 'uk', $1)",
    "INSERT INTO address (customer_id, channel, external_id, created_at) "
    "VALUES (1, 'telegram', '5', $1)",
    "INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at) "
    "VALUES (1, 1, 'open', '', $1, $1)",
    "INSERT INTO message (ticket_id, direction, kind, words, created_at) "
    "VALUES (1, 'in', 'text', '{\"text\": \"hello\", \"entities\": []}', $1)",
    "INSERT INTO delivery (gate, lane, kind, payload, priority, state, due_at, created_at) "
    "VALUES ('forum', 'forum:1', 'words', '{\"messages\": [1]}', 30, 'head', $1, $1)",
)


async def test_the_models_need_no_migration_that_is_not_there() -> None:
    config = models.LOCAL
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        assert context.apps is not None
        found = await MigrationAutodetector(context.apps, config["apps"]).changes()
    assert [(one.name, one.operations) for one in found] == []


async def test_two_at_once_and_once_more(postgres_url: str) -> None:
    server = await asyncpg.connect(postgres_url)
    await server.execute("CREATE DATABASE migrated")
    url = urlunsplit(urlsplit(postgres_url)._replace(path="/migrated"))
    try:
        await asyncio.gather(migrate(url), migrate(url))
        await migrate(url)
        rows = await asyncpg.connect(url)
        assert await rows.fetchval("SELECT count(*) FROM tortoise_migrations") >= 1
        await rows.close()
    finally:
        await server.execute("DROP DATABASE migrated WITH (FORCE)")
        await server.close()


async def test_rows_of_an_earlier_version_are_read_by_this_one(
    database_url: str, witness: asyncpg.Connection
) -> None:
    """What is written by plain SQL, without any default of the models', is whole to them."""
    for seed in SEEDS:
        await witness.execute(seed, NOW)
    await migrate(database_url)
    async with connected(database_url):
        for model in (models.Group, models.Operator, models.Customer, models.Address):
            assert await model.first() is not None
        ticket = await models.Ticket.get(id=1).select_related("customer", "address")
        assert ticket.customer.name == "Anna"
        assert not ticket.notes_mode
        message = await models.Message.get(id=1)
        assert message.words["text"] == "hello"
        delivery = await models.Delivery.get(id=1)
        assert (delivery.attempts, delivery.uncertain) == (0, False)


async def test_whom_this_version_makes_known_the_version_before_asks_telegram_about(
    db: str, witness: asyncpg.Connection
) -> None:
    """It still reads two columns, of which this version has heard nothing any more."""
    await operators.known(7, Person("Olena"), NOW)
    assert not await witness.fetchval("SELECT is_member OR is_admin FROM operator")
    await witness.execute(
        "INSERT INTO operator (user_id, name, is_member, is_admin, created_at) "
        "VALUES (8, 'Oleh', TRUE, TRUE, $1)",
        NOW,
    )
    assert await memberships.found(1, 8) is None, "nor is anybody believed who stands there"
