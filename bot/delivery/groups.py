"""The operators' groups: each has a gate and marks of its own, for as long as it is bound."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot import tasks
from bot.budget import Budget
from bot.delivery.group import Forum, GroupGate
from bot.delivery.marks import LIFE, MOST, Marks
from bot.desk.outbox import gates
from bot.desk.talk import outgoing
from bot.outage import is_outage

LOOK = 1.0  # seconds until it is looked again which groups are bound
FINISHING = 5.0  # seconds that what is in hand may still take
MARKING = 0.5  # seconds for the delivery marks of what has just arrived

log = structlog.get_logger()


@dataclass(slots=True)
class Work:
    """What is done in one group."""

    gate: GroupGate
    marks: Marks
    claiming: list[asyncio.Task[None]] = field(default_factory=list)
    marking: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Claim and mark from now on."""
        self.claiming, self.marking = [apart(self.gate.run())], [apart(self.marks.run())]

    async def finish(self, within: float) -> None:
        """Claim nothing more, and let what is in hand come to its end."""
        await tasks.end(self.claiming)
        await self.gate.finish(within)

    async def mark_all(self, within: float) -> None:
        """Set the marks that are wanted, then none any more."""
        await self.marks.finish(within)
        await tasks.end(self.marking)


class Groups:
    """Begins the work in each group that is bound, and ends it where one is bound no more."""

    def __init__(self, worker: int, carriers: int, budget: Budget, forum: Forum) -> None:
        self._about = worker, carriers, budget, forum
        self._forum, self._budget = forum, budget
        self._works: dict[int, Work] = {}
        self._news = asyncio.Event()
        self._arrived: deque[int] = deque(maxlen=MOST)  # messages whose group is not known yet
        self._since: datetime | None = datetime.now(UTC) - timedelta(seconds=LIFE)

    def wake(self, names: frozenset[str]) -> None:
        """There may be something for these gates; none named means all."""
        known = set()
        for work in self._works.values():
            known.add(work.gate.name)
            if not names or work.gate.name in names:
                work.gate.wake()
        if any(gates.department_of(name) and name not in known for name in names):
            self._news.set()

    def want(self, message_id: int) -> None:
        """The customer has this message of an operator's: it is marked in its group."""
        if len(self._works) == 1:
            next(iter(self._works.values())).marks.want(message_id)
        else:
            self._arrived.append(message_id)
            self._news.set()

    async def run(self) -> None:
        """Follow what is bound, until cancelled. Run it in a clean context."""
        while True:
            self._news.clear()
            try:
                await self._follow()
                await self._recall()
                await self._sort()
            except Exception as error:
                if not is_outage(error):
                    log.exception("the groups could not be followed")
            await self._rest()

    async def finish(self, within: float) -> None:
        """Claim nothing more, and let what is in hand come to its end."""
        await asyncio.gather(*(work.finish(within) for work in self._works.values()))

    async def mark_all(self, within: float) -> None:
        """Mark what has just arrived, then nothing more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._sort()
        await asyncio.gather(*(work.mark_all(within) for work in self._works.values()))

    async def _follow(self) -> None:
        bound = await self._forum.bound_chats()
        for number in bound.keys() - self._works.keys():
            self._begin(number)
        for number in self._works.keys() - bound.keys():
            await self._end(number)

    def _begin(self, department: int) -> None:
        marks = Marks(self._budget, self._forum, department)
        work = self._works[department] = Work(GroupGate(*self._about, department), marks)
        work.begin()

    async def _end(self, department: int) -> None:
        work = self._works.pop(department)
        await work.finish(FINISHING)
        await work.mark_all(MARKING)

    async def _recall(self) -> None:
        """After a start: what arrived in the last minute may be without its mark."""
        if self._since is not None and self._works:
            self._arrived += await outgoing.sent_since(self._since)
            self._since = None

    async def _sort(self) -> None:
        """Find out in which groups what has arrived stands."""
        if not (self._arrived and self._works):
            return
        arrived = [*self._arrived]
        found = await outgoing.departments(arrived)
        for message_id in arrived:
            self._arrived.popleft()
            if work := self._works.get(found.get(message_id, 0)):
                work.marks.want(message_id)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._news.wait()
        except TimeoutError:
            return


def apart(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task that inherits nothing: no transaction, no ticket in its logs."""
    return asyncio.create_task(work, context=contextvars.Context())
