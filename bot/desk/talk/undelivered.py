"""Undelivered: where a new topic recalls what was said, it says what of that did not arrive."""

from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox import dead, waiting
from bot.desk.outbox.drafts import Kind
from bot.desk.outbox.kinds import to_customer, to_topic
from bot.desk.talk import failures, sources
from models import Message

MOST = 20  # that are told anew; each is a post


async def answers(ticket_id: int) -> set[int]:
    """The messages that did not come to the customer, and are not on their way again."""
    found = await dead.of(ticket_id, to_customer.Message)
    whats = [one.what for one in found if isinstance(one.what, to_customer.Message)]
    return {number for what in whats for number in what.messages}


async def tell_anew(ticket_id: int, now: datetime) -> None:
    """What was told where the ticket is no more is told where it is, with a way to try again.

    What is just being told, or waits for it, needs no second time. Inside a transaction.
    """
    unsaid = await waiting.unsent(to_topic.lane(ticket_id), to_topic.Tell.kind)
    told = [to_topic.Tell.load(payload) for payload in unsaid]
    for one in (await dead.of(ticket_id, *failures.RETRIED))[-MOST:]:
        if await _matters(one.what):
            tell = await failures.telling(one.id, one.what, one.why.reason, one.why.detail)
            if tell not in told:
                await outbox.put(tell.draft(ticket_id), now)


async def _matters(what: Kind) -> bool:
    """Whether the customer, or we, still lack it."""
    match what:
        case to_customer.Message(messages=ids):
            return await failures.is_public(ids)
        case to_customer.Edit(message=number):
            return await failures.is_public([number])
        case to_customer.Unsend(parts=ids):
            return await Message.filter(id__in=ids, unsent_at=None).exists()
        case to_customer.Fetch():
            return await sources.lacking(what.message, what.place) is not None
    return False
