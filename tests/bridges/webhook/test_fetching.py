"""Files behind links: fetched from where anybody may, as much as may be, and from nowhere else."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.bridges.webhook import fetching
from bot.bridges.webhook.fetching import Fetcher
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said.attachments import Attachment, Sources
from bot.files import Store
from tests.bridges.webhook.shelf import Shelf, shelf
from tests.files.memory import memory
from tests.files.test_store import LONG, PICTURE, read

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def there() -> AsyncIterator[Shelf]:
    async with shelf() as there:
        yield there


@pytest.fixture
def store() -> Store:
    return memory()


@pytest.fixture
async def fetcher(store: Store) -> AsyncIterator[Fetcher]:
    """For a site whose files may be on this machine."""
    fetcher = Fetcher(store, ["127.0.0.1"])
    yield fetcher
    await fetcher.close()


def at(link: str, name: str = "") -> Attachment:
    return Attachment("document", name, sources=Sources(link=link))


async def test_a_file_is_fetched_and_is_what_its_bytes_are(
    fetcher: Fetcher, there: Shelf, store: Store
) -> None:
    there.files |= {"/a/ї.html": LONG, "/b": PICTURE}
    one = await fetcher.fetch(at(f"{there.url}/a/%D1%97.html"))
    assert (one.kind, one.size, one.mime) == ("document", len(LONG), "text/plain")
    assert await read(store, one.sources.key) == LONG
    other = await fetcher.fetch(at(f"{there.url}/b", "evil.exe"))
    assert (other.kind, other.name, other.mime) == ("photo", "evil.exe", "image/png")


@pytest.mark.parametrize(
    "link",
    [
        "http://93.184.216.34/a",
        "https://127.0.0.1/a",
        "https://10.1.2.3/a",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[64:ff9b::a01:203]/a",
        "https://[2002:a01:203::1]/a",
        "https://[fd00::1]/a",
        "https://224.0.0.1/a",
        "https://2130706433/a",
        "https://localhost/a",
        "https:///a",
        "https://[::1/a",
        "ftp://shop.example/a",
    ],
)
async def test_only_addresses_that_are_everybodys_are_called(store: Store, link: str) -> None:
    fetcher = Fetcher(store, [])
    try:
        with pytest.raises(Undeliverable) as refused:
            await fetcher.fetch(at(link))
        assert refused.value.reason == "address"
    finally:
        await fetcher.close()


async def test_a_redirect_leads_nowhere_else(fetcher: Fetcher, there: Shelf) -> None:
    there.files["/end"] = PICTURE
    there.answers["/go"] = lambda _request: web.Response(status=302, headers={"Location": "/end"})
    assert (await fetcher.fetch(at(f"{there.url}/go"))).size == len(PICTURE)
    inside = {"Location": there.url.replace("127.0.0.1", "localhost") + "/end"}
    there.answers["/in"] = lambda _request: web.Response(status=302, headers=inside)
    with pytest.raises(Undeliverable, match="address"):
        await fetcher.fetch(at(f"{there.url}/in"))
    round_and_round = {"Location": "/round"}
    there.answers["/round"] = lambda _request: web.Response(status=307, headers=round_and_round)
    with pytest.raises(Undeliverable, match="redirects"):
        await fetcher.fetch(at(f"{there.url}/round"))
    assert there.asked.count("/round") == fetching.HOPS + 1


async def test_what_is_too_large_is_broken_off(
    fetcher: Fetcher, there: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 2_000_000)
    there.files["/a"] = LONG
    there.answers["/b"] = lambda _request: web.Response(body=LONG)  # with its length
    for path in ("/a", "/b"):
        with pytest.raises(Undeliverable) as refused:
            await fetcher.fetch(at(there.url + path))
        assert (refused.value.reason, refused.value.detail) == ("too large", "2 MB")


async def test_what_is_packed_is_not_unpacked(fetcher: Fetcher, there: Shelf) -> None:
    packed = {"Content-Encoding": "gzip"}
    there.answers["/a"] = lambda _request: web.Response(body=b"x", headers=packed)
    with pytest.raises(Undeliverable, match="gzip"):
        await fetcher.fetch(at(f"{there.url}/a"))


@pytest.mark.parametrize(
    ("status", "later"), [(404, False), (403, False), (429, True), (503, True)]
)
async def test_what_may_come_later_is_told_from_what_never_will(
    fetcher: Fetcher, there: Shelf, status: int, later: bool
) -> None:
    asks = {"Retry-After": "7"}
    there.answers["/a"] = lambda _request: web.Response(status=status, headers=asks)
    with pytest.raises(TryLater if later else Undeliverable, match=f"HTTP {status}") as told:
        await fetcher.fetch(at(f"{there.url}/a"))
    assert getattr(told.value, "after", 7) == 7


async def test_a_server_that_is_not_there_is_asked_again(fetcher: Fetcher) -> None:
    with pytest.raises(TryLater):
        await fetcher.fetch(at("http://127.0.0.1:9/a"))
