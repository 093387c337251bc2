"""What the forum writes down about what it has shown."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.desk import outbox
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_topic import File, Pin, Shut
from bot.desk.talk import outgoing, sources
from bot.desk.talk.updates import Repeated
from bot.forum.errand import Errand
from bot.forum.groups import now
from bot.forum.lines import Card
from bot.telegram.posting import Posted
from bot.telegram.shown import UNKNOWN
from models import Message, Post, Status, Ticket, Topic
from models.rows import fetch

Record = Callable[[], Awaitable[None]]
PostRow = tuple[int, int, int, bool, int]  # message, group, post, whether on the card, place

REMEMBER = """
INSERT INTO post (message_id, group_id, post_id, on_card, place)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::smallint[])
"""
STANDS = """
INSERT INTO post (group_id, message_id, post_id, place)
SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM post WHERE group_id = $1 AND post_id = $3)
RETURNING id
"""
STAND_TOO = """
INSERT INTO post (message_id, group_id, post_id, place)
SELECT $1, group_id, post_id, place FROM post WHERE message_id = $2
"""
CARD_SHOWN = """
UPDATE topic SET card_id = $2, card = $3, is_pinned = is_pinned AND card_id IS NOT DISTINCT FROM $2
WHERE id = $1
"""
FILE_AGAIN = 30.0  # seconds until a file that could not be got is asked for again


async def forget(topic: Topic) -> bool:
    """The topic is gone, and with it everything that stood there. False: it was forgotten."""
    async with outbox.transaction():
        posts = Post.filter(group_id=topic.group_id, message__ticket_id=topic.ticket_id)
        await Post.filter(id__in=await posts.values_list("id", flat=True)).delete()
        return bool(await Topic.filter(id=topic.id).delete())


async def remember(stands: Sequence[PostRow]) -> None:
    """Where messages stand."""
    await fetch(REMEMBER, *map(list, zip(*stands, strict=True)))


def stands_at(
    group_id: int, messages: list[Message], post_ids: list[list[int]], *, on_card: bool = False
) -> list[PostRow]:
    """Where each message stands, file by file, as far as Telegram has said it.

    The posts of mere words may be shared by several messages.
    """
    owners = [[(message.id, 0) for message in messages]]
    if len(post_ids) > 1:
        owners = [[owner] for owner in outgoing.places(messages)]
    return [
        (message_id, group_id, post_id, on_card, place)
        for ids, sharing in zip(post_ids, owners, strict=False)
        for message_id, place in sharing
        for post_id in ids
        if post_id != UNKNOWN
    ]


async def stands(group_id: int, message: Message, post_id: int) -> None:
    """An operator's own post is where the last file of this message, or all of it, stands.

    Raises Repeated if one does already. The ticket is locked: of two processes with the same
    post the second sees the first's.
    """
    _message_id, place = outgoing.places([message])[-1]
    if not await fetch(STANDS, group_id, message.id, post_id, place):
        raise Repeated


async def stands_upon(message_id: int, beneath: int) -> None:
    """Where the one beneath stands, this one is seen: a reply to the post is a reply to it."""
    await fetch(STAND_TOO, message_id, beneath)


def posted(errand: Errand, messages: list[Message], shown: Posted, count: int = 1) -> Carried:
    """These were shown: where they stand, and which files are still to come."""
    ids = shown.flat()
    return Carried(
        count,
        str(ids[0]) if ids else None,
        _of_files(errand, messages, shown),
        [(remember, stand) for stand in stands_at(errand.group.id, messages, shown.ids)],
    )


def file_posted(errand: Errand, message: Message, place: int, shown: Posted) -> Carried:
    """A file of this message, which was still to come, stands below its words now."""
    before: list[list[int]] = [[] for _file in range(place)]
    files = {place: shown.files[0]} if shown.files else {}
    return posted(errand, [message], Posted([*before, *shown.ids], files=files))


def posted_anew(
    errand: Errand, message: Message, shown: Posted, also: Record | None = None
) -> Carried:
    """This was shown instead of where it stood before; `also` is to be written with it."""
    carried = posted(errand, [message], shown)

    async def record() -> None:
        posts = Post.filter(group_id=errand.group.id, message_id=message.id)
        await posts.exclude(post_id__in=shown.flat()).delete()
        for each in (also, carried.record):
            if each:
                await each()

    return replace(carried, record=record)


def _of_files(errand: Errand, messages: list[Message], shown: Posted) -> Record | None:
    """Those that are still to come, each in a lane of its own; the ids of those uploaded."""
    if not (shown.without_file or shown.files):
        return None
    owners, ticket_id = outgoing.places(messages), messages[0].ticket_id
    attachments, bot = outgoing.whole(messages).attachments, errand.ground.bot.id

    async def record() -> None:
        for number in shown.without_file:
            again = File(*owners[number]).draft(ticket_id)
            await outbox.put(replace(again, delay=FILE_AGAIN), now())
        for number, file_id in shown.files.items():
            await sources.given(*owners[number], attachments[number], bot, file_id)

    return record


def card_shown(topic: Topic, card_id: int, shown: Card) -> Record:
    """The card as people see it now; a new one is not pinned yet.

    One that stands nobody knows where is as good as lost.
    """
    if card_id == UNKNOWN:
        return card_lost(topic)

    async def record() -> None:
        await fetch(CARD_SHOWN, topic.id, card_id, shown.fingerprint)

    return record


def card_lost(topic: Topic) -> Record:
    """Somebody deleted the card: the customer's next words bring a new one."""

    async def record() -> None:
        await Topic.filter(id=topic.id).update(card_id=None, card=None, is_pinned=False)

    return record


def begun(ticket: Ticket) -> Record:
    """The topic has its card: that is to be pinned when there is time; one of the past is closed.

    A ticket that is over gets a new topic when it is moved, or when its topic has vanished.
    """

    async def record() -> None:
        await outbox.put(Pin().draft(ticket.id), now())
        if ticket.status is Status.CLOSED:
            await outbox.put(Shut().draft(ticket.id), now())

    return record
