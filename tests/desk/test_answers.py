"""What a channel is to carry, and what is known of it afterwards."""

from datetime import UTC, datetime, timedelta

import asyncpg

from bot.desk import answers, operators, outbox, replies
from bot.desk.messages import Content, Person
from bot.desk.replies import Spoken
from bot.desk.words import Words
from models import Customer
from tests.desk.talk import anna

NOW = datetime.now(UTC)
SCENE = """
WITH person AS (
    INSERT INTO customer (name, language, created_at) VALUES ('Anna', 'en', now()) RETURNING id
), place AS (
    INSERT INTO address (customer_id, channel, external_id, created_at)
    SELECT id, 'telegram', '5', now() FROM person RETURNING id, customer_id
)
INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
SELECT customer_id, id, 'open', '', now(), now() FROM place
"""
SAY = """
INSERT INTO message (id, ticket_id, direction, kind, words, album, created_at, unsent_at)
VALUES ($1, 1, $2, 'text', '{"text": "x", "entities": []}', $3, $4, $5)
"""
TRACE = "INSERT INTO trace (message_id, address_id, external_id) VALUES ($1, 1, $2)"
TRACES = "SELECT external_id FROM trace WHERE message_id = $1 ORDER BY id"


async def say(
    witness: "asyncpg.Connection",
    number: int,
    direction: str = "out",
    *,
    album: str | None = None,
    ago: float = 1.0,
    unsent: bool = False,
    traced: bool = True,
) -> None:
    at = NOW - timedelta(seconds=ago)
    await witness.execute(SAY, number, direction, album, at, NOW if unsent else None)
    if traced:
        await witness.execute(TRACE, number, str(number))


async def test_what_was_sent_lately_is_known_by_the_first_message_of_each_answer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1, ago=100)
    await say(witness, 2, "in")
    await say(witness, 3, "note")
    await say(witness, 4)
    await say(witness, 5, album="a")
    await say(witness, 6, album="a")
    await say(witness, 7, unsent=True)
    await say(witness, 8, traced=False)
    assert await answers.sent_since(NOW - timedelta(seconds=60)) == [4, 5]


async def test_an_edit_may_leave_more_messages_or_fewer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1)
    await answers.restand(1, ["1", "8", "9"])
    assert [row[0] for row in await witness.fetch(TRACES, 1)] == ["1", "8", "9"]
    await answers.restand(1, ["1", "9"])
    assert [row[0] for row in await witness.fetch(TRACES, 1)] == ["1", "9"]


async def test_what_is_for_operators_does_not_go_out(db: str) -> None:
    about = {"unread": ["gift"], "elsewhere": {"source": "Backstage"}, "forwarded": "Olena"}
    await anna(1, "Де моє замовлення?")
    await Customer.all().update(language="uk")
    olena = await operators.rank(7, Person("Olena"), NOW, is_member=True, is_admin=False)
    async with outbox.transaction():
        spoken = Spoken(olena, Content(words=Words("Сьогодні"), about=about))
        answer = await replies.take(1, spoken, NOW)
    outgoing = await answers.outgoing([answer.id])
    assert outgoing is not None
    assert outgoing.language == "uk", "of what the channel says itself"
    assert outgoing.parts[0].about == {"forwarded": "Olena"}
