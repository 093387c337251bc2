"""The storm: the desk is killed again and again, and the stores go down under it."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.desk import Desk
from tests.chaos.stores import Store

SHORTEST_LIFE, LONGEST_LIFE = 0.05, 2.5  # seconds from serving to the kill
STILLBORN = 0.12  # the share of kills that come while the desk starts
FIRST_CYCLE = 4.0  # seconds from kill to kill, until they have been measured


@dataclass
class Storm:
    """What has fallen so far, and what is still to fall."""

    desk: Desk
    stores: list[Store]
    dice: random.Random
    say: Callable[[str], None]
    kills_planned: int
    restarts_planned: int  # of each store
    kills: int = 0
    stillborn: int = 0
    refused_starts: int = 0
    surprises: list[str] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _shaking: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def cycle(self) -> float:
        """Seconds from kill to kill, so far."""
        return (time.monotonic() - self._began) / self.kills if self.kills else FIRST_CYCLE

    @property
    def left(self) -> float:
        """Seconds until it is over, as far as can be told."""
        return (self.kills_planned - self.kills) * self.cycle

    async def rage(self) -> None:
        """Kill the desk as often as planned, and start it again at once each time."""
        restarts = self._restarts()
        await self.desk.launch()
        while self.kills < self.kills_planned:
            for shake in restarts.pop(self.kills, []):
                self._shaking.append(asyncio.create_task(self._shake(*shake)))
            await self._live_and_die()
            self.say(f"kill {self.kills} of {self.kills_planned}")
        await asyncio.gather(*self._shaking)
        while not await self.desk.serving():
            await self.revive()

    async def revive(self) -> None:
        """It ended by itself: it may, with a sentence, when it finds no store at its start."""
        launched_at = self.desk.launched_at
        lacking = any(store.was_away(launched_at) for store in self.stores)
        if lacking and not self.desk.has_served():
            self.refused_starts += 1
        else:
            self.surprises.append(f"status {self.desk.status}\n{self.desk.last_words()}")
        await self.desk.launch()

    def _restarts(self) -> dict[int, list[tuple[Store, bool, float]]]:
        """After which kills a store goes down: by SIGKILL or not, and how soon (0 to 1 cycle)."""
        planned: dict[int, list[tuple[Store, bool, float]]] = {}
        for store in self.stores:
            moments = sorted(self.dice.sample(range(self.kills_planned), self.restarts_planned))
            for turn, moment in enumerate(moments):
                kill = (turn + self.restarts_planned) % 2 == 1
                shake = (store, kill, self.dice.random())
                planned.setdefault(moment, []).append(shake)
        return planned

    async def _shake(self, store: Store, kill: bool, soon: float) -> None:
        await asyncio.sleep(soon * self.cycle)
        await store.restart(kill=kill)

    async def _live_and_die(self) -> None:
        young = self.dice.random() < STILLBORN
        life = self.dice.uniform(SHORTEST_LIFE, LONGEST_LIFE)
        if not young and not await self.desk.serving():
            return await self.revive()
        if await self.desk.ends_by_itself(life):
            return await self.revive()
        await self.desk.kill()
        self.kills += 1
        self.stillborn += young
        return await self.desk.launch()
