"""What is carried, in which order, and what becomes of what cannot be."""

import asyncio
import random

import pytest
from pydantic import BaseModel, ValidationError

from bot.delivery import settling
from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.outbox.drafts import Draft
from bot.desk.talk import outgoing
from tests.delivery.scene import (
    ANSWER,
    Desk,
    looks_round,
    now,
    until,
)

TOKEN = "7000000001:AAHcarried-by-the-tests-of-deliveries-00"
STORED = "SELECT coalesce(last_error, '') || ' ' || payload::text FROM delivery"


async def test_words_of_one_customer_arrive_in_order_and_customers_side_by_side(
    desk: Desk,
) -> None:
    anna, borys = await desk.customer("11"), await desk.customer("22")
    desk.outside.pause = 0.02
    async with desk.working():
        await asyncio.gather(desk.says(anna, *"abcdef"), desk.says(borys, *"uvwxyz"))
        await until(desk.quiet)
    for who, texts in (("11", "abcdef"), ("22", "uvwxyz")):
        assert "".join(text for person, text in desk.outside.heard if person == who) == texts
    assert desk.outside.most_at_once == 2


async def test_what_was_taken_back_in_a_carriers_hand_is_said_to_be(desk: Desk) -> None:
    """It was being tried when it was taken back, and never left: nothing is to be deleted."""
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    lane = await desk.witness.fetchval("SELECT 'telegram:' || id FROM address")
    async with desk.working():
        async with outbox.transaction():
            await outbox.put(
                Draft("telegram", lane, "unsend", {"address": 1, "message": message}), now()
            )
        query = "SELECT payload ->> 'sentence' FROM delivery WHERE kind = 'tell'"
        await until(lambda: desk.witness.fetchval(query))
    assert "before it was sent" in await desk.witness.fetchval(query)


async def test_what_was_taken_back_while_its_answer_was_lost_may_have_arrived(desk: Desk) -> None:
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    lane = await desk.witness.fetchval("SELECT 'telegram:' || id FROM address")
    async with outbox.transaction():
        said = {"address": 1, "messages": [message]}
        await outbox.put(Draft("telegram", lane, "message", said, ticket_id=1), now())
        taken = {"address": 1, "message": message}
        await outbox.put(Draft("telegram", lane, "unsend", taken, ticket_id=1), now())
    await desk.witness.execute("UPDATE message SET unsent_at = now()")
    await desk.witness.execute("UPDATE delivery SET uncertain = TRUE WHERE kind = 'message'")
    async with desk.working():
        query = "SELECT payload ->> 'sentence' FROM delivery WHERE kind = 'tell'"
        await until(lambda: desk.witness.fetchval(query))
    assert await desk.witness.fetchval(query) == outgoing.MAYBE_THERE


async def test_no_more_carriers_than_allowed(desk: Desk) -> None:
    desk.outside.pause = 0.01
    for number in range(12):
        await desk.says(await desk.customer(str(number)), "hello")
    async with desk.working(carriers=3):
        await until(desk.quiet)
    assert desk.outside.most_at_once == 3
    assert len(desk.outside.heard) == 12


async def test_what_was_put_before_the_start_or_by_another_process_is_carried(desk: Desk) -> None:
    anna = await desk.customer("11")
    await desk.says(anna, "before")
    async with desk.working():
        await until(desk.quiet)
        query = (
            "INSERT INTO delivery (gate, lane, kind, payload, priority, due_at, created_at, state) "
            "SELECT gate, lane, kind, payload, priority, now(), now(), 'head' FROM delivery"
        )
        await desk.witness.execute(query)
        await until(desk.quiet)
    assert len(desk.outside.heard) == 2


async def test_a_worker_is_woken_by_another_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.gate.POLL", 60.0)
    anna = await desk.customer("11")
    async with desk.working():
        await desk.says(anna, "a")
        await until(desk.quiet)
        await desk.witness.execute("UPDATE delivery SET state = 'head', due_at = now()")
        await desk.witness.execute("SELECT pg_notify('outbox', 'telegram')")
        await until(desk.quiet)
    assert len(desk.outside.heard) == 2


async def test_a_worker_tells_the_others_and_nobody_when_it_is_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.presence.ROUND", 0.05)
    anna = await desk.customer("11")
    told: list[object] = []
    await desk.witness.add_listener("outbox", lambda *event: told.append(event[-1]))
    async with desk.working():
        await looks_round(desk.witness)
        await desk.says(anna, "alone")
        await until(desk.quiet)
        await looks_round(desk.witness)  # it would have told before
        await desk.witness.execute("SELECT 1")
        assert told == []
        async with desk.working():
            await until(lambda: _tells(desk, anna, told))
    assert set(told) == {"telegram"}


async def _tells(desk: Desk, address_id: int, told: list[object]) -> bool:
    await desk.says(address_id, "in company")
    return bool(told)


async def test_two_workers_wake_each_other_and_carry_once(desk: Desk) -> None:
    other = Desk(desk.database_url, desk.budget, desk.witness)
    anna = await desk.customer("11")
    async with desk.working(), other.working():
        for text in "abcdefgh":
            await desk.says(anna, text)
        await until(desk.quiet)
    both = sorted(desk.outside.heard + other.outside.heard)
    assert both == [("11", text) for text in "abcdefgh"]


async def test_a_failure_is_tried_again_and_nobody_overtakes(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.answers = [TryLater("502"), ConnectionResetError("gone"), ValueError("a mistake")]
    async with desk.working():
        await desk.says(anna, *"abc")
        await until(desk.quiet)
    assert [text for _, text in desk.outside.heard] == ["a", "b", "c"]
    assert await desk.witness.fetchval("SELECT max(attempts) FROM delivery") == 4
    assert desk.outside.times[1] - desk.outside.times[0] < 0.5, "the first retry is quick"


async def test_what_cannot_be_delivered_is_dead_and_the_lane_goes_on(desk: Desk) -> None:
    anna = await desk.customer("11")
    desk.outside.answers = [Undeliverable("blocked", "Forbidden: bot was blocked by the user")]
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert await desk.states() == ["dead", "sent"]
    error = await desk.witness.fetchval("SELECT last_error FROM delivery WHERE state = 'dead'")
    assert "blocked by the user" in error


@pytest.mark.parametrize(("kind", "told"), [("words", 1), ("tell", 0), ("card", 0)])
async def test_customers_words_that_can_never_be_shown_are_told_and_nothing_else_of_the_group(
    desk: Desk, kind: str, told: int
) -> None:
    """What tells cannot tell of itself, for ever."""
    await desk.bind()
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    desk.outside.answers = [Undeliverable("rejected", "Bad Request: no")]
    async with desk.working():
        async with outbox.transaction():
            payload = {"messages": [message], "sentence": "Hello"}
            await outbox.put(Draft("forum", "forum:1", kind, payload, ticket_id=1), now())
        query = "SELECT count(*) FROM delivery WHERE state = 'dead'"
        await until(lambda: desk.witness.fetchval(query))
    assert await desk.witness.fetchval("SELECT count(*) - 1 FROM delivery") == told


async def test_after_many_attempts_it_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "MOST_ATTEMPTS", 2)
    anna = await desk.customer("11")
    desk.outside.answers = [TryLater("500"), TryLater("500")]
    async with desk.working():
        await desk.says(anna, "a", "b")
        await until(desk.quiet)
    assert await desk.states() == ["dead", "sent"]


class Strict(BaseModel):
    u: int


def complaint() -> Exception:
    """A library's, of what somebody wrote."""
    with pytest.raises(ValidationError) as refused:
        Strict.model_validate({"u": "card 4111"})
    return refused.value


@pytest.mark.parametrize(
    "error",
    [
        complaint(),
        TryLater(f"Cannot connect to https://api.telegram.org/bot{TOKEN}/sendMessage"),
        Undeliverable("rejected", f"DETAIL:  Key (text)=(card 4111) of {TOKEN}"),
    ],
    ids=["a mistake", "later", "never"],
)
async def test_what_is_stored_and_told_of_a_failure_holds_neither_words_nor_tokens(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(settling, "MOST_ATTEMPTS", 2)
    await desk.bind()
    message = await desk.witness.fetchval(ANSWER, await desk.customer("11"))
    desk.outside.answers = [error, error]
    async with desk.working():
        async with outbox.transaction():
            payload = {"messages": [message], "sentence": "Hello"}
            await outbox.put(Draft("forum", "forum:1", "words", payload, ticket_id=1), now())
        stored: set[str] = set()

        async def told() -> bool:
            stored.update(row[0] for row in await desk.witness.fetch(STORED))
            return any("could not be shown" in one for one in stored)

        await until(told)
    assert not [one for one in stored if "4111" in one or "AAHcarried" in one], stored


async def test_a_record_at_fault_neither_repeats_the_message_nor_stops_its_lane(
    desk: Desk,
) -> None:
    async def at_fault() -> None:
        raise LookupError("no such message")

    await desk.bind()
    desk.outside.record = at_fault
    async with desk.working():
        await desk.tells(1, 2)
        await until(desk.quiet)
    assert desk.outside.heard == [("forum:1", "1"), ("forum:1", "2")]
    assert await desk.states() == ["sent", "sent"]


async def test_pauses_grow_to_five_minutes() -> None:
    random.seed(1)
    pauses = [settling.pause(attempts) for attempts in range(1, 15)]
    assert pauses[0] == settling.FIRST_PAUSE
    assert all(0.9 <= pause / 2**n <= 1.1 for n, pause in enumerate(pauses[1:9]))
    assert all(270 <= pause <= 330 for pause in pauses[10:])
