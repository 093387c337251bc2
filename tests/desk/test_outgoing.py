"""What a channel is to carry, and what is known of it afterwards."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.said import Content, Elsewhere, Quote
from bot.desk.talk import intake, outgoing, replies
from bot.desk.talk.replies import Spoken
from bot.desk.words import Words
from models import Customer, Message
from tests.desk.talk import ANNA, anna, answers, edits, olena, photo, replies_to

NOW = datetime.now(UTC)
LATER = NOW + timedelta(minutes=1)
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
INSERT INTO message
    (id, ticket_id, address_id, direction, kind, words, album, created_at, unsent_at)
VALUES ($1, 1, 1, $2, 'text', '{"text": "x", "entities": []}', $3, $4, $5)
"""
MANY = """
INSERT INTO message (id, ticket_id, direction, kind, words, created_at)
SELECT number, 1, 'in', 'text', '{"text": "x", "entities": []}', now()
FROM generate_series($1::int, $1 + $2 - 1) AS number
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


async def test_what_was_sent_lately_is_known(db: str, witness: "asyncpg.Connection") -> None:
    await witness.execute(SCENE)
    await say(witness, 1, ago=100)
    await say(witness, 2, "in")
    await say(witness, 3, "note")
    await say(witness, 4)
    await say(witness, 5)
    await say(witness, 7, unsent=True)
    await say(witness, 8, traced=False)
    await say(witness, 10)
    assert await outgoing.sent_since(NOW - timedelta(seconds=60)) == [4, 5, 10], "in their order"


async def test_an_edit_may_leave_more_messages_or_fewer(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1)
    await say(witness, 5)
    await witness.execute("UPDATE address SET external_id = '6'")
    await witness.execute(SCENE)
    await witness.execute(TRACE.replace("1, $2", "2, $2"), 5, "8")  # another chat counts anew
    await outgoing.restand(1, [["1", "8"], ["9"]])
    assert [row[0] for row in await witness.fetch(TRACES, 1)] == ["1", "8", "9"]
    assert await outgoing.traces(1) == [["1", "8"], ["9"]]
    await outgoing.restand(1, [["1"], ["9"]])
    assert [row[0] for row in await witness.fetch(TRACES, 1)] == ["1", "9"]
    assert [row[0] for row in await witness.fetch(TRACES, 5)] == ["5", "8"], "another's stay"
    stands: list[list[str | None]] = [["9", None], ["9", None], ["9"]]
    for stand in stands:  # None: nobody knows where
        await outgoing.restand(1, [stand])
        assert [row[0] for row in await witness.fetch(TRACES, 1)] == stand


async def test_of_two_messages_in_one_place_the_second_stands_nobody_knows_where(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1, "in")
    for number in range(2, 6):
        await say(witness, number, traced=False)
    places = [(2, "1"), (3, "ok"), (4, "ok"), (5, "ok"), (5, "five"), (9, "x")]
    for _twice in range(2):
        await outgoing.keep([(number, 1, each, 0) for number, each in places])
        found = {number: await outgoing.traces(number) for number in range(1, 6)}
        assert found == {1: [["1"]], 2: [[None]], 3: [["ok"]], 4: [[None]], 5: [["five"]]}


async def test_a_reply_is_to_a_message_of_which_is_known_where_it_stands(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await outgoing.restand(1, [[None, "5"]])
    spoken = Spoken(await olena(), Content(words=Words("Here")), await Message.get(id=1))
    async with outbox.transaction():
        here = await replies.take(1, spoken, NOW)
    leaving = await outgoing.of([here.id], ANNA)
    assert leaving is not None
    assert leaving.reply_to == "5"


async def leaving(message: Message, quoted: str) -> tuple[str | None, str | None]:
    """What the customer reads that it answers, and quotes; it does quote something by itself."""
    found = await outgoing.of([message.id], ANNA)
    assert found is not None
    assert Quote.load((await Message.get(id=message.id)).quote).words.text == quoted
    return found.reply_to, found.quote.words.text if found.quote else None


async def test_what_never_came_to_the_customer_is_not_quoted(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    answered = await answers(1, "The PIN is 1234")
    further = await replies_to(answered, "It is yours", "1234")
    assert await leaving(further, "1234") == (None, None), "it may come there, or never"
    await outgoing.keep([(answered.id, 1, "9", 0)])
    assert await leaving(further, "1234") == ("9", "1234")
    for inside in ("unsent_at = now()", "direction = 'note'"):
        await witness.execute(f"UPDATE message SET {inside} WHERE id = $1", answered.id)
        assert await leaving(further, "1234") == (None, None)
        await witness.execute("UPDATE message SET unsent_at = NULL")


async def test_what_was_said_otherwise_before_it_left_is_not_quoted(db: str) -> None:
    await anna(1, "Where is it?")
    answered = await answers(1, "The PIN is 1234")
    further = await replies_to(answered, "It is yours", "1234")
    await edits(answered, "The PIN is in the letter")
    await outgoing.keep([(answered.id, 1, "9", 0)])
    assert await leaving(further, "1234") == ("9", None)


async def test_a_quote_stands_where_its_words_are_by_now(db: str) -> None:
    await anna(1, "Where is it?")
    further = await replies_to(await Message.get(id=1), "Here", "is it")
    async with outbox.transaction():
        await intake.edited(ANNA, "1", Content(words=Words("Well, where is it?")), NOW)
    found = await outgoing.of([further.id], ANNA)
    assert found is not None
    assert found.quote == Quote(Words("is it"), 12)


async def test_what_was_sent_lately_is_looked_for_among_the_last_of_all(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1)
    await witness.execute(MANY, 2, outgoing.LATEST)
    await say(witness, outgoing.LATEST + 2)
    assert await outgoing.sent_since(NOW - timedelta(seconds=60)) == [outgoing.LATEST + 2]


async def test_what_is_carried_is_as_it_stands_now(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Hello?")
    hers = (await anna(2, "Where is it?")).message_id
    await witness.execute(TRACE, hers, "9")
    quote = Quote(Words("is it"), 6)
    ids = []
    for name in "ab":  # as an album stood in two messages
        spoken = Spoken(await olena(), photo(name, name), await Message.get(id=hers), quote)
        async with outbox.transaction():
            ids.append((await replies.take(1, spoken, NOW)).id)
    leaving = await outgoing.of(ids[::-1], ANNA)
    assert leaving is not None
    assert (leaving.reply_to, leaving.quote) == ("2", quote)
    assert leaving.places == [(ids[0], 0), (ids[1], 0)]
    assert [one.words.text for one in leaving.content.pieces()] == ["a", "b"]
    await witness.execute("UPDATE message SET direction = 'note' WHERE id = $1", ids[0])
    leaving = await outgoing.of(ids, ANNA)
    assert leaving is not None
    assert leaving.content == photo("b", "b"), "a note stays inside"
    await witness.execute("UPDATE message SET unsent_at = now() WHERE id = $1", ids[1])
    assert await outgoing.of(ids, ANNA) is None


@pytest.mark.parametrize(
    ("had_left", "told", "unmarks"),
    [(True, "↩️ Deleted for the customer.", 1), (False, "↩️ Taken back before it was sent.", 0)],
)
async def test_of_what_is_with_the_customer_no_more_is_told(
    db: str, witness: "asyncpg.Connection", had_left: bool, told: str, unmarks: int
) -> None:
    await witness.execute(SCENE)
    await say(witness, 1)
    await say(witness, 2)
    await say(witness, 3, unsent=True)
    async with outbox.transaction():
        await outgoing.unsent([1, 3], LATER, had_left=had_left)
    rows = await witness.fetch("SELECT unsent_at FROM message ORDER BY id")
    assert [row[0] for row in rows] == [LATER, None, NOW], "the first instant stays"
    said = "SELECT payload ->> 'sentence', payload ->> 'message' FROM delivery WHERE kind = 'tell'"
    assert [tuple(row) for row in await witness.fetch(said)] == [(told, "1")]
    marks = "SELECT count(*) FROM delivery WHERE lane = 'mark:1' AND kind = 'unmark'"
    assert await witness.fetchval(marks) == unmarks


async def test_what_is_for_operators_does_not_go_out(db: str) -> None:
    await anna(1, "Де моє замовлення?")
    await Customer.all().update(language="uk")
    async with outbox.transaction():
        words, inside = Words("Сьогодні"), Elsewhere("Backstage")
        content = Content(words=words, unread=("gift",), elsewhere=inside, forwarded="Olena")
        answer = await replies.take(1, Spoken(await olena(), content), NOW)
    leaving = await outgoing.of([answer.id], ANNA)
    assert leaving is not None
    assert leaving.language == "uk", "of what the channel says itself"
    assert leaving.content == Content(words=words, forwarded="Olena")
