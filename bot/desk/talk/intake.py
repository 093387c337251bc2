"""Intake: a message from anywhere becomes an entry in a ticket."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.outbox.drafts import Draft
from bot.desk.outbox.kinds import to_topic
from bot.desk.outbox.kinds.to_topic import Edit, React
from bot.desk.people import customers, preferences
from bot.desk.people.actors import Actor
from bot.desk.said import LIVE, ChannelAddress, Content, Incoming, stored
from bot.desk.talk import albums, collisions, held, kept, sources
from bot.desk.talk.outgoing import content_of
from bot.desk.talk.writing import Entry, write
from bot.desk.tickets import events, joining, routing, theirs
from models import Address, Customer, Direction, Message, Revision, Status, Ticket, Trace

MOST_OPEN = 5
STEPS = 15.0  # seconds between two steps of a live location that are shown
SECOND_THOUGHT = 1.0  # seconds a reaction waits: people try several, and each costs an action


@dataclass(frozen=True, slots=True)
class Terms:
    """In how many days words reopen a ticket, and how many one customer may have open."""

    reopen_days: int
    most_open: int


@dataclass(frozen=True, slots=True)
class Received:
    """Where the words went."""

    ticket_id: int
    message_id: int
    opened: bool


async def receive(
    incoming: Incoming, now: datetime, *, reopen_days: int, most_open: int = MOST_OPEN
) -> Received:
    """Take a customer's message: into their open ticket, or a new one; then into the topic.

    No customer has more than `most_open` tickets opened: further words go to the last one.
    """
    address = await theirs.at(incoming.address, incoming.person, now)
    address.branch = incoming.branch.id if incoming.branch else None
    content, stands = incoming.content, incoming.external_id or None
    begun = await albums.begun(content, address_id=address.id, direction=Direction.IN)
    answered = await _said(address, incoming.reply_to)
    terms = Terms(reopen_days, most_open)
    ticket, opened = await _ticket(address, incoming, answered, begun, now, terms)
    lane, words = to_topic.lane(ticket.id), to_topic.Words.kind
    message = await albums.join(begun, content, lane, words, now, stands)
    if message is None:
        entry = Entry(
            ticket.id,
            Direction.IN,
            content,
            address_id=address.id,
            answered=answered.message_id if answered else None,
            place=answered.place if answered else 0,
            quote=incoming.quote,
        )
        message = await write(entry, now, stands=stands, lane=lane)
        await _carry(ticket, message.id, incoming, opened, now)
        await _crosses(ticket, address.customer, now)
    if ticket.status is Status.WAITING:
        await tickets.change(ticket.id, Status.OPEN, address.customer, now, talking=True)
    if not ticket.subject:
        await tickets.take_subject(ticket, content.words, address.customer, now)
    await sources.ask_for(message, content, address, now)
    if opened or ticket.status in (Status.WAITING, *tickets.ENDED):  # as it was before
        await routing.give_out([ticket.department_id], now)
    return Received(ticket.id, message.id, opened)


async def edited(place: ChannelAddress, external_id: str, content: Content, now: datetime) -> bool:
    """The customer changed their words, or a file of theirs.

    False: nothing that people can see has changed.
    """
    address = await customers.find(place)  # locked: of two edits the second sees the first
    trace = await _trace(place, external_id)
    if address is None or trace is None or trace.message.direction is not Direction.IN:
        return False
    message = trace.message
    before = content_of(message)
    content = before.with_piece(trace.place, content)
    content, linked = await sources.carried_over(message, content)
    was_live, last_step = message.kind == LIVE, message.edited_at
    if not await rewrite(message, content, address.customer, now):
        return False
    await sources.ask_for(message, content, address, now, linked)
    if was_live:
        await outbox.put(_step(message, last_step, now), now)
        return True
    for changed in content.differs(before):
        if not await _shown_as_it_is_then(message, changed):
            await outbox.put(Edit(message.id, changed).draft(message.ticket_id), now)
    return True


async def knows(place: ChannelAddress, external_id: str) -> bool:
    """Whether this message was taken."""
    return await known(place, external_id) is not None


async def known(place: ChannelAddress, external_id: str) -> Message | None:
    """The message, if it was taken."""
    trace = await _trace(place, external_id)
    return trace.message if trace else None


async def deleted(place: ChannelAddress, external_id: str, now: datetime) -> bool:
    """The customer deleted their words; operators keep them, and are told.

    False: they are not known, or were deleted before.
    """
    address = await customers.find(place)  # locked: of two who tell of it one is first
    trace = await _trace(place, external_id)
    if address is None or trace is None or trace.message.direction is not Direction.IN:
        return False
    message = trace.message
    if message.unsent_at:
        return False
    await Message.filter(id=message.id).update(unsent_at=now)
    details = {"message": message.id}
    await events.note(message.ticket_id, "deleted", address.customer, now, details=details)
    sentence = texts.mark("🗑 {name} has deleted this message on their side.")
    values = {"name": address.customer.name}
    await tickets.tell(message.ticket_id, sentence, now, values=values, message_id=message.id)
    return True


async def reacted(
    place: ChannelAddress, external_id: str, emoji: str, now: datetime, at: datetime | None = None
) -> bool:
    """The customer reacted to a message; "" takes the reaction back.

    `at`: when, as the channel says. False: it is not known, or one that is newer is there.
    """
    address = await customers.find(place)  # locked: of two reactions the second stays
    trace = await _trace(place, external_id)
    if address is None or trace is None or is_late(at, trace.message.reacted_at):
        return False
    message = trace.message
    await Message.filter(id=message.id).update(reaction=emoji or None, reacted_at=at)
    details = {"message": message.id, "emoji": emoji}
    await events.note(message.ticket_id, "reacted", address.customer, now, details=details)
    reaction, words = React(message.id, emoji, trace.place), to_topic.Words.kind
    lane = to_topic.lane(message.ticket_id)
    if await waiting.waits(lane, words, message.id) or await waiting.in_hand(lane, words):
        await outbox.put(reaction.draft(message.ticket_id), now)  # behind what it is about
    else:
        await outbox.put_instead(reaction.settled(message.ticket_id, SECOND_THOUGHT), now)
    return True


def is_late(at: datetime | None, latest: datetime | None) -> bool:
    """Whether it happened before what is known already; what has no instant is the latest."""
    return at is not None and latest is not None and at < latest


async def rewrite(message: Message, content: Content, actor: Actor, now: datetime) -> bool:
    """Keep the earlier wording and take the new one. False if they are the same.

    Where somebody was on the way is not kept.
    """
    if content.says(content_of(message)):
        return False
    if content.edition and message.edition and content.edition < message.edition:
        return False  # it comes late: a newer one is there
    if not message.kind == content.kind == LIVE:
        await Revision.create(
            message_id=message.id, words=message.words, content=message.content, replaced_at=now
        )
        details = {"message": message.id}
        await events.note(message.ticket_id, "edited", actor, now, details=details)
    message.words, message.content = content.words.dump(), stored.dump(content)
    message.kind = content.kind
    message.edited_at, message.edition = now, content.edition or message.edition
    await message.save(update_fields=["words", "content", "kind", "edited_at", "edition"])
    await kept.said(content, now)
    return True


async def _said(address: Address, external_id: str | None) -> Trace | None:
    if external_id is None:
        return None
    stands = Trace.filter(address_id=address.id, external_id=external_id)
    return await stands.select_related("message").first()


async def _ticket(
    address: Address,
    incoming: Incoming,
    answered: Trace | None,
    begun: list[Message],
    now: datetime,
    terms: Terms,
) -> tuple[Ticket, bool]:
    customer = address.customer
    ticket = await tickets.current(begun[-1].ticket_id) if begun else None
    if ticket:  # an album stays in one ticket, and turns nobody to it
        if not await _opens(address, ticket, now, terms):
            return await _new(address, incoming.content, now, ticket.id, terms)
        await tickets.spoken_in(ticket, address, now)
        return ticket, False
    number, begins = _meant(incoming, answered, customer)
    meant = number == customer.current_id and not customer.wants_new
    if number and meant:
        going_on = await tickets.heard(number, address.id, now)
        if going_on:
            return going_on, False
    ticket = await tickets.current(number) if number else None
    if ticket is None or begins:
        return await _new(address, incoming.content, now, None, terms)
    if not await _opens(address, ticket, now, terms):
        return await _new(address, incoming.content, now, ticket.id, terms)
    return await _goes_on(address, ticket, now), False


def _meant(
    incoming: Incoming, answered: Trace | None, customer: Customer
) -> tuple[int | None, bool]:
    """The ticket of which the words are, and whether they begin another all the same.

    In a branch they are of its ticket, whichever is the current one.
    """
    if incoming.branch and incoming.branch.id:
        return incoming.branch.ticket, False
    number = answered.message.ticket_id if answered else customer.current_id
    return number, customer.wants_new


async def _opens(address: Address, ticket: Ticket, now: datetime, terms: Terms) -> bool:
    """Words open the ticket if it has ended. False: that was too long ago."""
    if ticket.status not in tickets.ENDED:
        return True
    chosen = (await preferences.of(ticket.department_id)).reopen_days
    if not tickets.may_reopen(ticket, now, terms.reopen_days if chosen is None else chosen):
        return False
    await tickets.change(ticket.id, Status.OPEN, address.customer, now, talking=True)
    return True


async def _new(
    address: Address, content: Content, now: datetime, previous: int | None, terms: Terms
) -> tuple[Ticket, bool]:
    """A new ticket; at the limit the last open one instead, which is said."""
    last = await theirs.last_of_many(address, terms.most_open)
    if last is None:
        opened = await tickets.open_for(address, content, now, previous)
        await joining.propose(opened, address.customer, now)
        return opened, True
    await customers.say(address, theirs.too_many(last), now, ticket_id=last.id)
    return await _goes_on(address, last, now), False


async def _goes_on(address: Address, ticket: Ticket, now: datetime) -> Ticket:
    """The customer speaks in this ticket now, and their next words belong to it too.

    A new one that they have asked for begins outside of branches, whatever they say in one.
    """
    await tickets.spoken_in(ticket, address, now)
    if not (address.customer.wants_new and address.branch):
        await tickets.turn_to(address.customer, ticket.id, now)
    return ticket


async def _crosses(ticket: Ticket, customer: Customer, now: datetime) -> None:
    """Answers that wait for a moment were written without these words."""
    if await held.waits_in(ticket.id):
        await held.wrote(ticket.id, customer, now)
        await collisions.heard(ticket.id, customer, now)


async def _carry(
    ticket: Ticket, message_id: int, incoming: Incoming, opened: bool, now: datetime
) -> None:
    gathers = incoming.content.album is not None
    words = to_topic.Words([message_id], gathers, _merges(incoming))
    length = len(incoming.content.words)
    heard = words.heard(ticket.id, opens=opened, length=length, delay=albums.GAP)
    if sources.links(incoming.content):
        heard = replace(heard, delay=sources.FETCH_GAP)
    await outbox.put(heard, now)


def _merges(incoming: Incoming) -> bool:
    """Plain words can share a post; an answer to a message or a forward stands alone."""
    content = incoming.content
    return content.is_plain and not incoming.reply_to


async def _shown_as_it_is_then(message: Message, place: int) -> bool:
    """Whether the words, or an earlier edit of this file, still wait to be carried."""
    lane = to_topic.lane(message.ticket_id)
    if await waiting.waits(lane, to_topic.Words.kind, message.id):
        return True
    return await waiting.edit_waits(lane, message.id, place)


def _step(message: Message, last: datetime | None, now: datetime) -> Draft:
    """A live location has moved, or has ended, which is shown at once.

    In a lane of its own: words are not kept waiting by somebody's walk.
    """
    soon = last is not None and now - last < timedelta(seconds=STEPS)
    delay = STEPS if message.kind == LIVE and soon else 0.0
    return Edit(message.id).step(message.ticket_id, delay)


async def _trace(place: ChannelAddress, external_id: str) -> Trace | None:
    stands = Trace.filter(
        address__channel=place.channel, address__external_id=place.id, external_id=external_id
    )
    return await stands.select_related("message").first()
