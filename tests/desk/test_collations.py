"""A database may compare text as a language does, where “:~” stands before “:2”."""

from datetime import timedelta

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from bot.desk import outbox, tickets
from bot.desk.outbox import ages
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds.to_topic import Card
from models import FIRST, configuration
from tests.desk.talk import NOW, SOMEBODY, anna
from tests.desk.test_departments import SALES, gates, put, two

# Not every server has a language's order. What the languages have in common here: signs come
# before digits, and these before letters.
LANGUAGE = r"""
CREATE SCHEMA language;
CREATE FUNCTION language.key(text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN regexp_replace($1, '[^[:alnum:]]', ' ', 'g');
CREATE FUNCTION language.le(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN language.key($1) OPERATOR(pg_catalog.<=) language.key($2);
CREATE FUNCTION language.ge(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN language.le($2, $1);
CREATE OPERATOR language.<= (LEFTARG = text, RIGHTARG = text, FUNCTION = language.le);
CREATE OPERATOR language.>= (LEFTARG = text, RIGHTARG = text, FUNCTION = language.ge);
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET search_path = language, pg_catalog, public',
                   current_database());
END $$
"""


@pytest.fixture
async def linguistic(database_url: str, witness: asyncpg.Connection) -> asyncpg.Connection:
    """The witness of such a database; whoever connects from now on compares so."""
    await witness.execute(LANGUAGE)
    spoken = await asyncpg.connect(database_url)
    assert not await spoken.fetchval("SELECT 'forum:2'::text BETWEEN 'forum' AND 'forum:~'")
    await spoken.close()
    return witness


async def test_a_ticket_takes_along_what_waits(
    linguistic: asyncpg.Connection, database_url: str
) -> None:
    async with TortoiseContext() as context:
        await context.init(config=configuration(database_url))
        await two(linguistic)
        await anna(1, "hello")
        for department in (SALES, FIRST):
            await put(Card().draft(1))
            async with outbox.transaction():
                await tickets.move(1, department, SOMEBODY, NOW)
        assert set(await gates(linguistic)) == {"forum"}


async def test_first_words_wait_a_minute_at_most(
    linguistic: asyncpg.Connection, database_url: str
) -> None:
    async with TortoiseContext() as context:
        await context.init(config=configuration(database_url))
        await two(linguistic)
        await linguistic.execute("ALTER TABLE ticket ALTER department_id SET DEFAULT 2")
        await anna(1, "hello")
        assert set(await gates(linguistic)) == {"forum:2"}
        await ages.hasten(NOW + ages.HASTE + timedelta(seconds=1))
        words = "SELECT priority FROM delivery WHERE kind = 'words'"
        assert await linguistic.fetchval(words) == Precedence.WORDS
