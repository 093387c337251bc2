"""Delivery: the worker that carries what the outbox holds to the group and the channels."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog

from bot import tasks
from bot.budget import Budget
from bot.delivery.channel import Channel, ChannelGate, Intake
from bot.delivery.gate import Gate
from bot.delivery.group import Forum, GroupGate
from bot.delivery.marks import Marks
from bot.delivery.presence import Presence
from bot.delivery.strangers import StrangersGate
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.outage import is_outage

FINISHING = 5.0  # seconds that what is in hand may still take
ALL_IS_IN = Intake()
MARKING = 0.5  # seconds for the delivery marks of what has just arrived

log = structlog.get_logger()


class Worker:
    """Carries deliveries while it is started; any number of workers share one database."""

    def __init__(
        self,
        database_url: str,
        budget: Budget,
        *,
        forum: Forum | None = None,
        channels: Iterable[Channel] = (),
        carriers: int = 4,
        intake: Intake = ALL_IS_IN,
    ) -> None:
        """`carriers`: how many deliveries each gate carries side by side.

        No album leaves while the `intake` may bring one of its parts, which may make all of it
        a note.

        The models are connected to the same database already.
        """
        self._presence = Presence(database_url, self._wake)
        worker = self._presence.worker
        self._marks = Marks(budget, forum) if forum else None
        delivered = self._marks.want if self._marks else _nobody_looks
        carried = [
            ChannelGate(worker, carriers, budget, channel, delivered, intake)
            for channel in channels
        ]
        groups: list[Gate] = []
        if forum:
            groups = [gate(worker, carriers, budget, forum) for gate in (GroupGate, StrangersGate)]
        self._gates: dict[str, Gate] = {gate.name: gate for gate in [*groups, *carried]}
        self._tasks: list[asyncio.Task[None]] = []
        self._marking: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin. Needs no store yet: what is away is waited for."""
        outbox.listeners.append(self._put)
        self._tasks = [_apart(self._presence.run())]
        self._tasks += [_apart(self._claim(gate)) for gate in self._gates.values()]
        if self._marks:
            self._marking = [_apart(self._marks.run())]

    async def stop(self) -> None:
        """Claim nothing more, finish what is in hand, free the rest; within about 10 s."""
        outbox.listeners.remove(self._put)
        presence, *claimers = self._tasks
        await tasks.end(claimers)
        await asyncio.gather(*(gate.finish(FINISHING) for gate in self._gates.values()))
        if self._marks:
            await self._marks.finish(MARKING)
            await tasks.end(self._marking)
        try:
            async with asyncio.timeout(1):
                await claims.release(self._presence.worker)
        except Exception as error:
            if not (is_outage(error) or isinstance(error, TimeoutError)):
                raise
            log.warning("claims are left to other workers", error=str(error))
        await tasks.end([presence])

    async def _claim(self, gate: Gate) -> None:
        await self._presence.ready.wait()  # who claims is seen to live
        await gate.run()

    def _put(self, gates: frozenset[str]) -> None:
        self._wake(gates)
        self._presence.tell(gates)

    def _wake(self, gates: frozenset[str]) -> None:
        """Wake these gates; none named means all."""
        for name, gate in self._gates.items():
            if not gates or name in gates:
                gate.wake()


def _nobody_looks(_message_id: int) -> None:
    """Without a group there is nobody to whom a delivery could be shown."""


def _apart(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task that inherits nothing: no transaction, no ticket in its logs."""
    return asyncio.create_task(work, context=contextvars.Context())
