"""The profile of a customer as operators see it, and what they can change of it."""

from datetime import datetime

from bot import persons, texts
from bot.cards import status_name, value
from bot.cards.pages import LONGEST, turning
from bot.desk.said import Buttons
from bot.desk.tickets.profiles import Profile
from bot.desk.words import Words, bold, join, plain
from bot.texts import _
from models import Address, Customer, Ticket

BRIEF = 250  # characters of who they are that leave room for a page of requests
SUBJECTS = (64, 32, 16, 8)  # characters of each, as many as there is room for


def about(profile: Profile, timezone: str, now: datetime) -> list[Words]:
    """Who they are and what is noted, on pages before those of their requests.

    None: it stands above the requests.
    """
    who = _who(profile, timezone, now)
    together = len(who) + len(_requests(profile, timezone, now, SUBJECTS[1]))
    if len(who) <= BRIEF or (profile.pages == 1 and together < LONGEST):
        return []
    return who.split(LONGEST)


def words(profile: Profile, timezone: str, now: datetime, *, alone: bool = False) -> Words:
    """How their requests ended, a page of them; above it who they are, unless it stands `alone`."""
    who = Words() if alone else _who(profile, timezone, now) + "\n"
    told = who
    for most in SUBJECTS:
        told = who + _requests(profile, timezone, now, most)
        if len(told) <= LONGEST:
            break
    return told.clipped(LONGEST)


def _who(profile: Profile, timezone: str, now: datetime) -> Words:
    customer = profile.customer
    lines: list[Words | str] = [
        _named(customer),
        " · ".join([*map(_address, profile.addresses), texts.NATIVE[customer.language]]),
        *map(persons.contact, profile.contacts),
        *_tags(customer),
        *[f"{one.label}: {value(one) or '—'}" for one in profile.fields],
        *persons.about(customer),
        *persons.banned(customer, timezone, now),
    ]
    return join("\n", lines)


def _requests(profile: Profile, timezone: str, now: datetime, most: int) -> Words:
    lines: list[Words | str] = [
        "",
        bold(_("Requests: {count}").format(count=profile.total)),
        *[_request(one, profile, timezone, now, most) for one in profile.requests],
        "",
        _("To add: /profile note …, phone …, email …, tag … or field …"),
    ]
    return join("\n", lines)


def buttons(profile: Profile, number: int, of: int) -> Buttons:
    """What a press can change, and the pages beside this one."""
    ticket, customer = profile.ticket, profile.customer
    vip = (_("⭐️ Make VIP"), f"vip_on:{ticket}")
    if customer.is_vip:
        vip = (_("VIP no more"), f"vip_off:{ticket}")
    rows: Buttons = [[vip]]
    if customer.about:
        rows[0].append((_("🗑 Clear the notes"), f"about_off:{ticket}"))
    rows += [
        [(f"🗑 {one.value}"[:60], f"contact_off:{ticket}:{one.id}")] for one in profile.contacts
    ]
    return rows + turning(f"profile:{ticket}", number, of)


def _named(customer: Customer) -> Words:
    vip = f" · {persons.VIP} VIP" if customer.is_vip else ""
    username = f" @{customer.username}" if customer.username else ""
    return "👤 " + bold(customer.name) + username + vip


def _tags(customer: Customer) -> list[str]:
    return [f"🏷 {', '.join(customer.tags)}"] if customer.tags else []


def _address(address: Address) -> str:
    shut = " 🚫" if address.blocked_at else ""
    return address.channel.capitalize() + shut


def _request(ticket: Ticket, profile: Profile, timezone: str, now: datetime, most: int) -> Words:
    """«#12 · Where is my order? · resolved · 22 Nov, 14:05», the one that is open here in bold."""
    when = texts.moment(ticket.opened_at, timezone, now)
    status = plain(status_name(ticket.status, profile.statuses)).clipped(2 * most).text
    subject = plain(ticket.subject or "…").clipped(most).text
    said = f"#{ticket.id} · {subject} · {status} · {when}"
    return bold(said) if ticket.id == profile.ticket else plain(said)
