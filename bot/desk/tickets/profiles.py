"""Profiles: what is known of the customer whose ticket it is, and how colleagues change it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.errors import TooLong, TooManyContacts
from bot.desk.people import access, contacts, customers, fields, preferences
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.people.contacts import Typed
from bot.desk.people.fields import Filled
from bot.desk.tickets import events, joining, labels, looks, theirs
from models import Address, Contact, Customer, FieldOf, Ticket

ABOUT = 2000  # characters of all notes about one person
SHARED = texts.mark("📱 {name} has shared their phone: {contact} ✓")
MOST_CONTACTS = 10  # that colleagues have typed
SHOWN = 10  # tickets on one page of a profile


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer. `requests` are a page of theirs, of `total`, the newest first.

    `ticket` is the number of the one in whose topic it is asked for; `statuses`: what some are
    called in its department.
    """

    ticket: int
    customer: Customer
    addresses: list[Address]
    contacts: list[Contact]
    fields: list[Filled]
    requests: list[Ticket]
    total: int
    page: int
    statuses: Mapping[str, str]

    @property
    def pages(self) -> int:
        """How many there are, one at least."""
        return max(1, -(-self.total // SHOWN))


async def of(ticket_id: int, page: int = 1) -> Profile:
    """As it is now; a page that is not there is the last one."""
    ticket = await theirs.with_people(ticket_id)
    customer = ticket.customer
    total = await theirs.count(customer.id)
    page = max(1, min(page, -(-total // SHOWN)))
    return Profile(
        ticket_id,
        customer,
        await customers.addresses(customer.id),
        await contacts.of(customer.id),
        await fields.every(FieldOf.CUSTOMER, customer.custom),
        await theirs.page(customer.id, page - 1, SHOWN),
        total,
        page,
        (await preferences.of(ticket.department_id)).statuses,
    )


async def set_vip(ticket_id: int, on: bool, actor: Actor, now: datetime) -> bool:
    """They matter especially, or no more. False: it is so.

    Raises Observing, MovedAway, NotAMember, as all that changes something here.
    """
    customer = await _theirs(ticket_id, actor)
    return await _describe(customer, "vip", actor, now, is_vip=on)


async def add_note(ticket_id: int, text: str, actor: Actor, now: datetime) -> None:
    """A further line of what colleagues know of the person. Raises TooLong."""
    customer = await _theirs(ticket_id, actor)
    about = "\n".join(filter(None, (customer.about, text.strip())))
    if len(about) > ABOUT:
        raise TooLong(ABOUT)
    await _describe(customer, "about", actor, now, about=about)


async def clear_notes(ticket_id: int, actor: Actor, now: datetime) -> bool:
    """None is left; the event keeps them. False: there was none."""
    customer = await _theirs(ticket_id, actor)
    return await _describe(customer, "about", actor, now, about=None)


async def set_tags(
    ticket_id: int, more: Sequence[str], less: Collection[str], actor: Actor, now: datetime
) -> bool:
    """Put tags on the person, and take others off. False: they are so.

    Raises BadTag, TooManyTags.
    """
    customer = await _theirs(ticket_id, actor)
    has = await labels.merged(customer.tags or [], more, less, now)
    return await _describe(customer, "tags", actor, now, tags=has or None)


async def set_field(ticket_id: int, name: str, text: str, actor: Actor, now: datetime) -> bool:
    """Fill a custom field of the person; empty words empty it. False: it is so.

    Raises NoSuchField, NotANumber, NotADate, NotAFlag, NotAChoice, TooLongAValue.
    """
    customer = await _theirs(ticket_id, actor)
    field = await fields.named(FieldOf.CUSTOMER, name)
    value, had = fields.read(field, text), customer.custom or {}
    others = {key: each for key, each in had.items() if key != field.key}
    custom = others if value is None else {**others, field.key: value}
    return await _describe(customer, "custom", actor, now, custom=custom or None)


async def add_contact(ticket_id: int, typed: Typed, actor: Actor, now: datetime) -> bool:
    """A phone or an e-mail as a colleague has typed it: it is not known to be theirs.

    False: it was there. Raises TooManyContacts.
    """
    customer = await _theirs(ticket_id, actor)
    if len(await contacts.of(customer.id)) >= MOST_CONTACTS:
        raise TooManyContacts
    async with _reached(customer, actor, now):
        return await contacts.keep(customer.id, typed, None, now)


async def shared(address: Address, typed: Typed, now: datetime) -> None:
    """The customer's own channel has said that this is theirs; colleagues are told, where they are.

    Of two customers who share the same at once the second sees the first.
    """
    customer = address.customer
    await outbox.lock(f"contact:{typed.value}")
    async with _reached(customer, customer, now):
        await contacts.keep(customer.id, typed, now, now)
    ticket = await tickets.current(customer.current_id) if customer.current_id else None
    if ticket is None or ticket.status in tickets.ENDED:
        return
    values = {"name": customer.name, "contact": typed.value}
    await tickets.tell(ticket.id, SHARED, now, values=values)
    await joining.propose(ticket, customer, now)


async def drop_contact(ticket_id: int, contact_id: int, actor: Actor, now: datetime) -> bool:
    """It is theirs no more. False: it was not."""
    customer = await _theirs(ticket_id, actor)
    async with _reached(customer, actor, now):
        return await contacts.forget(customer.id, contact_id)


async def _theirs(ticket_id: int, actor: Actor) -> Customer:
    """The ticket's customer, locked, for who may change their profile."""
    ticket, address = await tickets.locked(ticket_id)
    access.check(actor, Act.PROFILE, ticket)
    return address.customer


async def _describe(
    customer: Customer, name: str, actor: Actor, now: datetime, **what: object
) -> bool:
    """False: it is so already."""
    if all(getattr(customer, key) == value for key, value in what.items()):
        return False
    async with events.watched(customer, name, actor, now):
        await customers.describe(customer, **what)
    await looks.refresh_customer(customer.id, now)
    return True


@asynccontextmanager
async def _reached(customer: Customer, actor: Actor, now: datetime) -> AsyncIterator[None]:
    """Write down what becomes of the contacts of a locked customer; their cards show it."""
    before = await _contacts(customer)
    yield
    after = await _contacts(customer)
    if after != before:
        what = {"before": {"contacts": before}, "after": {"contacts": after}}
        details = {"customer": customer.id}
        await events.note(None, "contacts", actor, now, **what, details=details)
        await looks.refresh_customer(customer.id, now)


async def _contacts(customer: Customer) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "value": one.value, "verified": one.verified_at is not None}
        for one in await contacts.of(customer.id)
    ]
