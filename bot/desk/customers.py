"""Customers: who is behind an address, which language they read, which request they mean."""

from datetime import datetime
from functools import cache

from bot import texts
from bot.desk import looks, outbox
from bot.desk.deliveries import Draft
from bot.desk.messages import Address as Place
from bot.desk.messages import Buttons, Person
from bot.desk.words import Words, clean_name
from models import Address, Customer, Ticket
from models.rows import Row, add, columns, fetch, made, to_json

SHOWN = 8  # requests listed under «My requests»
WAITS = """
SELECT 1 FROM delivery WHERE lane = $1 AND state = 'head' AND payload -> 'words' = $2::text::jsonb
UNION ALL
SELECT 1 FROM delivery WHERE lane = $1 AND state = 'waiting'
    AND payload -> 'words' = $2::text::jsonb
LIMIT 1
"""
TURN = "UPDATE address SET current_id = $2, wants_new = FALSE WHERE id = $1"


async def at(place: Place, person: Person, now: datetime) -> Address:
    """The address, with its customer, locked until the transaction ends; made if it is new."""
    known = await find(place)
    if known is None:
        await outbox.lock(f"person:{place.channel}:{place.id}")  # of two first words one waits
        known = await find(place) or await _introduce(place, person, now)
    await _rename(known.customer, person, now)
    return known


async def locked(address_id: int) -> Address:
    """The address, with its customer, locked until the transaction ends."""
    found = await fetch(_held("address.id = $1"), address_id)
    return _with_customer(found[0])


async def locked_with(ticket_id: int) -> tuple[Ticket, Address] | None:
    """A ticket and its address, both locked until the transaction ends, the address first."""
    found = await fetch(_held_with_ticket(), ticket_id)
    return (made(Ticket, found[0], "ticket"), _with_customer(found[0])) if found else None


async def choose_language(address: Address, language: str, now: datetime) -> None:
    """From now on the customer is spoken to in `language`."""
    customer = address.customer
    customer.language, customer.language_chosen = texts.nearest(language), True
    await customer.save(update_fields=["language", "language_chosen"])
    await looks.refresh_customer(customer.id, now)


async def start_new(address: Address) -> None:
    """The customer's next words open a new ticket, whatever is still open."""
    address.wants_new = True
    await address.save(update_fields=["wants_new"])


async def choose_ticket(address: Address, number: int) -> Ticket | None:
    """The customer's next words go to this ticket of theirs. None: it is not theirs."""
    ticket = await Ticket.get_or_none(id=number, address_id=address.id)
    if ticket:
        await turn_to(address, ticket.id)
    return ticket


async def turn_to(address: Address, ticket_id: int) -> None:
    """The customer's next words belong to this ticket."""
    address.current_id, address.wants_new = ticket_id, False
    await fetch(TURN, address.id, ticket_id)


async def requests(address: Address) -> list[Ticket]:
    """The customer's tickets, the newest first."""
    return await Ticket.filter(address_id=address.id).order_by("-id").limit(SHOWN)


async def say(
    address: Address,
    text: str,
    now: datetime,
    buttons: Buttons | None = None,
    reply_to: str | None = None,
) -> None:
    """Our own words to the customer, already in their language, about a message of theirs or not.

    `reply_to` is its id in their channel.
    """
    await outbox.put(
        Draft(
            gate=address.channel,
            lane=lane(address),
            kind="say",
            payload={
                "address": address.id,
                "words": Words(text).dump(),
                "buttons": buttons or [],
                "reply_to": reply_to,
            },
        ),
        now,
    )


async def tell(address: Address, text: str, now: datetime, buttons: Buttons | None = None) -> None:
    """As `say`, but for what is just waiting to be said: who asks in haste is answered once."""
    if not await fetch(WAITS, lane(address), to_json(Words(text).dump())):
        await say(address, text, now, buttons)


def lane(address: Address) -> str:
    """What keeps the order of everything one customer hears."""
    return f"{address.channel}:{address.id}"


async def find(place: Place) -> Address | None:
    """The address, locked, if somebody has written from it."""
    where = "address.channel = $1 AND address.external_id = $2"
    found = await fetch(_held(where), place.channel, place.id)
    return _with_customer(found[0]) if found else None


@cache
def _held(where: str) -> str:
    return f"""
SELECT {columns(Address, "address")}, {columns(Customer, "customer")}
FROM address JOIN customer ON customer.id = address.customer_id
WHERE {where} FOR NO KEY UPDATE OF address
"""  # noqa: S608  (nothing but our own words)


@cache
def _held_with_ticket() -> str:
    return f"""
SELECT {columns(Address, "address")}, {columns(Customer, "customer")},
    {columns(Ticket, "ticket")}
FROM address JOIN customer ON customer.id = address.customer_id
    JOIN ticket ON ticket.address_id = address.id
WHERE ticket.id = $1 FOR NO KEY UPDATE OF address, ticket
"""  # noqa: S608  (nothing but our own words)


def _with_customer(row: Row) -> Address:
    address = made(Address, row, "address")
    address.customer = made(Customer, row, "customer")
    return address


async def _introduce(place: Place, person: Person, now: datetime) -> Address:
    customer = await add(
        Customer,
        name=clean_name(person.name) or "…",
        username=person.username,
        language=texts.nearest(person.language, default=texts.current()),
        created_at=now,
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


async def _rename(customer: Customer, person: Person, now: datetime) -> None:
    name = clean_name(person.name) or "…"
    if (customer.name, customer.username) != (name, person.username):
        customer.name, customer.username = name, person.username
        await customer.save(update_fields=["name", "username"])
        await looks.refresh_customer(customer.id, now)
