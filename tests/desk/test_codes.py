"""Set-up codes: used once, for a while, and what one opens when another group is bound."""

from datetime import timedelta

import asyncpg

from bot.desk.people import codes
from tests.desk.talk import NOW

SECOND = timedelta(seconds=1)


async def test_a_code_is_known_for_ten_minutes_however_it_is_typed(db: str) -> None:
    code = await codes.make(NOW)
    for typed in (code, f" {code.lower()} "):
        assert await codes.known(codes.hashed(typed), NOW + codes.LIFE - SECOND) == 1
    assert await codes.known(codes.hashed(code), NOW + codes.LIFE) is None
    assert await codes.known(codes.hashed("another"), NOW) is None
    assert code in codes.instruction(code)
    assert "10 minutes" in codes.instruction(code)


async def test_what_has_run_out_is_forgotten_by_the_next_one(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await codes.make(NOW)
    await codes.make(NOW + codes.LIFE)
    assert await witness.fetchval("SELECT count(*) FROM setup_code") == 2
    await codes.make(NOW + codes.LIFE + SECOND)
    assert [row["id"] for row in await witness.fetch("SELECT id FROM setup_code")] == [2, 3]


async def test_an_offer_stands_for_a_day_and_its_code_is_used(db: str) -> None:
    code, other = await codes.make(NOW), await codes.make(NOW)
    assert await codes.offered(1, NOW) is None, "it has been given nowhere"
    assert await codes.offer(1, -7, NOW)
    assert not await codes.offer(1, -8, NOW), "used already"
    assert not await codes.offer(404, -8, NOW)
    assert await codes.known(codes.hashed(code), NOW) is None
    assert await codes.known(codes.hashed(other), NOW) == 2
    assert await codes.offer_for(-7, NOW) == 1
    assert await codes.offer_for(-8, NOW) is None
    assert await codes.offer_for(-7, NOW + codes.OFFER_LIFE) is None
    assert await codes.offered(1, NOW + codes.OFFER_LIFE - SECOND) == -7
    assert await codes.offered(1, NOW + codes.OFFER_LIFE) is None
    assert await codes.offered(404, NOW) is None


async def test_who_is_bound_by_one_voids_all(db: str, witness: "asyncpg.Connection") -> None:
    for _ in range(3):
        await codes.make(NOW)
    assert await codes.spend(2)
    assert await witness.fetchval("SELECT count(*) FROM setup_code") == 0
    assert not await codes.spend(2), "used already"
