"""Delivery: the worker that carries what the outbox holds to the group and the channels."""

import asyncio
from collections.abc import Iterable

import structlog

from bot import tasks
from bot.budget import Budget
from bot.delivery.channel import Channel, ChannelGate, Intake
from bot.delivery.gate import Gate
from bot.delivery.group import Forum
from bot.delivery.groups import FINISHING, MARKING, Groups, apart
from bot.delivery.presence import Presence
from bot.delivery.strangers import StrangersGate
from bot.delivery.whispers import WhispersGate
from bot.desk import outbox
from bot.desk.outbox import claims
from bot.outage import is_outage

ALL_IS_IN = Intake()

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
        self._groups = Groups(worker, carriers, budget, forum) if forum else None
        delivered = self._groups.want if self._groups else _nobody_looks
        carried = [
            ChannelGate(worker, carriers, budget, channel, delivered, intake)
            for channel in channels
        ]
        about = worker, carriers, budget
        elsewhere: list[Gate] = []
        if forum:
            elsewhere = [StrangersGate(*about, forum), WhispersGate(*about, forum)]
        self._gates: dict[str, Gate] = {gate.name: gate for gate in [*elsewhere, *carried]}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin. Needs no store yet: what is away is waited for."""
        outbox.listeners.append(self._put)
        self._tasks = [apart(self._presence.run())]
        self._tasks += [apart(self._begin(each)) for each in self._working()]

    async def stop(self) -> None:
        """Claim nothing more, finish what is in hand, free the rest; within about 10 s."""
        outbox.listeners.remove(self._put)
        presence, *claimers = self._tasks
        await tasks.end(claimers)
        await asyncio.gather(*(each.finish(FINISHING) for each in self._working()))
        if self._groups:
            await self._groups.mark_all(MARKING)
        try:
            async with asyncio.timeout(1):
                await claims.release(self._presence.worker)
        except Exception as error:
            if not (is_outage(error) or isinstance(error, TimeoutError)):
                raise
            log.warning("claims are left to other workers", error=str(error))
        await tasks.end([presence])

    def _working(self) -> list[Gate | Groups]:
        return [*self._gates.values(), *([self._groups] if self._groups else [])]

    async def _begin(self, working: Gate | Groups) -> None:
        await self._presence.ready.wait()  # who claims is seen to live
        await working.run()

    def _put(self, gates: frozenset[str]) -> None:
        self._wake(gates)
        self._presence.tell(gates)

    def _wake(self, gates: frozenset[str]) -> None:
        """Wake these gates; none named means all."""
        if self._groups:
            self._groups.wake(gates)
        for name, gate in self._gates.items():
            if not gates or name in gates:
                gate.wake()


def _nobody_looks(_message_id: int) -> None:
    """Without a group there is nobody to whom a delivery could be shown."""
