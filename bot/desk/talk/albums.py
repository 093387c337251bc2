"""Albums: what is brought part by part becomes one message.

An album has no end marker, and several processes may take its parts. So the first one makes the
message and a delivery that waits for a while, and each further one joins them as long as that is
neither carried nor may have arrived. What comes later is a message of its own, which follows what
was decided of its album.

Whoever asks holds the customer, and with them all that their albums have become so far.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from bot.desk.outbox import waiting
from bot.desk.said import Content, stored
from bot.desk.talk import kept
from bot.desk.talk.outgoing import content_of
from bot.desk.talk.updates import Repeated
from models import Direction, Message
from models.rows import fetch, find, to_json

GAP = 1.5  # seconds to wait for further parts
MOST = 10  # files of one message: as many as Telegram shows together

LOCKED = "id = $1 FOR NO KEY UPDATE"
JOIN = "UPDATE message SET words = $2::text::jsonb, content = $3::text::jsonb WHERE id = $1"
STANDS = """
INSERT INTO trace (message_id, address_id, external_id, place) VALUES ($1, $2, $3, $4)
"""


async def begun(part: Content, **where: Any) -> list[Message]:
    """What its album has become so far, in order: of a ticket, or of an address."""
    if part.album is None:
        return []
    return await Message.filter(album=part.album, **where).order_by("id")


async def join(
    begun: list[Message],
    part: Content,
    lane: str,
    kind: str,
    now: datetime,
    stands: str | None = None,
) -> Message | None:
    """Add a part to the last of these, whose delivery of this kind waits some time more then.

    Nothing carries a note; one that stands in the place of an answer is as whole as that was.
    `stands`: the channel's id of the part. None: it is a message of its own. Raises Repeated.
    """
    last = begun[-1] if begun else None
    if last is None or last.upon_id or last.unsent_at or not part.attachments:
        return None
    due = now + timedelta(seconds=GAP)
    if last.direction is not Direction.NOTE and not await waiting.put_off(lane, kind, last.id, due):
        return None
    (message,) = await find(Message, LOCKED, last.id)  # what is known of its files may change
    before = replace(content_of(message), edition=message.edition)
    if len(before.attachments) not in range(1, MOST):
        return None
    if stands:
        await _stand(message, stands, len(before.attachments))
    whole = before.joined(part)
    message.words, message.content = whole.words.dump(), stored.dump(whole)
    await fetch(JOIN, message.id, to_json(message.words), to_json(message.content))
    await kept.said(part, now)
    return message


async def _stand(message: Message, stands: str, place: int) -> None:
    try:
        await fetch(STANDS, message.id, message.address_id, stands, place)
    except IntegrityError as error:
        raise Repeated from error


async def beside(message: Message, direction: Direction) -> list[Message]:
    """The message, and what came late to its album: all of that which went this way."""
    if message.album is None:
        return [message]
    found = Message.filter(
        ticket_id=message.ticket_id, album=message.album, direction=direction, unsent_at=None
    )
    return [one for one in await found.order_by("id") if not one.upon_id]


def goes(begun: list[Message]) -> bool:
    """Whether it was decided that it goes to the customer."""
    return any(one.direction is Direction.OUT and not one.unsent_at for one in begun)
