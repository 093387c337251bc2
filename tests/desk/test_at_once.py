"""What several processes do at one instant: first words, presses of one button, two edits."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime

import asyncpg
import orjson

from bot.desk import outbox
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import decisions, intake, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import Membership
from models.database import connected
from tests.desk.talk import apart, held_open, olena, stands

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOUND = """
SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM address),
    (SELECT count(*) FROM ticket), (SELECT count(*) FROM message)
"""


async def first(number: int) -> int:
    place = ChannelAddress("telegram", "1")
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


async def test_three_first_words_of_somebody_known_open_one_ticket(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        async with outbox.transaction():  # they pressed START, without a word so far
            await theirs.at(ChannelAddress("telegram", "1"), Person("Anna"), NOW)
        racing = [asyncio.create_task(first(n), context=Context()) for n in range(3)]
        assert await asyncio.gather(*racing) == [1, 1, 1]
    assert tuple(await witness.fetchrow(FOUND)) == (1, 1, 1, 3)


async def edits(text: str, edition: int) -> bool:
    content = Content(words=Words(text), edition=edition)
    return await intake.edited(ChannelAddress("telegram", "1"), "1", content, NOW)


async def is_edited(text: str, edition: int) -> None:
    async with outbox.transaction():
        await edits(text, edition)


async def test_an_older_edit_of_another_process_does_not_undo_a_newer_one(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        await first(1)
        async with held_open(lambda: edits("hello, Olena", 2)):
            older = apart(is_edited("hello, Olen", 1))
            await stands(older, witness)
        await older
    assert orjson.loads(await witness.fetchval("SELECT words FROM message"))["text"] == (
        "hello, Olena"
    )
    assert await witness.fetchval("SELECT count(*) FROM revision") == 1


async def press(ticket_id: int, message_id: int, member: Membership) -> bool:
    async with outbox.transaction():
        sent = await decisions.send(Press(message_id, ticket_id, member), NOW)
        await asyncio.sleep(0.05)
    return sent


async def test_a_button_pressed_in_two_processes_sends_once(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        ticket_id = await first(1)
        member = await olena()
        async with outbox.transaction():
            spoken = Spoken(member, Content(words=Words("..the address")))
            held = await replies.take(ticket_id, spoken, NOW)
        racing = [
            asyncio.create_task(press(ticket_id, held.id, member), context=Context())
            for _ in range(3)
        ]
        assert sorted(await asyncio.gather(*racing)) == [False, False, True]
    sent = "SELECT count(*) FROM delivery WHERE kind = 'message'"
    assert await witness.fetchval(sent) == 1
