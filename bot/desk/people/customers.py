"""Customers: who is behind an address, which language they read, which request they mean."""

from datetime import datetime
from functools import cache
from typing import Any

from bot import texts
from bot.desk import outbox
from bot.desk.outbox import waiting
from bot.desk.outbox.kinds import to_customer
from bot.desk.outbox.kinds.to_customer import Resay, Say
from bot.desk.said import ChannelAddress, Person
from bot.desk.said.sentences import Choices, Sentence
from bot.desk.words import clean_name
from models import Address, Customer
from models.rows import Row, add, columns, fetch, made

READS = """
SELECT customer.language FROM address JOIN customer ON customer.id = address.customer_id
WHERE address.id = $1
"""
FIRST = "SELECT min(id) AS id FROM address WHERE customer_id = $1"
REACHED = """
SELECT 1 AS found FROM address WHERE channel = $1 AND external_id = $2 AND blocked_at IS NULL
"""
NOBODY = 0  # in the place of the address that has named somebody
NAMELESS = "…"  # of whose name nothing can be seen
TURN = "UPDATE customer SET current_id = $2, wants_new = FALSE WHERE id = $1"


async def at(place: ChannelAddress, person: Person, now: datetime) -> tuple[Address, bool]:
    """The address, with its customer, locked until the transaction ends; and whether it is new."""
    if known := await find(place):
        return known, False
    await outbox.lock(f"person:{place.channel}:{place.id}")  # of two first words one waits
    if known := await find(place):
        return known, False
    return await _introduce(place, person, now), True


async def rename(address: Address, person: Person) -> bool:
    """The customer is called as they call themselves where they were named. False: as before.

    Elsewhere they may have another name, or none: by that nobody would know them any more. A name
    that is theirs takes the place of what is none, wherever it comes from.
    """
    customer, name = address.customer, clean_name(person.name) or NAMELESS
    same = (customer.name, customer.username) == (name, person.username)
    if same or not await _names(address, person):
        return False
    customer.name, customer.username, customer.named_by_id = name, person.username, address.id
    await customer.save(update_fields=["name", "username", "named_by_id"])
    return True


async def also_at(customer_id: int, place: ChannelAddress, now: datetime) -> None:
    """The customer can be reached here as well, where nobody has written from so far.

    Raises the ORM's IntegrityError if it is somebody's address already.
    """
    values = {"customer_id": customer_id, "channel": place.channel, "external_id": place.id}
    await add(Address, created_at=now, **values)


def is_named(customer: Customer) -> bool:
    """Whether it is known how they call themselves."""
    return customer.named_by_id != NOBODY and customer.name != NAMELESS


async def by_id(address_id: int) -> Address:
    """The address, with its customer, as they are now; nothing is locked."""
    found = await fetch(_read("address.id = $1"), address_id)
    return with_customer(found[0])


async def language_at(address_id: int) -> str:
    """What the customer reads now, whom somebody is about to write to at this address."""
    (found,) = await fetch(READS, address_id)
    return str(found["language"])


async def addresses(customer_id: int) -> list[Address]:
    """By which the customer can be reached, the oldest first; those who shut us out as well."""
    return await Address.filter(customer_id=customer_id).order_by("id")


async def describe(customer: Customer, **what: Any) -> None:
    """Write down what colleagues know of a locked customer."""
    customer.update_from_dict(what)
    await customer.save(update_fields=[*what])


async def choose_language(customer: Customer, language: str) -> None:
    """From now on the customer is spoken to in `language`."""
    customer.language, customer.language_chosen = texts.nearest(language), True
    await customer.save(update_fields=["language", "language_chosen"])


async def start_new(customer: Customer) -> None:
    """The customer's next words open a new ticket, whatever is still open."""
    customer.wants_new = True
    await customer.save(update_fields=["wants_new"])


async def turn_to(customer: Customer, ticket_id: int) -> None:
    """The customer's next words belong to this ticket."""
    customer.current_id, customer.wants_new = ticket_id, False
    await fetch(TURN, customer.id, ticket_id)


async def answer_goes_to(customer: Customer, ticket_id: int) -> None:
    """The customer's next words answer ours in this ticket, unless they are to open a new one."""
    if customer.current_id != ticket_id:
        customer.current_id = ticket_id
        await Customer.filter(id=customer.id).update(current_id=ticket_id)


async def block(address: Address, since: datetime | None, at: datetime | None) -> None:
    """The customer has shut us out, or (None) lets us in again; `at`: when, if that is known."""
    address.blocked_at, address.turned_at = since, at
    await address.save(update_fields=["blocked_at", "turned_at"])


async def sign(
    address: Address, sentence: Sentence, now: datetime, buttons: Choices, ticket_id: int
) -> None:
    """Say how a ticket stands; this is what will be edited as that changes."""
    said = Say(address.id, sentence, buttons, is_sign=True)
    await outbox.put(said.draft(address.channel, ticket_id), now)


async def resay(
    address: Address, stands: str, sentence: Sentence, now: datetime, buttons: Choices
) -> None:
    """Say something else where a message of our own stands; the last of several counts."""
    said = Resay(address.id, stands, sentence, buttons, address.branch)
    await outbox.put_instead(said.draft(address.channel), now)


async def say(
    address: Address,
    sentence: Sentence,
    now: datetime,
    buttons: Choices | None = None,
    reply_to: str | None = None,
    ticket_id: int | None = None,
) -> None:
    """Something of our own to the customer, in the language that they read when they get it.

    `reply_to` is their channel's id of the message of theirs that it answers; `ticket_id` that of
    the ticket which it is about. It is said where they speak now, if that is known.
    """
    said = Say(address.id, sentence, buttons or [], reply_to, branch=address.branch)
    await outbox.put(said.draft(address.channel, ticket_id), now)


async def tell(
    address: Address, sentence: Sentence, now: datetime, buttons: Choices | None = None
) -> None:
    """As `say`, but for what is just waiting to be said: who asks in haste is answered once."""
    if not await waiting.is_to_be_said(lane(address), sentence, address.branch):
        await say(address, sentence, now, buttons)


def lane(address: Address) -> str:
    """What keeps the order of everything that is said to one address."""
    return to_customer.lane(address.channel, address.id)


async def find(place: ChannelAddress) -> Address | None:
    """The address, locked with its customer, if somebody has written from it."""
    where = "address.channel = $1 AND address.external_id = $2"
    found = await fetch(_held(where), place.channel, place.id)
    return with_customer(found[0]) if found else None


async def is_reached(place: ChannelAddress) -> bool:
    """Whether somebody has written from there, and has not shut us out since; nothing is locked."""
    return bool(await fetch(REACHED, place.channel, place.id))


@cache
def _read(where: str) -> str:
    return f"""
SELECT {columns(Address, "address")}, {columns(Customer, "customer")}
FROM customer JOIN address ON address.customer_id = customer.id WHERE {where}
"""  # noqa: S608  (nothing but our own words)


def _held(where: str) -> str:
    return f"{_read(where)} FOR NO KEY UPDATE OF customer, address"


def with_customer(row: Row) -> Address:
    """The address, with its customer, that a row of both holds."""
    address = made(Address, row, "address")
    address.customer = made(Customer, row, "customer")
    return address


async def _names(address: Address, person: Person) -> bool:
    """Whether this is the address where the customer was named, or should have been."""
    named_by = address.customer.named_by_id
    if not person.is_named or named_by:
        return person.is_named and named_by == address.id
    if named_by == NOBODY:
        return True
    (found,) = await fetch(FIRST, address.customer_id)
    return bool(found["id"] == address.id)


async def _introduce(place: ChannelAddress, person: Person, now: datetime) -> Address:
    customer = await add(
        Customer,
        name=clean_name(person.name) or NAMELESS,
        username=person.username,
        language=texts.nearest(person.language),
        created_at=now,
        named_by_id=None if person.is_named else NOBODY,
    )
    address = await add(
        Address,
        customer_id=customer.id,
        channel=place.channel,
        external_id=place.id,
        created_at=now,
    )
    address.customer = customer
    return address
