"""Lists of tickets, a line for each."""

from collections.abc import Mapping
from datetime import datetime

from bot import texts
from bot.cards import SIGNS, icon
from bot.desk.tickets.lists import Listed, Page
from bot.desk.words import Words, bold, join, link
from bot.persons import VIP
from bot.texts import _, ngettext
from models import Priority, Status

NAME, SUBJECT = 24, 32  # characters of them in a line: Telegram edits no long whispers


def mine(page: Page, urls: Mapping[int, str], now: datetime) -> Words:
    """What is yours."""
    head = ngettext("Yours: {count} request", "Yours: {count} requests", page.all)
    return _listed(head, page, urls, now) if page.all else Words(_("Nothing is yours."))


def queue(page: Page, urls: Mapping[int, str], now: datetime) -> Words:
    """What is nobody's."""
    head = ngettext("Nobody’s: {count} request", "Nobody’s: {count} requests", page.all)
    return _listed(head, page, urls, now) if page.all else Words(_("Nobody waits for us."))


def _listed(head: str, page: Page, urls: Mapping[int, str], now: datetime) -> Words:
    lines = [_line(one, urls.get(one.number), now) for one in page.lines]
    return join("\n", [bold(head.format(count=page.all)), *lines])


def _line(one: Listed, url: str | None, now: datetime) -> Words:
    """Its number leads to its topic, once it has one."""
    number = Words(f"#{one.number}")
    sign = icon(one.status) if one.priority is Priority.NORMAL else SIGNS[one.priority]
    name = Words(one.name).clipped(NAME).text
    if one.is_vip:
        name = f"{VIP} {name}"
    subject = Words(one.subject).clipped(SUBJECT).text
    told = [f" {name}", *([subject] if subject else []), _since(one, now)]
    return f"{sign} " + (link(number, url) if url else number) + " · ".join(told)


def _since(one: Listed, now: datetime) -> str:
    age = texts.ago(int((now - one.since).total_seconds()))
    if one.status is Status.WAITING:
        return _("silent for {age}").format(age=age)
    return _("waits {age}").format(age=age)
