"""Where files of messages can be got, as it becomes known."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox.kinds.to_customer import Fetch
from bot.desk.outbox.kinds.to_topic import File
from bot.desk.said import Content, stored
from bot.desk.said.attachments import Attachment
from bot.desk.talk import kept
from bot.desk.talk.outgoing import content_of
from models import Address, Message
from models.rows import fetch, find, to_json

FETCH_GAP = 2.0  # seconds in which most files are fetched, so that one post shows them and words
LOCKED = "id = $1 FOR NO KEY UPDATE"
LOCK = "SELECT FROM message WHERE id = $1 FOR NO KEY UPDATE"
KEEP = "UPDATE message SET content = $2::text::jsonb, kind = $3 WHERE id = $1"


async def ask_for(
    message: Message, content: Content, address: Address, now: datetime, before: Sequence[str] = ()
) -> None:
    """What its sender has only given links to is fetched.

    `content` is what has just been said, the last files of the message; `before` are the links
    that stood at each place of it, and have been asked for. Inside the transaction.
    """
    known = len(content_of(message).attachments) - len(content.attachments)
    for place, file in enumerate(content.attachments, known):
        if not file.sources.link or file.sources.link in before[place : place + 1]:
            continue
        if file.sources.lacking:
            wanted = Fetch(address.id, message.id, place)
            await outbox.put(wanted.draft(address.channel, message.ticket_id), now)
        else:  # it comes from another place, and may have waited there to be shown
            await outbox.put(File(message.id, place).draft(message.ticket_id), now)


async def lacking(message_id: int, place: int) -> Attachment | None:
    """The file that is to be fetched. None: it is there, or the message has it no more."""
    found = await find(Message, "id = $1", message_id)
    files = content_of(found[0]).attachments if found else ()
    file = files[place] if place < len(files) else None
    return file if file and file.sources.lacking else None


async def given_up(message_id: int, place: int) -> None:
    """It cannot be fetched: nobody is told any more that it comes. Inside the transaction."""

    def known(stands: Attachment) -> Attachment:
        if not stands.sources.awaited:
            return stands
        return replace(stands, sources=replace(stands.sources, given_up=True))

    await _change(message_id, place, known)


async def fetched(message_id: int, place: int, file: Attachment, now: datetime) -> None:
    """Our store has it now, and this is what it is; it is shown behind its words."""

    def known(awaits: Attachment) -> Attachment:
        same = awaits.sources.link == file.sources.link
        return file if same and awaits.sources.lacking else awaits

    if ticket_id := await _change(message_id, place, known):
        await kept.has([file.sources.key], now)
        behind = replace(File(message_id, place).draft(ticket_id), delay=FETCH_GAP)
        await outbox.put(behind, now)


async def given(message_id: int, place: int, file: Attachment, bot: int, file_id: str) -> None:
    """This bot has shown the file: by an id that Telegram has given it, or "" if otherwise."""

    def known(stands: Attachment) -> Attachment:
        if stands.sources.key != file.sources.key:
            return stands
        ids = {**stands.sources.ids, str(bot): file_id}
        return replace(stands, sources=replace(stands.sources, ids=ids))

    await _change(message_id, place, known)


async def brought(message_id: int, place: int, file: Attachment, key: str, now: datetime) -> None:
    """Our store has this file of Telegram's now."""

    def known(stands: Attachment) -> Attachment:
        if not stands.sources.ids.items() & file.sources.ids.items():
            return stands
        return replace(stands, sources=replace(stands.sources, key=key))

    async with outbox.transaction():
        if await _change(message_id, place, known):
            await kept.has([key], now)


async def carried_over(message: Message, content: Content) -> tuple[Content, list[str]]:
    """An edit, with what is known by now of the files that its message has; and the links of all.

    One that names no files leaves those that were fetched. The message is locked while it has
    such: what is just being fetched is known before, or after.
    """
    if not are_kept(message):
        return content, []
    await fetch(LOCK, message.id)
    await message.refresh_from_db()
    before = content_of(message).attachments
    known = {file.sources.link: file for file in before if file.sources.link}
    named = tuple(known.get(file.sources.link, file) for file in content.attachments)
    files = named or before
    stood = [file.sources.link for file in before]
    return replace(content, attachments=files, kind=files[0].kind), stood


def are_kept(message: Message) -> bool:
    """Whether an edit that names no files leaves it those that it has."""
    return bool(links(content_of(message)))


def links(content: Content) -> list[str]:
    """Where files of a message are to be fetched, or were."""
    return [file.sources.link for file in content.attachments if file.sources.link]


async def _change(
    message_id: int, place: int, change: Callable[[Attachment], Attachment]
) -> int | None:
    """Of the message as it is now: an edit may have given it another file, or none.

    Gives its ticket. None: nothing is changed.
    """
    found = await find(Message, LOCKED, message_id)
    content = content_of(found[0]) if found else Content()
    files = list(content.attachments)
    if place >= len(files):
        return None
    before, files[place] = files[place], change(files[place])
    if files[place] is before:
        return None
    kind = content.kind if place else files[0].kind
    about = to_json(stored.dump(replace(content, kind=kind, attachments=tuple(files))))
    await fetch(KEEP, message_id, about, kind)
    return found[0].ticket_id
