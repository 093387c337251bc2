"""What the forum writes down about what it has shown."""

from collections.abc import Awaitable, Callable

from bot.desk import outbox
from bot.desk.outbox import FORUM, Draft, Priority
from bot.desk.updates import Repeated
from bot.forum.errand import Errand
from bot.forum.groups import now
from bot.forum.lines import Card
from bot.telegram.posting import Posted
from models import Message, Topic
from models.rows import fetch

Record = Callable[[], Awaitable[None]]

REMEMBER = """
INSERT INTO post (message_id, group_id, post_id, on_card)
SELECT place.message_id, $1, place.post_id, $2
FROM unnest($3::bigint[], $4::bigint[]) AS place (message_id, post_id)
"""
STANDS = """
INSERT INTO post (group_id, message_id, post_id)
SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM post WHERE group_id = $1 AND post_id = $3)
RETURNING id
"""
CARD_SHOWN = """
UPDATE topic SET card_id = $2, card = $3, is_pinned = is_pinned AND card_id IS NOT DISTINCT FROM $2
WHERE id = $1
"""
FILE_AGAIN = 30.0  # seconds until a file that could not be got is asked for again


async def remember(
    group_id: int, messages: list[Message], post_ids: list[list[int]], *, on_card: bool = False
) -> None:
    """Where each message stands; the posts of a single part may be shared by several messages."""
    if len(post_ids) == 1:
        post_ids = post_ids * len(messages)
    places = [
        (message.id, post_id)
        for message, ids in zip(messages, post_ids, strict=True)
        for post_id in ids
    ]
    await fetch(REMEMBER, group_id, on_card, *map(list, zip(*places, strict=True)))


async def stands(group_id: int, message_id: int, post_id: int) -> None:
    """An operator's own post is where this message stands. Raises Repeated if one does already.

    The ticket is locked: of two processes with the same message the second sees the first's.
    """
    if not await fetch(STANDS, group_id, message_id, post_id):
        raise Repeated


def posted(errand: Errand, messages: list[Message], shown: Posted) -> Record:
    """Where the messages stand; files that are still to come are put in a lane of their own."""

    async def record() -> None:
        if shown.ids:
            await remember(errand.group.id, messages, shown.ids)
        for number in shown.without_file:
            message = messages[number]
            again = Draft(
                gate=FORUM,
                lane=f"file:{message.id}",
                kind="file",
                payload={"message": message.id},
                ticket_id=message.ticket_id,
                delay=FILE_AGAIN,
            )
            await outbox.put(again, now())

    return record


def card_shown(topic: Topic, card_id: int, shown: Card) -> Record:
    """The card as people see it now; a new one is not pinned yet."""

    async def record() -> None:
        await fetch(CARD_SHOWN, topic.id, card_id, shown.fingerprint)

    return record


def card_lost(topic: Topic) -> Record:
    """Somebody deleted the card: the customer's next words bring a new one."""

    async def record() -> None:
        await Topic.filter(id=topic.id).update(card_id=None, card=None, is_pinned=False)

    return record


def pin_wanted(ticket_id: int) -> Record:
    """The card is to be pinned when there is time for it."""

    async def record() -> None:
        pin = Draft(FORUM, f"pin:{ticket_id}", "pin", {}, Priority.LOOK, ticket_id, once=True)
        await outbox.put(pin, now())

    return record
