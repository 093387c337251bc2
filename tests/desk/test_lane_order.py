"""Whatever authors and workers do, a lane keeps its order, one front, and everything in it."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft
from models.database import connected

GATE = "telegram"
LANES = ("telegram:1", "telegram:2", "telegram:3")
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
BROKEN = """
SELECT lane FROM delivery WHERE state IN ('head', 'waiting', 'claimed') GROUP BY lane
HAVING count(*) FILTER (WHERE state = 'head')
       + (count(*) FILTER (WHERE state = 'claimed') > 0)::int <> 1
    OR min(id) FILTER (WHERE state = 'waiting') < max(id) FILTER (WHERE state <> 'waiting')
"""
ALIVE = "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed')"


def _at_most(most: int, group: list[Parcel]) -> bool:
    return len(group) <= most


class Story:
    """Random acts on a few lanes, by several workers, and what must hold after each."""

    def __init__(self, witness: "asyncpg.Connection", choice: random.Random) -> None:
        self.witness = witness
        self.choice = choice
        self.now = START
        self.count = 0
        self.in_hand: list[tuple[int, list[Parcel]]] = []
        self.sent: dict[str, list[int]] = defaultdict(list)

    async def act(self, name: str) -> None:
        await getattr(self, name)()
        assert await self.witness.fetch(BROKEN) == []

    async def puts(self) -> None:
        async with outbox.transaction():
            for _ in range(self.choice.randint(1, 4)):
                self.count += 1
                lane, delay = self.choice.choice(LANES), self.choice.choice((0.0, 0.0, 3.0))
                draft = Draft(GATE, lane, "say", {"n": self.count}, delay=delay)
                await outbox.put(draft, self.now)

    async def puts_in_vain(self) -> None:
        with suppress(ZeroDivisionError):
            async with outbox.transaction():
                await outbox.put(Draft(GATE, self.choice.choice(LANES), "say"), self.now)
                await outbox.flush()
                raise ZeroDivisionError

    async def claims(self) -> None:
        worker = self.choice.randint(1, 3)
        limit = self.choice.randint(1, 3)
        for head in await claims.claim(GATE, worker, self.now, limit=limit):
            assert all(head.lane != group[0].lane for _, group in self.in_hand)
            fits = partial(_at_most, self.choice.randint(1, 4))
            followers = await claims.claim_followers(head, worker, self.now, fits)
            self.in_hand.append((worker, [head, *followers]))

    def _one(self) -> list[Parcel]:
        if not self.in_hand:
            return []
        return self.in_hand.pop(self.choice.randrange(len(self.in_hand)))[1]

    async def sends(self) -> None:
        if group := self._one():
            done = self.choice.randint(1, len(group))
            self.sent[group[0].lane] += [parcel.id for parcel in group[:done]]
            await claims.mark_sent(group[:done], self.now, rest=group[done:])

    async def delays(self) -> None:
        if group := self._one():
            after = self.choice.uniform(0, 5)
            await claims.mark_later(group, self.now, after, "busy", certain=True)

    async def gives_up(self) -> None:
        if group := self._one():
            await claims.mark_dead(group, self.now, "blocked")

    async def crashes(self) -> None:
        worker = self.choice.randint(1, 3)
        self.in_hand = [(owner, group) for owner, group in self.in_hand if owner != worker]
        await claims.release(worker)

    async def revives(self) -> None:
        dead = await self.witness.fetch("SELECT id FROM delivery WHERE state = 'dead'")
        if dead:
            assert await outbox.revive(self.choice.choice(dead)["id"], self.now)

    async def time_passes(self) -> None:
        self.now += timedelta(seconds=2)

    async def ends(self) -> None:
        """All that is left is sent, by one worker more."""
        while self.in_hand:
            await self.sends()
        self.now += timedelta(hours=1)
        while parcels := await claims.claim(GATE, 4, self.now, limit=3):
            for parcel in parcels:
                self.sent[parcel.lane].append(parcel.id)
                await claims.mark_sent([parcel], self.now)
        assert await self.witness.fetchval(ALIVE) == 0, "a lane has stalled"
        for lane in LANES:
            query = "SELECT id FROM delivery WHERE lane = $1 AND state = 'sent' ORDER BY id"
            assert self.sent[lane] == [row["id"] for row in await self.witness.fetch(query, lane)]


RARE = ("puts_in_vain", "delays", "gives_up", "crashes", "revives", "time_passes")
ACTS = ("puts", "puts", "claims", "claims", "sends", "sends", *RARE)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=5, max_size=40), seed=st.integers(0, 10_000))
async def test_every_lane_keeps_its_order_whatever_happens(
    db: str, witness: "asyncpg.Connection", acts: list[str], seed: int
) -> None:
    await witness.execute("DELETE FROM delivery")
    story = Story(witness, random.Random(seed))
    for name in acts:
        await story.act(name)
    await story.ends()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    """Many connections, and tasks in contexts of their own."""
    async with connected(database_url, connections=12):
        yield


class Rush:
    """Authors and workers side by side on one database, each on connections of its own."""

    def __init__(self, witness: "asyncpg.Connection") -> None:
        self.witness = witness
        self.lanes = [f"telegram:{number}" for number in range(12)]
        self.asking = asyncio.Lock()
        self.choice = random.Random(7)
        self.writing = True
        self.in_hand: set[str] = set()
        self.arrived: dict[str, list[int]] = defaultdict(list)

    async def write(self) -> None:
        for _ in range(30):
            async with outbox.transaction():
                for lane in self.choice.sample(self.lanes, 3):
                    await outbox.put(Draft(GATE, lane, "say"), now())

    async def work(self, worker: int) -> None:
        while True:
            parcels = await claims.claim(GATE, worker, now(), limit=3)
            if not parcels and not self.writing and not await self.alive():
                return
            await asyncio.gather(*map(self.handle, parcels))

    async def alive(self) -> int:
        async with self.asking:
            return int(await self.witness.fetchval(ALIVE))

    async def handle(self, parcel: Parcel) -> None:
        assert parcel.lane not in self.in_hand, "two fronts in one lane"
        self.in_hand.add(parcel.lane)
        await asyncio.sleep(0)
        self.in_hand.discard(parcel.lane)
        if self.choice.random() < 0.2:
            await claims.mark_later([parcel], now(), 0.0, "busy", certain=True)
        else:
            self.arrived[parcel.lane].append(parcel.id)
            await claims.mark_sent([parcel], now(), record=self.record)

    async def record(self) -> None:
        if self.choice.random() < 0.1:
            for lane in self.choice.sample(self.lanes, 2):
                await outbox.put(Draft(GATE, lane, "say"), now())


async def test_workers_side_by_side(pool: None, witness: "asyncpg.Connection") -> None:
    rush = Rush(witness)
    workers = [asyncio.create_task(rush.work(number)) for number in range(4)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(rush.write() for _ in range(6)))
        rush.writing = False
        await asyncio.gather(*workers)
    for lane in rush.lanes:
        query = "SELECT id FROM delivery WHERE lane = $1 AND state = 'sent' ORDER BY id"
        assert rush.arrived[lane] == [row["id"] for row in await witness.fetch(query, lane)]
    assert sum(map(len, rush.arrived.values())) >= 6 * 30 * 3


def now() -> datetime:
    return datetime.now(UTC)
