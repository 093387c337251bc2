"""What operators see of a person: in a few lines on the card, and all of it in the profile."""

from collections.abc import Sequence
from datetime import datetime

from bot import texts
from bot.desk.people import bans
from bot.desk.words import Words, bold, italic, join, plain
from bot.texts import _
from models import Contact, ContactKind, Customer

VIP = "⭐️"
SIGNS = {ContactKind.PHONE: "📱", ContactKind.EMAIL: "✉️"}
VERIFIED = "✓"
FIRST = 3  # contacts that a card names


def brief(
    customer: Customer, contacts: Sequence[Contact], timezone: str, now: datetime
) -> list[Words]:
    """The lines of a card about the person, none for whom there is nothing to say.

    How they can be reached first, that they are banned.
    """
    first = [plain(" · ".join(map(contact, contacts[:FIRST])))] if contacts else []
    return [*first, *banned(customer, timezone, now)]


def contact(one: Contact) -> str:
    """«📱 +380671234567 ✓», which is known to be theirs."""
    verified = f" {VERIFIED}" if one.verified_at else ""
    return f"{SIGNS[one.kind]} {one.value}{verified}"


def banned(customer: Customer, timezone: str, now: datetime) -> list[Words]:
    """Until when they are turned away, and why."""
    if not bans.stands(customer, now):
        return []
    said = _("⛔️ Turned away for good")
    if customer.banned_until:
        until = texts.moment(customer.banned_until, timezone, now)
        said = _("⛔️ Turned away until {moment}").format(moment=until)
    why = f": {customer.ban_reason}" if customer.ban_reason else ""
    return [bold(said) + why]


def about(customer: Customer) -> list[Words]:
    """What colleagues have noted of them."""
    if not customer.about:
        return []
    return [plain("📝 ") + italic(join("\n", customer.about.split("\n")))]
