"""Contacts: phones and e-mail addresses of customers, written the one way in which they compare."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.desk.errors import BadEmail, BadPhone
from models import Contact, ContactKind
from models.rows import fetch, find

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3
SIGNS = re.compile(r"[\s().\-‐‑‒–—−/]+")
INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
# Longer than any number within a country, so that it begins with one.
WITH_COUNTRY = re.compile(r"[1-9][0-9]{11,14}")
EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)
KEEP = """
INSERT INTO contact (customer_id, kind, value, verified_at, created_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (customer_id, kind, value) DO UPDATE SET verified_at = $4
    WHERE contact.verified_at IS NULL AND $4 IS NOT NULL
RETURNING id
"""
FORGET = "DELETE FROM contact WHERE customer_id = $1 AND id = $2 RETURNING id"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has written, read as a contact."""

    kind: ContactKind
    value: str


def phone(text: str) -> Typed:
    """With its country: +380671234567. Raises BadPhone.

    Within which country somebody left it out is not guessed.
    """
    plain = SIGNS.sub("", unicodedata.normalize("NFKC", text))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if WITH_COUNTRY.fullmatch(plain):
        plain = f"+{plain}"
    if not INTERNATIONAL.fullmatch(plain):
        raise BadPhone
    return Typed(ContactKind.PHONE, plain)


def shared_phone(text: str) -> Typed:
    """As a channel has it, which knows the country and may leave out the sign. Raises BadPhone."""
    return phone(text if text.startswith("+") else f"+{text}")


def email(text: str) -> Typed:
    """In small letters. Raises BadEmail."""
    plain = unicodedata.normalize("NFC", text).strip().removeprefix("mailto:").lower()
    if len(plain) > LONGEST_EMAIL or not EMAIL.fullmatch(plain):
        raise BadEmail
    return Typed(ContactKind.EMAIL, plain)


async def of(customer_id: int) -> list[Contact]:
    """The customer's, those that are known to be theirs first."""
    return await find(Contact, "customer_id = $1 ORDER BY verified_at IS NULL, id", customer_id)


async def keep(customer_id: int, typed: Typed, verified: datetime | None, now: datetime) -> bool:
    """The customer has it. False: it was there; what was known to be theirs stays so."""
    values = customer_id, typed.kind.value, typed.value, verified, now
    return bool(await fetch(KEEP, *values))


async def forget(customer_id: int, contact_id: int) -> bool:
    """The customer has it no more. False: they had not."""
    return bool(await fetch(FORGET, customer_id, contact_id))
