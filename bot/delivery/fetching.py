"""Files that customers have given links to: fetched beside what is said, a few at a time."""

import asyncio
from datetime import UTC, datetime

from bot.bridges.base import Bridge, CanFetch
from bot.delivery.gate import NotYet
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable, cannot
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.kinds.to_customer import Fetch
from bot.desk.said import Address
from bot.desk.said.attachments import Attachment
from bot.desk.talk import sources

AT_ONCE = 4  # of one channel, in one process: the carriers are for words
LOOK_AGAIN = 0.5  # seconds, while so many are being fetched
TRIES = 12  # about a quarter of an hour; then its link is told


class Fetching:
    """What one channel fetches."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._places = asyncio.Semaphore(AT_ONCE)

    async def carry(self, what: Fetch, address: Address, parcel: Parcel) -> Carried | None:
        """Bring the file into the store. Raises NotYet, TryLater, Undeliverable.

        None: it is there, or its message has it no more.
        """
        file = await sources.awaited(what.message, what.place)
        if file is None:
            return None
        if self._places.locked():
            raise NotYet(LOOK_AGAIN)
        async with self._places:
            found = await self._fetch(address, file, parcel.attempts)

        async def record() -> None:
            await sources.fetched(what.message, what.place, found, datetime.now(UTC))

        return Carried(record=record)

    async def _fetch(self, address: Address, file: Attachment, attempts: int) -> Attachment:
        if not isinstance(self._bridge, CanFetch):
            raise cannot("fetch")
        try:
            return await self._bridge.fetch(address, file)
        except TryLater as error:
            if attempts >= TRIES:
                raise Undeliverable("fetch", str(error)) from error
            raise
