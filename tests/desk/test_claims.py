"""Claims: which heads are due and taken, what follows them, and how they end."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.claims import Arrival
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Draft, Precedence
from bot.desk.outbox.gates import FORUM
from bot.desk.talk import outgoing
from models.database import connected
from models.rows import fetch
from tests.desk.talk import anna, apart, held_open, stands

GATE = "telegram"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def put(lane: str, second: float = 0, *, gate: str = GATE, **more: object) -> None:
    async with outbox.transaction():
        draft = Draft(gate, lane, "say", {"n": second}, **more)  # type: ignore[arg-type]
        await outbox.put(draft, START + timedelta(seconds=second))


async def states(witness: "asyncpg.Connection") -> list[str]:
    return [row["state"] for row in await witness.fetch("SELECT state FROM delivery ORDER BY id")]


def all_fit(_group: list[Parcel]) -> bool:
    return True


async def test_the_next_due_is_the_first_head_of_the_gate_that_is_urgent_enough(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute("DROP INDEX delivery_rank, delivery_head")  # they have an order anyway
    assert await claims.next_due(GATE) is None
    await put("other", 1, gate=FORUM)
    await put("a", 5)
    await put("b", 3, priority=Precedence.LOOK)
    await put("c", 4, priority=Precedence.CARD)
    await put("d", 2, priority=Precedence.CARD)
    assert await claims.next_due(GATE) == START + 2 * SECOND
    assert await claims.next_due(GATE, least=Precedence.WORDS) == START + 5 * SECOND
    await claims.claim(GATE, 1, START + 2 * SECOND)
    assert await claims.next_due(GATE) == START + 3 * SECOND, "what is in hand is not due"


async def test_what_stands_behind_a_claimed_head_follows_while_it_fits_and_is_due(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for second in (0, 1, 2, 9, 1):
        await put("lane", second)
    await witness.execute("UPDATE delivery SET gate = gate WHERE id = 2")  # stored behind them
    now = START + 2 * SECOND
    (head,) = await claims.claim(GATE, 1, now)
    followers = await claims.claim_followers(head, 1, now, lambda group: len(group) <= 2)
    assert [one.id for one in followers] == [2], "no more fit"
    await claims.mark_sent([head, *followers], now)
    (head,) = await claims.claim(GATE, 1, now)
    assert await claims.claim_followers(head, 1, now, all_fit) == [], "the next is not due yet"
    later = START + 9 * SECOND
    assert [one.id for one in await claims.claim_followers(head, 1, later, all_fit)] == [4, 5]
    assert await states(witness) == ["sent", "sent", "claimed", "claimed", "claimed"]
    assert await claims.claim_followers(head, 1, later, all_fit) == [], "they are in hand"


@pytest.mark.parametrize(
    ("change", "follow"),
    [("state = 'dropped'", [3]), ("due_at = due_at + interval '1 hour'", [2, 3])],
)
async def test_what_is_withdrawn_meanwhile_does_not_follow_and_nothing_overtakes(
    database_url: str, witness: "asyncpg.Connection", change: str, follow: list[int]
) -> None:
    async with connected(database_url, connections=4):
        for _ in range(3):
            await put("lane")
        (head,) = await claims.claim(GATE, 1, START)
        followers: list[Parcel] = []

        async def take() -> None:
            followers.extend(await claims.claim_followers(head, 1, START, all_fit))

        async with held_open(lambda: fetch(f"UPDATE delivery SET {change} WHERE id = 2")):
            following = apart(take())
            await stands(following, witness)
        await following
    assert [one.id for one in followers] == follow


async def test_what_was_claimed_and_not_carried_is_the_front_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for _ in range(4):
        await put("lane")
    (head,) = await claims.claim(GATE, 1, START)
    followers = await claims.claim_followers(head, 1, START, lambda group: len(group) <= 3)
    await claims.mark_sent([head], START, rest=followers)
    assert await states(witness) == ["sent", "head", "waiting", "waiting"]


async def test_what_becomes_of_one_claim_is_nothing_to_another(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for lane in ("a", "b", "c", "d"):
        await put(lane)
    one, two, three, _four = await claims.claim(GATE, 1, START, limit=9)
    await claims.mark_later([one], START, 60, "busy", certain=True)
    await claims.mark_dead([two], START, "no")
    await claims.mark_sent([three], START)
    assert await states(witness) == ["head", "dead", "sent", "claimed"]


async def test_what_is_carried_alone_has_no_followers(db: str) -> None:
    await put("lane")
    await put("another")
    (head,) = await claims.claim(GATE, 1, START)
    assert await claims.claim_followers(head, 1, START, all_fit) == []


async def test_what_gathers_waits_while_some_of_it_may_still_come(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for lane, payload in (("a", {"gathers": True}), ("b", {"gathers": False}), ("c", {})):
        async with outbox.transaction():
            await outbox.put(Draft(GATE, lane, "message", payload), START)
    parcels = await claims.claim_whole(GATE, 1, START, 9)
    assert [one.lane for one in parcels] == ["b", "c"]
    (parcel,) = await claims.claim(GATE, 1, START, limit=9)
    assert parcel.lane == "a"


@pytest.mark.parametrize("end", ["dead", "dropped"])
async def test_what_ends_lets_its_lane_go_on(
    db: str, witness: "asyncpg.Connection", end: str
) -> None:
    await put("lane", 1)
    await put("lane", 2)
    now = START + SECOND
    parcels = await claims.claim(GATE, 1, now)

    async def record() -> None:
        await outbox.put(Draft(FORUM, "forum:1", "tell"), now)

    if end == "dead":
        await claims.mark_dead(parcels, now, "blocked", record=record)
        await claims.mark_dead(parcels, now, "blocked", record=record)
    else:
        await claims.mark_dropped(parcels, now, "nothing")
    assert (await states(witness))[:2] == [end, "head"]
    told = "SELECT count(*) FROM delivery WHERE kind = 'tell'"
    assert await witness.fetchval(told) == (end == "dead"), "told once"


async def test_where_it_stands_is_kept_once(db: str, witness: "asyncpg.Connection") -> None:
    said = await anna(1, "hello")
    traces = "SELECT external_id FROM trace ORDER BY id"
    parcels = await claims.claim(GATE, 1, START + 9 * SECOND)
    kept = [(outgoing.keep, (said.message_id, 1, number, 0)) for number in ("17", "18", "17")]
    await claims.mark_all_sent([Arrival(parcels, kept=kept)], START)
    assert [row["external_id"] for row in await witness.fetch(traces)] == ["1", "17", "18"]


async def test_whether_all_are_sent(db: str) -> None:
    await put("a")
    await put("b")
    parcels = await claims.claim(GATE, 1, START, limit=9)
    assert not await claims.are_sent(parcels)
    await claims.mark_sent(parcels[:1], START)
    assert not await claims.are_sent(parcels)
    await claims.mark_sent(parcels[1:], START)
    assert await claims.are_sent(parcels)


async def test_the_next_head_is_the_first_that_waits_in_the_lane(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await witness.execute("DROP INDEX delivery_waiting")  # it has an order anyway
    for lane in ("other", "other", "lane", "lane", "lane"):
        await put(lane)
    await witness.execute("UPDATE delivery SET gate = gate WHERE id = 4")  # stored behind them
    _other, head = await claims.claim(GATE, 1, START, limit=2)
    await claims.mark_sent([head], START)
    assert await states(witness) == ["claimed", "waiting", "sent", "head", "waiting"]


async def test_of_a_batch_that_is_freed_the_first_is_the_head_again(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for lane in ("lane", "lane", "lane", "other"):
        await put(lane)
    head, _other = await claims.claim(GATE, 1, START, limit=2)
    await claims.claim_followers(head, 1, START, lambda group: len(group) <= 2)
    await claims.mark_sent([head], START)
    assert await claims.release(1) == 2
    assert await states(witness) == ["sent", "head", "waiting", "head"], "of each lane's own"
