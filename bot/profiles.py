"""The profile of a customer as operators see it, and what they can change of it."""

from datetime import datetime

from bot import persons, texts
from bot.cards import status_name, value
from bot.cards.pages import turning
from bot.desk.said import Buttons
from bot.desk.tickets.profiles import Profile
from bot.desk.words import Words, bold, join, plain
from bot.texts import _
from models import Address, Customer, Ticket


def words(profile: Profile, timezone: str, now: datetime) -> Words:
    """Who they are, how they are reached, what is noted, and how all their requests ended."""
    customer = profile.customer
    lines: list[Words | str] = [
        _named(customer),
        " · ".join([*map(_address, profile.addresses), texts.NATIVE[customer.language]]),
        *map(persons.contact, profile.contacts),
        *_tags(customer),
        *[f"{one.label}: {value(one) or '—'}" for one in profile.fields],
        *persons.about(customer),
        *persons.banned(customer, timezone, now),
        "",
        bold(_("Requests: {count}").format(count=profile.total)),
        *[_request(one, profile, timezone, now) for one in profile.requests],
        "",
        _("To add: /profile note …, phone …, email …, tag … or field …"),
    ]
    return join("\n", lines)


def buttons(profile: Profile) -> Buttons:
    """What a press can change, and further pages."""
    number, customer = profile.ticket, profile.customer
    vip = (_("⭐️ Make VIP"), f"vip_on:{number}")
    if customer.is_vip:
        vip = (_("VIP no more"), f"vip_off:{number}")
    rows: Buttons = [[vip]]
    if customer.about:
        rows[0].append((_("🗑 Clear the notes"), f"about_off:{number}"))
    rows += [
        [(f"🗑 {one.value}"[:60], f"contact_off:{number}:{one.id}")] for one in profile.contacts
    ]
    return rows + turning(f"profile:{number}", profile.page, profile.pages)


def _named(customer: Customer) -> Words:
    vip = f" · {persons.VIP} VIP" if customer.is_vip else ""
    username = f" @{customer.username}" if customer.username else ""
    return "👤 " + bold(customer.name) + username + vip


def _tags(customer: Customer) -> list[str]:
    return [f"🏷 {', '.join(customer.tags)}"] if customer.tags else []


def _address(address: Address) -> str:
    shut = " 🚫" if address.blocked_at else ""
    return address.channel.capitalize() + shut


def _request(ticket: Ticket, profile: Profile, timezone: str, now: datetime) -> Words:
    """«#12 · Where is my order? · resolved · 22 Nov, 14:05», the one that is open here in bold."""
    when = texts.moment(ticket.opened_at, timezone, now)
    status = status_name(ticket.status, profile.statuses)
    said = f"#{ticket.id} · {ticket.subject or '…'} · {status} · {when}"
    return bold(said) if ticket.id == profile.ticket else plain(said)
