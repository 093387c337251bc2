"""What only a newer version can carry waits for it, in order, and operators are told once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.budget import Budget
from bot.delivery import gate, settling
from bot.desk.outbox import claims, kinds
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Kind
from bot.desk.outbox.gates import FORUM, STRANGERS
from bot.desk.outbox.kinds.to_customer import Say
from bot.desk.outbox.kinds.to_group import Survey
from bot.desk.outbox.kinds.to_topic import Tell
from bot.desk.talk import unknown
from bot.desk.words import Words
from models.rows import to_json
from tests.delivery.scene import GROUP, Desk, count, equals, now, until
from tests.desk.talk import NOW

NEWER = """
INSERT INTO delivery (gate, lane, kind, payload, priority, state, due_at, created_at, attempts)
VALUES ($1, $2, $3, $4, 10, 'head', now(), now(), $5)
"""
WAITS = "SELECT count(*) FROM delivery WHERE last_error LIKE '%greet%' AND state = 'head'"
TOLD = "SELECT count(*) FROM delivery WHERE kind = 'report'"
SENT = TOLD + " AND state = 'sent'"
SAID = """
SELECT lane, payload ->> 'chat_id' AS chat_id, payload ->> 'sentence' AS text FROM delivery
WHERE kind = 'report' ORDER BY id
"""
ALREADY = "SELECT $1, to_char(now() AT TIME ZONE 'UTC', 'MMDD') || ' greet forum', 0, now()"
GREETS = "SELECT id, attempts, uncertain, state FROM delivery WHERE kind = 'greet' ORDER BY id"


async def leaves(desk: Desk, at: str, lane: str, kind: Kind, attempts: int = 0) -> None:
    """The newer version has put something new."""
    await desk.witness.execute(NEWER, at, lane, "greet", to_json(kind.dump()), attempts)


async def hears(desk: Desk, *what: tuple[str, str]) -> bool:
    return set(desk.outside.heard) >= {*what}


async def meets_it(desk: Desk, times: int = 1) -> None:
    await until(lambda: equals(desk.witness.fetchval(WAITS), times))


async def test_it_waits_in_front_of_its_lane_and_no_other_lane_suffers(desk: Desk) -> None:
    await desk.bind()
    anna, borys = await desk.customer("11"), await desk.customer("22")
    await leaves(desk, "telegram", f"telegram:{anna}", Say(anna, Words("hello")))
    await leaves(desk, FORUM, "forum:1", Tell("hello"))
    await desk.says(anna, "behind")
    await desk.tells(1, lane="forum:1")
    async with desk.working():
        await meets_it(desk, 2)
        await desk.says(borys, "other")
        await desk.tells(2, lane="forum:2")
        await until(lambda: hears(desk, ("22", "other"), ("forum:2", "2")))
    heard = set(desk.outside.heard)
    assert not heard & {("11", "behind"), ("forum:1", "1")}
    for row in await desk.witness.fetch(GREETS):
        assert (row["attempts"], row["uncertain"], row["state"]) == (0, False, "head")


async def test_it_is_carried_in_order_once_this_version_knows_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "UNKNOWN", 0.2)
    await desk.bind()
    anna = await desk.customer("11")
    await leaves(desk, "telegram", f"telegram:{anna}", Say(anna, Words("hello")))
    await leaves(desk, FORUM, "forum:1", Tell("hello"))
    await desk.says(anna, "behind")
    await desk.tells(1, lane="forum:1")
    async with desk.working():
        await meets_it(desk, 2)
    monkeypatch.setattr(kinds, "IN_GROUPS", {**kinds.IN_GROUPS, "greet": Tell})
    monkeypatch.setattr(kinds, "BY_CHANNELS", {**kinds.BY_CHANNELS, "greet": Say})
    async with desk.working():
        await until(desk.quiet)
    for lane, texts in (("11", ["hello", "behind"]), ("forum:1", ["hello", "1"])):
        assert [text for where, text in desk.outside.heard if where == lane] == texts


async def test_operators_are_told_once_however_often_it_is_met(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "UNKNOWN", 0.0)
    met: list[float] = []
    meet = unknown.met

    async def counted(parcel: Parcel, instant: datetime) -> None:
        await meet(parcel, instant)
        met.append(instant.timestamp())

    monkeypatch.setattr(unknown, "met", counted)
    await desk.bind()
    anna = await desk.customer("11")
    await leaves(desk, "telegram", f"telegram:{anna}", Say(anna, Words("hello")))
    async with desk.working():
        await until(lambda: count(met, 4))
        await until(lambda: equals(desk.witness.fetchval(SENT), 1))
    assert await desk.witness.fetchval(TOLD) == 1


async def test_it_costs_the_group_nothing(desk: Desk, redis: Redis) -> None:
    desk.budget = desk.outside.budget = Budget(redis, 42)
    await desk.witness.execute("INSERT INTO hint (chat_id, place, user_id, at) " + ALREADY, GROUP)
    await desk.bind()
    await leaves(desk, FORUM, "forum:1", Tell("hello"))
    async with desk.working():
        await meets_it(desk)
        # A gate holds one action while it asks what is due; what was spent is gone for a minute.
        await until(lambda: equals(desk.budget.free(GROUP), 20), seconds=50)
    assert desk.outside.times == []


async def test_no_number_of_attempts_makes_it_dead(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newer version may have tried it in vain before it was stopped."""
    monkeypatch.setattr(settling, "MOST_ATTEMPTS", 3)
    await leaves(desk, "telegram", "telegram:1", Say(1, Words("hello")), attempts=9)
    async with desk.working():
        await meets_it(desk)
    (row,) = await desk.witness.fetch(GREETS)
    assert row["attempts"] == 9


async def test_in_another_group_it_waits_too(desk: Desk) -> None:
    """No group is bound, so there is nobody to tell."""
    await leaves(desk, STRANGERS, "greet:-5", Survey(-5))
    async with desk.working():
        await meets_it(desk)
        await desk.says(await desk.customer("11"), "other")
        await until(lambda: count(desk.outside.times, 1))
    assert await desk.witness.fetchval(TOLD) == 0


async def test_each_kind_is_told_of_once_a_day_and_gate(desk: Desk) -> None:
    await desk.bind()
    await leaves(desk, FORUM, "forum:1", Tell("hello"))
    (parcel,) = await claims.claim(FORUM, 1, now())
    tomorrow = NOW + timedelta(days=1)
    others = [replace(parcel, kind="rate"), replace(parcel, gate="telegram")]
    told = []
    for one, instant in ((parcel, NOW), (parcel, NOW), (parcel, tomorrow)):
        await unknown.met(one, instant)
        told.append(await desk.witness.fetchval(TOLD))
        await desk.witness.execute("UPDATE delivery SET state = 'sent' WHERE kind = 'report'")
    for one in others:
        await unknown.met(one, NOW)
        told.append(await desk.witness.fetchval(TOLD))
        await desk.witness.execute("UPDATE delivery SET state = 'sent' WHERE kind = 'report'")
    assert told == [1, 1, 2, 3, 4]
    said = await desk.witness.fetchrow(SAID)
    assert (said["chat_id"], said["lane"]) == (str(GROUP), f"unknown greet:{GROUP}")
    assert '"kind": "greet"' in said["text"]
