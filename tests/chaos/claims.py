"""How every claim of a delivery ended, written down by the database itself.

A trigger notes each row that leaves the state `claimed`. A claim that was *freed* belonged to a
process that died before it could say what had become of it: the row goes back as it was, with
the same attempts and the same instant. What that process sent by it is sent again, and this is
the only record of the reason. So it is of a claim whose process found the database gone when it
was to write down what it had sent.
"""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

WATCH = """
CREATE TABLE claim_end (
    delivery_id bigint, claimed_at timestamptz, ended_at timestamptz, freed boolean
);
CREATE FUNCTION note_claim_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO claim_end VALUES (OLD.id, OLD.claimed_at, clock_timestamp(),
        NEW.state IN ('head', 'waiting') AND NEW.uncertain AND (
            NEW.due_at = OLD.due_at AND NEW.attempts = OLD.attempts
            OR NEW.last_error ~* 'connection refused|connection (is|was) closed|database system'));
    RETURN NULL;
END $$;
CREATE TRIGGER note_claim_end AFTER UPDATE ON delivery FOR EACH ROW
    WHEN (OLD.state = 'claimed' AND NEW.state <> 'claimed') EXECUTE FUNCTION note_claim_end();
"""
FREED = "SELECT delivery_id, claimed_at, ended_at FROM claim_end WHERE freed"


@dataclass(frozen=True, slots=True)
class Freed:
    """A claim whose process, or database, died; the instants are seconds since the epoch."""

    delivery: int
    since: float
    until: float


async def watch(database: asyncpg.Connection) -> None:
    """Begin to write down; the tables are there, and nothing has been claimed."""
    await database.execute(WATCH)


async def freed(database: asyncpg.Connection) -> list[Freed]:
    """All claims that were freed."""
    found = await database.fetch(FREED)
    return [Freed(row[0], _seconds(row[1]), _seconds(row[2])) for row in found]


def _seconds(instant: datetime) -> float:
    return instant.timestamp()
