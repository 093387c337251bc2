"""The ticket's life: opened, waiting, resolved, closed, opened again."""

from datetime import datetime, timedelta
from functools import cache

from bot import texts
from bot.desk import outbox
from bot.desk.errors import NoSuchDepartment, NoSuchTicket, ThereAlready, Unready
from bot.desk.outbox.kinds.to_topic import Pin, Retell, Shut, Tell, Unmark
from bot.desk.people import access, customers, departments
from bot.desk.people.access import Act
from bot.desk.people.actors import Actor
from bot.desk.said import Content
from bot.desk.said.sentences import Sentence
from bot.desk.said.spots import Spot
from bot.desk.tickets import events, halts, looks, routing, signs
from bot.desk.words import Words, clean_name
from models import Address, Customer, Status, Ticket
from models.rows import add, columns, fetch, made

SUBJECT = 60  # code points of the first words that name the topic
STOPS = ".,;:…–- "
ENDED = (Status.RESOLVED, Status.CLOSED)
MOVED = texts.mark("➡️ Moved here from the department “{department}”.")
RESOLVED = texts.mark(
    "Request #{number} is resolved. If something is still not right, just write here."
)

BY_STATUS = """
SELECT status, count(*) AS tickets FROM ticket WHERE department_id = $1 GROUP BY status
"""
CUSTOMERS_WAITING = """
SELECT count(DISTINCT customer_id) AS waiting FROM ticket
WHERE department_id = $1 AND status = ANY ($2::text[])
"""


async def open_for(
    address: Address, content: Content, now: datetime, previous: int | None
) -> Ticket:
    """A new ticket for the customer's first words, which are acknowledged."""
    ticket = await add(
        Ticket,
        customer_id=address.customer_id,
        address_id=address.id,
        previous_id=previous,
        status=Status.NEW,
        subject=subject_of(content.words.text),
        opened_at=now,
        customer_at=now,
    )
    await events.opened(ticket, address.customer, now)
    await turn_to(address.customer, ticket.id, now)
    buttons = signs.buttons(ticket.id, signs.RECEIVED)
    await customers.sign(address, signs.said(ticket.id, signs.RECEIVED), now, buttons, ticket.id)
    return ticket


async def turn_to(customer: Customer, ticket_id: int, now: datetime) -> None:
    """The customer's next words belong to this ticket."""
    async with events.watched(customer, "turned", customer, now):
        await customers.turn_to(customer, ticket_id)


def subject_of(text: str) -> str:
    """The first words in one line, cut between words; no stop or comma before the dots."""
    line = clean_name(text, 4 * SUBJECT)
    if len(line) <= SUBJECT:
        return line
    head, _space, _rest = line[:SUBJECT].rpartition(" ")
    return f"{(head or line[: SUBJECT - 1]).rstrip(STOPS)}…"


async def take_subject(ticket: Ticket, words: Words, actor: Actor, now: datetime) -> None:
    """Call a ticket that began without words by the first that come.

    Its topic takes the name with the next change of its icon: one action for both.
    """
    subject = subject_of(words.text)
    if subject:
        await events.alter(ticket, "subject", actor, now, subject=subject)


async def change(
    ticket_id: int, status: Status, actor: Actor, now: datetime, *, talking: bool = False
) -> bool:
    """Bring the ticket to `status`. False if it is there already.

    `talking`: words have changed it, and the next words may change it again in a moment.
    Raises MovedAway, Observing, NotAMember, NotAllowed.
    """
    ticket, address = await locked(ticket_id)
    access.check(actor, Act.STATUS, ticket)
    if ticket.status == status:
        return False
    before = ticket.status
    values = {
        "status": status,
        "resolved_at": (ticket.resolved_at or now) if status in ENDED else None,
        "closed_at": now if status is Status.CLOSED else None,
        **({"is_spam": False} if ticket.is_spam else {}),
    }
    await events.alter(ticket, "status", actor, now, **values)
    if before in ENDED and status not in ENDED:
        await routing.let_go(ticket, actor, now)
        await outbox.put(Pin().draft(ticket.id), now)
    await halts.ended(ticket.id, status, actor, now)
    await looks.refresh(ticket.id, now, talking=talking and before not in ENDED)
    if Status.CLOSED in (before, status):
        await outbox.put(Shut().draft(ticket.id), now)
    if signs.face(before) != signs.face(status):
        await signs.refresh(ticket, address, now)
    if status in ENDED and before not in ENDED and not isinstance(actor, Customer):
        await customers.say(address, _about(ticket, RESOLVED), now, ticket_id=ticket.id)
    if not talking:  # else the words are to be put first
        await routing.freed(ticket.assignee_id, now, ticket.department_id)
    return True


async def set_notes(ticket_id: int, on: bool, actor: Actor, now: datetime) -> bool:
    """Turn notes mode on or off; in it no plain message reaches the customer.

    False if it is so already: two who press at once mean the same. Raises MovedAway, Observing,
    NotAMember, NotAllowed.
    """
    ticket, _address = await locked(ticket_id)
    access.check(actor, Act.NOTES_MODE, ticket)
    if ticket.notes_mode == on:
        return False
    await events.alter(ticket, "notes mode", actor, now, notes_mode=on)
    await looks.refresh(ticket.id, now)
    return True


async def locked(ticket_id: int) -> tuple[Ticket, Address]:
    """The ticket, or that into which it was merged, and the address where replies go now.

    Both are locked with their customer, who is locked first, as everywhere. Raises NoSuchTicket.
    """
    # Whoever had to wait may find that replies go elsewhere now: such a row is not the one that
    # was looked for any more. The customer is held by then, so the second look is the last.
    found = await fetch(_held(), ticket_id) or await fetch(_held(), ticket_id)
    if not found:
        raise NoSuchTicket
    ticket = made(Ticket, found[0], "ticket")
    if ticket.merged_into_id:
        return await locked(ticket.merged_into_id)
    return ticket, customers.with_customer(found[0])


async def by_status(department: int) -> dict[Status, int]:
    """How many tickets of the department there are of each."""
    found = {Status(row["status"]): row["tickets"] for row in await fetch(BY_STATUS, department)}
    return {status: found.get(status, 0) for status in Status}


async def customers_waiting(department: int) -> int:
    """How many customers wait for an answer of the department's."""
    ours = [Status.NEW.value, Status.OPEN.value]
    (found,) = await fetch(CUSTOMERS_WAITING, department, ours)
    return int(found["waiting"])


async def current(ticket_id: int) -> Ticket | None:
    """The ticket, or that into which it was merged."""
    ticket = await Ticket.get_or_none(id=ticket_id)
    return await current(ticket.merged_into_id) if ticket and ticket.merged_into_id else ticket


async def heard(ticket_id: int, address_id: int, now: datetime) -> Ticket | None:
    """The customer speaks in this ticket by the address where replies go, or nothing is done.

    None: it has ended, it is no more, or replies are to follow the customer (`spoken_in`).
    """
    found = await fetch(_heard(), ticket_id, now, [status.value for status in ENDED], address_id)
    return made(Ticket, found[0], "ticket") if found else None


async def spoken_in(ticket: Ticket, address: Address, now: datetime) -> None:
    """The customer speaks in this ticket, whatever its status; replies follow them."""
    ticket.customer_at = now
    await ticket.save(update_fields=["customer_at"])
    if not ticket.address_chosen:
        await _reply_by(ticket, address, address.customer, now)


async def choose_address(ticket_id: int, address_id: int, actor: Actor, now: datetime) -> bool:
    """Replies go to this address of the customer's from now on, wherever they write from.

    False: it is not theirs. Raises MovedAway, Observing, NotAMember, NotAllowed.
    """
    ticket, _address = await locked(ticket_id)
    access.check(actor, Act.ADDRESS, ticket)
    chosen = await customers.by_id(address_id)
    if chosen.customer_id != ticket.customer_id:
        return False
    if not ticket.address_chosen:
        await events.alter(ticket, "address chosen", actor, now, address_chosen=True)
    await _reply_by(ticket, chosen, actor, now)
    return True


async def _reply_by(ticket: Ticket, address: Address, actor: Actor, now: datetime) -> None:
    if ticket.address_id != address.id:
        await events.alter(ticket, "address", actor, now, address_id=address.id)
        await looks.refresh(ticket.id, now, talking=isinstance(actor, Customer))


async def move(ticket_id: int, department: int, actor: Actor, now: datetime) -> str:
    """The ticket is another department's from now on, and nobody's until one of it takes it.

    Its topic there begins with the history; that which it has had says where it is. Gives the
    name of the department. Raises NoSuchDepartment, ThereAlready, Unready, MovedAway,
    NotAMember, NotAllowed.
    """
    ticket = await movable(ticket_id, actor)
    names = await departments.at_work()
    if department not in names:
        raise NoSuchDepartment
    if department == ticket.department_id:
        raise ThereAlready
    if not await departments.is_ready(department):
        raise Unready
    former = names.get(ticket.department_id) or "…"
    had, moved = ticket.assignee_id, {"department_id": department, "assignee_id": None}
    await events.alter(ticket, "department", actor, now, **moved)
    await tell(ticket.id, MOVED, now, values={"department": former})
    await halts.halt(halts.Halt([ticket.id], heir=department), actor, now)
    await outbox.follow(ticket.id)
    await routing.freed(had, now, department)
    return names[department]


async def movable(ticket_id: int, actor: Actor) -> Ticket:
    """The ticket, locked, for who may move it. Raises MovedAway, NotAMember, NotAllowed."""
    ticket, _address = await locked(ticket_id)
    access.check(actor, Act.MOVE, ticket)
    return ticket


async def answered(ticket: Ticket, actor: Actor, now: datetime) -> None:
    """A person has answered; the first time is kept."""
    if ticket.answered_at is None:
        await events.alter(ticket, "answered", actor, now, answered_at=now)


def may_reopen(ticket: Ticket, now: datetime, reopen_days: int) -> bool:
    """Whether the customer's words still belong to this ended ticket."""
    ended = ticket.closed_at or ticket.resolved_at or now
    return now - ended <= timedelta(days=reopen_days)


async def tell(
    ticket_id: int,
    sentence: str | Sentence,
    now: datetime,
    *,
    values: dict[str, str] | None = None,
    buttons: list[list[tuple[str, str]]] | None = None,
    message_id: int | None = None,
) -> None:
    """A sentence of the bot's in the topic, or its msgid; said in the group's language."""
    said = Sentence(sentence, values or {}) if isinstance(sentence, str) else sentence
    await outbox.put(Tell.of(said, buttons or [], message_id).draft(ticket_id), now)


async def retell(
    ticket_id: int, at: Spot, sentence: str, now: datetime, *, moment: datetime | None = None
) -> None:
    """Say something else where a sentence of the bot's stands; its buttons go.

    `moment` fills {moment}, told in the group's time. Only the last sentence counts.
    """
    if at.post_id is not None:
        said = Retell(at.chat_id, at.post_id, sentence, moment)
        await outbox.put_instead(said.draft(ticket_id), now)


async def unmark(ticket_id: int, message_id: int, now: datetime) -> None:
    """The customer has these words no more, so they are not marked as delivered."""
    await outbox.put(Unmark(message_id).draft(ticket_id), now)


def _about(ticket: Ticket, msgid: str) -> Sentence:
    return Sentence(msgid, {"number": ticket.id})


@cache
def _held() -> str:
    return f"""
SELECT {columns(Address, "address")}, {columns(Customer, "customer")},
    {columns(Ticket, "ticket")}
FROM customer JOIN ticket ON ticket.customer_id = customer.id
    JOIN address ON address.id = ticket.address_id
WHERE ticket.id = $1 FOR NO KEY UPDATE OF customer, ticket
"""  # noqa: S608  (nothing but our own words)


@cache
def _heard() -> str:
    return f"""
UPDATE ticket SET customer_at = $2
WHERE id = $1 AND status <> ALL ($3::text[]) AND merged_into_id IS NULL
    AND (address_id = $4 OR address_chosen)
RETURNING {columns(Ticket, "ticket")}
"""  # noqa: S608  (nothing but our own words)
