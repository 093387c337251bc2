"""Another program that gets our updates, by a webhook of its own or by asking for them.

It is left alone while it takes them: it may be ours, of a later deployment. Who stops leaves a
webhook behind that fails, and then what waits is ours to take. One that comes back again and again
is given more time each time.
"""

from datetime import UTC, datetime
from time import monotonic

from aiogram import Bot
from aiogram.methods import GetWebhookInfo
from aiogram.types import WebhookInfo

GRACE = 30.0  # seconds for which nobody takes what waits; twice as many after each time
LONGEST = 3600.0  # seconds; after so many in peace it begins anew


class Rival:
    """Asked about while we may not be the one who gets the updates."""

    def __init__(self, bot: Bot, ours: str = "") -> None:
        """`ours`: the address of our own webhook; none when we ask for updates ourselves."""
        self._bot = bot
        self._ours = ours
        self._since: tuple[float, datetime] | None = None  # nobody has taken what waits
        self._kept = 0  # how many waited at the last look
        self._grace = GRACE
        self._gone_at = -LONGEST
        self.is_there = False

    async def is_gone(self) -> bool:
        """Whether it takes nothing of what waits, for so long that its place is ours again."""
        info = await self._bot(GetWebhookInfo())
        self.is_there = info.url != self._ours
        before, self._kept = self._kept, info.pending_update_count
        if not self.is_there or not self._kept:
            self._since = None
            return False
        if self._since is None or self._kept < before:
            self._since = monotonic(), datetime.now(UTC)
        since, instant = self._since
        if monotonic() - since < self._patience() or not _fails(info, instant):
            return False
        self._since, self._gone_at = None, monotonic()
        self._grace = min(LONGEST, self._grace * 2)
        return True

    def _patience(self) -> float:
        if monotonic() - self._gone_at > LONGEST:
            self._grace = GRACE
        return self._grace


def _fails(info: WebhookInfo, since: datetime) -> bool:
    """Whether Telegram could not bring it an update since then; who asks for them has no error."""
    if not info.url:
        return True
    return info.last_error_date is not None and info.last_error_date >= since.replace(microsecond=0)
