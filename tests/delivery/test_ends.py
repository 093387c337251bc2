"""Stops, kills and stores that go away: what is in hand is finished, freed or carried again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.drafts import Draft
from tests.delivery.scene import (
    ANSWER,
    Desk,
    at_once,
    equals,
    now,
    until,
)


async def test_an_answer_that_arrives_while_we_stop_gets_its_mark(desk: Desk) -> None:
    await desk.bind()
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    desk.outside.pause = 0.3
    async with desk.working():
        async with outbox.transaction():
            lane = await desk.witness.fetchval("SELECT 'telegram:' || id FROM address")
            await outbox.put(
                Draft("telegram", lane, "message", {"address": 1, "messages": [message]}), now()
            )
        await until(lambda: equals(asyncio.sleep(0, desk.outside.at_once), 1))
    assert desk.outside.heard == [("11", "answer"), ("mark", str(message))]


async def test_an_answer_is_not_lost_while_the_database_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every session of the worker is cut just when the message has been taken."""
    anna = await desk.customer("11")
    cutter = await asyncpg.connect(desk.database_url)
    quiet = await desk.witness.fetchval("SELECT pg_backend_pid()")
    cut = 0

    async def hear(who: str, what: str) -> None:
        nonlocal cut
        desk.outside.heard.append((who, what))
        query = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), $1)"
        )
        cut += await cutter.fetchval(query, quiet)

    monkeypatch.setattr(desk.outside, "_hear", hear)
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(desk.quiet)
    await cutter.close()
    assert cut > 3
    assert [text for _, text in desk.outside.heard] == ["a", "b", "c"], "nothing is sent twice"


async def test_a_commit_whose_answer_was_lost_is_not_recorded_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded: list[int] = []
    marked: list[int] = []
    really = claims.mark_all_sent

    async def record() -> None:
        recorded.append(1)

    async def cut(arrivals: Sequence[claims.Arrival], at: datetime) -> None:
        await really(arrivals, at)
        marked.append(len(arrivals))
        raise ConnectionError("the server went away after the commit")

    monkeypatch.setattr(claims, "mark_all_sent", cut)
    await desk.bind()
    desk.outside.record = record
    async with desk.working():
        for number in range(4):
            await desk.tells(number, lane=f"forum:{number}")
        await until(desk.quiet)
    assert sum(marked) == len(recorded) == 4
    assert max(marked) > 1, "some were marked together"


async def test_stopping_finishes_what_is_in_hand_and_claims_no_more(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pause = 0.3
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(lambda: equals(at_once(desk.outside), 1))
    assert [text for _, text in desk.outside.heard] == ["a"]
    assert await desk.states() == ["sent", "head"]


async def test_what_takes_too_long_is_freed_at_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.FINISHING", 0.1)
    anna = await desk.customer("11")
    desk.outside.pause = 60
    async with desk.working():
        await desk.says(anna, "a")
        await until(lambda: equals(at_once(desk.outside), 1))
    assert await desk.witness.fetchval("SELECT uncertain FROM delivery WHERE state = 'head'")


VICTIM = """
import asyncio, sys
from bot.budget import Budget
from bot.delivery import Worker
from bot.delivery.channel import Channel
from models.database import connected
from redis.asyncio import Redis

class Stuck:
    name = "telegram"
    async def turn(self, address): return 0.0
    async def send(self, outgoing):
        print("sending", flush=True)
        await asyncio.sleep(600)

async def main():
    budget = Budget(Redis.from_url(sys.argv[2]), 42)
    async with connected(sys.argv[1]):
        await Worker(sys.argv[1], budget, channels=[Channel(Stuck())]).start()
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_what_a_killed_process_had_in_hand_is_carried_within_ten_seconds(
    desk: Desk, redis_url: str
) -> None:
    anna = await desk.customer("11")
    await desk.says(anna, "a", "b")
    victim = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", VICTIM, desk.database_url, redis_url),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert victim.stdout
    assert await asyncio.wait_for(victim.stdout.readline(), 60) == b"sending\n"
    victim.send_signal(signal.SIGKILL)
    await victim.wait()
    async with desk.working():
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["a", "b"]


async def test_a_worker_that_lives_keeps_what_it_has_in_hand(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.pause = 0.5
    async with desk.working():
        await desk.says(anna, "a")
        await until(lambda: equals(at_once(desk.outside), 1))
        await desk.witness.execute("UPDATE delivery SET claimed_at = now() - interval '1 hour'")
        assert await claims.release_orphans(1, now()) == frozenset()
        await until(desk.quiet)
    assert desk.outside.heard == [("11", "a")]
