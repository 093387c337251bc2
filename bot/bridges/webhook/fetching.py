"""Files that stand behind links: fetched from where anybody may, and from nowhere else.

A link is a wish of who brings it, and we stand inside a network where they do not. So only
addresses that are everybody's are called, each as it is resolved for that very connection, and
only by https; hosts that the endpoint names as its own may be elsewhere.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from yarl import URL

from bot.bridges.webhook.sending import LATER, retry_after
from bot.bridges.webhook.whereabouts import OffLimits, Own, Public, look_at
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said.attachments import Attachment
from bot.files import CHUNK, Store, TooLarge
from bot.files.kinds import kind_of

MB = 1_000_000
LARGEST = 200 * MB  # bytes of a file that is kept; of what Telegram does not take a link is told
WITHIN = ClientTimeout(total=300, sock_connect=10, sock_read=30)
HOPS = 5  # redirects that are followed
PLAIN = {"Accept-Encoding": "identity"}  # what is packed may be endless when it is unpacked
MOVED = {301, 302, 303, 307, 308}


class Fetcher:
    """Fetches for one endpoint. Close it when done."""

    def __init__(self, store: Store, own: Iterable[str]) -> None:
        """`own` are the endpoint's hosts that may be anywhere, and may speak http."""
        self._store = store
        self._own = Own(own)
        self._http: ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        http, self._http = self._http, None
        if http:
            await http.close()

    async def fetch(self, file: Attachment) -> Attachment:
        """Into the store; gives what it is. Raises TryLater, Undeliverable."""
        try:
            stored = await self._store.put(self._bytes(file.sources.link), LARGEST)
        except TooLarge as error:
            raise _too_large() from error
        return replace(
            file,
            kind=kind_of(stored.mime),
            mime=stored.mime,
            size=stored.size,
            sources=replace(file.sources, key=stored.key),
        )

    async def _bytes(self, link: str) -> AsyncGenerator[bytes, None]:
        try:
            async with self._answer(_url(link)) as answer:
                _check(answer)
                async for chunk in answer.content.iter_chunked(CHUNK):
                    yield chunk
        except (OffLimits, InvalidURL) as error:
            raise Undeliverable("address", str(error)) from error
        except (ClientError, TimeoutError) as error:
            if _elsewhere(error):
                raise Undeliverable("address", str(error)) from error
            raise TryLater(f"{type(error).__name__}: {error}", certain=True) from error

    @asynccontextmanager
    async def _answer(self, link: URL) -> AsyncIterator[ClientResponse]:
        """What is answered at last; each hop is looked at as the first one was.

        Only its sender and the endpoint's own hosts send us to these; no stranger does.
        """
        own = True
        for _hop in range(HOPS + 1):
            own = look_at(link, self._own, may_be_own=own)
            async with self._session().get(link, allow_redirects=False, headers=PLAIN) as answer:
                where = answer.headers.get("Location", "")
                if answer.status not in MOVED or not where:
                    yield answer
                    return
                link = link.join(_url(where))
        raise Undeliverable("fetch", f"more than {HOPS} redirects")

    def _session(self) -> ClientSession:
        if self._http is None:
            connector = TCPConnector(resolver=Public(self._own), use_dns_cache=False, limit=8)
            self._http = ClientSession(
                connector=connector,
                timeout=WITHIN,
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
            )
        return self._http


def _url(text: str) -> URL:
    """Raises OffLimits for what is no address at all."""
    try:
        return URL(text)
    except ValueError as error:
        raise OffLimits(text) from error


def _elsewhere(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OffLimits):
            return True
        error = error.__cause__ or error.__context__
    return False


def _check(answer: ClientResponse) -> None:
    if answer.status in LATER or answer.status >= 500:
        raise TryLater(
            f"HTTP {answer.status}",
            after=retry_after(answer.headers.get("Retry-After", "")),
            certain=True,
        )
    if answer.status != 200:
        raise Undeliverable("fetch", f"HTTP {answer.status}")
    packed = answer.headers.get("Content-Encoding", "identity")
    if packed != "identity":
        raise Undeliverable("fetch", f"Content-Encoding: {packed}")
    if (answer.content_length or 0) > LARGEST:
        raise _too_large()


def _too_large() -> Undeliverable:
    return Undeliverable("too large", f"{LARGEST} bytes")
