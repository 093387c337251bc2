"""Likenesses: which customers may be one person, by what is known to be of both of them."""

from dataclasses import dataclass
from datetime import datetime

from models.rows import fetch

FIND = """
WITH alike AS (
    SELECT DISTINCT ON (other.customer_id) other.customer_id AS id, other.value
    FROM contact AS mine
        JOIN contact AS other ON other.kind = mine.kind AND other.value = mine.value
    WHERE mine.customer_id = $1 AND other.customer_id <> $1
        AND mine.verified_at IS NOT NULL AND other.verified_at IS NOT NULL
), proposed AS (
    INSERT INTO likeness (customer_id, other_id, told_in, found_at)
    SELECT LEAST(id, $1), GREATEST(id, $1), $2, $3 FROM alike
    ON CONFLICT DO NOTHING RETURNING customer_id, other_id
)
SELECT alike.id, alike.value, customer.name
FROM alike JOIN proposed ON alike.id IN (proposed.customer_id, proposed.other_id)
    JOIN customer ON customer.id = alike.id
ORDER BY alike.id
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another customer who may be the same person, and the contact that says so."""

    customer_id: int
    name: str
    contact: str


async def found(customer_id: int, ticket_id: int, now: datetime) -> list[Alike]:
    """Those who were not proposed before; from now on they are, in this ticket."""
    rows = await fetch(FIND, customer_id, ticket_id, now)
    return [Alike(row["id"], row["name"], row["value"]) for row in rows]
