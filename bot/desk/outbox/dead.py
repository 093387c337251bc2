"""What could not be carried of a ticket, and was not tried again since."""

from dataclasses import dataclass

from bot.desk import outbox
from bot.desk.outbox import kinds
from bot.desk.outbox.carrying import Undeliverable
from bot.desk.outbox.drafts import TOLD, Kind
from models.rows import fetch

# What was tried again since is another row: it has arrived, is on its way, or is dead itself.
DEAD = f"""
SELECT id, gate, kind, payload, last_error FROM delivery AS dead
WHERE ticket_id = $1 AND state = 'dead' AND kind = ANY ($2::text[])
  AND NOT EXISTS (SELECT FROM delivery AS later
                  WHERE later.ticket_id = $1 AND later.id > dead.id AND later.kind = dead.kind
                      AND later.state <> 'dropped'
                      AND later.payload - '{TOLD}' = dead.payload - '{TOLD}')
ORDER BY id
"""  # noqa: S608  (nothing but our own words)


@dataclass(frozen=True, slots=True)
class Dead:
    """A delivery that was given up, by its number, and why."""

    id: int
    what: Kind
    why: Undeliverable


async def of(ticket_id: int, *which: type[Kind]) -> list[Dead]:
    """Those of these kinds, the oldest first."""
    rows = await fetch(DEAD, ticket_id, [each.kind for each in which])
    return [
        Dead(
            row["id"],
            kinds.load(row["gate"], row["kind"], outbox.from_json(row["payload"])),
            Undeliverable.read(row["last_error"] or ""),
        )
        for row in rows
    ]
