"""Routing: who is given what is nobody's, when, and that it is given once."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot import sentences
from bot.desk import outbox, tickets
from bot.desk.errors import AdminsOnly, NotAMember
from bot.desk.outbox.kinds.to_topic import Tell
from bot.desk.people import departments, memberships
from bot.desk.said import ChannelAddress, Person
from bot.desk.tickets import duty, labels, members, owning, routing, team
from models import FIRST, Membership, Operator, Priority, Role, Routing, Standing, Status
from models.database import connected
from tests.desk.talk import (
    NOW,
    SOMEBODY,
    anna,
    answers,
    apart,
    held_open,
    our_group,
    ranks,
    stands,
    turns,
)
from tests.desk.test_owning import team as there_are

ROUND, LEAST = Routing.ROUND_ROBIN, Routing.LEAST_LOADED
OWNERS = """
SELECT operator.name FROM ticket LEFT JOIN operator ON operator.id = assignee_id ORDER BY ticket.id
"""
LOADS = "SELECT count(*) FROM ticket WHERE assignee_id IS NOT NULL GROUP BY assignee_id"
GIVEN = (
    "SELECT count(*) FROM event WHERE name = 'assignee' AND cause = 'routing' GROUP BY ticket_id"
)
TOLD = "SELECT payload FROM delivery WHERE kind = 'tell' ORDER BY id"
BIND = """
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES (-200, $1, 'Sales', 'en', now()) RETURNING id
"""
SPEAKS = """
UPDATE customer SET language = 'uk' WHERE id = (SELECT max(id) FROM customer)
"""
LANE = "SELECT kind FROM delivery WHERE lane = 'forum:1' ORDER BY id"


async def asks(customer: int = 1, message: int = 1) -> int:
    """A customer asks for something."""
    by = ChannelAddress("telegram", str(customer))
    return (await anna(1000 * customer + message, "Where is it?", by=by)).ticket_id


async def on_duty(*who: Membership) -> None:
    for one in who:
        async with outbox.transaction():
            await duty.begin(one, NOW)


async def is_routed(way: Routing, skill: str | None = None) -> None:
    async with outbox.transaction():
        await routing.choose(FIRST, way, SOMEBODY, NOW)
        await routing.require(FIRST, skill, SOMEBODY, NOW)


async def desk(way: Routing, *names: str) -> dict[str, Membership]:
    """These are on duty."""
    there = await there_are(**dict.fromkeys(names))
    await on_duty(*there.values())
    await is_routed(way)
    return there


async def owners(witness: asyncpg.Connection) -> list[str | None]:
    return [row["name"] for row in await witness.fetch(OWNERS)]


async def has(who: Membership, **values: Any) -> None:
    await Operator.filter(id=who.operator_id).update(**values)


async def test_by_itself_a_new_ticket_is_everybodys(db: str, witness: asyncpg.Connection) -> None:
    there = await there_are(olena=None)
    await on_duty(there["olena"])
    await asks()
    assert await owners(witness) == [None]


async def test_who_is_given_a_ticket_is_told_behind_the_customers_words(
    db: str, witness: asyncpg.Connection
) -> None:
    await desk(ROUND, "olena")
    await asks()
    assert await owners(witness) == ["Olena"]
    (told,) = [Tell.load(orjson.loads(row["payload"])) for row in await witness.fetch(TOLD)]
    assert sentences.text(told.said()) == "👉 Olena, this request is yours now."
    assert [row["kind"] for row in await witness.fetch(LANE)] == ["words", "tell"]


async def test_in_turn_who_has_waited_longest_is_next(db: str, witness: asyncpg.Connection) -> None:
    await desk(ROUND, "olena", "taras", "ivan")
    for customer in range(1, 8):
        await asks(customer)
    await turns(1, Status.RESOLVED)
    assert await owners(witness) == [*["Olena", "Taras", "Ivan"] * 2, "Olena"]


async def test_by_load_who_has_the_fewest_is_next(db: str, witness: asyncpg.Connection) -> None:
    await desk(LEAST, "olena", "taras")
    for customer in range(1, 5):
        await asks(customer)
    assert await owners(witness) == ["Olena", "Taras", "Olena", "Taras"]
    await turns(2, Status.RESOLVED)
    await turns(4, Status.CLOSED)
    await asks(5)
    await asks(6)
    assert (await owners(witness))[4:] == ["Taras", "Taras"]


async def test_who_cannot_have_it_is_passed_over(db: str, witness: asyncpg.Connection) -> None:
    names = ("olena", "off", "away", "full", "russian", "observer", "gone", "doubted")
    there = await desk(ROUND, *names)
    later = NOW + timedelta(days=1)
    await has(there["off"], on_duty_since=None)
    await has(there["away"], absent_until=later)
    await has(there["full"], capacity=0)
    await has(there["russian"], languages=["ru"])
    await memberships.give(there["observer"], Role.OBSERVER)
    await ranks(Standing.GONE, 13, "Gone")
    await has(there["gone"], on_duty_since=NOW)
    await memberships.doubt(await our_group(), 14)
    for customer in range(1, 4):
        await asks(customer)
    assert await owners(witness) == ["Olena"] * 3


async def test_of_a_department_that_asks_for_a_skill(db: str, witness: asyncpg.Connection) -> None:
    there = await desk(ROUND, "olena", "taras")
    await has(there["taras"], skills=["refunds", "tea"])
    await is_routed(ROUND, "refunds")
    for customer in range(1, 3):
        await asks(customer)
    assert await owners(witness) == ["Taras", "Taras"]


@pytest.mark.parametrize("way", [ROUND, LEAST])
async def test_who_helped_the_customer_last_is_given_their_next(
    db: str, witness: asyncpg.Connection, way: Routing
) -> None:
    there = await desk(way, "olena", "taras")
    await asks()
    await turns(1, Status.CLOSED)
    for times, owner in enumerate(["Olena", "Olena", "Taras"], 2):
        await has(there["olena"], on_duty_since=NOW if owner == "Olena" else None)
        late = NOW + timedelta(days=30 * times)
        await anna(times, "Once more", at=late, by=ChannelAddress("telegram", "1"))
        await turns(times, Status.CLOSED, late)
        assert (await owners(witness))[-1] == owner


async def test_who_answered_what_was_nobodys_has_helped(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await there_are(olena=None, taras=None)
    await asks()
    await answers(1, "It comes")
    await turns(1, Status.CLOSED)
    await on_duty(there["taras"], there["olena"])
    await witness.execute("UPDATE membership SET given_at = now() WHERE id = $1", there["olena"].id)
    await is_routed(ROUND)
    await anna(2, "Once more", at=NOW + timedelta(days=30), by=ChannelAddress("telegram", "1"))
    assert await owners(witness) == [None, "Olena"]


# When what waits is given out


async def test_whoever_comes_on_duty_is_given_the_most_urgent_and_oldest_first(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    await has(there["olena"], on_duty_since=None, capacity=2)
    for customer in range(1, 5):
        await asks(customer)
    async with outbox.transaction():
        await labels.set_priority(3, Priority.URGENT, SOMEBODY, NOW)
    await on_duty(there["olena"])
    assert await owners(witness) == ["Olena", None, "Olena", None]


@pytest.mark.parametrize("what", ["resolve", "close", "spam", "assign", "unassign", "capacity"])
async def test_whoever_gets_a_free_place_is_given_the_next(
    db: str, witness: asyncpg.Connection, what: str
) -> None:
    there = await desk(ROUND, "olena", "taras")
    await has(there["olena"], capacity=1)
    await has(there["taras"], on_duty_since=None)
    await asks(1)
    await asks(2)
    assert await owners(witness) == ["Olena", None]
    olena, taras = there["olena"], there["taras"]
    deeds: dict[str, Callable[[], Awaitable[object]]] = {
        "resolve": lambda: tickets.change(1, Status.RESOLVED, olena, NOW),
        "close": lambda: tickets.change(1, Status.CLOSED, olena, NOW),
        "spam": lambda: labels.set_spam(1, True, olena, NOW),
        "assign": lambda: owning.assign(1, taras.operator_id, olena, NOW),
        "unassign": lambda: owning.unassign(1, olena, NOW),
        "capacity": lambda: team.set_capacity(FIRST, olena.operator_id, 2, SOMEBODY, NOW),
    }
    async with outbox.transaction():
        await deeds[what]()
    assert (await owners(witness))[1] == "Olena"


async def test_what_somebody_has_put_back_is_given_to_somebody_else(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    await asks()
    async with outbox.transaction():
        await owning.unassign(1, there["olena"], NOW)
    async with outbox.transaction():
        assert not await routing.give_all(NOW)
    assert await owners(witness) == [None]
    taras = await ranks(Standing.MEMBER, 9, "Taras")
    await on_duty(taras)
    assert await owners(witness) == ["Taras"]


async def test_what_is_put_back_again_and_again_holds_up_nothing_else(
    db: str, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "PORTION", 2)
    there = await desk(ROUND, "olena")
    for customer in range(1, 4):
        await asks(customer)
        async with outbox.transaction():
            await owning.unassign(customer, there["olena"], NOW)
    await asks(4)
    assert await owners(witness) == [None, None, None, "Olena"]
    async with outbox.transaction():
        assert not await routing.give_all(NOW), "there is nothing that could be given out"


async def test_what_one_who_left_had_is_given_out(db: str, witness: asyncpg.Connection) -> None:
    there = await desk(ROUND, "olena", "taras")
    await asks()
    async with outbox.transaction():
        await members.rank(await our_group(), 7, Person("Olena"), NOW, Standing.GONE)
    assert await owners(witness) == ["Taras"]
    assert there


async def test_when_an_absence_is_over_the_scheduler_gives_out(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    await has(there["olena"], absent_until=NOW + timedelta(hours=1))
    await asks()
    for minutes, owner in ((59, None), (60, "Olena")):
        async with outbox.transaction():
            await routing.give_all(NOW + timedelta(minutes=minutes))
        assert await owners(witness) == [owner]


async def test_what_is_opened_again_and_nobodys_is_given_out(
    db: str, witness: asyncpg.Connection
) -> None:
    await asks()
    await turns(1, Status.RESOLVED)
    await desk(ROUND, "olena")
    assert await owners(witness) == [None], "nobody is to do anything"
    await asks(1, 2)
    assert await owners(witness) == ["Olena"]


async def test_a_language_that_nobody_speaks_holds_up_nobody_else(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    await has(there["olena"], languages=["uk"], on_duty_since=None)
    for customer in range(1, routing.PORTION + 3):
        await asks(customer)
    await witness.execute(SPEAKS)
    await on_duty(there["olena"])
    assert (await owners(witness))[-2:] == [None, "Olena"]


async def test_a_ticket_that_is_moved_is_given_out_where_it_is(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    assert there
    await asks()
    sales = await departments.add("Sales", NOW)
    group = await witness.fetchval(BIND, sales)
    async with outbox.transaction():
        ivan = await members.rank(group, 20, Person("Ivan"), NOW, Standing.MEMBER)
    await on_duty(ivan)
    async with outbox.transaction():
        await routing.choose(sales, LEAST, SOMEBODY, NOW)
    async with outbox.transaction():
        await tickets.move(1, sales, SOMEBODY, NOW)
    assert await owners(witness) == ["Ivan"]


async def test_who_is_in_two_departments_is_given_the_others_when_one_frees_a_place(
    db: str, witness: asyncpg.Connection
) -> None:
    there = await desk(ROUND, "olena")
    await has(there["olena"], capacity=1)
    await asks(1)
    await asks(2)
    sales = await departments.add("Sales", NOW)
    group = await witness.fetchval(BIND, sales)
    async with outbox.transaction():
        await members.rank(group, 7, Person("Olena"), NOW, Standing.MEMBER)
        await routing.choose(sales, LEAST, SOMEBODY, NOW)
        await tickets.move(2, sales, SOMEBODY, NOW)
    assert await owners(witness) == ["Olena", None]
    await turns(1, Status.RESOLVED)
    assert await owners(witness) == ["Olena", "Olena"]


async def test_who_may_say_how_tickets_are_given_out(db: str) -> None:
    admin = await ranks(Standing.ADMIN, 9, "Oleh")
    operator = await ranks(Standing.MEMBER, 8, "Taras")
    sales = await departments.add("Sales", NOW)
    async with outbox.transaction():
        assert await routing.choose(FIRST, ROUND, admin, NOW)
        assert not await routing.choose(FIRST, ROUND, admin, NOW)
        for who, department, error in ((operator, FIRST, AdminsOnly), (admin, sales, NotAMember)):
            with pytest.raises(error):
                await routing.choose(department, LEAST, who, NOW)
    assert await departments.way(FIRST) == departments.Way(ROUND)
    assert await departments.way(sales) == departments.Way()


# Evenness, and several at once


@pytest.mark.parametrize("way", [ROUND, LEAST])
async def test_a_thousand_tickets_among_twenty_are_even(
    db: str, witness: asyncpg.Connection, way: Routing
) -> None:
    await desk(way, *(f"op{number}" for number in range(20)))
    for customer in range(1, 1001):
        await asks(customer)
    loads = [row["count"] for row in await witness.fetch(LOADS)]
    assert (len(loads), sum(loads)) == (20, 1000)
    assert max(loads) - min(loads) <= 1, loads


@pytest.mark.parametrize("way", [ROUND, LEAST])
async def test_those_that_wait_are_given_out_evenly(
    db: str, witness: asyncpg.Connection, way: Routing
) -> None:
    """Several in one transaction, at one instant."""
    there = await there_are(**{f"op{number}": None for number in range(7)})
    await on_duty(*there.values())
    for customer in range(1, 101):
        await asks(customer)
    await is_routed(way)
    again = True
    while again:
        async with outbox.transaction():
            again = await routing.give_all(NOW)
    loads = [row["count"] for row in await witness.fetch(LOADS)]
    assert sum(loads) == 100
    assert max(loads) - min(loads) <= 1, loads


async def test_whoever_comes_meanwhile_waits_for_who_is_just_giving_out(
    database_url: str, witness: asyncpg.Connection
) -> None:
    """Else nobody would be free for the second: she is just in hand."""
    async with connected(database_url, connections=4):
        there = await desk(ROUND, "olena")
        await has(there["olena"], capacity=2)
        async with held_open(lambda: asks(1)):
            second = apart(asks(2))
            await stands(second, witness)
            waits = not second.done()
        await second
        assert waits
        await asks(3)
    assert await owners(witness) == ["Olena", "Olena", None]


async def test_what_somebody_has_in_hand_is_given_out_later(
    database_url: str, witness: asyncpg.Connection
) -> None:
    """Whoever comes on duty waits for nobody."""
    async with connected(database_url, connections=4):
        there = await desk(ROUND, "olena")
        await has(there["olena"], on_duty_since=None)
        await asks(1)
        await asks(2)
        async with held_open(lambda: tickets.locked(1)):
            coming = apart(on_duty(there["olena"]))
            await stands(coming, witness)
            came = coming.done()
        await coming
        assert came
        assert await owners(witness) == [None, "Olena"]
        async with outbox.transaction():
            await routing.give_all(NOW)
    assert await owners(witness) == ["Olena", "Olena"]


async def test_with_four_at_once_no_ticket_is_given_twice(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        there = await desk(ROUND, "olena", "taras", "ivan", "oleh")
        await has(there["oleh"], capacity=5)

        async def work(process: int) -> None:
            for customer in range(100 * process, 100 * process + 25):
                number = await asks(customer)
                if customer % 5 == 0:
                    await turns(number, Status.RESOLVED)

        working = [asyncio.create_task(work(one), context=Context()) for one in range(1, 5)]
        await asyncio.gather(*working)
        async with outbox.transaction():
            assert not await routing.give_all(NOW)
    given = [row["count"] for row in await witness.fetch(GIVEN)]
    assert given == [1] * 100
    assert None not in await owners(witness)
    open_ones = "SELECT count(*) FROM ticket WHERE status = 'new' AND assignee_id = $1"
    assert await witness.fetchval(open_ones, there["oleh"].operator_id) <= 5
