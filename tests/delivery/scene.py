"""The worker with carriers that record what they are given, on real stores."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sized
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import asyncpg

from bot.budget import Budget
from bot.delivery import Worker
from bot.delivery.channel import Channel
from bot.desk import outbox
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft, Kind
from bot.desk.outbox.gates import FORUM
from bot.desk.outbox.kinds.to_customer import Say
from bot.desk.outbox.kinds.to_topic import Tell
from bot.desk.said import ChannelAddress, Outgoing
from bot.desk.said.attachments import Attachment
from bot.desk.words import Words
from models import Group

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
INSERT INTO message (ticket_id, address_id, direction, kind, words, created_at)
SELECT id, $1, 'out', 'text', '{"text": "answer", "entities": []}', now() FROM ticket RETURNING id
"""
BIND = """
INSERT INTO operator_group (chat_id, title, language, bound_at) VALUES ($1, 'Desk', 'en', now())
"""
ROUNDS = """
SELECT query_start FROM pg_stat_activity
WHERE datname = current_database() AND application_name LIKE 'topicdesk%'
  AND query LIKE '%count(*) FROM pg_locks%'
"""
UNSENT = "SELECT count(*) FROM delivery WHERE state IN ('head', 'waiting', 'claimed')"


def now() -> datetime:
    return datetime.now(UTC)


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  (what happens, happens in the database)
            await asyncio.sleep(0.01)


async def count(seen: Sized, number: int) -> bool:
    return len(seen) >= number


async def same(value: Callable[[], float | None], expected: float) -> bool:
    return value() == expected


async def equals(value: Awaitable[object], expected: object) -> bool:
    return await value == expected


async def looks_round(witness: "asyncpg.Connection", times: int = 3) -> None:
    """Wait until a worker has seen who else is there: what follows the first look, follows it."""
    seen: set[datetime] = set()

    async def looked() -> bool:
        seen.update(row["query_start"] for row in await witness.fetch(ROUNDS))
        return len(seen) >= times

    await until(looked)


async def at_once(outside: "Recorder") -> int:
    return outside.at_once


class Recorder:
    """A bridge and a forum in one: remembers what came when, and answers as it is told."""

    name = "telegram"

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.heard: list[tuple[str, str]] = []  # address or lane, text or kind
        self.times: list[float] = []
        self.marked: list[tuple[int, int]] = []  # in which department, which message
        self.answers: list[Exception] = []
        self.pace = 0.0
        self.pause = 0.0
        self.asked = 0
        self.at_once = 0
        self.most_at_once = 0
        self.record: Callable[[], Awaitable[None]] | None = None

    async def start(self, counter: object) -> None: ...

    async def stop(self) -> None: ...

    async def turn(self, address: ChannelAddress) -> float:
        pace, self.pace = self.pace, 0.0
        return pace or await self.budget.held(address.id)

    async def send(self, outgoing: Outgoing) -> list[list[str]]:
        await self._hear(outgoing.address.id, outgoing.content.words.text)
        return [[str(len(self.heard))] for _piece in outgoing.content.pieces()]

    async def edit(
        self, outgoing: Outgoing, stands: list[list[str]], place: int
    ) -> list[list[str]]:
        said = outgoing.content.piece(place).words.text
        await self._hear(outgoing.address.id, f"{stands[place][0]}: {said}")
        return stands

    async def unsend(self, address: ChannelAddress, external_ids: list[str]) -> None: ...

    async def react(self, address: ChannelAddress, external_id: str, emoji: str) -> None: ...

    async def open(self, attachment: Attachment) -> bytes:
        return b""

    def fits(self, parcels: list[Parcel]) -> bool:
        return len(parcels) <= 3

    async def bound_chats(self) -> dict[int, int]:
        self.asked += 1
        return {one.department_id: one.chat_id for one in await Group.filter(is_bound=True)}

    async def mark(self, department: int, message_id: int) -> None:
        await self._hear("mark", str(message_id))
        self.marked.append((department, message_id))

    async def carry(self, parcels: list[Parcel]) -> Carried:
        await self._hear(parcels[0].lane, "+".join(_said(one.what) for one in parcels))
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


def _said(what: Kind) -> str:
    return what.sentence if isinstance(what, Tell) else what.kind


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
                await outbox.put(Say(address_id, Words(text)).draft("telegram"), now())

    async def tells(self, *numbers: int, lane: str = "forum:1", **more: object) -> None:
        async with outbox.transaction():
            for number in numbers:
                payload = Tell(str(number)).dump()
                draft = Draft(FORUM, lane, "tell", payload, **more)  # type: ignore[arg-type]
                await outbox.put(draft, now())

    def worker(self, carriers: int = 4) -> Worker:
        return Worker(
            self.database_url,
            self.budget,
            forum=self.outside,
            channels=[Channel(self.outside)],
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
