"""Carried: what became of answers, as their deliveries tell, for as long as these are kept."""

from dataclasses import dataclass
from datetime import datetime

from bot.desk.outbox.drafts import MESSAGES
from bot.desk.outbox.kinds import to_customer
from models import DeliveryState
from models.rows import fetch

FATES = f"""
SELECT message::bigint AS message, state, sent_at, last_error
FROM delivery, jsonb_array_elements_text(payload -> '{MESSAGES}') AS message
WHERE ticket_id = $1 AND kind = '{to_customer.Message.kind}' AND message::bigint = ANY ($2)
ORDER BY delivery.id
"""  # noqa: S608  (nothing but our own words)


@dataclass(frozen=True, slots=True)
class Fate:
    """How an answer's last delivery stands; `sent_at` once it has arrived, `why` it has not."""

    state: DeliveryState
    sent_at: datetime | None = None
    why: str | None = None


async def fates(ticket_id: int, message_ids: list[int]) -> dict[int, Fate]:
    """Those of these messages of the ticket; none of what was forgotten since."""
    if not message_ids:
        return {}
    return {
        row["message"]: Fate(DeliveryState(row["state"]), row["sent_at"], row["last_error"])
        for row in await fetch(FATES, ticket_id, message_ids)
    }
