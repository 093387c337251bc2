"""The store: bytes of files, in a directory or with S3, each file once.

A file's key is its SHA-256. Its row (`bot/desk/talk/kept.py`) is written before its bytes come
and says where they stand only when all have, so that nothing is ever half there, and whatever
breaks off is known and cleared.
"""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import obstore
import structlog
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import ObjectStore

from bot.desk.outbox.carrying import TryLater
from bot.desk.talk import kept
from bot.files.kinds import HEAD, mime_of
from bot.files.links import Links
from bot.texts import _, ngettext
from models import File
from models.atomic import session

PART = 5 << 20  # bytes that are written at once: the least that S3 takes as a part
READ = 1 << 20  # bytes that are asked for at once
CHUNK = 256 << 10  # bytes that are given at once, at most
NEVER_SAID = timedelta(days=1)  # after which a file is cleared that no message has
MISSES = 3  # in a row, after which the store is taken to be away

NOWHERE = (FileNotFoundError, NotFoundError)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the store; `mime` is what its bytes look like, whatever anybody says."""

    key: str
    size: int
    mime: str


class TooLarge(Exception):
    """It is larger than it may be; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


class NotKept(Exception):
    """The store does not have it (any more)."""


class Lost(NotKept):
    """It should have it, and its bytes are not there: removed, or in another machine's store."""


class Store:
    """Where files are put, and read. Whatever it does raises TryLater while it is away."""

    def __init__(self, objects: ObjectStore, keep_days: int, links: Links) -> None:
        """`keep_days`: for so long after a file was said last it can be read; 0 is for ever."""
        self._objects = objects
        self.keep_days = keep_days
        self.links = links

    async def put(self, chunks: AsyncGenerator[bytes, None], limit: int) -> Stored:
        """Keep a file as it comes. Raises TooLarge, and whatever `chunks` raise; closes them.

        Never inside a transaction, which would wait for it. It is cleared after a day unless a
        message has it by then.
        """
        if session() is not None:
            raise RuntimeError("a file is put inside a transaction")
        place = uuid4().hex
        async with aclosing(chunks):
            await kept.begin(place, datetime.now(UTC))
            stored = await self._write(place, chunks, limit)
        if not await kept.whole(place, stored.key, stored.size, stored.mime, datetime.now(UTC)):
            await self._put_back(place, stored.key)
            await self._clear([place], datetime.now(UTC))
        return stored

    def why_not(self, error: NotKept) -> str:
        """Why a file cannot be had, in the current language."""
        if isinstance(error, Lost):
            return _("This file should be here, but it cannot be found.")
        if not self.keep_days:
            return _("This file is here no more.")
        sentence = ngettext(
            "This file was kept for {days} day and is here no more.",
            "This file was kept for {days} days and is here no more.",
            self.keep_days,
        )
        return sentence.format(days=self.keep_days)

    async def about(self, key: str) -> Stored:
        """What it is; its bytes are there. Raises NotKept."""
        row = await self._known(key)
        with _reachable(), _found(row):
            await obstore.head_async(self._objects, row.place)
        return Stored(key, row.size or 0, row.mime or "")

    async def open(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Its bytes from `start` to before `end`, at most CHUNK at a time. Raises NotKept.

        Nothing is open while its reader takes their time.
        """
        row = await self._known(key)
        size = row.size or 0
        end = min(end or size, size)
        if start >= end:
            return
        for at in range(start, end, READ):
            span = {"start": at, "end": min(at + READ, end)}
            with _reachable(), _found(row):
                view = memoryview(await obstore.get_range_async(self._objects, row.place, **span))
            for place in range(0, len(view), CHUNK):
                yield bytes(view[place : place + CHUNK])

    async def let_go(self, now: datetime) -> bool:
        """Clear what is kept no longer. True: there may be more. Not inside a transaction.

        What cannot be cleared is tried again after a day. Raises TryLater if that is so of one
        after another.
        """
        places = await kept.let_go(now - NEVER_SAID, kept=False)
        if self.keep_days:
            places += await kept.let_go(now - timedelta(days=self.keep_days), kept=True)
        await self._clear(places, now)
        return bool(places)

    async def _write(self, place: str, chunks: AsyncIterable[bytes], limit: int) -> Stored:
        """A writer that is not closed leaves nothing behind."""
        digest, size, head = hashlib.sha256(), 0, b""
        writer = obstore.open_writer_async(
            self._objects, place, buffer_size=PART, max_concurrency=1
        )
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise TooLarge(limit)
            digest.update(chunk)
            head += chunk[: HEAD - len(head)]
            with _reachable():
                await writer.write(chunk)
        with _reachable():
            await writer.close()
        return Stored(digest.hexdigest(), size, mime_of(head))

    async def _known(self, key: str) -> File:
        """What is known of it. Raises NotKept."""
        row = await kept.known(key)
        if row is None:
            raise NotKept(key)
        return row

    async def _put_back(self, place: str, key: str) -> None:
        """What was lost and has been brought again stands where it is looked for."""
        try:
            await self.about(key)
        except Lost:
            row = await self._known(key)
            with _reachable():
                await obstore.rename_async(self._objects, place, row.place)

    async def _clear(self, places: list[str], now: datetime) -> None:
        """One that cannot be cleared holds up no other; where none can, the store is away."""
        missed = 0
        for place in places:
            try:
                with _reachable(), suppress(*NOWHERE):
                    await obstore.delete_async(self._objects, place)
            except TryLater as error:
                missed += 1
                log.warning("a file cannot be cleared now", place=place, error=str(error))
                await kept.put_off(place, now)
                if missed == MISSES:
                    raise
            else:
                missed = 0
                await kept.gone(place)


@contextmanager
def _reachable() -> Iterator[None]:
    """What the store's own trouble means."""
    try:
        yield
    except NOWHERE:
        raise
    except (BaseError, OSError) as error:
        raise TryLater(f"the store of files: {error}", certain=True) from error


@contextmanager
def _found(row: File) -> Iterator[None]:
    """What it means that its bytes are nowhere."""
    try:
        yield
    except NOWHERE as error:
        log.error(
            "a file is not where it was put; have all processes one DATA_DIR, or one FILES_URL?",
            place=row.place,
        )
        raise Lost(row.digest) from error
