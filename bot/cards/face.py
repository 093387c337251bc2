"""The face of the card: what it tells at a glance."""

import hashlib
from collections.abc import Mapping

from bot import persons, texts
from bot.cards import SIGNS, keys, priority_name, status_name, value
from bot.desk.said import Buttons
from bot.desk.talk.glance import Glance
from bot.desk.words import Words, bold, counting, join, plain
from bot.texts import _, ngettext
from models import Priority, Ticket


def card(about: Glance, zone: str) -> tuple[Words, Buttons]:
    """The ticket at a glance, and what can be done with it. `zone` is the company's."""
    told: list[Words | str] = [_number(about), _customer(about.ticket)]
    told += persons.brief(about.ticket.customer, about.contacts, zone, about.seen)
    told += [_owner(about), _sorted(about), _fields(about), _earlier(about)]
    told += [_deadline(about, zone), *_warnings(about.ticket)]
    return join("\n", filter(None, told)), keys.of_card(about)


def _number(about: Glance) -> Words:
    ticket = about.ticket
    line = bold(f"#{ticket.id}") + f" · {status_name(ticket.status, about.statuses)}"
    if ticket.is_spam:
        line += " · " + _("🗑 spam")
    if ticket.priority is not Priority.NORMAL:
        line += f" · {SIGNS[ticket.priority]} {priority_name(ticket.priority)}"
    return line


def _customer(ticket: Ticket) -> Words:
    customer = ticket.customer
    who = bold(f"{persons.VIP} {customer.name}" if customer.is_vip else customer.name)
    if customer.username:
        who += f" @{customer.username}"
    channel = ticket.address.channel.capitalize()
    return who + f" · {channel} · {texts.NATIVE[customer.language]}"


def _owner(about: Glance) -> str:
    """Whose it is, and who is at it besides."""
    parts = [f"👤 {about.owner}"] if about.owner else []
    if about.answering:
        parts.append(_("✍️ {name} is answering").format(name=about.answering))
    return " · ".join(parts)


def _sorted(about: Glance) -> str:
    """Its department, where there are several, and its tags."""
    parts = [f"🏢 {about.department}"] if about.department else []
    if about.ticket.tags:
        parts.append(f"🏷 {', '.join(about.ticket.tags)}")
    return " · ".join(parts)


def _fields(about: Glance) -> str:
    return " · ".join(f"{one.label}: {value(one)}" for one in about.fields)


def _earlier(about: Glance) -> str:
    """The customer's latest tickets before it, and what became of them."""
    if not about.earlier:
        return ""
    named = ", ".join(f"#{one.id} {_outcome(one, about.statuses)}" for one in about.earlier)
    said = _("🗂 Earlier: {requests}").format(requests=named)
    rest = about.before - len(about.earlier)
    if rest:
        said += ngettext(" and {count} more", " and {count} more", rest).format(count=rest)
    return said


def _outcome(ticket: Ticket, statuses: Mapping[str, str]) -> str:
    return _("spam") if ticket.is_spam else status_name(ticket.status, statuses)


def _deadline(about: Glance, zone: str) -> Words | str:
    """By when it must be answered; it counts down by itself."""
    due = about.deadline
    if due is None:
        return ""
    return "⏳ " + counting(texts.moment(due, zone, about.seen), int(due.timestamp()))


def _warnings(ticket: Ticket) -> list[Words]:
    lines = []
    if ticket.previous_id:
        lines.append(_("Continues #{number}").format(number=ticket.previous_id))
    if ticket.address.blocked_at:
        shut = _("🚫 The customer has blocked us in {channel}")
        lines.append(shut.format(channel=ticket.address.channel.capitalize()))
    if ticket.notes_mode:
        lines.append(_("📝 Notes mode: nothing you write here reaches the customer"))
    return [plain(line) for line in lines]


def first_post(top: Words, words: Words) -> Words:
    """The card with the customer's first words under it; the words stand unchanged at its end."""
    return top + "\n\n" + words


def fingerprint(shown: Words, rows: Buttons) -> str:
    """Tells whether a card as it would be shown differs from the one that is."""
    return hashlib.sha256(repr((shown.dump(), rows)).encode()).hexdigest()
