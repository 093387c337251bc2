"""Files that Telegram has, for those who can do nothing with its ids: read, kept, and linked."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.methods import GetFile
from aiohttp import ClientError, ClientResponseError, ClientTimeout

from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said.attachments import Attachment
from bot.desk.talk import sources
from bot.files import CHUNK, Lost, NotKept, Store, TooLarge
from bot.telegram.calls import CONNECTING, ask
from bot.telegram.refusals import FileTooLarge

LARGEST = 20 << 20  # bytes (Bot API: getFile)
MB = 1 << 20
WITHIN: Any = ClientTimeout(total=300, sock_connect=CONNECTING, sock_read=60)
LATER = {408, 425, 429}


class Lender:
    """Gives links to files of messages, wherever these are."""

    def __init__(self, bot: Bot, store: Store) -> None:
        self._bot = bot
        self._store = store

    async def link(self, file: Attachment, of: tuple[int, int] | None = None) -> str:
        """Its address; `of` the message that has it, and its place there: it is brought once.

        Raises Undeliverable where no link can be given, or the file cannot be had; TryLater.
        """
        if not self._store.links.can_be_given:
            raise Undeliverable("no link")
        try:
            key, is_new = await self._kept(file)
        except Lost as error:
            raise Undeliverable("lost") from error
        except NotKept as error:
            raise Undeliverable("not kept") from error
        if of and is_new:
            await sources.brought(*of, file, key, datetime.now(UTC))
        return self._store.links.to(key, file.name, datetime.now(UTC))

    async def _kept(self, file: Attachment) -> tuple[str, bool]:
        """Its key in our store, and whether it was brought from Telegram now, maybe once more."""
        file_id = file.sources.at(self._bot.id)
        if file.sources.key:
            try:
                return (await self._store.about(file.sources.key)).key, False
            except NotKept:
                if not file_id:
                    raise
        if not file_id:
            raise Undeliverable("file")
        try:
            stored = await self._store.put(download(self._bot, file_id, file.size), LARGEST)
        except (FileTooLarge, TooLarge) as error:
            raise FileTooLarge(_told(file)) from error
        return stored.key, True


async def download(bot: Bot, file_id: str, size: int | None = None) -> AsyncGenerator[bytes, None]:
    """Bytes that Telegram has (Bot API: getFile), in small chunks; `size` as far as it is known.

    Raises FileTooLarge over LARGEST, TryLater, Undeliverable.
    """
    if (size or 0) > LARGEST:
        raise FileTooLarge(f"{size} bytes")
    found = await ask(bot, GetFile(file_id=file_id))
    url = bot.session.api.file_url(bot.token, found.file_path or "")
    try:
        stream = bot.session.stream_content(url, timeout=WITHIN, chunk_size=CHUNK)
        async with aclosing(stream) as chunks:
            async for chunk in chunks:
                yield chunk
    except ClientResponseError as error:  # it tells the whole address, and with it the token
        raise _answered(error.status) from None
    except (ClientError, TimeoutError) as error:
        raise TryLater(f"{type(error).__name__}: {error}", certain=True) from None


def _told(file: Attachment) -> str:
    """Which one it is, among several."""
    size = f"{file.size} bytes" if file.size else ""
    return ", ".join(filter(None, (file.label, size))) or file.kind


def _answered(status: int) -> TryLater | Undeliverable:
    if status in LATER or status >= 500:
        return TryLater(f"HTTP {status}", certain=True)
    return Undeliverable("file", f"HTTP {status}")
