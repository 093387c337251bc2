"""Files that come as links: fetched a few at a time, for a while, beside what is said."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.delivery.fetching import AT_ONCE, TRIES, Fetching
from bot.delivery.gate import NotYet
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_customer import Fetch
from bot.desk.said import Address, Content, Incoming, Person
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, sources
from models import Message
from tests.bridges.post import Post

pytestmark = pytest.mark.usefixtures("db")
ANNA = Address("post", "anna")


class Fetches(Post):
    """A post office that fetches what it is told of, as soon as it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()
        self.asked = 0

    async def fetch(self, _address: Address, file: Attachment) -> Attachment:
        """Whatever it is, its key is this."""
        self.asked += 1
        await self.may.wait()
        if self.trouble:
            raise self.trouble.pop(0)
        return replace(file, sources=replace(file.sources, key="ab" * 32))


async def parcels(count: int) -> list[Parcel]:
    """A message with so many links, and what is put for each."""
    files = tuple(
        Attachment("document", sources=Sources(link=f"https://a.example/{each}"))
        for each in range(count)
    )
    async with outbox.transaction():
        content = Content("document", attachments=files)
        said = Incoming(ANNA, Person("Anna"), "1", content)
        await intake.receive(said, datetime.now(UTC), reopen_days=7)
    found = await claims.claim("post", 1, datetime.now(UTC), limit=20)
    return [each for each in found if isinstance(each.what, Fetch)]


async def carry(by: Fetching, parcel: Parcel) -> object:
    assert isinstance(parcel.what, Fetch)
    return await by.carry(parcel.what, ANNA, parcel)


async def test_only_a_few_are_fetched_at_once() -> None:
    post = Fetches()
    by = Fetching(post)
    *first, last = await parcels(AT_ONCE + 1)
    begun = [asyncio.create_task(carry(by, each)) for each in first]
    async with asyncio.timeout(60):
        while post.asked < AT_ONCE:  # noqa: ASYNC110  (it is asked by tasks of others)
            await asyncio.sleep(0.01)
    with pytest.raises(NotYet):
        await carry(by, last)
    post.may.set()
    await asyncio.gather(*begun)
    assert await carry(by, last)


async def test_what_never_comes_is_given_up_after_a_while() -> None:
    post = Fetches()
    post.may.set()
    (parcel,) = await parcels(1)
    for attempts, error in ((TRIES - 1, TryLater), (TRIES, Undeliverable)):
        post.trouble.append(TryLater("HTTP 503"))
        with pytest.raises(error, match="HTTP 503"):
            await carry(Fetching(post), replace(parcel, attempts=attempts))


async def test_a_channel_that_cannot_fetch_says_so() -> None:
    (parcel,) = await parcels(1)
    with pytest.raises(Undeliverable, match="cannot fetch"):
        await carry(Fetching(Post()), parcel)


async def test_what_an_edit_has_taken_away_is_not_fetched() -> None:
    post = Fetches()
    (parcel,) = await parcels(1)
    await Message.all().update(content={}, kind="text")
    assert await carry(Fetching(post), parcel) is None
    assert post.asked == 0


async def test_an_edit_asks_for_what_is_new_in_it_and_keeps_what_is_known() -> None:
    (parcel,) = await parcels(1)
    known = await sources.awaited(1, 0)
    assert known is not None
    found = replace(known, sources=replace(known.sources, key="ab" * 32))
    async with outbox.transaction():
        await sources.fetched(1, 0, found, datetime.now(UTC))
    more = Attachment("document", sources=Sources(link="https://a.example/more"))
    async with outbox.transaction():
        edit = Content("document", attachments=(known, more))
        assert await intake.edited(ANNA, "1", edit, datetime.now(UTC))
    assert await sources.awaited(1, 0) is None
    assert await sources.awaited(1, 1) == more
    (again,) = await claims.claim("post", 1, datetime.now(UTC), limit=20)
    assert isinstance(again.what, Fetch)
    assert again.what.place == 1
    assert parcel.id != again.id
