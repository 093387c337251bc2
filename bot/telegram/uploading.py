"""Files of our store, sent to Telegram byte by byte, where the bot has no id of them.

What is too large for that, or is kept no more, is said, with a link if one can be given.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from aiogram import Bot
from aiogram.types import InputFile

from bot import texts, wording
from bot.desk.said import TEXT, Content
from bot.desk.said.attachments import Attachment
from bot.desk.words import Words, plain
from bot.files import NotKept, Store
from bot.texts import _

MB = 1_000_000
LARGEST = 50 * MB  # Bot API: Sending files, by multipart/form-data
LARGEST_PHOTO = 10 * MB
UNSAFE = str.maketrans({'"': "'", "\\": "_", "\r": " ", "\n": " "})  # in a header of the form


class Upload(InputFile):
    """A file of the store; read anew at each try, and never held as a whole."""

    def __init__(self, store: Store, file: Attachment) -> None:
        super().__init__(filename=(file.name or file.kind).translate(UNSAFE))
        self._store = store
        self._key = file.sources.key

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes, in small chunks."""
        async for chunk in self._store.open(self._key):
            yield chunk


async def pieces(store: Store, bot: int, content: Content) -> list[Content]:
    """What is shown of a content, each in a message of its own: one for each of its files.

    What is still to be fetched is told, once for all of them. Raises TryLater.
    """
    if still_to_come(content):
        return [Content(TEXT, wording.awaited(content))]
    return [await fitted(store, bot, piece) for piece in content.pieces()]


def still_to_come(content: Content) -> bool:
    """Whether one of its files is still to be fetched: then its words are posted alone."""
    return any(file.sources.awaited for file in content.attachments)


async def fitted(store: Store, bot: int, content: Content) -> Content:
    """The same as far as Telegram takes it from us: a large photo is a document, and so on.

    Words, where the file can be had neither by an id of this bot's nor by an upload. Raises
    TryLater while the store is away.
    """
    if lacking := [file for file in content.attachments if file.sources.lacking]:
        link = lacking[0].sources.link
        return _told(content, _("This file could not be fetched: {link}").format(link=link))
    if not is_upload(content, bot):
        return content
    file = content.attachments[0]
    try:
        stored = await store.about(file.sources.key)
    except NotKept as error:
        return _told(content, store.why_not(error))
    if not 0 < stored.size <= LARGEST:
        return _told(content, _too_large(store, file, stored.size))
    if content.kind == "photo" and stored.size > LARGEST_PHOTO:
        return as_document(content)
    return content


def is_upload(content: Content, bot: int) -> bool:
    """Whether this bot has no id of its file, and our store may have it."""
    sources = [file.sources for file in content.attachments[:1]]
    return any(each.key and not each.at(bot) for each in sources)


def fit_together(parts: Sequence[Content], bot: int) -> bool:
    """Whether one call may bring all of their files, as far as their sizes are known."""
    sizes = [part.attachments[0].size or 0 for part in parts if is_upload(part, bot)]
    return sum(sizes) <= LARGEST


def as_document(content: Content) -> Content:
    """What Telegram does not take for a photo it takes as it is."""
    return replace(content, kind="document")


def _too_large(store: Store, file: Attachment, size: int) -> str:
    shown = texts.size(size)
    if not size:
        return _("This file is empty.")
    if not store.links.can_be_given:
        return _("This file is too large for Telegram ({size}).").format(size=shown)
    link = store.links.to(file.sources.key, file.name, datetime.now(UTC))
    return _("This file is too large for Telegram ({size}): {link}").format(size=shown, link=link)


def _told(content: Content, sentence: str) -> Content:
    """In words; what can be said of it stays with it."""
    told: Words = wording.origin(content) + wording.described(content) + plain(f"\n⚠️ {sentence}")
    return Content(TEXT, told)
