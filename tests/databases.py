"""A database for each test: migrated once, copied, and emptied after a test that left it whole.

To empty one costs a tenth of copying another. It has a new name each time, so that whoever lives on
from the test before finds nothing.
"""

from itertools import count
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from models.database import migrate

TEMPLATE = "topicdesk_template"
USES = 40  # what is deleted leaves its place behind: then a fresh copy
# Who changes the tables themselves says so here, and their database is used by nobody else.
KEEPING = """
CREATE SCHEMA keeping;
CREATE TABLE keeping.altered ();
CREATE FUNCTION keeping.mark() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS $$
BEGIN INSERT INTO keeping.altered DEFAULT VALUES; END $$;
CREATE TABLE keeping.sequence AS
SELECT format('%I.%I', schemaname, sequencename) AS name, start_value AS first, last_value AS last
FROM pg_sequences WHERE schemaname = 'public';
DO $$ DECLARE found record; filled boolean; BEGIN
    CREATE TABLE keeping.tables (name text, filled boolean);
    FOR found IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', found.relname) INTO filled;
        INSERT INTO keeping.tables VALUES (found.relname, filled);
        IF filled THEN
            EXECUTE format('CREATE TABLE keeping.%I AS TABLE public.%I', 'of_' || found.relname,
                found.relname);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION keeping.clean() RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE found record; size bigint; used text[] = '{}';
BEGIN
    IF EXISTS (SELECT FROM keeping.altered) THEN RETURN NULL; END IF;
    PERFORM set_config('session_replication_role', 'replica', true);  -- whatever refers to what
    FOR found IN SELECT name FROM keeping.tables LOOP
        size := pg_relation_size(format('public.%I', found.name));
        CONTINUE WHEN size = 0;
        IF size > 1000000 THEN RETURN NULL; END IF;
        EXECUTE format('DELETE FROM public.%I', found.name);
        used := used || format('public.%I', found.name);
    END LOOP;
    FOR found IN SELECT name FROM keeping.tables WHERE filled LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE SELECT * FROM keeping.%I',
            found.name, 'of_' || found.name);
    END LOOP;
    PERFORM setval(name::regclass, coalesce(last, first), last IS NOT NULL) FROM keeping.sequence;
    RETURN used;
END $$;
CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION keeping.mark();
"""
ALONE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Databases:
    """Those of one server. One at a time is lent."""

    def __init__(self, postgres_url: str) -> None:
        self._server = postgres_url
        self._numbers = count(1)
        self._idle = ""
        self._uses = 0

    async def lend(self) -> str:
        """The address of an empty migrated database that nobody else knows."""
        name = f"test_{next(self._numbers)}"
        server = await asyncpg.connect(self._server)
        try:
            if name == "test_1":
                await self._prepare(server)
            if self._idle:
                await server.execute(f"ALTER DATABASE {self._idle} RENAME TO {name}")
            else:
                self._uses = 0
                await server.execute(
                    f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
                )
        finally:
            await server.close()
        self._idle = ""
        return self._at(name)

    async def take_back(self, address: str) -> None:
        """It is emptied for the next one, or dropped."""
        name = urlsplit(address).path.removeprefix("/")
        self._uses += 1
        if self._uses < USES and await self._cleaned(address):
            self._idle = name
            return
        server = await asyncpg.connect(self._server)
        await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await server.close()

    async def _prepare(self, server: asyncpg.Connection) -> None:
        await server.execute(f"CREATE DATABASE {TEMPLATE}")
        await migrate(self._at(TEMPLATE))
        template = await asyncpg.connect(self._at(TEMPLATE))
        await template.execute(KEEPING)
        await template.close()

    async def _cleaned(self, address: str) -> bool:
        database = await asyncpg.connect(address)
        try:
            await database.execute(ALONE)
            used = await database.fetchval("SELECT keeping.clean()")
            if used is None:
                return False
            # Rows stand in the order in which they are written, as they do in a fresh copy.
            await database.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(used)}")
            return True
        finally:
            await database.close()

    def _at(self, database: str) -> str:
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{database}"))
