"""Our own loop over getUpdates: it confirms only what has been done.

The framework's loop confirms an update before its handler has ended, and a crash loses it.
"""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods import DeleteWebhook, TelegramMethod

from bot.telegram.asking import until_answered
from bot.telegram.inflow import WANTED, Inflow
from bot.telegram.rivals import Rival

CONFLICTS = 3  # one after another: a process that just takes over is none
LONG_POLL = 25  # seconds that Telegram may hold a call open
MARGIN = 15  # seconds for the way there and back
MOST = 100  # updates that one call shows
NARROW = 50  # of the hundred updates that one call shows; with more in hand nothing waits its turn
MOMENT = 0.01  # seconds: something is done by then, and more has come
# Seconds. The same offset within 0.5 s is answered with one update only, after 3 s.
SAME_OFFSET_WAIT = 0.6

log = structlog.get_logger()


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Bot API: getUpdates, its updates left unread: one that cannot be read harms no other."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int
    limit: int = MOST
    timeout: int
    allowed_updates: list[str] = WANTED


class Polling:
    """Feeds the inflow. The offset moves to the end of the finished prefix and no further."""

    def __init__(self, bot: Bot, inflow: Inflow, *, long_poll: int = LONG_POLL) -> None:
        """`long_poll`: seconds that one call waits for something to happen."""
        self._bot = bot
        self._inflow = inflow
        self._long_poll = long_poll
        self._taken: dict[int, asyncio.Future[bool]] = {}
        self._offset = 0
        self._asked = 0  # the offset that Telegram has been told last
        self.caught_up = False  # whether all that waited for us has been done
        self._conflicts = 0
        self._rival = Rival(bot)

    @property
    def deaf(self) -> bool:
        """Whether somebody else gets our updates: a webhook of theirs, or a second poller."""
        return self._conflicts >= CONFLICTS

    async def run(self) -> None:
        """Poll for ever; cancel it to stop. Raises CannotStart when the token is unknown."""
        await until_answered(self._take_over)
        while True:
            raws = await until_answered(self._poll)
            self._take(raws)
            await self._settle()
            behind = len(raws) == MOST  # there may be more than one call shows
            self.caught_up = not behind and (self.caught_up or not (self._taken or raws))

    async def confirm(self) -> None:
        """Tell Telegram what has been done, when nothing more will be taken.

        The update that such a call may return is not confirmed by it, so it comes again.
        """
        self._advance()
        if self._offset == self._asked:
            return
        last = GetRawUpdates(offset=self._offset, limit=1, timeout=0)
        try:
            await self._bot(last, request_timeout=1)
        except AiogramError as error:
            log.warning("the last updates are not confirmed and will be skipped", error=str(error))

    async def _poll(self) -> list[dict[str, Any]]:
        timeout = 0 if self._taken or not self.caught_up else self._long_poll
        self._asked = self._offset
        method = GetRawUpdates(offset=self._offset, timeout=timeout)
        try:
            raws = await self._bot(method, request_timeout=timeout + MARGIN)
        except AiogramError as error:
            self.caught_up = False  # who knows what waits there
            if isinstance(error, TelegramConflictError):
                await self._in_conflict(error)
            raise
        self._conflicts = 0
        return raws

    async def _in_conflict(self, error: TelegramConflictError) -> None:
        """Somebody else gets our updates. A webhook that takes none is taken away."""
        self._conflicts += 1
        if "webhook" in error.message.lower() and await self._rival.is_gone():
            log.warning("the webhook of another program fails, and is taken away")
            await self._take_over()

    async def _take_over(self) -> None:
        await self._bot(DeleteWebhook(drop_pending_updates=False))

    def _take(self, raws: list[dict[str, Any]]) -> None:
        for raw in raws:
            if raw["update_id"] not in self._taken:
                self._taken[raw["update_id"]] = self._inflow.take(raw)
        self._inflow.pressed = not self.caught_up or len(self._taken) > NARROW

    async def _settle(self) -> None:
        """Wait until everything is done, or at least something after a moment.

        While the first one is stuck, Telegram answers at once with what we have already, so the
        next poll comes no sooner than it must.
        """
        waiting = [done for done in self._taken.values() if not done.done()]
        if waiting:
            await asyncio.wait(waiting, timeout=MOMENT)
        self._advance()
        if self._taken and self._offset == self._asked:
            first = next(iter(self._taken.values()))
            await asyncio.wait([first], timeout=SAME_OFFSET_WAIT)
            self._advance()

    def _advance(self) -> None:
        while self._taken:
            update_id, done = next(iter(self._taken.items()))
            if not done.done() or not done.result():
                return
            del self._taken[update_id]
            self._offset = update_id + 1
