"""The campaign: everybody writes while everything falls; then all is counted."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from models.database import migrate
from sandbox.faults import Kind
from sandbox.journal import Journal
from sandbox.server import Sandbox
from sandbox.world import World
from tests.chaos import claims
from tests.chaos.desk import Desk
from tests.chaos.people import TOKEN, Cast, Pen
from tests.chaos.stores import Store, stores
from tests.chaos.verdict import PENDING, Verdict, judge

FAULTS: tuple[Kind, ...] = ("500", "502", "429", "drop_before", "drop_after", "slow")
CALLS_REMEMBERED = 1_000_000
SHORTEST_LIFE, LONGEST_LIFE = 0.05, 2.5  # seconds from serving to the kill
STILLBORN = 0.12  # the share of kills that come while the desk starts
FIRST_CYCLE = 4.0  # seconds from kill to kill, until they have been measured
LONGEST_GAP = 0.5  # seconds between two acts
STEADY = 1.2  # seconds for which nothing may move, for all to be done
LONGEST_DRAIN = 120.0
ENDS_WITHIN = 10.0
GROUP_PACE = 900  # actions a minute: enough, and yet every action asks the budget


@dataclass(frozen=True)
class Plan:
    """How much happens. `fault_rate` is the share of calls that fail, 0 to 1."""

    seed: int = 1
    messages: int = 2000
    kills: int = 50
    store_restarts: int = 2
    customers: int = 30
    operators: int = 5
    fault_rate: float = 0.05
    longest: float = 1500.0  # seconds, for all of it


@dataclass
class Storm:
    """What has fallen so far, and what is still to fall."""

    plan: Plan
    desk: Desk
    stores: tuple[Store, Store]
    dice: random.Random
    say: Callable[[str], None]
    kills: int = 0
    stillborn: int = 0
    refused_starts: int = 0
    surprises: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    shaking: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def cycle(self) -> float:
        """Seconds from kill to kill, so far."""
        return (time.monotonic() - self.began) / self.kills if self.kills else FIRST_CYCLE

    async def rage(self) -> None:
        """Kill the desk as often as planned, and start it again at once each time."""
        restarts = self._planned_restarts()
        await self.desk.launch()
        while self.kills < self.plan.kills:
            for store, kill in restarts.pop(self.kills, []):
                self.shaking.append(asyncio.create_task(self._shake(store, kill)))
            await self._live_and_die()
            self.say(f"kill {self.kills} of {self.plan.kills}")
        await asyncio.gather(*self.shaking)
        while not await self.desk.serving():
            await self._again()

    def _planned_restarts(self) -> dict[int, list[tuple[Store, bool]]]:
        """At which kills a store goes down, each once in order before it is killed."""
        planned: dict[int, list[tuple[Store, bool]]] = {}
        for store in self.stores:
            moments = sorted(self.dice.sample(range(self.plan.kills), self.plan.store_restarts))
            for turn, moment in enumerate(moments):
                kill = turn % 2 == 1 or self.plan.store_restarts == 1
                planned.setdefault(moment, []).append((store, kill))
        return planned

    async def _shake(self, store: Store, kill: bool) -> None:
        await asyncio.sleep(self.dice.uniform(0, self.cycle))
        await store.restart(kill=kill)

    async def _live_and_die(self) -> None:
        young = self.dice.random() < STILLBORN
        life = self.dice.uniform(SHORTEST_LIFE, LONGEST_LIFE)
        if not young and not await self.desk.serving():
            await self._again()
            return
        if await self.desk.ends_by_itself(life):
            await self._again()
            return
        await self.desk.kill()
        self.kills += 1
        self.stillborn += young
        await self.desk.launch()

    async def _again(self) -> None:
        """It ended by itself: it may, with a sentence, when it finds no store at its start."""
        if any(task for task in self.shaking if not task.done()) or any(s.away for s in self.stores):
            self.refused_starts += 1
        else:
            self.surprises.append(f"status {self.desk.status}\n{self.desk.last_words()}")
        await self.desk.launch()


class Campaign:
    """One run of it, in `place`, a directory that a database server may enter."""

    def __init__(self, plan: Plan, place: Path, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.place = place
        self.say = say
        self.world = World(time.time)
        self.cast = Cast.of(self.world, plan.customers, plan.operators)
        self.pen = Pen(self.cast, random.Random(plan.seed))

    async def run(self) -> Verdict:
        """Everything; raises TimeoutError when it takes longer than planned."""
        async with asyncio.timeout(self.plan.longest), AsyncExitStack() as stack:
            both = [stack.enter_context(store) for store in stores(self.place)]
            await migrate(both[0].url)
            sandbox = Sandbox(self.world)
            sandbox.calls = Journal(CALLS_REMEMBERED)
            await stack.enter_async_context(sandbox)
            desk = Desk(self.place, sandbox.calls, self._settings(sandbox, both))
            stack.push_async_callback(desk.kill)
            storm = Storm(
                self.plan,
                desk,
                (both[0], both[1]),
                random.Random(self.plan.seed + 1),
                self.say,
            )
            return await self._through(storm, sandbox)

    async def _through(self, storm: Storm, sandbox: Sandbox) -> Verdict:
        database_url = storm.stores[0].url
        async with _connected(database_url) as database:
            await claims.watch(database)
        sandbox.faults.random(self.plan.fault_rate, FAULTS, self.plan.seed, spared=())
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(self._write(storm))
            await storm.rage()
            await writing
        sandbox.faults.clear()
        drained = await self._drain(storm, database_url)
        ended_in = await storm.desk.stop()
        async with _connected(database_url) as database:
            verdict = await judge(database, sandbox.calls, self.pen)
        self._account(verdict, storm, sandbox)
        verdict.counts["seconds to carry the rest"] = round(drained, 1)
        verdict.counts["seconds to end on SIGTERM"] = round(ended_in, 1)
        verdict.hold("exit status after SIGTERM", storm.desk.status, 0)
        if ended_in > ENDS_WITHIN:
            verdict.broken.append(f"it took {ended_in:.1f} s to end on SIGTERM")
        return verdict

    async def _write(self, storm: Storm) -> None:
        """As evenly as to be done with the last kill; never idle before it."""
        dice = random.Random(self.plan.seed + 2)
        while self.pen.written < self.plan.messages or storm.kills < self.plan.kills:
            self.pen.act()
            left = max(1, self.plan.messages - self.pen.written)
            time_left = max(0.0, (self.plan.kills - storm.kills) * storm.cycle)
            gap = min(LONGEST_GAP, 1.5 * time_left / left)
            await asyncio.sleep(min(LONGEST_GAP, dice.expovariate(1 / max(gap, 0.002))))

    async def _drain(self, storm: Storm, database_url: str) -> float:
        """Wait until nothing moves any more; gives the seconds that it took."""
        began = time.monotonic()
        quiet_since = None
        async with _connected(database_url) as database:
            while time.monotonic() - began < LONGEST_DRAIN:
                if storm.desk.status is not None:
                    await storm._again()
                if len(self.cast.bot.updates) or await database.fetchval(PENDING):
                    quiet_since = None
                elif quiet_since is None:
                    quiet_since = time.monotonic()
                elif time.monotonic() - quiet_since > STEADY:
                    return quiet_since - began
                await asyncio.sleep(0.05)
        return LONGEST_DRAIN

    def _settings(self, sandbox: Sandbox, both: list[Store]) -> dict[str, str]:
        return {
            "BOT_TOKEN": TOKEN,
            "OPERATOR_GROUP_ID": str(self.cast.group),
            "TELEGRAM_API_URL": sandbox.url,
            "DATABASE_URL": both[0].url,
            "REDIS_URL": both[1].url,
            "DATA_DIR": str(self.place / "data"),
            "GROUP_ACTIONS_PER_MINUTE": str(GROUP_PACE),
        }

    def _account(self, verdict: Verdict, storm: Storm, sandbox: Sandbox) -> None:
        database, cache = storm.stores
        fallen = {
            "written by customers and operators": self.pen.written,
            "kills (SIGKILL)": storm.kills,
            "  of them while it started": storm.stillborn,
            "starts refused for want of a store": storm.refused_starts,
            "restarts of PostgreSQL": ", ".join(database.restarts),
            "restarts of Valkey": ", ".join(cache.restarts),
            **{f"calls met by {kind}": sandbox.faults.log[kind] for kind in FAULTS},
        }
        verdict.counts = {**fallen, **verdict.counts}
        verdict.none_of("ended by itself", storm.surprises)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
