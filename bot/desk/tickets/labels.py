"""Labels: a ticket's priority, its tags, its custom fields, and whether it is spam."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.desk import outbox, tickets
from bot.desk.errors import BadTag, TooManyTags
from bot.desk.outbox.kinds.to_topic import Shut
from bot.desk.people import access, fields
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Sentence
from bot.desk.tickets import events, halts, looks, routing
from bot.desk.tickets.halts import Halt
from models import FieldOf, Priority, Status, Tag, Ticket
from models.rows import fetch

MOST_TAGS = 10
TAG = re.compile(r"#?([^\W_][\w-]{0,31})")
KNOWN = """
INSERT INTO tag (name, created_at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET removed_at = NULL
"""


async def set_priority(ticket_id: int, priority: Priority, actor: Actor, now: datetime) -> bool:
    """How urgent it is. False: it is so already. Raises MovedAway, Observing, NotAMember."""
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, Act.PRIORITY, ticket)
    if ticket.priority == priority:
        return False
    await events.alter(ticket, "priority", actor, now, priority=priority)
    await looks.refresh_card(ticket.id, now)
    return True


async def set_tags(
    ticket_id: int, more: Sequence[str], less: Collection[str], actor: Actor, now: datetime
) -> list[str]:
    """Put tags on it and take others off; gives those that it has then, as the desk spells them.

    Raises BadTag, TooManyTags, MovedAway, Observing, NotAMember.
    """
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, Act.TAG, ticket)
    had: list[str] = ticket.tags or []
    has = await merged(had, more, less, now)
    if has != had:
        await events.alter(ticket, "tags", actor, now, tags=has)
        await looks.refresh_card(ticket.id, now)
    return has


async def merged(
    had: Sequence[str], more: Sequence[str], less: Collection[str], now: datetime
) -> list[str]:
    """These tags with further ones, and without others; the desk knows them all from now on.

    Raises BadTag, TooManyTags.
    """
    known = {name.casefold(): name for name in [*await tags(), *had]}
    off = {_clean(name).casefold() for name in less}
    wanted = {name.casefold(): name for name in had}
    for name in map(_clean, more):
        wanted.setdefault(name.casefold(), known.get(name.casefold(), name))
    has = [name for spelled, name in wanted.items() if spelled not in off]
    if len(has) > MOST_TAGS:
        raise TooManyTags
    for name in has:
        if name not in had:
            await fetch(KNOWN, name, now)
    return has


async def tags() -> list[str]:
    """Those that the desk knows, as it spells them."""
    present = Tag.filter(removed_at=None).order_by("id")
    return [str(name) for name in await present.values_list("name", flat=True)]


async def forget_tag(name: str, now: datetime) -> bool:
    """The desk knows it no more, until somebody uses it again. False: it does not."""
    wanted = name.strip().lstrip("#").casefold()
    known = [one for one in await tags() if one.casefold() == wanted]
    return bool(await Tag.filter(name__in=known).update(removed_at=now))


async def set_field(
    ticket_id: int, name: str, text: str, actor: Actor, now: datetime
) -> fields.Filled | None:
    """Fill a custom field of it, named by its key or label; empty words empty it.

    Gives it as it is then; None: it was so already. Raises NoSuchField, NotANumber, NotADate,
    NotAFlag, NotAChoice, TooLongAValue, MovedAway, Observing, NotAMember.
    """
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, Act.FIELD, ticket)
    field = await fields.named(FieldOf.TICKET, name)
    value = fields.read(field, text)
    had = ticket.custom or {}
    if had.get(field.key) == value:
        return None
    others = {key: each for key, each in had.items() if key != field.key}
    custom = others if value is None else {**others, field.key: value}
    await events.alter(ticket, "custom", actor, now, custom=custom)
    await looks.refresh_card(ticket.id, now)
    return fields.Filled(field.label, value)


async def set_spam(ticket_id: int, on: bool, actor: Actor, now: datetime) -> bool:
    """It is spam, and so closed without a word to the customer; or it is not, and goes on.

    False: it is so already. Raises MovedAway, Observing, NotAMember.
    """
    ticket, _address = await tickets.locked(ticket_id)
    access.check(actor, Act.SPAM, ticket)
    if ticket.is_spam == on:
        return False
    await _turn(ticket, on, actor, now)
    if on:
        await halts.halt(Halt([ticket.id], Sentence(halts.SPAM)), actor, now)
    await looks.refresh(ticket.id, now)
    await outbox.put(Shut().draft(ticket.id), now)
    await routing.freed(ticket.assignee_id, now, ticket.department_id)
    return True


async def _turn(ticket: Ticket, spam: bool, actor: Actor, now: datetime) -> None:
    ended = now if spam else None
    status = Status.CLOSED if spam else Status.OPEN
    values = {"status": status, "resolved_at": ended, "closed_at": ended}
    await events.alter(ticket, "spam", actor, now, is_spam=spam, **values)
    if not spam:
        await routing.let_go(ticket, actor, now)


def _clean(name: str) -> str:
    found = TAG.fullmatch(name)
    if found is None:
        raise BadTag(name)
    return found[1]
