"""Departments: which group a delivery is for, and what becomes of a ticket that is moved."""

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import NoSuchDepartment, ThereAlready, Unready
from bot.desk.outbox import claims
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft
from bot.desk.outbox.gates import FORUM, department_of, is_in_groups, of
from bot.desk.outbox.kinds import Unknown
from bot.desk.outbox.kinds.to_group import Notice
from bot.desk.outbox.kinds.to_topic import Card, RemoveTopic, Tell
from bot.desk.people import departments
from bot.desk.talk import unknown, updates
from bot.desk.tickets import events
from bot.desk.words import Words
from models import FIRST, Event, Ticket
from models.database import connected
from tests.desk.talk import NOW, SOMEBODY, anna, apart, held_open, olena, stands

SALES = 2
BIND = """
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES ($1, $2, $3, 'en', now())
"""
WORDS = "SELECT id FROM delivery WHERE kind = 'words' ORDER BY id"
MOVED_HERE = "SELECT count(*) FROM delivery WHERE payload ->> 'sentence' LIKE '%Moved here%'"
GATES = "SELECT gate FROM delivery WHERE state IN ('head', 'waiting') AND gate LIKE 'forum%'"


async def two(witness: "asyncpg.Connection") -> None:
    """The desk works in two groups."""
    assert await departments.add("Sales", NOW) == SALES
    await departments.called(FIRST, "Operators")
    await witness.execute(BIND, -100, FIRST, "Operators")
    await witness.execute(BIND, -200, SALES, "Sales")


async def put(*drafts: Draft) -> None:
    async with outbox.transaction():
        for draft in drafts:
            await outbox.put(draft, NOW)


async def gates(witness: "asyncpg.Connection") -> list[str]:
    return [row["gate"] for row in await witness.fetch(GATES + " ORDER BY id")]


def test_a_gate_and_its_department() -> None:
    assert [of(FIRST), of(7)] == [FORUM, "forum:7"]
    assert [department_of(gate) for gate in (FORUM, "forum:7")] == [FIRST, 7]
    assert [department_of(gate) for gate in ("strangers", "telegram", "forums")] == [None] * 3
    assert [is_in_groups(gate) for gate in ("forum:7", "strangers", "mail")] == [True, True, False]


async def test_whose_budget_is_spent_is_found_where_it_is_written(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """By the ticket, or by the chat; nobody who puts it has to know."""
    await two(witness)
    await anna(1, "hello")
    await witness.execute("DELETE FROM delivery")
    woken: list[frozenset[str]] = []
    outbox.listeners.append(woken.append)
    try:
        await put(Tell("a").draft(1), Notice(-200, Words("b")).draft())
        await witness.execute("UPDATE ticket SET department_id = $1", SALES)
        await put(Tell("c").draft(1), RemoveTopic(-100, 5).draft(None))
        await put(Notice(-300, Words("d")).draft())
    finally:
        outbox.listeners.remove(woken.append)
    found = await witness.fetch("SELECT gate FROM delivery ORDER BY id")
    assert [row["gate"] for row in found] == ["forum", "forum:2", "forum:2", "forum", "strangers"]
    assert woken == [{"forum", "forum:2"}, {"forum", "forum:2"}, {"strangers"}]


async def test_a_moved_ticket_takes_along_what_waits_and_is_nobodys(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    await anna(1, "hello")
    await witness.execute("UPDATE ticket SET assignee_id = $1", (await olena()).operator_id)
    await put(Card().draft(1))
    async with outbox.transaction():
        assert await tickets.move(1, SALES, SOMEBODY, NOW) == "Sales"
    assert set(await gates(witness)) == {"forum:2"}
    ticket = await Ticket.get(id=1)
    assert (ticket.department_id, ticket.assignee_id) == (SALES, None)
    replayed = events.replay(await Event.filter(ticket_id=1).order_by("id"))
    assert (replayed["department_id"], replayed["assignee_id"]) == (SALES, None)
    await anna(2, "more")
    assert set(await gates(witness)) == {"forum:2"}


@pytest.mark.parametrize(
    ("department", "error"), [(3, NoSuchDepartment), (0, NoSuchDepartment), (FIRST, ThereAlready)]
)
async def test_where_it_cannot_be_moved(
    db: str, witness: "asyncpg.Connection", department: int, error: type[Exception]
) -> None:
    await two(witness)
    await departments.add("Without a group", NOW)
    await anna(1, "hello")
    with pytest.raises(error):
        async with outbox.transaction():
            await tickets.move(1, department, SOMEBODY, NOW)
    assert (await Ticket.get(id=1)).department_id == FIRST


@pytest.mark.parametrize("trouble", ["deaf_since = now()", "lacks = 'topics'", "lacks = 'forum'"])
async def test_a_group_that_cannot_take_it_gets_none(
    db: str, witness: "asyncpg.Connection", trouble: str
) -> None:
    await two(witness)
    await anna(1, "hello")
    await witness.execute(f"UPDATE operator_group SET {trouble} WHERE chat_id = -200")
    with pytest.raises(Unready):
        async with outbox.transaction():
            await tickets.move(1, SALES, SOMEBODY, NOW)
    assert (await Ticket.get(id=1)).department_id == FIRST
    await witness.execute("UPDATE operator_group SET deaf_since = NULL, lacks = NULL")
    async with outbox.transaction():
        assert await tickets.move(1, SALES, SOMEBODY, NOW) == "Sales"


async def test_what_could_not_be_shown_is_sent_again_where_the_ticket_is_now(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    await anna(1, "hello")
    await witness.execute("UPDATE delivery SET state = 'dead', dead_at = now()")
    async with outbox.transaction():
        await tickets.move(1, SALES, SOMEBODY, NOW)
    number = await witness.fetchval("SELECT id FROM delivery WHERE kind = 'words'")
    assert await outbox.revive(number, NOW)
    revived = "SELECT gate FROM delivery WHERE kind = 'words' ORDER BY id DESC LIMIT 1"
    assert await witness.fetchval(revived) == "forum:2"


def all_fit(_group: list[Parcel]) -> bool:
    return True


async def test_what_is_said_after_a_move_is_taken_with_nothing_of_the_former_group(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    """Its worker has just claimed what was said before: the rest would be read and paid there."""

    async def moves() -> None:
        await tickets.move(1, SALES, SOMEBODY, NOW)

    async with connected(database_url, connections=4):
        await two(witness)
        await anna(1, "before")
        await anna(2, "before it too")
        (head,) = await claims.claim(FORUM, 1, NOW)
        async with held_open(moves):
            following = apart(claims.claim_followers(head, 1, NOW, all_fit))
            await stands(following, witness)
            assert not following.done(), "it waits for the row"
        assert await following == []
        await anna(3, "after")
        assert await claims.claim_followers(head, 1, NOW, all_fit) == []
        assert await claims.claim(FORUM, 1, NOW) == []


async def test_nothing_is_taken_past_what_is_another_groups(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    for number in range(1, 5):
        await anna(number, "hello")
    words = [row["id"] for row in await witness.fetch(WORDS)]
    await witness.execute("UPDATE delivery SET gate = 'forum:2' WHERE id = $1", words[2])
    (head,) = await claims.claim(FORUM, 1, NOW)
    taken = await claims.claim_followers(head, 1, NOW, all_fit)
    assert [one.id for one in taken] == [words[1]]


async def test_names_stay_once_they_are_given(db: str, witness: "asyncpg.Connection") -> None:
    await two(witness)
    await departments.called(FIRST, "Another title")
    assert await departments.at_work() == {FIRST: "Operators", SALES: "Sales"}
    assert await departments.name_of(SALES) == "Sales"
    assert await departments.name_of(9) == ""


async def test_no_two_are_called_the_same(db: str) -> None:
    async def added(title: str) -> str:
        return await departments.name_of(await departments.add(title, NOW))

    assert await added("Support") == "Support"
    await departments.called(FIRST, "SUPPORT")
    assert await departments.name_of(FIRST) == "SUPPORT (2)"
    assert [await added("Support"), await added("support")] == ["Support (3)", "support (4)"]
    long = "Ä" * 64
    assert [await added(long), await added(long)] == [long, "Ä" * 60 + " (2)"]
    assert await added("\u200b") == "…"


async def test_what_could_not_be_done_is_announced_where_it_came(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    told = "SELECT (payload ->> 'chat_id')::bigint FROM delivery WHERE kind = 'report'"
    for number, what in enumerate(
        (
            {"message": {"chat": {"id": -200}}},
            {"callback_query": {"message": {"chat": {"id": -200}}}},
            {"message": {"chat": {"id": 5}}},
            {"message": "nonsense"},
            {},
        )
    ):
        await witness.execute("DELETE FROM delivery")
        update: dict[str, object] = {"update_id": number, **what}  # type: ignore[dict-item]
        await updates.set_aside(1, update, "no", 3, NOW)
        assert await witness.fetchval(told) == (-200 if number < 2 else -100), what


async def test_so_is_what_only_a_newer_version_can_carry(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    for gate, chat in (("forum:2", -200), ("telegram", -100), (FORUM, -100)):
        await witness.execute("DELETE FROM delivery")
        what = Unknown({}, "of a later version")
        await unknown.met(Parcel(1, 1, gate, "lane", "new", what, 10, NOW, 1, False, NOW, NOW), NOW)
        told = "SELECT (payload ->> 'chat_id')::bigint FROM delivery"
        assert await witness.fetchval(told) == chat, gate


SETTLES = "UPDATE delivery SET last_error = 'settled' WHERE ticket_id = 1"
LANE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


@pytest.mark.parametrize("lane", ["forum:1", "card:1"])
async def test_who_settles_what_follows_is_in_no_circle_with_it(
    database_url: str, witness: "asyncpg.Connection", lane: str
) -> None:
    """They hold a lane and then its rows; so does who moves."""

    async def moves() -> None:
        async with outbox.transaction():
            await tickets.move(1, SALES, SOMEBODY, NOW)

    async with connected(database_url, connections=4):
        await two(witness)
        await anna(1, "hello")
        await put(Card().draft(1))
        settling = await asyncpg.connect(database_url)
        async with settling.transaction():
            await settling.execute(LANE, lane)
            moving = apart(moves())
            await stands(moving, witness)
            assert not moving.done(), "it waits for the lane"
            await settling.execute(SETTLES)
        await moving
        await settling.close()
        assert set(await gates(witness)) == {"forum:2"}
