"""Where files of messages can be got, as it becomes known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.said import Content, stored
from bot.desk.said.attachments import Attachment
from bot.desk.talk import kept
from bot.desk.talk.outgoing import content_of
from models import Message
from models.rows import fetch, find, to_json

LOCKED = "id = $1 FOR NO KEY UPDATE"
KEEP = "UPDATE message SET content = $2::text::jsonb WHERE id = $1"


async def given(message_id: int, bot: int, file_id: str) -> None:
    """Telegram knows the file of this message now, by an id that is good for this bot."""

    def known(file: Attachment) -> Attachment:
        ids = {**file.sources.ids, str(bot): file_id}
        return replace(file, sources=replace(file.sources, ids=ids))

    await _change(message_id, known)


async def brought(message_id: int, key: str, now: datetime) -> None:
    """Our store has the file of this message now."""

    def known(file: Attachment) -> Attachment:
        return replace(file, sources=replace(file.sources, key=key))

    async with outbox.transaction():
        await _change(message_id, known)
        await kept.has([key], now)


async def _change(message_id: int, change: Callable[[Attachment], Attachment]) -> None:
    """Of the message as it is now: an edit may have given it another file, or none."""
    found = await find(Message, LOCKED, message_id)
    content = content_of(found[0]) if found else Content()
    if not content.attachments:
        return
    first, *others = content.attachments
    changed = replace(content, attachments=(change(first), *others))
    await fetch(KEEP, message_id, to_json(stored.dump(changed)))
