"""Files that customers have given links to: fetched beside what is said, a few at a time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.bridges.base import Bridge, CanFetch
from bot.delivery.gate import NotYet
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable, cannot
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_customer import Fetch
from bot.desk.said import ChannelAddress
from bot.desk.said.attachments import Attachment
from bot.desk.talk import sources

EACH = 3  # files that are fetched at once from one host, and of one customer
LOOK_AGAIN = 0.5  # seconds, while so many are being fetched
TRIES = 12  # a quarter of an hour of pauses, and longer where it is slow; then its link is told


class Fetching:
    """What one channel fetches."""

    def __init__(self, bridge: Bridge, most: int) -> None:
        """`most`: how many files at once, whosever they are; the other carriers are for words."""
        self._bridge = bridge
        self._most = most
        self._held: Counter[str] = Counter()

    async def carry(self, what: Fetch, address: ChannelAddress, parcel: Parcel) -> Carried | None:
        """Bring the file into the store. Raises NotYet, TryLater, Undeliverable.

        None: it is there, or its message has it no more, in this place.
        """
        file = await sources.lacking(what.message, what.place)
        if file is None:
            return None
        with self._places(f"host {_host(file)}", f"customer {what.address}"):
            try:
                found = await self._fetch(address, file, parcel.attempts)
            except Undeliverable:
                if await sources.lacking(what.message, what.place) != file:
                    return None  # what stands there now is fetched by itself
                raise

        async def record() -> None:
            await sources.fetched(what.message, what.place, found, datetime.now(UTC))

        return Carried(record=record)

    @contextmanager
    def _places(self, *of: str) -> Iterator[None]:
        """One that is slow, or sends many, leaves places for the others. Raises NotYet."""
        full = self._held["all"] >= self._most
        if full or any(self._held[each] >= EACH for each in of):
            raise NotYet(LOOK_AGAIN)
        held = Counter(("all", *of))
        self._held += held
        try:
            yield
        finally:
            self._held -= held

    async def _fetch(self, address: ChannelAddress, file: Attachment, attempts: int) -> Attachment:
        if not isinstance(self._bridge, CanFetch):
            raise cannot("fetch")
        try:
            return await self._bridge.fetch(address, file)
        except TryLater as error:
            if attempts >= TRIES:
                raise Undeliverable("fetch", str(error)) from error
            raise


def _host(file: Attachment) -> str:
    try:
        return urlsplit(file.sources.link).hostname or ""
    except ValueError:
        return ""
