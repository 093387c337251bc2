"""Several groups: each is claimed for at its own cost, for as long as it is bound."""

import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from bot.delivery import groups
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.drafts import Draft
from bot.desk.outbox.gates import FORUM
from bot.desk.outbox.kinds.to_topic import Tell
from tests.delivery.scene import ANSWER, Desk, count, equals, now, until

OTHER = -100888
BIND = """
WITH made AS (INSERT INTO department (id, created_at) VALUES ($2, now()) ON CONFLICT DO NOTHING)
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES ($1, $2, 'Sales', 'en', now())
"""
UNBIND = "UPDATE operator_group SET is_bound = FALSE WHERE chat_id = $1"
MOVE = "UPDATE ticket SET department_id = $2 WHERE id = $1"
WAITING = "SELECT gate FROM delivery WHERE state IN ('head', 'waiting') ORDER BY id"


async def ticket(desk: Desk, number: str, department: int = 1) -> int:
    """A ticket with an answer; gives the answer's message, which has the ticket's number."""
    message = int(await desk.witness.fetchval(ANSWER, await desk.customer(number)))
    await desk.witness.execute(MOVE, message, department)
    return message


async def tells(desk: Desk, ticket_id: int, *texts: str) -> None:
    async with outbox.transaction():
        for text in texts:
            await outbox.put(Tell(text).draft(ticket_id), now())


async def test_each_has_a_budget_of_its_own(desk: Desk, redis: Redis) -> None:
    """One is spent to the last; in the other nobody waits for that."""
    await desk.bind()
    await desk.witness.execute(BIND, OTHER, 2)
    desk.budget = Budget(redis, 42)
    first, second = await ticket(desk, "11"), await ticket(desk, "12", 2)
    for _ in range(20):
        await desk.budget.spend(-100777)
    await tells(desk, first, "here")
    await tells(desk, second, "there")
    async with desk.working():
        await until(lambda: count(desk.outside.times, 1))
        assert desk.outside.heard == [(f"forum:{second}", "there")]
        await until(lambda: equals(desk.budget.free(OTHER), 19))
        assert [row["gate"] for row in await desk.witness.fetch(WAITING)] == [FORUM]


async def test_one_that_is_bound_while_we_work_is_served_from_then_on(desk: Desk) -> None:
    await desk.bind()
    number = await ticket(desk, "12", 2)
    await tells(desk, number, "there")
    async with desk.working():
        await desk.tells(1, lane="forum:99")
        await until(lambda: count(desk.outside.times, 1))
        assert [row["gate"] for row in await desk.witness.fetch(WAITING)] == ["forum:2"]
        await desk.witness.execute(BIND, OTHER, 2)
        await until(desk.quiet)
    assert desk.outside.heard[-1] == (f"forum:{number}", "there")


async def test_one_that_is_bound_no_more_is_left_and_what_was_for_it_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "LOOK", 0.01)
    await desk.bind()
    await desk.witness.execute(BIND, OTHER, 2)
    number = await ticket(desk, "12", 2)
    async with desk.working() as worker:
        await tells(desk, number, "before")
        await until(desk.quiet)
        await desk.witness.execute(
            "UPDATE operator_group SET is_bound = FALSE WHERE chat_id < $1", OTHER + 1
        )
        serving = worker._groups
        assert serving is not None
        await until(lambda: equals_now(len(serving._works), 1))
        await tells(desk, number, "after")
        await desk.tells(1, lane="forum:99")
        await until(lambda: count(desk.outside.times, 2))
        assert [row["gate"] for row in await desk.witness.fetch(WAITING)] == ["forum:2"]
    assert desk.outside.heard == [(f"forum:{number}", "before"), ("forum:99", "1")]


async def test_marks_go_where_each_answer_stands(desk: Desk) -> None:
    await desk.bind()
    await desk.witness.execute(BIND, OTHER, 2)
    here, there = await ticket(desk, "11"), await ticket(desk, "12", 2)
    async with desk.working():
        async with outbox.transaction():
            for address, number in enumerate((here, there), 1):
                lane, payload = f"telegram:{address}", {"address": address, "messages": [number]}
                await outbox.put(Draft("telegram", lane, "message", payload), now())
        await until(lambda: count(desk.outside.marked, 2))
    assert sorted(desk.outside.marked) == [(1, here), (2, there)]


async def test_what_a_ticket_leaves_behind_follows_it(desk: Desk) -> None:
    """Not claimed yet, or just being carried: it comes where the ticket is."""
    await desk.bind()
    number = await ticket(desk, "12")
    desk.outside.answers = [TryLater("the topic is elsewhere", after=0.05, certain=True)]
    desk.outside.pause = 0.2
    await tells(desk, number, "one", "two")
    async with desk.working():
        await until(lambda: equals_now(desk.outside.at_once, 1))
        await desk.witness.execute(BIND, OTHER, 2)
        await desk.witness.execute(MOVE, number, 2)
        async with outbox.transaction():
            await outbox.follow(number)
        await until(desk.quiet)
    told = await desk.witness.fetch("SELECT gate FROM delivery WHERE kind = 'tell' ORDER BY id")
    assert [row["gate"] for row in told] == ["forum:2", "forum:2"]
    assert [what for _, what in desk.outside.heard] == ["one", "two"]


async def equals_now(value: object, expected: object) -> bool:
    return value == expected
