"""The worker with carriers that record what they are given, on real stores."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import asyncpg
import pytest
from redis.asyncio import Redis

from bot import metrics
from bot.budget import Budget
from bot.delivery import Worker, settling
from bot.desk import claims, outbox
from bot.desk.carrying import Carried, TryLater, Undeliverable
from bot.desk.messages import Address, Content, Outgoing
from bot.desk.outbox import FORUM, STRANGERS, Draft, Parcel, Priority
from bot.desk.words import Words
from models import Group
from models.database import connected

GROUP = -100777
CUSTOMER = """
WITH person AS (INSERT INTO customer (name, language, created_at)
                VALUES ('Anna', 'en', now()) RETURNING id)
INSERT INTO address (customer_id, channel, external_id, created_at)
SELECT id, 'telegram', $1, now() FROM person RETURNING id
"""
ANSWER = """
WITH ticket AS (
    INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
    SELECT customer_id, id, 'open', '', now(), now() FROM address WHERE id = $1 RETURNING id
)
INSERT INTO message (ticket_id, direction, kind, words, created_at)
SELECT id, 'out', 'text', '{"text": "answer", "entities": []}', now() FROM ticket RETURNING id
"""
BIND = """
INSERT INTO operator_group (chat_id, title, language, bound_at) VALUES ($1, 'Desk', 'en', now())
"""
UNSENT = "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed')"


def now() -> datetime:
    return datetime.now(UTC)


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  (what happens, happens in the database)
            await asyncio.sleep(0.01)


class Recorder:
    """A bridge and a forum in one: remembers what came when, and answers as it is told."""

    name = "telegram"

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.heard: list[tuple[str, str]] = []  # address or lane, text or kind
        self.times: list[float] = []
        self.answers: list[Exception] = []
        self.pace = 0.0
        self.pause = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self.record: Callable[[], Awaitable[None]] | None = None

    async def start(self, receive: object) -> None: ...

    async def stop(self) -> None: ...

    async def turn(self, address: Address) -> float:
        pace, self.pace = self.pace, 0.0
        return pace or await self.budget.held(address.id)

    async def send(self, outgoing: Outgoing) -> list[list[str]]:
        await self._hear(outgoing.address.id, outgoing.parts[0].words.text)
        return [[str(len(self.heard))] for _part in outgoing.parts]

    async def edit(self, address: Address, external_ids: list[str], content: Content) -> list[str]:
        await self._hear(address.id, f"{external_ids[0]}: {content.words.text}")
        return external_ids

    async def unsend(self, address: Address, external_ids: list[str]) -> None: ...

    async def react(self, address: Address, external_id: str, emoji: str) -> None: ...

    async def open(self, attachment: dict[str, object]) -> bytes:
        return b""

    def fits(self, parcels: list[Parcel]) -> bool:
        return len(parcels) <= 3

    async def bound_chat(self) -> int | None:
        group = await Group.get_or_none(is_bound=True)
        return group.chat_id if group else None

    async def mark(self, message_id: int) -> None:
        await self._hear("mark", str(message_id))

    async def carry(self, parcels: list[Parcel]) -> Carried:
        await self._hear(parcels[0].lane, "+".join(str(one.payload["n"]) for one in parcels))
        return Carried(count=len(parcels), external_id="1", record=self.record)

    async def _hear(self, who: str, what: str) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.pause)
            self.times.append(asyncio.get_running_loop().time())
            if self.answers:
                raise self.answers.pop(0)
            self.heard.append((who, what))
        finally:
            self.at_once -= 1


class Desk:
    """What a test does with the worker and its surroundings."""

    def __init__(self, database_url: str, budget: Budget, witness: "asyncpg.Connection") -> None:
        self.database_url = database_url
        self.budget = budget
        self.witness = witness
        self.outside = Recorder(budget)
        self.stack = AsyncExitStack()

    async def customer(self, external_id: str) -> int:
        return int(await self.witness.fetchval(CUSTOMER, external_id))

    async def bind(self) -> None:
        await self.witness.execute(BIND, GROUP)

    async def says(self, address_id: int, *texts: str) -> None:
        async with outbox.transaction():
            for text in texts:
                payload = {"words": Words(text).dump(), "buttons": []}
                await outbox.put(Draft("telegram", f"telegram:{address_id}", "say", payload), now())

    async def tells(self, *numbers: int, lane: str = "forum:1", **more: object) -> None:
        async with outbox.transaction():
            for number in numbers:
                draft = Draft(FORUM, lane, "tell", {"n": number}, **more)  # type: ignore[arg-type]
                await outbox.put(draft, now())

    def worker(self, carriers: int = 4) -> Worker:
        return Worker(
            self.database_url,
            self.budget,
            forum=self.outside,
            bridges=[self.outside],
            carriers=carriers,
        )

    @asynccontextmanager
    async def working(self, carriers: int = 4) -> AsyncIterator[Worker]:
        worker = self.worker(carriers)
        await worker.start()
        try:
            yield worker
        finally:
            await worker.stop()

    async def quiet(self) -> bool:
        return bool(await self.witness.fetchval(UNSENT) == 0)

    async def states(self) -> list[str]:
        rows = await self.witness.fetch("SELECT state FROM delivery ORDER BY id")
        return [row["state"] for row in rows]


@pytest.fixture
async def desk(
    database_url: str, witness: "asyncpg.Connection", redis: Redis
) -> AsyncIterator[Desk]:
    free = Budget(redis, 42, group_per_minute=0, private_per_second=0, overall_per_second=0)
    async with connected(database_url, connections=12):
        yield Desk(database_url, free, witness)


async def test_words_of_one_customer_arrive_in_order_and_customers_side_by_side(
    desk: Desk,
) -> None:
    anna, borys = await desk.customer("11"), await desk.customer("22")
    desk.outside.pause = 0.02
    async with desk.working():
        await asyncio.gather(desk.says(anna, *"abcdef"), desk.says(borys, *"uvwxyz"))
        await until(desk.quiet)
    for who, texts in (("11", "abcdef"), ("22", "uvwxyz")):
        assert "".join(text for person, text in desk.outside.heard if person == who) == texts
    assert desk.outside.most_at_once == 2


async def test_an_answer_that_arrives_while_we_stop_gets_its_mark(desk: Desk) -> None:
    await desk.bind()
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    desk.outside.pause = 0.3
    async with desk.working():
        async with outbox.transaction():
            lane = await desk.witness.fetchval("SELECT 'telegram:' || id FROM address")
            await outbox.put(Draft("telegram", lane, "message", {"messages": [message]}), now())
        await until(lambda: _is(asyncio.sleep(0, desk.outside.at_once), 1))
    assert desk.outside.heard == [("11", "answer"), ("mark", str(message))]


async def test_what_was_taken_back_in_a_carriers_hand_is_said_to_be(desk: Desk) -> None:
    """It was being tried when it was taken back, and never left: nothing is to be deleted."""
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    lane = await desk.witness.fetchval("SELECT 'telegram:' || id FROM address")
    async with desk.working():
        async with outbox.transaction():
            await outbox.put(Draft("telegram", lane, "unsend", {"message": message}), now())
        query = "SELECT payload ->> 'sentence' FROM delivery WHERE kind = 'tell'"
        await until(lambda: desk.witness.fetchval(query))
    assert "before it was sent" in await desk.witness.fetchval(query)


async def test_no_more_carriers_than_allowed(desk: Desk) -> None:
    desk.outside.pause = 0.01
    for number in range(12):
        await desk.says(await desk.customer(str(number)), "hello")
    async with desk.working(carriers=3):
        await until(desk.quiet)
    assert desk.outside.most_at_once == 3
    assert len(desk.outside.heard) == 12


async def test_what_was_put_before_the_start_or_by_another_process_is_carried(desk: Desk) -> None:
    anna = await desk.customer("11")
    await desk.says(anna, "before")
    async with desk.working():
        await until(desk.quiet)
        query = (
            "INSERT INTO delivery (gate, lane, kind, payload, priority, due_at, created_at, state) "
            "SELECT gate, lane, kind, payload, priority, now(), now(), 'head' FROM delivery"
        )
        await desk.witness.execute(query)
        await until(desk.quiet, seconds=3)
    assert len(desk.outside.heard) == 2


async def test_a_worker_is_woken_by_another_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.gate.POLL", 60.0)
    anna = await desk.customer("11")
    async with desk.working():
        await desk.says(anna, "a")
        await until(desk.quiet)
        await desk.witness.execute("UPDATE delivery SET state = 'head', due_at = now()")
        await desk.witness.execute("SELECT pg_notify('outbox', 'telegram')")
        await until(desk.quiet, 5)
    assert len(desk.outside.heard) == 2


async def test_a_worker_tells_the_others_and_nobody_when_it_is_alone(desk: Desk) -> None:
    anna = await desk.customer("11")
    told: list[object] = []
    await desk.witness.add_listener("outbox", lambda *event: told.append(event[-1]))
    async with desk.working():
        await asyncio.sleep(0.1)  # it has looked round
        await desk.says(anna, "alone")
        await until(desk.quiet)
        await asyncio.sleep(0.1)
        await desk.witness.execute("SELECT 1")
        assert told == []
        async with desk.working():
            await until(lambda: _tells(desk, anna, told))
    assert set(told) == {"telegram"}


async def _tells(desk: Desk, address_id: int, told: list[object]) -> bool:
    await desk.says(address_id, "in company")
    return bool(told)


async def test_two_workers_wake_each_other_and_carry_once(desk: Desk) -> None:
    other = Desk(desk.database_url, desk.budget, desk.witness)
    anna = await desk.customer("11")
    async with desk.working(), other.working():
        for text in "abcdefgh":
            await desk.says(anna, text)
        await until(desk.quiet)
    both = sorted(desk.outside.heard + other.outside.heard)
    assert both == [("11", text) for text in "abcdefgh"]


async def test_a_failure_is_tried_again_and_nobody_overtakes(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.answers = [TryLater("502"), ConnectionResetError("gone"), ValueError("a mistake")]
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["a", "b", "c"]
    assert await desk.witness.fetchval("SELECT max(attempts) FROM delivery") == 4
    assert desk.outside.times[1] - desk.outside.times[0] < 0.5, "the first retry is quick"


async def test_a_flood_wait_is_obeyed_in_its_chat_and_only_there(desk: Desk) -> None:
    anna, borys = await desk.customer("11"), await desk.customer("22")
    desk.outside.answers = [TryLater("429", after=0.7, certain=True, hold="11")]
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(lambda: _count(desk.outside.times, 1))
        await desk.says(borys, "x")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["x", "a", "b", "c"]
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.7
    assert len(desk.outside.times) == 5, "no useless call"


async def test_a_flood_wait_of_the_group_stops_the_group(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    anna = await desk.customer("11")
    desk.budget = Budget(redis, 42)
    hold = TryLater("429", after=0.8, certain=True, hold=str(GROUP))
    desk.outside.answers = [hold]
    async with desk.working(carriers=1):
        await desk.tells(1, lane="forum:1")
        await until(lambda: _count(desk.outside.times, 1))
        await desk.tells(2, lane="forum:2")
        await desk.says(anna, "x")
        await until(desk.quiet)
    assert desk.outside.heard[0] == ("11", "x")
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.8, "no other topic either"


async def _count(seen: list[float], number: int) -> bool:
    return len(seen) >= number


async def test_nobody_is_asked_before_an_address_has_its_turn(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pace = 0.3
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["a", "b"]
    assert await desk.witness.fetchval("SELECT max(attempts) FROM delivery") == 1


async def test_what_cannot_be_delivered_is_dead_and_the_lane_goes_on(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.answers = [Undeliverable("blocked", "Forbidden: bot was blocked by the user")]
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert await desk.states() == ["dead", "sent"]
    error = await desk.witness.fetchval("SELECT last_error FROM delivery WHERE state = 'dead'")
    assert "blocked by the user" in error


async def test_after_many_attempts_it_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "MOST_ATTEMPTS", 2)
    anna = await desk.customer("11")
    desk.outside.answers = [TryLater("500"), TryLater("500")]
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert await desk.states() == ["dead", "sent"]


async def test_a_record_at_fault_neither_repeats_the_message_nor_stops_its_lane(
    desk: Desk,
) -> None:
    async def at_fault() -> None:
        raise LookupError("no such message")

    await desk.bind()
    desk.outside.record = at_fault
    async with desk.working():
        await desk.tells(1, 2)
        await until(desk.quiet)
    assert desk.outside.heard == [("forum:1", "1"), ("forum:1", "2")]
    assert await desk.states() == ["sent", "sent"]


async def test_no_group_is_bound_then_only_strangers_are_answered(desk: Desk) -> None:
    async with desk.working():
        await desk.tells(1)
        async with outbox.transaction():
            payload = {"n": 2, "chat_id": -5}
            draft = Draft(STRANGERS, "setup:-5", "setup", payload, Priority.NOTICE)
            await outbox.put(draft, now())
        await until(lambda: _count(desk.outside.times, 1))
        assert desk.outside.heard == [("setup:-5", "2")]
        await desk.bind()
        await until(desk.quiet)
    assert desk.outside.heard[1:] == [("forum:1", "1")]


async def test_a_short_budget_goes_to_the_urgent_and_merges_what_waits(
    desk: Desk, redis: Redis
) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42)
    for _ in range(14):
        await desk.budget.spend(GROUP)
    await desk.tells(0, lane="look:1", priority=Priority.LOOK)
    await desk.tells(0, lane="card:1", priority=Priority.CARD)
    await desk.tells(1, 2, 3, 4, lane="forum:1")
    await desk.tells(5, lane="forum:2", priority=Priority.NOTICE)
    async with desk.working(carriers=1):
        await until(lambda: _count(desk.outside.times, 3))
        await until(lambda: _is(desk.budget.free(GROUP), 3))
    assert [what for _, what in desk.outside.heard] == ["1+2+3", "4", "5"]
    assert (await desk.states())[:2] == ["head", "head"], "card and icon wait for better times"


async def test_another_groups_flood_wait_is_its_own(desk: Desk, redis: Redis) -> None:
    """It is not called before its wait has passed, and the operators' group notices nothing."""
    await desk.bind()
    desk.budget = desk.outside.budget = Budget(redis, 42)
    desk.outside.answers = [TryLater("429", after=0.8, certain=True, hold="-5")]
    async with desk.working():
        async with outbox.transaction():
            payload = {"n": 2, "chat_id": -5}
            await outbox.put(Draft(STRANGERS, "setup:-5", "setup", payload), now())
        await until(lambda: _count(desk.outside.times, 1))
        await desk.tells(1)
        await until(lambda: _count(desk.outside.times, 2))
        assert desk.outside.heard == [("forum:1", "1")]
        await until(desk.quiet)
    assert desk.outside.times[2] - desk.outside.times[0] >= 0.8
    assert len(desk.outside.times) == 3, "no useless call"
    assert await desk.budget.free(GROUP) == 19, "only its own words were paid for"


async def test_a_flood_wait_of_a_chat_that_the_gate_does_not_mind_is_the_parcels_own(
    desk: Desk, redis: Redis
) -> None:
    """A group that was bound a moment ago is called by the gate of the one that is."""
    await desk.bind()
    desk.budget = Budget(redis, 42)
    desk.outside.answers = [TryLater("429", after=0.5, certain=True, hold="-5")]
    async with desk.working():
        await desk.tells(1)
        await until(desk.quiet)
    assert desk.outside.times[1] - desk.outside.times[0] >= 0.5
    assert len(desk.outside.times) == 2, "no useless call"


async def test_the_used_budget_is_measured_without_the_measuring(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42)
    used = partial(metrics.registry.get_sample_value, "topicdesk_group_budget_used")
    async with desk.working():
        await until(lambda: _same(used, 0))
        await desk.tells(1)
        await until(desk.quiet)
        await until(lambda: _same(used, 1))
        for _ in range(19):
            await desk.budget.spend(GROUP)
        await until(lambda: _same(used, 20))


async def _same(value: Callable[[], float | None], expected: float) -> bool:
    return value() == expected


async def _is(value: Awaitable[object], expected: object) -> bool:
    return await value == expected


async def test_an_idle_group_spends_nothing(desk: Desk, redis: Redis) -> None:
    await desk.bind()
    desk.budget = Budget(redis, 42)
    async with desk.working():
        await desk.tells(1)
        await until(desk.quiet)
        await asyncio.sleep(0.1)  # some rounds that find nothing
    assert await desk.budget.free(GROUP) == 19


async def test_an_answer_is_not_lost_while_the_database_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every session of the worker is cut just when the message has been taken."""
    anna = await desk.customer("11")
    cutter = await asyncpg.connect(desk.database_url)
    quiet = await desk.witness.fetchval("SELECT pg_backend_pid()")
    cut = 0

    async def hear(who: str, what: str) -> None:
        nonlocal cut
        desk.outside.heard.append((who, what))
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), $1)"
        )
        cut += await cutter.fetchval(query, quiet)

    monkeypatch.setattr(desk.outside, "_hear", hear)
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(desk.quiet, 30)
    await cutter.close()
    assert cut > 3
    assert [text for _, text in desk.outside.heard] == ["a", "b", "c"], "nothing is sent twice"


async def test_a_commit_whose_answer_was_lost_is_not_recorded_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[int] = []
    marked: list[int] = []
    really = claims.mark_all_sent

    async def record() -> None:
        recorded.append(1)

    async def cut(arrivals: Sequence[claims.Arrival], at: datetime) -> None:
        await really(arrivals, at)
        marked.append(len(arrivals))
        raise ConnectionError("the server went away after the commit")

    monkeypatch.setattr(claims, "mark_all_sent", cut)
    await desk.bind()
    desk.outside.record = record
    async with desk.working():
        for number in range(4):
            await desk.tells(number, lane=f"forum:{number}")
        await until(desk.quiet)
    assert sum(marked) == len(recorded) == 4
    assert max(marked) > 1, "some were marked together"


async def test_stopping_finishes_what_is_in_hand_and_claims_no_more(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pause = 0.3
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(lambda: _is(_at_once(desk.outside), 1))
    assert [text for _, text in desk.outside.heard] == ["a"]
    assert await desk.states() == ["sent", "head"]


async def _at_once(outside: Recorder) -> int:
    return outside.at_once


async def test_what_takes_too_long_is_freed_at_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FINISHING", 0.1)
    anna = await desk.customer("11")
    desk.outside.pause = 60
    async with desk.working():
        await desk.says(anna, "a")
        await until(lambda: _is(_at_once(desk.outside), 1))
    assert await desk.witness.fetchval("SELECT uncertain FROM delivery WHERE state = 'head'")


VICTIM = """
import asyncio, sys
from bot.budget import Budget
from bot.delivery import Worker
from models.database import connected
from redis.asyncio import Redis

class Stuck:
    name = "telegram"
    async def turn(self, address): return 0.0
    async def send(self, outgoing):
        print("sending", flush=True)
        await asyncio.sleep(600)

async def main():
    budget = Budget(Redis.from_url(sys.argv[2]), 42)
    async with connected(sys.argv[1]):
        await Worker(sys.argv[1], budget, bridges=[Stuck()]).start()
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_what_a_killed_process_had_in_hand_is_carried_within_ten_seconds(
    desk: Desk, redis_url: str
) -> None:
    anna = await desk.customer("11")
    await desk.says(anna, "a", "b")
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", VICTIM, desk.database_url, redis_url),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert victim.stdout
    assert await asyncio.wait_for(victim.stdout.readline(), 20) == b"sending\n"
    victim.send_signal(signal.SIGKILL)
    await victim.wait()
    async with desk.working():
        await until(desk.quiet, 10)
    assert [text for _, text in desk.outside.heard] == ["a", "b"]


async def test_pauses_grow_to_five_minutes() -> None:
    random.seed(1)
    pauses = [settling.pause(attempts) for attempts in range(1, 15)]
    assert pauses[0] == settling.FIRST_PAUSE
    assert all(0.9 <= pause / 2**n <= 1.1 for n, pause in enumerate(pauses[1:9]))
    assert all(270 <= pause <= 330 for pause in pauses[10:])


async def test_a_worker_that_lives_keeps_what_it_has_in_hand(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pause = 0.5
    async with desk.working():
        await desk.says(anna, "a")
        await until(lambda: _is(_at_once(desk.outside), 1))
        await desk.witness.execute("UPDATE delivery SET claimed_at = now() - interval '1 hour'")
        assert await claims.release_orphans(1, now()) == frozenset()
        await until(desk.quiet)
    assert desk.outside.heard == [("11", "a")]
