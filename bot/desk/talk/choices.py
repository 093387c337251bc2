"""Choices: an answer that the customer gives by a button comes back as their own words, once."""

from datetime import datetime

from bot.desk.errors import ChosenAlready, NoChoice
from bot.desk.said import Branch, ChannelAddress, Content, Incoming, Person
from bot.desk.talk import intake, outgoing
from bot.desk.talk.intake import Terms
from bot.desk.words import plain
from models import Address, Direction, Message
from models.rows import fetch

# Which of its buttons was pressed stands beside what the message says.
CHOOSE = """
UPDATE message SET content = content || jsonb_build_object('chosen', $2::int)
WHERE id = $1 AND NOT content ? 'chosen' RETURNING id
"""


async def choose(
    address: Address,
    message_id: int,
    place: int,
    now: datetime,
    terms: Terms,
    branch: Branch | None = None,
) -> str:
    """The customer, who is locked, has chosen this answer of ours; gives what they say by that.

    `branch`: where it stands. Raises NoChoice, ChosenAlready.
    """
    message = await Message.get_or_none(id=message_id)
    label = _label(message, address, place) if message else None
    if label is None:
        raise NoChoice
    if not await fetch(CHOOSE, message_id, place):
        raise ChosenAlready
    customer = address.customer
    incoming = Incoming(
        ChannelAddress(address.channel, address.external_id),
        Person(customer.name, customer.username, customer.language, is_named=False),
        "",
        Content(words=plain(label)),
        reply_to=await _stands(message_id),
        branch=branch,
    )
    await intake.receive(incoming, now, reopen_days=terms.reopen_days, most_open=terms.most_open)
    return label


def _label(message: Message, address: Address, place: int) -> str | None:
    """What the button says. None: the customer has no such button."""
    theirs = message.direction is Direction.OUT and message.address_id == address.id
    prepared = outgoing.content_of(message).prepared
    keys = prepared.keys if prepared and theirs and message.unsent_at is None else ()
    return keys[place].label if 0 <= place < len(keys) and not keys[place].url else None


async def _stands(message_id: int) -> str | None:
    found = [each for ids in await outgoing.traces(message_id) for each in outgoing.known(ids)]
    return found[-1] if found else None
