"""Bans: who may not write to us, until when, and whether they know. An end comes by itself."""

from dataclasses import dataclass
from datetime import datetime

from bot.desk.said import ChannelAddress
from models import Customer
from models.rows import fetch

STANDS = "customer.banned_at IS NOT NULL AND (banned_until IS NULL OR banned_until > $1)"
FIND = f"""
SELECT address.id, customer_id, customer.language, banned_until, ban_told_at
FROM address JOIN customer ON customer.id = address.customer_id
WHERE {STANDS} AND channel = $2 AND external_id = $3
"""  # noqa: S608  (nothing but our own words)
KNOWS = f"""
UPDATE customer SET ban_told_at = $1 WHERE {STANDS} AND id = $2 AND ban_told_at IS NULL
RETURNING id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Ban:
    """Of who writes from an address. `until` is its end, if it has one; `is_told`: they know."""

    address_id: int
    customer_id: int
    language: str
    until: datetime | None
    is_told: bool


async def at(place: ChannelAddress, now: datetime) -> Ban | None:
    """The ban of who writes from here, if they are banned; it is read by one statement."""
    for row in await fetch(FIND, now, place.channel, place.id):
        until, told = row["banned_until"], row["ban_told_at"] is not None
        return Ban(row["id"], row["customer_id"], row["language"], until, told)
    return None


async def first_told(ban: Ban, now: datetime) -> bool:
    """Whether they are to be told now. Of two messages at once one is answered so."""
    return bool(await fetch(KNOWS, now, ban.customer_id))


def stands(customer: Customer, now: datetime) -> bool:
    """Whether the customer is banned."""
    until = customer.banned_until
    return customer.banned_at is not None and (until is None or until > now)


async def impose(customer: Customer, until: datetime | None, reason: str, now: datetime) -> None:
    """Ban a locked customer, instead of what ban there was; they do not know of it."""
    await _write(customer, banned_at=now, banned_until=until, ban_reason=reason)


async def lift(customer: Customer) -> None:
    """Nothing is left of the ban of a locked customer."""
    await _write(customer, banned_at=None, banned_until=None, ban_reason=None)


async def _write(customer: Customer, **values: object) -> None:
    values["ban_told_at"] = None
    customer.update_from_dict(values)
    await customer.save(update_fields=[*values])
