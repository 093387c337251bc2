"""Customers: who is behind an address, which language they read, which request they mean."""

from datetime import datetime

from bot import texts
from bot.desk import outbox
from bot.desk.messages import Address as Place
from bot.desk.messages import Buttons, Person
from bot.desk.outbox import FORUM, Draft, Priority
from bot.desk.words import Words, clean_name
from models import Address, Customer, Ticket

SHOWN = 8  # requests listed under «My requests»


async def at(place: Place, person: Person, now: datetime) -> Address:
    """The address, with its customer, locked until the transaction ends; made if it is new."""
    known = await _locked(place)
    if known is None:
        await outbox.lock(f"person:{place.channel}:{place.id}")  # of two first words one waits
        known = await _locked(place) or await _introduce(place, person, now)
    await _rename(known.customer, person)
    return known


async def locked(address_id: int) -> Address:
    """The address, with its customer, locked until the transaction ends."""
    held = Address.select_for_update(of=("address",)).select_related("customer")
    return await held.get(id=address_id)


async def choose_language(address: Address, language: str) -> None:
    """From now on the customer is spoken to in `language`."""
    customer = address.customer
    customer.language, customer.language_chosen = texts.nearest(language), True
    await customer.save(update_fields=["language", "language_chosen"])


async def start_new(address: Address) -> None:
    """The customer's next words open a new ticket, whatever is still open."""
    address.wants_new = True
    await address.save(update_fields=["wants_new"])


async def choose_ticket(address: Address, number: int) -> Ticket | None:
    """The customer's next words go to this ticket of theirs. None: it is not theirs."""
    ticket = await Ticket.get_or_none(id=number, address_id=address.id)
    if ticket:
        address.current_id, address.wants_new = ticket.id, False
        await address.save(update_fields=["current_id", "wants_new"])
    return ticket


async def requests(address: Address) -> list[Ticket]:
    """The customer's tickets, the newest first."""
    return await Ticket.filter(address_id=address.id).order_by("-id").limit(SHOWN)


async def blocked(place: Place, now: datetime) -> None:
    """The customer has shut us out; say so in the topic."""
    await _shut(place, now, texts.mark("🚫 {name} has blocked the bot. Answers cannot arrive."))


async def returned(place: Place, now: datetime) -> None:
    """The customer has let us in again; say so in the topic."""
    await _shut(place, None, texts.mark("🔓 {name} is back: answers arrive again."), now)


async def say(
    address: Address, words: Words | str, now: datetime, buttons: Buttons | None = None
) -> None:
    """Our own words to the customer, already in their language."""
    words = Words(words) if isinstance(words, str) else words
    await outbox.put(
        Draft(
            gate=address.channel,
            lane=lane(address),
            kind="say",
            payload={"address": address.id, "words": words.dump(), "buttons": buttons or []},
        ),
        now,
    )


def lane(address: Address) -> str:
    """What keeps the order of everything one customer hears."""
    return f"{address.channel}:{address.id}"


async def _shut(
    place: Place, since: datetime | None, msgid: str, now: datetime | None = None
) -> None:
    address = await _locked(place)
    if address is None or bool(address.blocked_at) == bool(since):
        return
    address.blocked_at = since
    await address.save(update_fields=["blocked_at"])
    if address.current_id is None:
        return
    payload = {"sentence": msgid, "values": {"name": address.customer.name}}
    draft = Draft(
        gate=FORUM,
        lane=f"forum:{address.current_id}",
        kind="tell",
        payload=payload,
        priority=Priority.NOTICE,
        ticket_id=address.current_id,
    )
    await outbox.put(draft, since or now or address.created_at)


async def _locked(place: Place) -> Address | None:
    return await (
        Address.filter(channel=place.channel, external_id=place.id)
        .select_for_update(of=("address",))
        .select_related("customer")
        .first()
    )


async def _introduce(place: Place, person: Person, now: datetime) -> Address:
    customer = await Customer.create(
        name=clean_name(person.name) or "…",
        username=person.username,
        language=texts.nearest(person.language, default=texts.current()),
        created_at=now,
    )
    return await Address.create(
        customer=customer, channel=place.channel, external_id=place.id, created_at=now
    )


async def _rename(customer: Customer, person: Person) -> None:
    name = clean_name(person.name) or "…"
    if (customer.name, customer.username) != (name, person.username):
        customer.name, customer.username = name, person.username
        await customer.save(update_fields=["name", "username"])
