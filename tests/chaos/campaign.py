"""The campaign: everybody writes while everything falls; then all is counted."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models.database import migrate
from sandbox.faults import Kind
from sandbox.journal import Journal
from sandbox.living import LivingWorld
from sandbox.server import Sandbox
from tests.chaos import claims, inside, moves, once, repeats, screens
from tests.chaos.cast import TOKEN, Cast
from tests.chaos.desk import Desk
from tests.chaos.once import PENDING
from tests.chaos.people import Pen
from tests.chaos.shop import Shop, opened
from tests.chaos.stores import Store, stores
from tests.chaos.storm import Storm
from tests.chaos.verdict import Verdict

FAULTS: tuple[Kind, ...] = ("500", "502", "429", "drop_before", "drop_after", "slow")
OF_FEW = 3  # times as many calls to the shop fail: there are few
LONGEST_GAP = 0.5  # seconds between two acts
STEADY = 1.2  # seconds for which nothing may move, for all to be done
LONGEST_DRAIN = 120.0
ENDS_WITHIN = 60.0
CALLS_REMEMBERED = 1_000_000


@dataclass(frozen=True)
class Plan:
    """How much happens. `fault_rate` is the share of calls that fail, 0 to 1.

    `group_pace`: actions a minute in the group; when they are short, words share posts.
    """

    seed: int = 1
    messages: int = 2000
    kills: int = 50
    store_restarts: int = 2
    customers: int = 30
    visitors: int = 8  # customers of a shop behind a webhook
    operators: int = 5
    fault_rate: float = 0.05
    group_pace: int = 400
    longest: float = 1500.0  # seconds, for all of it


class Campaign:
    """One run of it, in `place`, a directory that a database server may enter."""

    def __init__(self, plan: Plan, place: Path, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.place = place
        self.say = say
        self.world = LivingWorld(time.time)
        self.shop = Shop(random.Random(plan.seed + 3))
        sizes = plan.customers, plan.visitors, plan.operators
        self.cast = Cast.of(self.world, self.shop, *sizes)
        self.pen = Pen(self.cast, random.Random(plan.seed))

    async def run(self) -> Verdict:
        """Everything; raises TimeoutError when it takes longer than planned."""
        async with asyncio.timeout(self.plan.longest), AsyncExitStack() as stack:
            both = [stack.enter_context(store) for store in stores(self.place)]
            await migrate(both[0].url)
            async with _connected(both[0].url) as database:
                await claims.watch(database)
                await self.cast.connect(database)
            sandbox = Sandbox(self.world, calls=Journal(CALLS_REMEMBERED))
            await stack.enter_async_context(sandbox)
            await stack.enter_async_context(opened(self.shop))
            desk = Desk(self.place, sandbox.calls, self._settings(sandbox, both))
            stack.push_async_callback(desk.kill)
            storm = self._storm(desk, both)
            await self._outlast(storm, sandbox)
            return await self._judge(storm, sandbox)

    def _storm(self, desk: Desk, both: list[Store]) -> Storm:
        dice = random.Random(self.plan.seed + 1)
        return Storm(desk, both, dice, self.say, self.plan.kills, self.plan.store_restarts)

    async def _outlast(self, storm: Storm, sandbox: Sandbox) -> None:
        """People write as long as the storm rages, and both channels have their troubles too."""
        sandbox.faults.random(self.plan.fault_rate, FAULTS, self.plan.seed, spared=())
        self.shop.fault_rate = self.plan.fault_rate * OF_FEW
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write(storm))
            await storm.rage()
        sandbox.faults.clear()
        self.shop.fault_rate = 0.0

    async def _judge(self, storm: Storm, sandbox: Sandbox) -> Verdict:
        async with _connected(storm.stores[0].url) as database:
            carried_in = await self._drain(storm, database)
            ended_in = await storm.desk.stop()
            verdict = self._fallen(storm, sandbox)
            stayed = await inside.found(verdict, database, self.pen)
            screens.conversations(verdict, self.pen, stayed)
            screens.acknowledgements(verdict, self.pen)
            await screens.groups(verdict, database, self.pen)
            await moves.done(verdict, database, self.pen, stayed)
            await once.changes(verdict, database, self.pen, stayed)
            await repeats.excused(verdict, database, sandbox.calls, self.pen)
        verdict.counts["seconds to carry the rest"] = round(carried_in, 1)
        verdict.counts["seconds to end on SIGTERM"] = round(ended_in, 1)
        verdict.hold("ended on SIGTERM in time", ended_in < ENDS_WITHIN, True)
        verdict.hold("exit status after SIGTERM", storm.desk.status, 0)
        return verdict

    async def _write(self, storm: Storm) -> None:
        """As evenly as to be done with the last kill; never idle before it."""
        dice = random.Random(self.plan.seed + 2)
        while self.pen.written < self.plan.messages or storm.kills < self.plan.kills:
            self.pen.act()
            left = max(1, self.plan.messages - self.pen.written)
            gap = min(LONGEST_GAP, 1.5 * storm.left / left)
            await asyncio.sleep(min(LONGEST_GAP, dice.expovariate(1 / max(gap, 0.002))))

    async def _drain(self, storm: Storm, database: asyncpg.Connection) -> float:
        """Wait until nothing moves any more; gives the seconds that it took."""
        began = time.monotonic()
        quiet_since: float | None = None
        while time.monotonic() - began < LONGEST_DRAIN:
            if storm.desk.status is not None:
                await storm.revive()
            now = time.monotonic()
            coming = len(self.cast.bot.updates) + self.shop.unheard
            if coming or await database.fetchval(PENDING):
                quiet_since = None
            elif now - (quiet_since := quiet_since or now) > STEADY:
                return quiet_since - began
            await asyncio.sleep(0.05)
        return LONGEST_DRAIN

    def _settings(self, sandbox: Sandbox, both: list[Store]) -> dict[str, str]:
        return {
            "BOT_TOKEN": TOKEN,
            "OPERATOR_GROUP_ID": str(self.cast.groups[0]),
            "PORT": str(self.shop.port),
            "WEBHOOKS": self.shop.setting,
            "TELEGRAM_API_URL": sandbox.url,
            "DATABASE_URL": both[0].url,
            "REDIS_URL": both[1].url,
            "DATA_DIR": str(self.place / "data"),
            "GROUP_ACTIONS_PER_MINUTE": str(self.plan.group_pace),
        }

    def _fallen(self, storm: Storm, sandbox: Sandbox) -> Verdict:
        verdict = Verdict()
        verdict.counts |= {
            "written by customers and operators": self.pen.written,
            "kills (SIGKILL)": storm.kills,
            "  of them while it started": storm.stillborn,
            "starts refused for want of a store": storm.refused_starts,
            "restarts of PostgreSQL, of Valkey": [store.restarts for store in storm.stores],
            "calls to Telegram that failed": dict(sandbox.faults.log),
            "calls to the shop that failed": self.shop.failed,
        }
        verdict.none_of("ended by itself", storm.surprises)
        verdict.none_of("refused to the shop for ever", self.shop.refused)
        return verdict


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
