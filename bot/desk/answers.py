"""Answers on their way: what a channel is to carry, and what became of it."""

from datetime import datetime

from bot import texts
from bot.desk import outbox, tickets
from bot.desk.messages import Address as Place
from bot.desk.messages import Content, Outgoing, Quote
from bot.desk.outbox import FORUM, Draft, Priority
from bot.desk.words import Words
from models import Address, Message, Trace
from models.reading import find

DELIVERED = "👌"
OF_TICKET = "id = (SELECT address_id FROM ticket WHERE id = $1)"
TRACE = """
WITH traced AS (
    SELECT place.*, message.ticket_id, ticket.address_id
    FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY
        AS place (message_id, external_id, number)
    JOIN message ON message.id = place.message_id JOIN ticket ON ticket.id = message.ticket_id
), written AS (
    INSERT INTO trace (message_id, address_id, external_id)
    SELECT message_id, address_id, external_id FROM traced ORDER BY number
)
SELECT ticket_id FROM traced LIMIT 1
"""


async def outgoing(message_ids: list[int]) -> Outgoing | None:
    """What a channel is to send: the words as they are now. None: taken back meanwhile."""
    where = "id = ANY ($1::bigint[]) AND direction = 'out' AND unsent_at IS NULL ORDER BY id"
    messages = await find(Message, where, message_ids)
    if not messages:
        return None
    first = messages[0]
    (address,) = await find(Address, OF_TICKET, first.ticket_id)
    return Outgoing(
        address=Place(address.channel, address.external_id),
        parts=[content_of(message) for message in messages],
        reply_to=await _trace(first.reply_to_id),
        quote=Quote.load(first.quote) if first.quote else None,
        message_ids=[message.id for message in messages],
    )


def content_of(message: Message) -> Content:
    """The content of a stored message."""
    return Content(
        kind=message.kind,
        words=Words.load(message.words),
        about=message.content or {},
        origin=message.origin or {},
        album=message.album,
    )


async def traces(message_id: int) -> list[str]:
    """The channel's ids of a message, in order."""
    found = await Trace.filter(message_id=message_id).order_by("id")
    return [trace.external_id for trace in found]


async def sent(message_ids: list[int], external_ids: list[list[str]], now: datetime) -> None:
    """A channel has taken an answer: remember where it stands, and mark it in the topic.

    `external_ids` are those of each message; a long one has several.
    """
    places = _owners(message_ids, external_ids)
    traced = await outbox.rows(TRACE, [own for own, _ in places], [id_ for _, id_ in places])
    await outbox.put(
        Draft(
            gate=FORUM,
            lane=f"mark:{message_ids[0]}",
            kind="mark",
            payload={"message": message_ids[0], "emoji": DELIVERED},
            priority=Priority.MARK,
            ticket_id=traced[0]["ticket_id"],
        ),
        now,
    )


async def unsent(message_id: int, now: datetime) -> None:
    """The channel has deleted an answer at the customer's side."""
    message = await Message.get(id=message_id)
    await tickets.tell(
        message.ticket_id,
        texts.mark("↩️ Deleted at the customer's side."),
        now,
        message_id=message_id,
    )


def _owners(message_ids: list[int], external_ids: list[list[str]]) -> list[tuple[int, str]]:
    return [
        (message_id, external_id)
        for message_id, ids in zip(message_ids, external_ids, strict=True)
        for external_id in ids
    ]


async def _trace(message_id: int | None) -> str | None:
    found = await traces(message_id) if message_id else []
    return found[0] if found else None
