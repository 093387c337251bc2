"""Ranks: whose delivery goes first among the equally urgent."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.outbox import ages, claims
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM
from bot.desk.outbox.shares import ACTION, LINES, TOPIC
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.sentences import Sentence
from bot.desk.talk import intake
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import Status
from models.database import connected
from tests.desk.talk import SOMEBODY

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = START + timedelta(minutes=30)
RANKS = """
SELECT extract(epoch FROM rank - $1)::float8 AS rank FROM delivery
WHERE gate = 'forum' AND kind = 'words' ORDER BY id
"""


async def says(
    who: str, number: int, *, anew: bool = False, second: float = 0, kind: str = "text"
) -> None:
    place, now = ChannelAddress("telegram", who), START + timedelta(seconds=second)
    words = Incoming(place, Person(who), str(number), Content(kind, Words("hello")))
    async with outbox.transaction():
        if anew:
            await theirs.start_new(await theirs.at(place, Person(who), now), now)
        await intake.receive(words, now, reopen_days=7, most_open=99)


async def ranks(witness: "asyncpg.Connection") -> list[float]:
    return [row["rank"] for row in await witness.fetch(RANKS, START)]


async def claimed(now: datetime, **more: object) -> list[int | None]:
    parcels = await claims.claim(FORUM, 1, now, limit=99, **more)  # type: ignore[arg-type]
    return [one.ticket_id for one in parcels if one.kind == "words"]


async def test_a_first_question_goes_before_the_second_of_a_flood(db: str) -> None:
    for number in range(4):
        await says("flood", number, anew=True)
    await says("anna", 9, second=1)
    singly = [(await claims.claim(FORUM, 1, LATER))[0].ticket_id for _ in range(5)]
    assert singly == [1, 5, 2, 3, 4]


async def test_the_rank_runs_ahead_of_who_writes_fast_and_waits_for_who_does_not(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number, second in enumerate((0, 1, 2, 300)):
        await says("flood", number, second=second, kind="photo")
    assert await ranks(witness) == [0, ACTION, 2 * ACTION, 300]


LINE = ACTION / LINES


async def writes(who: str, number: int, content: Content, reply_to: str | None = None) -> None:
    place = ChannelAddress("telegram", who)
    words = Incoming(place, Person(who), str(number), content, reply_to)
    async with outbox.transaction():
        await intake.receive(words, START, reopen_days=7)


async def test_words_that_share_a_post_cost_their_part_of_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Ten messages at once are one action; what stands alone, or fills a post, is one each."""
    for number in range(10):
        await writes("anna", number, Content(words=Words("hello")))
    assert await ranks(witness) == pytest.approx([number * LINE for number in range(10)])
    before = 9 * LINE
    for number, (content, cost) in enumerate(
        [
            (Content(words=Words("x" * 1024)), ACTION / 2),
            (Content(words=Words("x" * 4000)), ACTION),
            (Content("photo"), ACTION),
            (Content(words=Words("behind a picture")), ACTION),
            (Content(words=Words("hello")), LINE),
            (Content(words=Words("of another"), forwarded="Borys"), ACTION),
        ],
        start=10,
    ):
        await writes("anna", number, content)
        before += cost
        assert (await ranks(witness))[-1] == pytest.approx(before)


async def test_words_behind_those_in_hand_cost_an_action(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Whatever waits in other lanes, where it is not they who share its post."""
    for who in ("anna", "clara"):
        await writes(who, 1, Content(words=Words("hello")))
    assert await claimed(START) == [1, 2]
    for number, who in enumerate(("borys", "anna", "anna", "clara", "clara"), start=2):
        await writes(who, number, Content(words=Words("hello")))
    each = [ACTION, ACTION + LINE]
    assert await ranks(witness) == pytest.approx([0, 0, 0, *each, *each])


async def test_a_flood_of_lines_costs_what_it_spends(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Two that do not share a post, since each fills more than half of it, cost two actions."""
    for number in range(4):
        await writes("flood", number, Content(words=Words("x" * 2049)))
    assert await ranks(witness) == [0, ACTION, 2 * ACTION, 3 * ACTION]


async def test_a_new_ticket_costs_as_much_as_it_spends(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number in range(3):
        await says("flood", number, anew=True)
    assert await ranks(witness) == [0, TOPIC * ACTION, 2 * TOPIC * ACTION]


async def test_what_one_transaction_puts_ranks_one_behind_the_other_the_urgent_first(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await says("anna", 1)
    async with outbox.transaction():
        await outbox.put(Draft(FORUM, "card:x", "card", {}, Precedence.CARD, 1), LATER)
        for lane in ("x", "y"):
            await outbox.put(Draft(FORUM, lane, "notice", {}, Precedence.NOTICE, 1), LATER)
        await outbox.put(Draft(FORUM, "all", "report", {}, Precedence.CARD), LATER)
    rows = await witness.fetch(
        "SELECT kind, extract(epoch FROM rank - $1)::float8 AS rank FROM delivery "
        "WHERE created_at = $1 ORDER BY id",
        LATER,
    )
    assert [tuple(row) for row in rows] == [
        ("card", 2 * ACTION),
        ("notice", 0),
        ("notice", ACTION),
        ("report", 0),  # of no customer
    ]


async def test_notices_of_a_flooders_tickets_count_for_them(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await says("flood", 1)
    async with outbox.transaction():
        for lane in ("x", "y", "z"):
            await outbox.put(Draft(FORUM, lane, "notice", {}, Precedence.NOTICE, 1), START)
    await says("flood", 2)
    assert await ranks(witness) == pytest.approx([0, 3 * ACTION + LINE])


async def test_what_only_looks_better_and_what_goes_by_a_channel_cost_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await says("anna", 1)
    async with outbox.transaction():
        for lane in ("x", "y"):
            await outbox.put(Draft(FORUM, lane, "look", {}, Precedence.LOOK, 1), START)
            await outbox.put(Draft("telegram", lane, "message", {}, ticket_id=1), START)
    await says("anna", 2)
    assert await ranks(witness) == pytest.approx([0, LINE])
    theirs = "SELECT DISTINCT customer_id, rank - due_at FROM delivery WHERE kind = 'message'"
    assert [tuple(row) for row in await witness.fetch(theirs)] == [(None, timedelta())]


async def test_only_who_has_a_share_is_served_when_little_is_left(db: str) -> None:
    for number in range(3):
        await says("flood", number, anew=True)
    await says("anna", 9)
    assert await claimed(START, shared=True) == [1, 4]
    assert await claimed(START, shared=True) == []
    assert await claimed(START + timedelta(seconds=TOPIC * ACTION), shared=True) == [2]


async def test_ageing_puts_no_flood_before_everybody(db: str) -> None:
    for number in range(20):
        await says("flood", number, anew=True)
    async with outbox.transaction():
        await ages.hasten(START + ages.HASTE + timedelta(seconds=1))
    assert await claimed(LATER, least=Precedence.WORDS) == [1]


async def test_what_is_tried_later_keeps_no_rank_before_those_that_are_due(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Else every claim would look at all that is not due."""
    async with outbox.transaction():
        await outbox.put(Draft("telegram", "telegram:1", "say"), START)
    parcels = await claims.claim("telegram", 1, START)
    await claims.mark_later(parcels, START, 60, None, certain=True)
    assert await witness.fetchval("SELECT rank >= due_at FROM delivery")


OPEN = "SELECT count(*) FROM ticket WHERE status <> 'closed'"
SAID = """
SELECT payload -> 'sentence' -> 'values' ->> 'number' FROM delivery WHERE kind = 'say'
ORDER BY id DESC LIMIT 1
"""


async def limited(
    who: str, number: int, *, anew: bool = False, now: datetime = START
) -> intake.Received:
    place = ChannelAddress("telegram", who)
    words = Incoming(place, Person(who), str(number), Content(words=Words("hello")))
    async with outbox.transaction():
        if anew:
            await theirs.start_new(await theirs.at(place, Person(who), now), now)
        return await intake.receive(words, now, reopen_days=0, most_open=3)


async def test_past_the_limit_words_go_to_the_last_open_ticket_and_it_is_said_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number in range(3):
        await limited("anna", number, anew=True)
    said = await witness.fetchval("SELECT count(*) FROM delivery WHERE kind = 'say'")
    assert (await limited("anna", 4, anew=True, now=LATER)).ticket_id == 3
    assert await witness.fetchval("SELECT customer_at FROM ticket WHERE id = 3") == LATER
    assert await witness.fetchval(SAID) == "3"
    assert (await limited("anna", 5)).ticket_id == 3
    assert await witness.fetchval(OPEN) == 3
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE kind = 'say'") == said + 1
    assert (await limited("borys", 6, anew=True)).opened, "the limit is everybody's own"


async def test_words_after_a_closed_ticket_go_to_one_that_is_open_at_the_limit(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number in range(3):
        await limited("anna", number, anew=True)
    place = ChannelAddress("telegram", "anna")
    async with outbox.transaction():
        await tickets.change(3, Status.CLOSED, SOMEBODY, START)
    assert (await limited("anna", 4, now=LATER)).opened, "there is room for it"
    async with outbox.transaction():
        await theirs.choose(await theirs.at(place, Person("anna"), START), 3, START)
    received = await limited("anna", 5, now=LATER)
    assert (received.ticket_id, received.opened) == (4, False)


async def test_a_closed_ticket_makes_room(db: str) -> None:
    for number in range(3):
        await limited("anna", number, anew=True)
    async with outbox.transaction():
        await tickets.change(1, Status.CLOSED, SOMEBODY, START)
    assert (await limited("anna", 4, anew=True)).opened


async def test_two_that_are_new_at_once_do_not_pass_the_limit(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async with connected(database_url, connections=4):
        await limited("anna", 1)
        await limited("anna", 2, anew=True)
        racing = [
            asyncio.create_task(limited("anna", number, anew=True), context=Context())
            for number in (3, 4, 5)
        ]
        await asyncio.gather(*racing)
    assert await witness.fetchval(OPEN) == 3


async def test_who_asks_in_haste_is_answered_once_until_the_answer_has_left(
    db: str, witness: "asyncpg.Connection"
) -> None:
    place = ChannelAddress("telegram", "anna")
    asked = ("help", "help", "requests", "help")

    async def asks() -> int:
        for words in asked:
            async with outbox.transaction():
                address = await theirs.at(place, Person("anna"), START)
                await customers.tell(address, Sentence(words), START)
        return int(await witness.fetchval("SELECT count(*) FROM delivery"))

    assert await asks() == 2
    for _ in range(2):
        await claims.mark_sent(await claims.claim("telegram", 1, START), START)
    assert await asks() == 4, "said again to who asks again"
