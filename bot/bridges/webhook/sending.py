"""Calls outwards: signed, told apart by what the other side answers."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import orjson
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)

from bot.bridges.webhook import signing
from bot.bridges.webhook.endpoints import Endpoint
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.words import clean_name

LONGEST = 20.0  # seconds that a call may take
WITHIN = ClientTimeout(total=LONGEST, connect=5)
MOST_READ = 64 << 10  # bytes of an answer
LONGEST_DETAIL = 200  # characters of it that operators read
LONGEST_WAIT = 3600.0  # seconds; who wants us to wait longer is asked again
SHORT_WAIT = 5.0  # seconds, where they do not say how long, or do not answer
BUSY, GONE = 429, 410
LATER = {408, 425, BUSY}  # and 5xx


class Declined(Undeliverable):
    """They will not have it; `status` is that of HTTP."""

    def __init__(self, reason: str, detail: str, status: int) -> None:
        super().__init__(reason, detail)
        self.status = status


async def call(http: ClientSession, endpoint: Endpoint, number: str, body: bytes) -> bytes:
    """Hand it over; gives what they answer. Raises TryLater or Declined."""
    headers = {"Content-Type": "application/json"}
    headers |= signing.signed(endpoint.keys, number, time.time(), body)
    try:
        # Where to is a setting; a redirect would be somebody else's wish.
        async with http.post(
            str(endpoint.url), data=body, headers=headers, timeout=WITHIN, allow_redirects=False
        ) as answer:
            said = await _read(answer)
            _check(answer.status, answer.headers, said)
            return said
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise TryLater(str(error), after=SHORT_WAIT, certain=True) from error
    except (ClientError, TimeoutError) as error:
        raise TryLater(repr(error), after=SHORT_WAIT) from error


async def _read(answer: ClientResponse) -> bytes:
    """As much as anybody needs. The status has come, so that half of it is enough."""
    said = b""
    try:
        while len(said) < MOST_READ and (more := await answer.content.read(MOST_READ)):
            said += more
    except (ClientError, TimeoutError):
        return said
    return said[:MOST_READ]


def _check(status: int, headers: Mapping[str, str], said: bytes) -> None:
    if 200 <= status < 300:
        return
    if status in LATER or status >= 500:
        after = retry_after(headers.get("Retry-After", "")) or (
            SHORT_WAIT if status == BUSY else 0.0
        )
        raise TryLater(f"HTTP {status}", after=after, certain=status == BUSY)
    reason = "blocked" if status == GONE else "rejected"
    raise Declined(reason, _detail(status, said), status)


def retry_after(said: str) -> float:
    """Seconds until they want to be asked again (RFC 9110, 10.2.3); 0.0: they do not say."""
    if said.isascii() and said.isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        left = parsedate_to_datetime(said).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(left, 0.0), LONGEST_WAIT)


def _detail(status: int, said: bytes) -> str:
    """What they say of it, in one line that is safe to show."""
    text = said.decode(errors="replace")
    try:
        found = orjson.loads(said)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, dict):
        named = [found.get(name) for name in ("error", "message", "detail")]
        text = next((each for each in named if isinstance(each, str)), "")
    words = clean_name("" if text.lstrip().startswith("<") else text[:2000], LONGEST_DETAIL)
    return f"HTTP {status}: {words}" if words else f"HTTP {status}"
