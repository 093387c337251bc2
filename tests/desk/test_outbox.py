"""The outbox on a real PostgreSQL: order, one front to each lane, and nothing lost."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk import claims, outbox
from bot.desk.outbox import Draft, Parcel, Priority
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


async def put(lane: str, number: int = 0, now: datetime = START, **more: object) -> None:
    async with outbox.transaction():
        await outbox.put(Draft(GATE, lane, "say", {"n": number}, **more), now)  # type: ignore[arg-type]


async def claim_one(worker: int = 1, now: datetime = START) -> Parcel:
    [parcel] = await claims.claim(GATE, worker, now)
    return parcel


async def state(witness: "asyncpg.Connection", number: int) -> str:
    query = "SELECT state FROM delivery WHERE payload ->> 'n' = $1 ORDER BY id DESC LIMIT 1"
    return str(await witness.fetchval(query, str(number)))


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


async def test_the_most_urgent_and_then_the_longest_waiting_go_first(db: str) -> None:
    for number, (priority, second) in enumerate(
        [(Priority.LOOK, 0), (Priority.CARD, 1), (Priority.WORDS, 3), (Priority.WORDS, 2)]
    ):
        when = START + timedelta(seconds=second)
        await put(f"lane:{number}", number, when, priority=priority)
    later = START + timedelta(seconds=9)
    some = await claims.claim(GATE, 1, later, limit=9, least=Priority.DEADLINE)
    assert [parcel.payload["n"] for parcel in some] == [3, 2]
    rest = await claims.claim(GATE, 1, later, limit=9)
    assert [parcel.payload["n"] for parcel in rest] == [1, 0]


async def test_a_claim_goes_round_what_another_transaction_holds(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    await put("lane:b", 2)
    async with witness.transaction():
        await witness.execute("SELECT FROM delivery WHERE lane = 'lane:a' FOR UPDATE")
        async with asyncio.timeout(5):
            assert [one.lane for one in await claims.claim(GATE, 1, START, limit=5)] == ["lane:b"]
    assert (await claim_one()).lane == "lane:a"


async def test_once_means_one_that_waits(db: str, witness: "asyncpg.Connection") -> None:
    for number in (1, 2):
        await put("card:1", number, once=True)
    first = await claim_one()
    assert first.payload == {"n": 1}
    await put("card:1", 3, once=True)  # what is being carried may have been rendered already
    await put("card:1", 4, once=True)
    await claims.mark_sent([first], START)
    assert (await claim_one()).payload == {"n": 3}
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 2


async def test_once_is_due_at_the_earlier_of_both_instants(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for delay in (10.0, 0.0, 20.0):
        async with outbox.transaction():
            await outbox.put(Draft(GATE, "card:1", "card", delay=delay, once=True), START)
    assert (await claim_one()).due_at == START
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 1


async def test_once_does_not_shorten_the_pause_after_a_failure(db: str) -> None:
    await put("card:1", 1, once=True)
    await claims.mark_later([await claim_one()], START, 60, "not now", certain=True)
    await put("card:1", 2, once=True)
    assert await claims.claim(GATE, 1, START) == []
    later = START + timedelta(seconds=60)
    assert (await claim_one(now=later)).payload == {"n": 1}


async def test_only_the_last_of_what_is_put_instead_is_carried(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async def put_instead(number: int) -> None:
        async with outbox.transaction():
            await outbox.put_instead(Draft(GATE, "react:1", "react", {"n": number}), START)

    await put_instead(1)
    await put_instead(2)
    first = await claim_one()
    assert first.payload == {"n": 2}
    await put_instead(3)  # what is being carried is not changed any more
    await put_instead(4)
    await claims.mark_sent([first], START)
    assert (await claim_one()).payload == {"n": 4}
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 2


async def test_what_once_relies_on_is_not_claimed_before_the_commit(pool: None) -> None:
    await put("card:1", 1, once=True)
    async with outbox.transaction():
        await outbox.put(Draft(GATE, "card:1", "say", once=True), START)
        await outbox.flush()
        elsewhere = asyncio.create_task(claims.claim(GATE, 1, START), context=Context())
        assert await elsewhere == []
    assert (await claim_one()).payload == {"n": 1}


async def test_a_lost_claim_changes_nothing_but_the_truth(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    await put("lane:a", 2)
    slow = await claim_one(worker=1)
    await claims.release(1)
    quick = await claim_one(worker=2)
    assert (quick.id, quick.uncertain) == (slow.id, True)
    await claims.mark_later([slow], START, 60, "late", certain=True)
    await claims.mark_dead([slow], START, "late")
    assert await state(witness, 1) == "claimed", "the new owner's claim stands"
    await claims.mark_sent([slow], START)
    await claims.mark_later([quick], START, 60, "busy", certain=True)
    assert await state(witness, 1) == "sent", "it has arrived, and is not sent again"
    assert (await claim_one()).payload == {"n": 2}


async def test_a_record_is_written_with_the_mark_or_not_at_all(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await put("lane:a", 1)
    parcel = await claim_one()

    async def record() -> None:
        await outbox.put(Draft("forum", "card:1", "card"), START)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claims.mark_sent([parcel], START, record=record)
    assert await state(witness, 1) == "claimed"
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 1


async def test_what_was_not_tried_is_not_counted(db: str) -> None:
    await put("lane:a")
    for _ in range(3):
        parcel = await claim_one()
        assert parcel.attempts == 1
        await claims.mark_later([parcel], START, 0, None, certain=True, counts=False)
    parcel = await claim_one()
    await claims.mark_later([parcel], START, 0, "busy", certain=False)
    again = await claim_one()
    assert (again.attempts, again.uncertain) == (2, True)


async def test_a_dead_one_is_revived_at_the_end_of_its_lane(db: str) -> None:
    for number in (1, 2):
        await put("lane:a", number)
    parcel = await claim_one()
    await claims.mark_dead([parcel], START, "blocked")
    assert await outbox.revive(parcel.id, START)
    assert not await outbox.revive(parcel.id, START), "only once"
    order = []
    while found := await claims.claim(GATE, 1, START):
        order.append(found[0].payload["n"])
        await claims.mark_sent(found, START)
    assert order == [2, 1]


async def test_orphans_are_freed_when_their_worker_has_been_gone_for_a_while(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for worker in (11, 12, 13):
        await put(f"lane:{worker}", worker)
        await claim_one(worker)
    await witness.execute("SELECT pg_advisory_lock_shared($1, 12)", claims.LIFE)
    assert await claims.release_orphans(13, START + timedelta(seconds=4)) == frozenset()
    assert await claims.release_orphans(13, START + timedelta(seconds=6)) == {GATE}
    freed = await claim_one(worker=14)
    assert (freed.payload, freed.uncertain) == ({"n": 11}, True)
    assert await state(witness, 12) == "claimed", "its worker lives"
    assert await state(witness, 13) == "claimed", "so does the one who asks"


async def test_the_carriers_are_told_after_the_commit_and_only_then(
    db: str, witness: "asyncpg.Connection"
) -> None:
    told: list[frozenset[str]] = []
    outbox.listeners.append(told.append)
    try:
        async with outbox.transaction():
            await outbox.put(Draft(GATE, "lane:a", "say"), START)
            async with outbox.transaction():
                await outbox.put(Draft("forum", "lane:b", "words"), START)
            assert told == []
            assert await witness.fetchval("SELECT count(*) FROM delivery") == 0
        assert told == [frozenset({GATE, "forum"})]
        with suppress(ZeroDivisionError):
            async with outbox.transaction():
                await outbox.put(Draft(GATE, "lane:a", "say"), START)
                raise ZeroDivisionError
        assert len(told) == 1
    finally:
        outbox.listeners.remove(told.append)


async def test_nothing_is_put_without_a_cause(db: str) -> None:
    with pytest.raises(RuntimeError):
        await outbox.put(Draft(GATE, "lane:a", "say"), START)
