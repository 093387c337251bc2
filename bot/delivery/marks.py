"""Delivery marks: under an operator's words it is seen that the customer has them.

They are the first thing to do without when the group's budget is short, so none of them is a
row of the outbox: it would cost the database more than the reply itself. What lasts is that the
reply was sent. After a start, all that was sent in the last minute is marked again; where the
mark stands already that changes nothing.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from bot.budget import Budget
from bot.delivery.group import ENOUGH_FOR_ALL, Forum, enough
from bot.desk.outbox import claims, gates
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.outage import is_outage

LIFE = 60.0  # seconds after which nobody misses a mark
MOST = 10_000  # marks that wait; the oldest are left out
PAUSE = 0.5  # seconds until it is asked again for free actions

log = structlog.get_logger()


class Marks:
    """Sets one mark at a time in a department's group, when there is nothing better to do."""

    def __init__(self, budget: Budget, forum: Forum, department: int) -> None:
        self._budget = budget
        self._forum = forum
        self._department = department
        self._wanted: deque[tuple[int, float]] = deque(maxlen=MOST)  # message, until when
        self._news = asyncio.Event()
        self._idle = asyncio.Event()

    def want(self, message_id: int) -> None:
        """The customer has this message of an operator's."""
        self._wanted.append((message_id, time.monotonic() + LIFE))
        self._idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Mark until cancelled. Run it in a clean context."""
        while True:
            try:
                await self._next()
            except Exception as error:
                if not is_outage(error):
                    log.exception("marking failed")
                await asyncio.sleep(PAUSE)

    async def finish(self, within: float) -> None:
        """Let it set what is still wanted, as far as there is time for that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._idle.wait()

    async def _next(self) -> None:
        if not self._wanted:
            self._idle.set()
            self._news.clear()
            await self._news.wait()
        _message_id, until = self._wanted[0]
        if time.monotonic() > until:
            self._wanted.popleft()
        elif await self._pay():
            await self._mark(*self._wanted.popleft())
        else:
            await asyncio.sleep(PAUSE)

    async def _pay(self) -> bool:
        """Take an action of the group's, if there are plenty and nothing else is due."""
        chat = (await self._forum.bound_chats()).get(self._department)
        if chat is None:
            return False
        if await self._budget.free(chat) < enough(ENOUGH_FOR_ALL, self._budget):
            return False
        if self._budget.group_per_minute:
            due = await claims.next_due(gates.of(self._department))
            if due is not None and due <= datetime.now(UTC):
                return False
        return not await self._budget.take_group(chat)

    async def _mark(self, message_id: int, until: float) -> None:
        """What Telegram refuses is left out; while it is away, there is the minute."""
        try:
            await self._forum.mark(self._department, message_id)
        except TryLater as error:
            if error.hold is not None:
                await self._budget.hold(error.hold, error.after)
            self._wanted.appendleft((message_id, until))
            await asyncio.sleep(PAUSE)
        except Undeliverable as error:
            log.info("a mark is left out", error=str(error))
