"""Files that come as links: fetched a few at a time, for a while, beside what is said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import orjson
import pytest

from bot.delivery.fetching import EACH, TRIES, Fetching
from bot.delivery.gate import NotYet
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_customer import Fetch
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import failures, intake, sources
from models import Message
from tests.bridges.post import Post
from tests.delivery.scene import Desk, same, until
from tests.delivery.test_abilities import carrying, opened
from tests.desk.talk import answers

pytestmark = pytest.mark.usefixtures("db")
ANNA, BORYS = ChannelAddress("post", "anna"), ChannelAddress("post", "borys")
MANY = 20
SHOWN = "SELECT (payload ->> 'place')::int AS place FROM delivery WHERE kind = 'file' ORDER BY id"
TOLD = "SELECT payload FROM delivery WHERE kind = 'tell'"


class Fetches(Post):
    """A post office that fetches what it is told of, as soon as it may: at once from `quick`."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()
        self.asked = 0

    async def fetch(self, _address: ChannelAddress, file: Attachment) -> Attachment:
        """Whatever it is, its key is this."""
        self.asked += 1
        if "quick" not in file.sources.link:
            await self.may.wait()
        if self.trouble:
            raise self.trouble.pop(0)
        return replace(file, sources=replace(file.sources, key="ab" * 32))


async def parcels(*links: str, by: ChannelAddress = ANNA) -> list[Parcel]:
    """A message with these links, and what is put for each."""
    await brings(*links, by=by)
    found = await claims.claim("post", 1, datetime.now(UTC), limit=20)
    return [each for each in found if isinstance(each.what, Fetch)]


async def brings(*links: str, by: ChannelAddress) -> None:
    files = tuple(Attachment("document", sources=Sources(link=link)) for link in links)
    async with outbox.transaction():
        content = Content("document", attachments=files)
        said = Incoming(by, Person("Anna"), "1", content)
        await intake.receive(said, datetime.now(UTC), reopen_days=7)


def at(host: str, count: int = 1) -> list[str]:
    return [f"https://{host}.example/{number}" for number in range(count)]


async def carry(by: Fetching, parcel: Parcel) -> object:
    assert isinstance(parcel.what, Fetch)
    return await by.carry(parcel.what, ANNA, parcel)


@asynccontextmanager
async def busy(post: Fetches, by: Fetching, begun: list[Parcel]) -> AsyncIterator[None]:
    """While these are being fetched, and do not come."""
    tasks = [asyncio.create_task(carry(by, each)) for each in begun]
    async with asyncio.timeout(60):
        while post.asked < len(begun):  # noqa: ASYNC110  (it is asked by tasks of others)
            await asyncio.sleep(0.01)
    yield
    post.may.set()
    await asyncio.gather(*tasks)


async def test_a_slow_host_leaves_places_for_the_others() -> None:
    post = Fetches()
    by = Fetching(post, MANY)
    slow = await parcels(*at("slow", EACH))
    *_same, more, quick = await parcels(*at("slow"), *at("quick"), by=BORYS)
    async with busy(post, by, slow):
        with pytest.raises(NotYet):
            await carry(by, more)
        assert await carry(by, quick)
        assert await carry(by, quick), "it gives its place back"
    assert await carry(by, more)


async def test_one_customer_leaves_places_for_the_others() -> None:
    post = Fetches()
    by = Fetching(post, MANY)
    *first, more = await parcels(*[each for n in range(EACH) for each in at(f"s{n}")], *at("quick"))
    (theirs,) = await parcels(*at("quick"), by=BORYS)
    async with busy(post, by, first):
        with pytest.raises(NotYet):
            await carry(by, more)
        assert await carry(by, theirs)
    assert await carry(by, more)


async def test_all_together_leave_carriers_for_words() -> None:
    post = Fetches()
    by = Fetching(post, 2)
    first = [*await parcels(*at("one")), *await parcels(*at("two"), by=BORYS)]
    (more,) = await parcels(*at("quick"), by=ChannelAddress("post", "clara"))
    async with busy(post, by, first):
        with pytest.raises(NotYet):
            await carry(by, more)
    assert await carry(by, more)


async def test_what_an_operator_says_goes_out_while_files_are_slow(desk: Desk) -> None:
    post = Fetches()
    opened(post)
    for number in range(4):
        await brings(*at(f"slow{number}"), by=ChannelAddress("post", f"customer {number}"))
    async with carrying(desk, post):
        await until(lambda: same(lambda: post.asked, 2))
        await answers(1, "I see it in a moment")
        await until(lambda: same(lambda: post.read.count("I see it in a moment"), 1))
        assert post.asked == 2
        post.may.set()
        await until(lambda: same(lambda: post.asked, 4))


async def test_what_never_comes_is_given_up_after_a_while() -> None:
    post = Fetches()
    post.may.set()
    (parcel,) = await parcels(*at("a"))
    for attempts, error in ((TRIES - 1, TryLater), (TRIES, Undeliverable)):
        post.trouble.append(TryLater("HTTP 503"))
        with pytest.raises(error, match="HTTP 503"):
            await carry(Fetching(post, MANY), replace(parcel, attempts=attempts))


async def test_of_a_channel_that_cannot_fetch_that_is_told(desk: Desk) -> None:
    post = Post()
    opened(post)
    await brings(*at("a"), by=ANNA)
    async with carrying(desk, post):
        await until(lambda: desk.witness.fetchval(TOLD))
    said = orjson.loads(await desk.witness.fetchval(TOLD))
    assert said["sentence"] == failures.NOT_FETCHED["cannot fetch"]
    assert (said["values"]["link"], said["buttons"]) == (*at("a"), [])


async def test_what_an_edit_has_taken_away_is_not_fetched() -> None:
    post = Fetches()
    (parcel,) = await parcels(*at("a"))
    await Message.all().update(content={}, kind="text")
    assert await carry(Fetching(post, MANY), parcel) is None
    assert post.asked == 0


async def test_an_edit_asks_for_what_is_new_in_it_and_keeps_what_is_known() -> None:
    (parcel,) = await parcels(*at("a"))
    known = await sources.lacking(1, 0)
    assert known is not None
    found = replace(known, sources=replace(known.sources, key="ab" * 32))
    async with outbox.transaction():
        await sources.fetched(1, 0, found, datetime.now(UTC))
    more = Attachment("document", sources=Sources(link="https://a.example/more"))
    async with outbox.transaction():
        edit = Content("document", attachments=(known, more))
        assert await intake.edited(ANNA, "1", edit, datetime.now(UTC))
    assert await sources.lacking(1, 0) is None
    assert await sources.lacking(1, 1) == more
    (again,) = await claims.claim("post", 1, datetime.now(UTC), limit=20)
    assert isinstance(again.what, Fetch)
    assert again.what.place == 1
    assert parcel.id != again.id


@pytest.mark.parametrize("is_given_up", [False, True])
async def test_a_file_that_an_edit_puts_in_another_place_is_fetched_there(
    *, is_given_up: bool
) -> None:
    """What was to be fetched for its former place is nobody's any more."""
    by = Fetching(Fetches(), MANY)
    first, second = await parcels(*at("quick", 2))
    stays = await sources.lacking(1, 1)
    assert stays is not None
    await claims.mark_sent([first], datetime.now(UTC))
    if is_given_up:
        async with outbox.transaction():
            await sources.given_up(1, 1)
    await says_now(stays)
    assert await carry(by, second) is None
    (again,) = await claims.claim("post", 1, datetime.now(UTC), limit=20)
    found = await carry(by, again)
    assert isinstance(found, Carried)
    assert found.record
    async with outbox.transaction():
        await found.record()
    assert await sources.lacking(1, 0) is None


async def test_what_was_fetched_is_shown_where_an_edit_puts_it(
    witness: "asyncpg.Connection",
) -> None:
    """It may still wait for that, and nothing stands where it was."""
    await parcels(*at("quick", 2))
    stays = await sources.lacking(1, 1)
    assert stays is not None
    found = replace(stays, sources=replace(stays.sources, key="ab" * 32))
    async with outbox.transaction():
        await sources.fetched(1, 1, found, datetime.now(UTC))
    await says_now(stays)
    assert [row["place"] for row in await witness.fetch(SHOWN)] == [1, 0]


async def test_of_a_file_that_an_edit_has_replaced_no_failure_is_told() -> None:
    """It would be told of the one that stands in its place."""
    post = Fetches()
    (parcel,) = await parcels(*at("a"))
    fetching = asyncio.create_task(carry(Fetching(post, MANY), parcel))
    await until(lambda: same(lambda: post.asked, 1))
    await says_now(Attachment("document", sources=Sources(link="https://b.example/0")))
    post.trouble.append(Undeliverable("fetch", "HTTP 404"))
    post.may.set()
    assert await fetching is None


async def says_now(*files: Attachment) -> None:
    """Anna has changed which files her message brings."""
    async with outbox.transaction():
        edit = Content("document", attachments=files)
        assert await intake.edited(ANNA, "1", edit, datetime.now(UTC))
