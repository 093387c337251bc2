"""What several processes do at one instant: first words of one person, presses of one button."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime

import asyncpg

from bot.desk import decisions, intake, operators, outbox, replies
from bot.desk.decisions import Press
from bot.desk.messages import Address, Content, Incoming, Person
from bot.desk.replies import Spoken
from bot.desk.words import Words
from models import Operator
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


async def press(ticket_id: int, message_id: int, olena: Operator) -> bool:
    async with outbox.transaction():
        sent = await decisions.send(Press(message_id, ticket_id, olena), NOW)
        await asyncio.sleep(0.05)
    return sent


async def test_a_button_pressed_in_two_processes_sends_once(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        ticket_id = await first(1)
        async with outbox.transaction():
            olena = await operators.rank(7, Person("Olena"), NOW, is_member=True, is_admin=False)
            spoken = Spoken(olena, Content(words=Words("..the address")))
            held = await replies.take(ticket_id, spoken, NOW)
        racing = [
            asyncio.create_task(press(ticket_id, held.id, olena), context=Context())
            for _ in range(3)
        ]
        assert sorted(await asyncio.gather(*racing)) == [False, False, True]
    sent = "SELECT count(*) FROM delivery WHERE kind = 'message'"
    assert await witness.fetchval(sent) == 1
