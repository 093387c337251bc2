"""A gate: one claimer, and a number of carriers that work side by side."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from redis.exceptions import RedisError

from bot.budget import Budget
from bot.delivery import settling
from bot.desk.errors import DeskError
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import Carried, TryLater, Undeliverable
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Precedence
from bot.desk.outbox.kinds import Unknown
from bot.desk.talk import unknown
from bot.logs import about
from bot.outage import is_outage

POLL = 1.0  # seconds; wakes make it quicker, this makes it sure
SOON = 0.02  # seconds until it is asked again what is due, where little or nothing was
OUTAGE = 0.5  # seconds
UNKNOWN = 15.0  # seconds until what only a newer version can carry is looked at again

Batch = Sequence[Parcel]  # consecutive parcels of one lane, carried as one
log = structlog.get_logger()


class NotYet(Exception):
    """It is not this lane's turn, for so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class Gate(ABC):
    """Claims for one gate as long as a carrier is free. Run it in a clean context."""

    def __init__(self, name: str, worker: int, carriers: int, budget: Budget) -> None:
        self.name = name
        self.worker = worker
        self._carriers = carriers
        self._budget = budget
        self._in_hand: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._arrivals = settling.Arrivals()

    @abstractmethod
    async def take(self, room: int) -> list[Batch] | float:
        """Claim what `room` carriers can begin with; or seconds until it is worth asking."""

    @abstractmethod
    async def carry(self, batch: Batch) -> Carried | None:
        """Carry it. None: there is nothing left to carry.

        Raises TryLater, Undeliverable or NotYet; anything else is our mistake.
        """

    def minds(self, chat: str) -> bool:
        """Whether it calls nobody in this chat while a flood wait holds it."""
        return True

    async def not_needed(self) -> None:
        """Nothing is called for what was claimed."""
        return

    def arrived(self, batch: Batch) -> None:
        """What has arrived is written down."""
        return

    def wake(self) -> None:
        """There may be something to claim."""
        self._news.set()

    async def run(self) -> None:
        """Claim until cancelled; what is in hand goes on."""
        while True:
            self._news.clear()
            try:
                wait = await self._round()
            except Exception as error:
                wait = OUTAGE
                if is_outage(error):
                    log.warning("a store is away", gate=self.name, error=str(error))
                else:
                    log.exception("claiming failed", gate=self.name)
            if wait:
                await self._rest(wait)

    async def finish(self, within: float) -> None:
        """Let what is in hand come to its end; what has not by then is broken off."""
        if not self._in_hand:
            return
        _done, late = await asyncio.wait(self._in_hand, timeout=within)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)

    async def until_due(self, least: Precedence = Precedence.LOOK) -> float:
        """Seconds until the next head of this gate is due, at most POLL."""
        due = await claims.next_due(self.name, least=least)
        if due is None:
            return POLL
        return min(POLL, max(SOON, (due - datetime.now(UTC)).total_seconds()))

    async def _round(self) -> float:
        room = self._carriers - len(self._in_hand)
        if room <= 0:
            return POLL
        taken = await self.take(room)
        if isinstance(taken, float):
            return taken
        for batch in taken:
            task = asyncio.create_task(self._handle(batch))
            self._in_hand.add(task)
            task.add_done_callback(self._put_down)
        return 0.0 if len(taken) == room else SOON

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    def _put_down(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        self.wake()

    async def _handle(self, batch: Batch) -> None:
        first = batch[0]
        with about(delivery=first.id, ticket=first.ticket_id, kind=first.kind):
            try:
                await self._attempt(batch)
            except Exception:
                log.exception("an outcome could not be marked")

    async def _attempt(self, batch: Batch) -> None:
        try:
            carried = await self._carry(batch)
        except NotYet as wait:
            await settling.not_yet(batch, wait.after)
        except TryLater as error:
            await self._hold(error)
            held = error.hold is not None and self.minds(error.hold)
            await settling.later(batch, error, held=held)
        except Undeliverable as error:
            await settling.dead(batch, error)
        except DeskError as error:
            await settling.dead(batch, Undeliverable("rejected", error.sentence))
        except Exception as error:
            if not is_outage(error):
                log.exception("carrying failed")
            await settling.later(batch, TryLater(repr(error)))
        else:
            await self._settle(batch, carried)

    async def _carry(self, batch: Batch) -> Carried | None:
        """Carry it, if this version knows what it is: else a newer one does, or will."""
        first = batch[0]
        if isinstance(first.what, Unknown):
            await self.not_needed()
            await unknown.met(first, datetime.now(UTC))
            raise TryLater(first.what.why, after=UNKNOWN, certain=True, blameless=True)
        return await self.carry(batch)

    async def _settle(self, batch: Batch, carried: Carried | None) -> None:
        if carried is None:
            await settling.needless(batch)
            return
        await self._arrivals.mark(batch, settling.retold(batch, carried))
        self.arrived(batch)

    async def _hold(self, error: TryLater) -> None:
        """Nobody calls this chat before its flood wait has passed."""
        if error.hold is None:
            return
        try:
            await self._budget.hold(error.hold, error.after)
        except RedisError as away:  # this process remembers it all the same
            log.warning("a flood wait could not be shared", error=str(away))
