"""Theirs: the tickets of a customer, which of them they mean, and how all of them look."""

from datetime import datetime
from functools import cache

from bot import texts
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Person
from bot.desk.said.sentences import Sentence
from bot.desk.tickets import ENDED, events, looks
from models import Address, Customer, Ticket
from models.rows import columns, fetch, made

LATEST = 3  # earlier requests that are named on a card
SHOWN = 8  # requests listed under «My requests»
LAST = 2**63 - 1  # a larger number is no ticket's
TOO_MANY = texts.mark("You have many open requests, so your words go to the last one, #{number}.")


async def at(place: ChannelAddress, person: Person, now: datetime) -> Address:
    """The address of who speaks, locked until the transaction ends; made if it is new.

    Their tickets show it if they call themselves something else.
    """
    address, is_new = await customers.at(place, person, now)
    customer = address.customer
    if is_new:
        await events.met(address, now)
    async with events.watched(customer, "renamed", customer, now):
        if await customers.rename(address, person):
            await looks.refresh_customer(customer.id, now)
    return address


async def with_people(ticket_id: int) -> Ticket:
    """A ticket with its customer and the address where replies go, as they are; none is locked."""
    (row,) = await fetch(_with_people(), ticket_id)
    ticket, replies = made(Ticket, row, "ticket"), customers.with_customer(row)
    ticket.customer, ticket.address = replies.customer, replies
    return ticket


async def choose_language(address: Address, language: str, now: datetime) -> None:
    """From now on the customer is spoken to in `language`, and their tickets show it."""
    async with events.watched(address.customer, "language", address.customer, now):
        await customers.choose_language(address.customer, language)
    await looks.refresh_customer(address.customer_id, now)


async def start_new(address: Address, now: datetime) -> None:
    """The customer's next words open a new ticket, whatever is still open."""
    async with events.watched(address.customer, "turned", address.customer, now):
        await customers.start_new(address.customer)


async def choose(address: Address, number: int, now: datetime) -> Ticket | None:
    """The customer's next words go to this ticket of theirs. None: it is not theirs."""
    ticket = await one(address, number)
    if ticket:
        await tickets.turn_to(address.customer, ticket.id, now)
    return ticket


async def one(address: Address, number: int) -> Ticket | None:
    """This ticket of theirs, or that into which it was merged. None: they have none such."""
    if not 0 < number <= LAST:
        return None
    ticket = await tickets.current(number)
    return ticket if ticket and ticket.customer_id == address.customer_id else None


async def requests(address: Address, number: int = 0) -> tuple[list[Ticket], int]:
    """A page of the customer's tickets, the newest first, and how many pages there are."""
    pages = max(1, -(-await count(address.customer_id) // SHOWN))
    return await page(address.customer_id, min(number, pages - 1), SHOWN), pages


async def page(customer_id: int, number: int, most: int) -> list[Ticket]:
    """A page of a customer's tickets, counted from 0, the newest first."""
    found = Ticket.filter(customer_id=customer_id).order_by("-id")
    return await found.offset(number * most).limit(most)


async def count(customer_id: int) -> int:
    """How many tickets the customer has had."""
    return await Ticket.filter(customer_id=customer_id).count()


async def earlier(ticket: Ticket) -> tuple[list[Ticket], int]:
    """The latest of the tickets that its customer had before it, and how many these were."""
    before = Ticket.filter(customer_id=ticket.customer_id, id__lt=ticket.id)
    latest = await before.order_by("-id").limit(LATEST)
    return latest, len(latest) if len(latest) < LATEST else await before.count()


async def answered_at(address: Address) -> list[int]:
    """The customer's tickets that have not ended, and whose answers go to this address."""
    theirs = Ticket.filter(customer_id=address.customer_id, address_id=address.id)
    going = theirs.filter(merged_into_id=None).exclude(status__in=ENDED)
    return [ticket.id for ticket in await going.order_by("id")]


async def last_of_many(address: Address, most: int) -> Ticket | None:
    """The newest open ticket of who has `most` of them open; None while there is room."""
    theirs = Ticket.filter(customer_id=address.customer_id).exclude(status__in=ENDED)
    newest = await theirs.order_by("-id").limit(most)
    return newest[0] if len(newest) >= most else None


def too_many(last: Ticket) -> Sentence:
    """Why no further ticket is opened, and where words go."""
    return Sentence(TOO_MANY, {"number": last.id})


@cache
def _with_people() -> str:
    return f"""
SELECT {columns(Ticket, "ticket")}, {columns(Customer, "customer")}, {columns(Address, "address")}
FROM ticket JOIN customer ON customer.id = ticket.customer_id
    JOIN address ON address.id = ticket.address_id
WHERE ticket.id = $1
"""  # noqa: S608  (nothing but our own words)
