"""First words of one person in several transactions at once."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime

import asyncpg

from bot.desk import intake, outbox
from bot.desk.messages import Address, Content, Incoming, Person
from bot.desk.words import Words
from models.database import connected

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOUND = """
SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM address),
    (SELECT count(*) FROM ticket), (SELECT count(*) FROM message)
"""


async def first(number: int) -> int:
    place = Address("telegram", "1")
    words = Incoming(place, Person("Anna"), str(number), Content(words=Words("hello")))
    async with outbox.transaction():
        received = await intake.receive(words, NOW, reopen_days=7)
        await asyncio.sleep(0)
    return received.ticket_id


async def test_an_unknown_person_opens_one_ticket(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        racing = [asyncio.create_task(first(n), context=Context()) for n in range(4)]
        assert len(set(await asyncio.gather(*racing))) == 1
    assert tuple(await witness.fetchrow(FOUND)) == (1, 1, 1, 4)
