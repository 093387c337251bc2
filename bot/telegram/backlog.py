"""What Telegram keeps for a webhook: updates that nobody has accepted yet."""

from collections.abc import Awaitable, Callable
from time import monotonic

import structlog
from aiogram import Bot
from aiogram.methods import GetWebhookInfo

from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.telegram.calls import ask

LONGEST = 120.0  # seconds: the longest pause between two of Telegram's tries
FORGOTTEN = 10.0  # seconds without a question: whoever waited for it waits no more

log = structlog.get_logger(__name__)


class Backlog:
    """Asked of Telegram, for it alone knows: which replica it will bring them to is open."""

    def __init__(self, bot: Bot, press: Callable[[], Awaitable[None]]) -> None:
        """`press` is called while something is kept: what we gave back is to be taken in."""
        self._bot = bot
        self._press = press
        self._since: float | None = None  # when it was seen not to be empty
        self._asked = 0.0

    async def is_empty(self) -> bool:
        """Whether all is accepted (Bot API: getWebhookInfo). True, too, when it never empties.

        Telegram tries for a day to bring what nobody takes; nothing may wait for that.
        """
        try:
            info = await ask(self._bot, GetWebhookInfo())
            empty = not info.pending_update_count
        except (TryLater, Undeliverable) as trouble:
            log.warning("telegram does not say what it keeps", reason=str(trouble))
            empty = False
        now, before = monotonic(), self._asked
        self._asked = now
        if empty:
            self._since = None
            return True
        await self._press()
        if self._since is None or now - before > FORGOTTEN:
            self._since = now
        return now - self._since > LONGEST
