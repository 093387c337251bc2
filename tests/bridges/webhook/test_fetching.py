"""Files behind links: fetched from where anybody may, as much as may be, and from nowhere else."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import TCPConnector, web
from aiohttp.abc import ResolveResult
from yarl import URL

from bot.bridges.webhook import fetching
from bot.bridges.webhook.fetching import Fetcher
from bot.bridges.webhook.whereabouts import OffLimits, Own, Public, look_at
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said.attachments import Attachment, Sources
from bot.files import Store
from tests.bridges.webhook.shelf import Answer, Shelf, shelf
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
async def fetcher(store: Store, there: Shelf) -> AsyncIterator[Fetcher]:
    """For a site whose files are on this machine."""
    fetcher = Fetcher(store, [there.host, "127.0.0.1:9"])
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
        "https://[fec0::1]/a",
        "https://[::127.0.0.1]/a",
        "https://[::ffff:0:127.0.0.1]/a",
        "https://[64:ff9b:1::808:808]/a",
        "https://[2002:808:808::1]/a",
        "https://[2001::808:808]/a",
        "https://[2001:db8::1]/a",
        "https://[ff0e::1]/a",
        "https://93.184.216.34:22/a",
        "https://93.184.216.34:80/a",
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


@pytest.mark.parametrize(
    "host",
    [
        *("127.1", "2130706433", "127.0.0.1.", "0x7f.1", "0x7f000001", "0177.0.0.1", "0x"),
        *("１２７.1", "127。0。0。1.", "93.184.216.34.", "shop.example.1"),
    ],
)
def test_an_address_in_other_letters_is_looked_at_before_anybody_is_called(host: str) -> None:
    with pytest.raises(OffLimits):
        look_at(URL(f"https://{host}/a"), Own([]), may_be_own=True)


@pytest.mark.parametrize("host", ["shop.example", "shop.example.", "0x.example", "1.fm", "4chan"])
def test_a_name_with_digits_is_a_name(host: str) -> None:
    assert look_at(URL(f"https://{host}/a"), Own([]), may_be_own=True) is False


async def test_a_redirect_leads_nowhere_else(fetcher: Fetcher, there: Shelf) -> None:
    there.files["/end"] = PICTURE
    there.answers["/go"] = moved("/end")
    assert (await fetcher.fetch(at(f"{there.url}/go"))).size == len(PICTURE)
    there.answers["/in"] = moved(there.url.replace("127.0.0.1", "localhost") + "/end")
    with pytest.raises(Undeliverable, match="address"):
        await fetcher.fetch(at(f"{there.url}/in"))
    there.answers["/round"] = moved("/round")
    with pytest.raises(Undeliverable, match="redirects"):
        await fetcher.fetch(at(f"{there.url}/round"))
    assert there.asked.count("/round") == fetching.HOPS + 1


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, there: Shelf) -> str:
    """A host that is everybody's, and stands on the same shelf: without certificates."""

    class Everybodys(Public):
        async def resolve(
            self, host: str, port: int = 0, family: Any = socket.AF_INET
        ) -> list[ResolveResult]:
            if host != "far.example":
                return await super().resolve(host, port, family)
            found = await super().resolve("127.0.0.1", int(there.host.partition(":")[2]))
            return [{**each, "hostname": host} for each in found]

    class Plain(TCPConnector):
        def _get_ssl_context(self, _request: object) -> None:
            return None

    monkeypatch.setattr(fetching, "Public", Everybodys)
    monkeypatch.setattr(fetching, "TCPConnector", Plain)
    return "https://far.example"


async def test_no_stranger_sends_us_to_a_host_of_ones_own(
    fetcher: Fetcher, there: Shelf, far: str
) -> None:
    there.files["/end"] = PICTURE
    for where, host in (("/in", there.url), ("/out", far)):
        there.answers[where] = moved(f"{host}/end")
    there.answers["/round"] = moved(f"{far}/in")
    assert (await fetcher.fetch(at(f"{far}/out"))).size == len(PICTURE)
    assert (await fetcher.fetch(at(f"{there.url}/out"))).size == len(PICTURE)
    assert (await fetcher.fetch(at(f"{there.url}/in"))).size == len(PICTURE)
    there.asked.clear()
    for link in (f"{far}/in", f"{there.url}/round"):
        with pytest.raises(Undeliverable, match="by way of another host"):
            await fetcher.fetch(at(link))
    assert there.asked == ["/in", "/round", "/in"]


def moved(where: str) -> Answer:
    return lambda _request: web.Response(status=302, headers={"Location": where})


@pytest.mark.parametrize(
    ("host", "link", "is_own"),
    [
        ("files.shop", "http://files.shop/a", True),
        ("files.shop", "https://files.shop/a", True),
        ("files.shop", "http://files.shop:8080/a", False),
        ("files.shop:8080", "http://files.shop:8080/a", True),
        ("files.shop:8080", "http://files.shop/a", False),
        ("files.shop", "ftp://files.shop:80/a", False),
        ("10.0.0.1:8080", "http://10.0.0.1:8080/a", True),
        ("fd00::1", "http://[fd00::1]/a", True),
        ("fd00::1", "http://[fd00::1]:22/a", False),
        ("[fd00::1]:8080", "https://[fd00::1]:8080/a", True),
    ],
)
def test_of_ones_own_hosts_only_their_ports_are_called(host: str, link: str, is_own: bool) -> None:
    def asked() -> bool:
        return look_at(URL(link), Own([host]), may_be_own=True)

    if is_own:
        assert asked()
    else:
        with pytest.raises(OffLimits):
            asked()


async def test_what_is_too_large_is_broken_off(
    fetcher: Fetcher, there: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 2_000_000)
    there.files["/a"] = LONG
    there.answers["/b"] = lambda _request: web.Response(body=LONG)  # with its length
    for path in ("/a", "/b"):
        with pytest.raises(Undeliverable) as refused:
            await fetcher.fetch(at(there.url + path))
        assert (refused.value.reason, refused.value.detail) == ("too large", "2000000 bytes")


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
