"""The store: what is put is read again, once each, whole or not at all, and for so long."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock
from uuid import uuid4

import asyncpg
import obstore
import pytest
from structlog.testing import capture_logs

from bot.config import Settings
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, kept
from bot.files import CHUNK, MISSES, NEVER_SAID, Lost, NotKept, Store, Stored, TooLarge, places
from models.atomic import atomic
from tests.files.memory import KEEP_DAYS

pytestmark = pytest.mark.usefixtures("db")
LONG = (b"0123456789abcdef" * 65536) * 12  # 12 MB: three parts
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
MANY = 1 << 30


async def pieces(data: bytes, size: int = 100_000) -> AsyncGenerator[bytes, None]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def read(store: Store, key: str, **span: Any) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, **span)])


def having(stored: Stored) -> Content:
    """What a message says that has this file, which its sender has by a link of its own."""
    sources = Sources(key=stored.key, link=f"https://shop.example/{stored.key}")
    file = Attachment("document", sources=sources)
    return Content("document", attachments=(file,))


def objects(store: Store) -> list[str]:
    """What stands in the store, whoever knows of it."""
    found = obstore.list(store._objects).collect()
    return [str(each["path"]) for each in found]


async def lose(store: Store) -> None:
    """All that stands in the store is gone, and nobody has told it."""
    for each in objects(store):
        await obstore.delete_async(store._objects, each)


async def test_what_is_put_is_read_again_in_small_chunks(store: Store) -> None:
    stored = await store.put(pieces(LONG), MANY)
    assert (stored.key, stored.size) == (hashlib.sha256(LONG).hexdigest(), len(LONG))
    assert await store.about(stored.key) == stored
    chunks = [chunk async for chunk in store.open(stored.key)]
    assert b"".join(chunks) == LONG
    assert max(map(len, chunks)) <= CHUNK


async def test_a_part_of_it_can_be_read(store: Store) -> None:
    stored = await store.put(pieces(LONG), MANY)
    assert await read(store, stored.key, start=5, end=17) == LONG[5:17]
    assert await read(store, stored.key, start=len(LONG) - 3) == LONG[-3:]
    assert await read(store, stored.key, start=len(LONG)) == b""


async def test_who_reads_slowly_gets_all_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes from one chunk to the next, it is no call's time."""
    monkeypatch.setitem(places.CLIENT, "timeout", "1s")
    monkeypatch.setitem(places.RETRIES, "max_retries", 0)
    store = places.store(settings)
    chunks = store.open((await store.put(pieces(LONG), MANY)).key)
    first = await anext(chunks)
    await asyncio.sleep(1.5)
    assert first + b"".join([chunk async for chunk in chunks]) == LONG


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PICTURE, "image/png"),
        (b"%PDF-1.7\n" + bytes(90), "application/pdf"),
        ("Ціна: 5 ₴\n".encode() * 2000, "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (bytes(300), "application/octet-stream"),
        (b"", "application/octet-stream"),
        ("Ціна".encode("cp1251"), "application/octet-stream"),
    ],
)
async def test_its_type_is_what_its_bytes_look_like(store: Store, data: bytes, mime: str) -> None:
    assert (await store.put(pieces(data), MANY)).mime == mime


async def test_the_same_file_is_stored_once(store: Store) -> None:
    one, other = [await store.put(pieces(PICTURE), MANY) for _twice in range(2)]
    assert one == other
    assert len(objects(store)) == 1
    together = await asyncio.gather(*(store.put(pieces(LONG), MANY) for _many in range(4)))
    assert len({each.key for each in together}) == 1
    assert len(objects(store)) == 2
    assert await read(store, one.key) == PICTURE


async def test_what_is_too_large_is_broken_off_and_nobodys(
    store: Store, witness: asyncpg.Connection
) -> None:
    came = 0

    async def endless() -> AsyncGenerator[bytes, None]:
        nonlocal came
        while True:
            came += 100_000
            yield bytes(100_000)

    with pytest.raises(TooLarge):
        await store.put(endless(), 6_000_000)
    assert came == 6_100_000
    assert await witness.fetchval("SELECT count(*) FROM file WHERE digest IS NOT NULL") == 0
    with pytest.raises(NotKept):
        await read(store, hashlib.sha256(bytes(100_000)).hexdigest())


async def test_as_much_as_it_may_be_is_not_too_large(store: Store) -> None:
    assert (await store.put(pieces(LONG), len(LONG))).size == len(LONG)


async def test_a_file_that_no_message_has_goes_after_a_day(
    store: Store, witness: asyncpg.Connection
) -> None:
    stored = await store.put(pieces(PICTURE), MANY)
    soon = datetime.now(UTC) + NEVER_SAID - timedelta(minutes=5)
    assert not await store.let_go(soon)
    assert await read(store, stored.key) == PICTURE
    assert await store.let_go(soon + timedelta(minutes=10))
    assert (objects(store), await witness.fetchval("SELECT count(*) FROM file")) == ([], 0)


async def test_what_broke_off_is_cleared_as_well(store: Store, witness: asyncpg.Connection) -> None:
    """Killed between the bytes and the row: the row from before them tells of the place."""
    await kept.begin("broken-off", datetime.now(UTC))
    await obstore.put_async(store._objects, "broken-off", b"all of it")
    assert await store.let_go(datetime.now(UTC) + NEVER_SAID * 2)
    assert (objects(store), await witness.fetchval("SELECT count(*) FROM file")) == ([], 0)


async def in_the_way(store: Store, tmp_path: Path) -> None:
    """Where a file would stand there is what cannot be cleared."""
    place = uuid4().hex
    await kept.begin(place, datetime.now(UTC))
    (tmp_path / "files" / place / "inside").mkdir(parents=True)


@pytest.fixture
def directory(tmp_path: Path) -> Store:
    return places.store(Settings(_env_file=None, data_dir=tmp_path))


async def test_what_cannot_be_cleared_holds_up_nothing_and_is_tried_again(
    directory: Store, tmp_path: Path, witness: asyncpg.Connection
) -> None:
    await in_the_way(directory, tmp_path)
    for count in range(kept.BATCH + 2):
        await directory.put(pieces(str(count).encode()), MANY)
    await in_the_way(directory, tmp_path)
    later = datetime.now(UTC) + 2 * NEVER_SAID
    assert [await directory.let_go(later) for _batch in range(3)] == [True, True, False]
    assert (objects(directory), await left(witness)) == ([], 2)
    for each in (tmp_path / "files").iterdir():
        shutil.rmtree(each)
    await directory.let_go(later + 2 * NEVER_SAID)
    assert await left(witness) == 0


async def test_a_store_that_clears_nothing_is_left_alone_for_a_while(
    directory: Store, tmp_path: Path, witness: asyncpg.Connection
) -> None:
    for _several in range(MISSES):
        await in_the_way(directory, tmp_path)
    await directory.put(pieces(PICTURE), MANY)
    later = datetime.now(UTC) + 2 * NEVER_SAID
    with capture_logs() as logged, pytest.raises(TryLater):
        await directory.let_go(later)
    assert (len(logged), len(objects(directory))) == (MISSES, 1)
    assert [await directory.let_go(later) for _batch in range(2)] == [True, False]
    assert (objects(directory), await left(witness)) == ([], MISSES)


async def test_a_second_copy_that_cannot_be_cleared_is_no_trouble_of_who_brings_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, witness: asyncpg.Connection
) -> None:
    await store.put(pieces(PICTURE), MANY)
    with monkeypatch.context() as away:
        away.setattr(obstore, "delete_async", AsyncMock(side_effect=OSError("read-only")))
        stored = await store.put(pieces(PICTURE), MANY)
    assert await read(store, stored.key) == PICTURE
    assert len(objects(store)) == 2
    await store.let_go(datetime.now(UTC) + 2 * NEVER_SAID)
    assert (objects(store), await left(witness)) == ([], 0)


async def left(witness: asyncpg.Connection) -> int:
    return int(await witness.fetchval("SELECT count(*) FROM file"))


async def test_a_file_that_a_message_has_is_kept_for_its_days(store: Store) -> None:
    stored = await store.put(pieces(PICTURE), MANY)
    said = datetime.now(UTC)
    async with outbox.transaction():
        await kept.said(having(stored), said)
    assert not await store.let_go(said + timedelta(days=KEEP_DAYS, minutes=-5))
    assert await read(store, stored.key) == PICTURE
    assert await store.let_go(said + timedelta(days=KEEP_DAYS, minutes=5))
    assert objects(store) == []
    with pytest.raises(NotKept):
        await read(store, stored.key)
    again = await store.put(pieces(PICTURE), MANY)
    assert await read(store, again.key) == PICTURE


async def test_zero_days_are_for_ever(settings: Settings) -> None:
    store = places.store(settings.model_copy(update={"keep_files_days": 0}))
    stored = await store.put(pieces(PICTURE), MANY)
    await kept.said(having(stored), datetime.now(UTC))
    assert not await store.let_go(datetime.now(UTC) + timedelta(days=10_000))
    assert await read(store, stored.key) == PICTURE


async def test_bytes_that_somebody_removed_are_lost(store: Store) -> None:
    """Such as by another machine, which has a directory of its own."""
    stored = await store.put(pieces(PICTURE), MANY)
    await lose(store)
    with pytest.raises(Lost):
        await read(store, stored.key)
    with capture_logs() as logged, pytest.raises(Lost) as lost:
        await store.about(stored.key)
    assert "cannot be found" in store.why_not(lost.value)
    assert "FILES_URL" in logged[0]["event"]
    await kept.said(having(stored), datetime.now(UTC))
    assert await store.let_go(datetime.now(UTC) + timedelta(days=KEEP_DAYS + 1))
    with pytest.raises(NotKept) as gone:
        await store.about(stored.key)
    assert "kept for 30 days" in store.why_not(gone.value)


async def test_what_was_lost_and_is_brought_again_is_there(store: Store) -> None:
    stored = await store.put(pieces(LONG), MANY)
    await lose(store)
    assert await store.put(pieces(LONG), MANY) == stored
    assert await read(store, stored.key) == LONG
    assert len(objects(store)) == 1
    assert await store.let_go(datetime.now(UTC) + 2 * NEVER_SAID)
    assert objects(store) == []


async def test_what_is_broken_off_is_closed_at_once(store: Store) -> None:
    """Such as the connection by which it comes."""
    closed: list[str] = []

    async def comes() -> AsyncGenerator[bytes, None]:
        try:
            yield PICTURE
            yield PICTURE
        finally:
            closed.append("closed")

    with pytest.raises(TooLarge):
        await store.put(comes(), len(PICTURE))
    assert closed


async def test_who_brings_it_may_fail_as_it_likes(store: Store) -> None:
    async def breaks() -> AsyncGenerator[bytes, None]:
        yield PICTURE
        raise ValueError("their side")

    with pytest.raises(ValueError, match="their side"):
        await store.put(breaks(), MANY)
    assert objects(store) == []


async def test_nothing_is_put_inside_a_transaction(store: Store) -> None:
    async with atomic():
        with pytest.raises(RuntimeError):
            await store.put(pieces(PICTURE), MANY)


async def test_a_store_that_is_away_is_waited_for(settings_of_nobody: Settings) -> None:
    with pytest.raises(TryLater, match="the store of files") as told:
        await places.store(settings_of_nobody).put(pieces(PICTURE), MANY)
    assert told.value.certain


async def test_a_message_that_is_written_has_its_files(
    store: Store, witness: asyncpg.Connection
) -> None:
    """Of what its customer says, and says anew."""
    one, other = [await store.put(pieces(data), MANY) for data in (PICTURE, LONG)]
    anna = ChannelAddress("webhook", "anna")
    async with outbox.transaction():
        said = Incoming(anna, Person("Anna"), "1", having(one))
        await intake.receive(said, datetime.now(UTC), reopen_days=7)
    async with outbox.transaction():
        assert await intake.edited(anna, "1", having(other), datetime.now(UTC))
    assert await witness.fetchval("SELECT count(*) FROM file WHERE is_kept") == 2
    assert not await store.let_go(datetime.now(UTC) + 2 * NEVER_SAID)
