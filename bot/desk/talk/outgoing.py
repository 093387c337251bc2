"""What is going out: what a channel is to carry, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, reduce

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.people import customers
from bot.desk.people.actors import CHANNEL, Actor
from bot.desk.said import ChannelAddress, Content, Outgoing, Quote, prepared, stored
from bot.desk.tickets import events
from bot.desk.words import Words
from models import Address, Direction, Message, Trace
from models.gathering import Gathering
from models.rows import Row, columns, fetch, made

# A place is one message's: another that is said to stand there stands nobody knows where.
KEEP = """
WITH place AS (
    SELECT place.*
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::smallint[]) WITH ORDINALITY
        AS place (message_id, address_id, external_id, place, number)
    JOIN message ON message.id = place.message_id
), placed AS (
    INSERT INTO trace (message_id, address_id, external_id, place)
    SELECT message_id, address_id, external_id, place FROM place ORDER BY number
    ON CONFLICT DO NOTHING
    RETURNING message_id, place
)
INSERT INTO trace (message_id, address_id, place)
SELECT message_id, min(address_id), place FROM place
WHERE (message_id, place) NOT IN (SELECT message_id, place FROM placed)
    AND NOT EXISTS (SELECT FROM trace
                    WHERE trace.message_id = place.message_id AND trace.place = place.place)
GROUP BY message_id, place ORDER BY min(number)
"""
RESTAND = """
WITH gone AS (
    DELETE FROM trace WHERE message_id = $1 AND (external_id = ANY ($2::text[])) IS NOT TRUE
)
INSERT INTO trace (message_id, address_id, external_id, place)
SELECT message.id, message.address_id, place.external_id, place.place
FROM unnest($2::text[], $3::smallint[]) WITH ORDINALITY AS place (external_id, place, number),
    message
WHERE message.id = $1
  AND NOT EXISTS (SELECT FROM trace
                  WHERE trace.message_id = $1 AND trace.external_id = place.external_id)
ORDER BY place.number
"""
THREAD = """
SELECT ticket.subject, (
    SELECT trace.external_id FROM message JOIN trace ON trace.message_id = message.id
    WHERE message.ticket_id = ticket.id AND trace.address_id = $2 AND trace.external_id IS NOT NULL
    ORDER BY message.id DESC, trace.id DESC LIMIT 1) AS latest
FROM ticket WHERE ticket.id = $1
"""
LATEST = 1000
# The last of all messages: the one that is looked for has just been written.
SENT_SINCE = f"""
SELECT id
FROM (SELECT * FROM message ORDER BY id DESC LIMIT {LATEST}) AS message
WHERE direction = 'out' AND unsent_at IS NULL AND created_at >= $1
  AND EXISTS (SELECT FROM trace WHERE trace.message_id = message.id)
ORDER BY id
"""  # noqa: S608  (our own number)
DEPARTMENTS = """
SELECT message.id, ticket.department_id FROM message JOIN ticket ON ticket.id = message.ticket_id
WHERE message.id = ANY ($1::bigint[])
"""
BEFORE_IT_WAS_SENT = texts.mark("↩️ Taken back before it was sent.")
MAYBE_THERE = texts.mark(
    "↩️ Taken back. A try to send it was broken off, so the customer may have it all the same; then"
    " I cannot delete it there."
)
MAYBE_SEEN = texts.mark(
    "⚠️ This is a note now, but a try to send it was broken off: the customer may have it all the "
    "same, and I cannot delete it there."
)


def gathering() -> Gathering:
    """What many carriers read at once, for `of`."""
    return Gathering(_outgoing, "message.id")


async def of(
    message_ids: list[int], address: ChannelAddress, rows: Gathering | None = None
) -> Outgoing | None:
    """What is to be sent to this address: the words as they are now. None: taken back meanwhile."""
    found = await (rows or gathering()).rows(*sorted(message_ids))
    if not found:
        return None
    messages = [made(Message, row, "message") for row in found]
    first, content = messages[0], whole(messages)
    keys = content.prepared.keys if content.prepared else ()
    return Outgoing(
        address=address,
        content=_outwards(content),
        reply_to=found[0]["answered"],
        quote=_quote(first, found[0]),
        language=found[0]["language"],
        buttons=prepared.buttons(keys, first.id),
        places=places(messages),
    )


async def threaded(leaving: Outgoing, ticket_id: int, address_id: int) -> Outgoing:
    """The same with the ticket's subject, and the latest of its messages at this address."""
    (row,) = await fetch(THREAD, ticket_id, address_id)
    return replace(leaving, subject=row["subject"], thread=row["latest"])


def _quote(message: Message, row: Row) -> Quote | None:
    """What it quotes of words that the customer has; no words travel in another message."""
    if message.quote is None or row["answered"] is None:
        return None
    quote, words, about = Quote.load(message.quote), row["quoted"], row["about"] or "{}"
    loaded = Words.load(outbox.from_json(words)), outbox.from_json(about)
    answered = stored.load(row["quoted_kind"], *loaded, {}, None)
    return quote.within(answered.piece(message.reply_place).words, quote.position)


def _outwards(content: Content) -> Content:
    """Without what is for operators only."""
    return replace(content, unread=(), elsewhere=None, prepared=None)


def content_of(message: Message) -> Content:
    """The content of a stored message."""
    words, besides = Words.load(message.words), (message.content or {}, message.origin or {})
    return stored.load(message.kind, words, *besides, message.album)


def whole(messages: Sequence[Message]) -> Content:
    """What is shown at once: a message, or an album as an earlier version kept it, part by part."""
    return reduce(Content.joined, map(content_of, messages))


def places(messages: Sequence[Message]) -> list[tuple[int, int]]:
    """Of each file the message that has it, and its place there; a message of no file has one."""
    return [
        (message.id, place)
        for message in messages
        for place in range(len(content_of(message).attachments) or 1)
    ]


async def address_of(message: Message, replies: Address) -> Address:
    """The address that a message came from or went to; `replies`: where they go now."""
    if message.address_id in (None, replies.id):
        return replies
    return await customers.by_id(message.address_id)


async def keep(traces: Sequence[tuple[int, int, str | None, int]]) -> None:
    """Messages, the addresses they went to, the channel's ids of them there, and of which file."""
    await fetch(KEEP, *map(list, zip(*traces, strict=True)))


async def traces(message_id: int) -> list[list[str | None]]:
    """The channel's ids of each file, in order; None for what stands nobody knows where.

    Nothing: the message stands nowhere.
    """
    found = await Trace.filter(message_id=message_id).order_by("id")
    many = max((trace.place for trace in found), default=-1) + 1
    return [[one.external_id for one in found if one.place == place] for place in range(many)]


def at(stands: Sequence[list[str | None]], place: int) -> list[str | None]:
    """The ids of the file at this place; of a message that is one over there, its own."""
    return [*stands[place : place + 1], *stands[:1], []][0]


def known(traces: Sequence[str | None]) -> list[str]:
    """Those by which the channel can be told which one is meant."""
    return [each for each in traces if each is not None]


async def restand(message_id: int, now: Sequence[Sequence[str | None]]) -> None:
    """An edit has added messages at the channel's side, or deleted some: these show each file."""
    found = [(each, place) for place, ids in enumerate(now) for each in ids]
    await fetch(RESTAND, message_id, *map(list, zip(*found, strict=True)))


async def stay_inside(
    ticket_id: int, message_ids: Collection[int], actor: Actor, now: datetime
) -> bool:
    """These have not left, and are notes from now on. False: they may have left, as is told."""
    if not message_ids:
        return True
    ids = sorted(message_ids)
    await Message.filter(id__in=ids).update(direction=Direction.NOTE, address_id=None)
    await events.note(ticket_id, "kept inside", actor, now, details={"messages": ids})
    in_doubt = await waiting.may_have_left(ticket_id, ids)
    if in_doubt:
        await tickets.tell(ticket_id, MAYBE_SEEN, now, message_id=ids[0])
    return not in_doubt


async def never_left(ticket_id: int, message_ids: Sequence[int], now: datetime) -> None:
    """Tell that an answer was taken back before it came to the customer, as far as is known."""
    in_doubt = await waiting.may_have_left(ticket_id, message_ids)
    sentence = MAYBE_THERE if in_doubt else BEFORE_IT_WAS_SENT
    await tickets.tell(ticket_id, sentence, now, message_id=message_ids[0])


async def sent_since(instant: datetime) -> list[int]:
    """The answers that were written since and that their channels have taken, in order."""
    found = await fetch(SENT_SINCE, instant)
    return [row["id"] for row in found]


async def departments(message_ids: list[int]) -> dict[int, int]:
    """Which department the ticket of each message is of."""
    return {row["id"]: row["department_id"] for row in await fetch(DEPARTMENTS, message_ids)}


async def unsent(message_ids: list[int], now: datetime, *, had_left: bool) -> None:
    """An answer is not at the customer's side any more, or never came there."""
    message = await Message.get(id=message_ids[0])
    if await Message.filter(id__in=message_ids, unsent_at=None).update(unsent_at=now):
        details = {"messages": message_ids}
        await events.note(message.ticket_id, "unsent", CHANNEL, now, details=details)
    if not had_left:
        await never_left(message.ticket_id, message_ids, now)
        return
    await tickets.unmark(message.ticket_id, message.id, now)
    sentence = texts.mark("↩️ Deleted for the customer.")
    await tickets.tell(message.ticket_id, sentence, now, message_id=message.id)


async def still_there(ticket_id: int, message_ids: list[int], reason: str, now: datetime) -> None:
    """An answer could not be deleted at the customer's side: they have it as before."""
    await Message.filter(id__in=message_ids).update(unsent_at=None)
    details = {"messages": message_ids, "reason": reason}
    await events.note(ticket_id, "still there", CHANNEL, now, details=details)


@cache
def _outgoing() -> str:
    return f"""
SELECT {columns(Message, "message")}, customer.language,
    (SELECT trace.external_id FROM trace WHERE trace.message_id = answered.id
     AND trace.address_id = message.address_id AND trace.external_id IS NOT NULL
     ORDER BY trace.place = message.reply_place DESC, trace.id LIMIT 1) AS answered,
    answered.words AS quoted, answered.content AS about, answered.kind AS quoted_kind
FROM message JOIN address ON address.id = message.address_id
    JOIN customer ON customer.id = address.customer_id
    LEFT JOIN message AS answered ON answered.id = message.reply_to_id
        AND answered.direction <> 'note' AND answered.unsent_at IS NULL
WHERE message.id = ANY ($1::bigint[])
    AND message.direction = 'out' AND message.unsent_at IS NULL
"""  # noqa: S608  (nothing but our own words)
