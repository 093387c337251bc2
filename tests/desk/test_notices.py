"""Reports: at whose cost the bot speaks in a group, and what the desk's status counts."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM, STRANGERS, WHISPERS
from bot.desk.said import ChannelAddress
from bot.desk.said.spots import ASIDE, POST, Spot, stand
from bot.desk.talk import notices, updates
from bot.desk.talk.notices import Asked
from bot.desk.words import Words
from models import FIRST, Status
from tests.desk.talk import NOW, SOMEBODY, anna, answers, turns
from tests.desk.test_departments import SALES, two

BOUND = """
WITH made AS (INSERT INTO department (id, created_at) VALUES ($1, now()) ON CONFLICT DO NOTHING)
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES (-100, $1, 'Desk', 'en', now())
"""
PUT = "SELECT gate, kind, priority, payload FROM delivery"


async def answer(spot: Spot) -> None:
    await notices.answer(spot, Words("No."), NOW, [[("Why?", "why:1")]])


async def ask_setup(spot: Spot) -> None:
    asked = Asked(spot, 7, "Olena", "uk", bound=True, code="hash", offer=3)
    await notices.ask_setup(asked, SOMEBODY, NOW)


async def practise_mark(spot: Spot) -> None:
    await notices.practise_mark(spot, NOW)


async def ask_status(spot: Spot) -> None:
    await notices.ask_status(spot, SOMEBODY, NOW)


NOBODY: dict[str, object] = {"asked_by": None, "aloud": False, "asked": None, "turns": None}
AT = {"chat_id": -100, "thread_id": 5, "reply_to": 77}
SAYS = {"words": Words("No.").dump(), "buttons": [[["Why?", "why:1"]]]}
ASKS = {"user_id": 7, "name": "Olena", "language": "uk"}
WITH = {"is_admin": True, "bound": True, "code": "hash", "offer": 3}


@pytest.mark.parametrize(
    ("act", "kind", "priority", "payload"),
    [
        (answer, "report", Precedence.NOTICE, AT | SAYS | NOBODY | {"about": None}),
        (ask_setup, "setup", Precedence.NOTICE, AT | ASKS | WITH),
        (practise_mark, "practice", Precedence.LOOK, {"chat_id": -100, "post_id": 77}),
        (ask_status, "status", Precedence.NOTICE, AT | NOBODY),
    ],
)
async def test_what_is_put_for_a_group_and_at_whose_cost(
    db: str,
    witness: "asyncpg.Connection",
    act: Callable[[Spot], Awaitable[None]],
    kind: str,
    priority: Precedence,
    payload: dict[str, object],
) -> None:
    for department, gate in ((None, STRANGERS), (1, FORUM), (7, "forum:7")):
        await witness.execute("DELETE FROM operator_group")
        if department is not None:
            await witness.execute(BOUND, department)
        async with outbox.transaction():
            await act(Spot(-100, 5, 77))
        row = await witness.fetchrow(PUT)
        assert (row["gate"], row["kind"], row["priority"]) == (gate, kind, priority)
        assert orjson.loads(row["payload"]) == payload
        await witness.execute("DELETE FROM delivery")


async def test_words_without_buttons_have_none(db: str, witness: "asyncpg.Connection") -> None:
    async with outbox.transaction():
        await notices.answer(Spot(-100), "Yes.", NOW)
    payload = orjson.loads(await witness.fetchval("SELECT payload FROM delivery"))
    assert (payload["words"], payload["buttons"]) == (Words("Yes.").dump(), [])


async def test_answers_to_one_persons_commands_are_few_at_a_time_and_the_last_is_told(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        for number in range(notices.MOST_WAITING + 3):
            await notices.answer(Spot(-100, None, number, asked_by=7), f"{number}", NOW)
        await notices.answer(Spot(-100, None, 90, asked_by=8), "to another", NOW)
        for number in (91, 92):
            await notices.answer(Spot(-100, None, number), "of words that go nowhere", NOW)
        for number in range(20):
            await notices.ask_status(Spot(-100, None, number, asked_by=7), SOMEBODY, NOW)
    told = "SELECT payload ->> 'reply_to' AS post, lane FROM delivery WHERE kind = $1 ORDER BY id"
    theirs, mine, words = "whisper:report:-100:7", "whisper:report:-100:8", "report:-100/"
    assert [tuple(row) for row in await witness.fetch(told, "report")] == [
        *((post, theirs) for post in "01237"),
        *(("90", mine), ("91", words), ("92", words)),
    ]
    posts = [row["post"] for row in await witness.fetch(told, "status")]
    assert posts == ["0", "1", "2", "3", "19"]


async def test_what_is_told_of_somebodys_words_is_replaced_by_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        for number in range(notices.MOST_WAITING + 3):
            of_words = Spot(-100, None, 50 + number, asked_by=7)
            await notices.answer(of_words, "It is held.", NOW, about=number + 1)
            await notices.answer(Spot(-100, None, number, asked_by=7), f"{number}", NOW)
    told = "SELECT payload ->> 'reply_to' FROM delivery WHERE payload ->> 'about' IS NOT NULL"
    posts = [row[0] for row in await witness.fetch(f"{told} ORDER BY id")]
    assert posts == [str(50 + number) for number in range(notices.MOST_WAITING + 3)]


async def test_the_status_of_the_desk(db: str, witness: "asyncpg.Connection") -> None:
    found = await notices.desk_status(FIRST)
    assert (found.waiting, found.oldest, found.dead, found.set_aside) == (0, None, 0, 0)
    assert set(found.tickets.values()) == {0}
    await anna(1, "Where is it?", at=NOW + timedelta(seconds=1))
    await answers(1, "On its way")
    assert await tickets.customers_waiting(FIRST) == 0
    await turns(1, Status.OPEN)
    await witness.execute("UPDATE address SET external_id = 'Borys'")
    await anna(1, "And mine?")
    assert await tickets.customers_waiting(FIRST) == 2
    await witness.execute("UPDATE ticket SET customer_id = 1")
    assert await tickets.customers_waiting(FIRST) == 1, "however many tickets they have"
    states = ("sent", "dead", "claimed", "dropped", "head", "waiting")
    await witness.execute("DELETE FROM delivery WHERE id > $1", len(states))
    for number, state in enumerate(states, 1):
        change = "UPDATE delivery SET state = $2, created_at = $3 WHERE id = $1"
        await witness.execute(change, number, state, NOW + timedelta(minutes=number))
    first = await updates.set_aside(1, {"update_id": 5}, "no", 3, NOW)
    await updates.set_aside(1, {"update_id": 6}, "no", 3, NOW)
    await witness.execute("UPDATE set_aside SET replayed_at = now() WHERE id = $1", first)
    found = await notices.desk_status(FIRST)
    assert (found.waiting, found.oldest) == (3, NOW + timedelta(minutes=3))
    assert (found.dead, found.set_aside) == (1, 1)
    assert found.tickets == dict.fromkeys(Status, 0) | {Status.OPEN: 1, Status.NEW: 1}


async def test_each_group_is_told_of_its_own_department(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """What is no department's, such as what is said to strangers, is told of in the first."""
    await two(witness)
    for number, who in enumerate(("Anna", "Borys", "Clara"), 1):
        await anna(1, "Where is it?", by=ChannelAddress("telegram", who))
        if number > 1:
            async with outbox.transaction():
                await tickets.move(number, SALES, SOMEBODY, NOW)
    await turns(3, Status.RESOLVED)
    await witness.execute("DELETE FROM delivery")
    async with outbox.transaction():
        for ticket in (1, 2, 3):
            await tickets.tell(ticket, "Hello", NOW)
        for chat in (-100, -200, -300):
            await notices.answer(Spot(chat), "Hello", NOW)
        later = NOW + timedelta(minutes=1)
        await outbox.put(Draft("webhook:2", "lane", "say", {}), later)
        await outbox.put(Draft("webhook:2", "other lane", "say", {}, ticket_id=2), later)
    here, there = await notices.desk_status(FIRST), await notices.desk_status(SALES)
    assert (here.waiting, there.waiting) == (4, 4)
    assert (here.tickets[Status.NEW], there.tickets[Status.NEW]) == (1, 1)
    assert (here.tickets[Status.RESOLVED], there.tickets[Status.RESOLVED]) == (0, 1)
    assert await tickets.customers_waiting(FIRST) == await tickets.customers_waiting(SALES) == 1
    await witness.execute("UPDATE delivery SET state = 'dead' WHERE ticket_id = 2")
    here, there = await notices.desk_status(FIRST), await notices.desk_status(SALES)
    assert (here.dead, there.dead, there.waiting) == (0, 2, 2)


async def test_of_an_answer_that_is_turned_the_newest_page_counts(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        for page in ("2", "3"):
            at = Spot(-100, asked_by=7, turns=stand(ASIDE, 5))
            await notices.answer(at, f"page {page}", NOW)
        await notices.answer(Spot(-100, asked_by=7, turns=stand(POST, 5)), "before all", NOW)
        await notices.answer(Spot(-100, asked_by=7), "another answer", NOW)
    put = "SELECT lane, payload -> 'words' ->> 'text' AS text, gate FROM delivery ORDER BY id"
    assert [tuple(row) for row in await witness.fetch(put)] == [
        ("turn:-100:aside:5", "page 3", WHISPERS),
        ("turn:-100:post:5", "before all", STRANGERS),
        ("whisper:report:-100:7", "another answer", WHISPERS),
    ]
