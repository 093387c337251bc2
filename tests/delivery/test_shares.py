"""Fair shares: one customer's flood, and the wait of those who write as people do."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random

import asyncpg
import pytest

from bot.delivery import group
from bot.delivery.group import GroupGate
from bot.desk import claims, customers, intake, outbox
from bot.desk.messages import Address, Content, Incoming, Person
from bot.desk.outbox import Parcel, Priority
from bot.desk.shares import TOPIC
from bot.desk.words import Words
from bot.scheduler import age

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
PER_MINUTE = 20
RATION = 60 / PER_MINUTE  # seconds until the next action, when the budget is used up
FLOODER = "666"
LASTS = 150  # seconds
PEOPLE = ("1", "2", "3")
STATES = "SELECT DISTINCT state FROM delivery WHERE gate = 'forum' AND kind = 'words'"


@dataclass
class Clock:
    """Stands for `datetime` where the gate asks for the instant."""

    at: datetime = START

    def now(self, zone: tzinfo) -> datetime:
        return self.at


class Window:
    """The budget of the group, by a clock of our own."""

    group_per_minute = PER_MINUTE

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.spent: deque[datetime] = deque()

    async def free(self, chat: int) -> int:
        while self.spent and self.spent[0] <= self.clock.at - timedelta(seconds=60):
            self.spent.popleft()
        return PER_MINUTE - len(self.spent)

    async def take_group(self, chat: int) -> float:
        if await self.free(chat) <= 0:
            return 1.0
        self.spent.append(self.clock.at)
        return 0.0

    async def give_back(self, chat: int) -> None:
        self.spent.pop()


class Topics:
    """The forum: everything plain may share a post."""

    async def bound_chat(self) -> int:
        return -1

    def fits(self, parcels: list[Parcel]) -> bool:
        return all(one.kind == "words" and one.payload["merge"] for one in parcels)


@dataclass
class Town:
    """A group whose minutes pass as fast as the database allows."""

    clock: Clock
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    whose: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    said: int = 0

    def __post_init__(self) -> None:
        self.window = Window(self.clock)
        self.gate = GroupGate(1, 1, self.window, Topics())  # type: ignore[arg-type]

    async def says(self, who: str, *, anew: bool = False) -> None:
        self.said += 1
        place, now = Address("telegram", who), self.clock.at
        words = Incoming(place, Person(who), str(self.said), Content(words=Words(str(self.said))))
        async with outbox.transaction():
            if anew:
                await customers.start_new(await customers.at(place, Person(who), now))
            received = await intake.receive(words, now, reopen_days=7)
            self.whose[received.message_id] = (who, now)

    async def passes(self, seconds: int, script: dict[int, list[tuple[str, bool]]]) -> None:
        for second in range(seconds):
            for who, anew in script.get(second, ()):
                await self.says(who, anew=anew)
            if second % 5 == 0:
                async with outbox.transaction():
                    await age(self.clock.at)
            while not isinstance(batches := await self.gate.take(1), float):
                await self.arrives(batches[0])
            self.clock.at += timedelta(seconds=1)

    async def arrives(self, batch: Iterable[Parcel]) -> None:
        batch = list(batch)
        await claims.mark_sent(batch, self.clock.at)
        if batch[0].priority == Priority.TOPIC:
            self.window.spent.extend([self.clock.at] * (TOPIC - 1))
        for parcel in batch:
            for number in parcel.payload.get("messages", ()):
                who, since = self.whose[number]
                self.waits[who].append((self.clock.at - since).total_seconds())
                self.seen[parcel.ticket_id or 0].append(number)


def normal(choice: Random) -> dict[int, list[tuple[str, bool]]]:
    """Each writes a message every 20 to 50 seconds, and the next one begins half a minute later."""
    script = defaultdict(list)
    for number, who in enumerate(PEOPLE):
        second = choice.randrange(5, 15) + 30 * number
        while second < LASTS:
            script[second].append((who, False))
            second += choice.randrange(20, 50)
    return script


def flooded(choice: Random, script: dict[int, list[tuple[str, bool]]]) -> None:
    """Sixty messages in bursts, many of them behind a `/new`."""
    anew = choice.choice((0.2, 0.6, 1.0))
    for _burst in range(6):
        second = choice.randrange(LASTS)
        script[second] = [(FLOODER, choice.random() < anew) for _ in range(10)] + script[second]


async def run(monkeypatch: pytest.MonkeyPatch, script: dict[int, list[tuple[str, bool]]]) -> Town:
    town = Town(Clock())
    monkeypatch.setattr(group, "datetime", town.clock)
    await town.passes(LASTS, script)
    return town


def slowest(town: Town) -> float:
    return max(wait for who in PEOPLE for wait in town.waits[who])


@pytest.mark.parametrize("seed", [0, 2, 5, 6, 9, 12])
async def test_nobody_waits_more_than_twice_as_long_because_one_floods(
    db: str, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    script = normal(Random(seed))
    idle = slowest(await run(monkeypatch, script))
    await witness.execute("TRUNCATE customer, address, ticket, message, delivery CASCADE")
    flooded(Random(seed), script)
    town = await run(monkeypatch, script)
    spoken = sum(who in PEOPLE for lines in script.values() for who, _ in lines)
    assert sum(len(town.waits[who]) for who in PEOPLE) >= spoken - 1, "the last may be on its way"
    assert slowest(town) <= 2 * max(idle, RATION)
    await town.passes(500, {})  # the flood's turn comes: nothing is lost, starved or reordered
    assert [row["state"] for row in await witness.fetch(STATES)] == ["sent"]
    assert sum(map(len, town.seen.values())) == town.said
    assert all(numbers == sorted(numbers) for numbers in town.seen.values())


@pytest.mark.parametrize("floods", [1, 2])
async def test_a_newcomer_waits_for_no_flood_of_words(
    db: str, monkeypatch: pytest.MonkeyPatch, floods: int
) -> None:
    """Words go before new tickets, but for those who are ahead of their share."""
    script: dict[int, list[tuple[str, bool]]] = {
        second: [(f"{FLOODER}{number}", False) for number in range(floods)] * 2
        for second in range(LASTS)
    }
    for number, second in enumerate((40, 75, 110)):
        script[second] = [*script[second], (PEOPLE[number], False)]
    town = await run(monkeypatch, script)
    assert [len(town.waits[who]) for who in PEOPLE] == [1, 1, 1]
    assert slowest(town) <= 2 * RATION * TOPIC


async def test_a_ticket_of_a_flood_spends_nothing_of_what_is_kept(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(Clock())
    monkeypatch.setattr(group, "datetime", town.clock)
    for _ in range(2):
        await town.says(FLOODER, anew=True)
    assert isinstance(await town.gate.take(1), list)
    town.window.spent.extend([START] * (PER_MINUTE // group.RESERVE - 2))
    assert isinstance(await town.gate.take(1), float), "its second would spend two of them"
    await town.says("1")
    assert isinstance(await town.gate.take(1), list)
