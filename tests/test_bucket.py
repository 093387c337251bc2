"""The bucket at the door, on a real Valkey: a burst, a pace, and an end."""

import pytest
from redis.asyncio import Redis

from bot.bucket import MOST_AHEAD, PRESSED_FOR, REFUSED_FOR, Bucket, Refusal

ANNA, IVAN = 1, 2


@pytest.fixture
def bucket(redis: Redis) -> Bucket:
    return Bucket(redis, 42, per_minute=60, burst=120)


async def _bring(bucket: Bucket, count: int, *, can_wait: bool = True, now: float = 1000) -> None:
    for _ in range(count):
        assert await bucket.take(ANNA, can_wait=can_wait, now=now) == 0


async def test_a_burst_comes_at_once_and_then_one_a_second(bucket: Bucket) -> None:
    await _bring(bucket, 120)
    assert await bucket.take(ANNA, can_wait=True, now=1000) == pytest.approx(1)
    assert await bucket.take(ANNA, can_wait=True, now=1000) == pytest.approx(1), "it took nothing"
    assert await bucket.take(IVAN, can_wait=True, now=1000) == 0, "another has a bucket too"
    assert await bucket.take(ANNA, can_wait=True, now=1001.01) == 0
    assert await bucket.take(ANNA, can_wait=True, now=1001.01) == pytest.approx(0.99)


async def test_it_is_full_again_after_a_rest_and_no_fuller(bucket: Bucket) -> None:
    await _bring(bucket, 120)
    await _bring(bucket, 120, now=2000)
    assert await bucket.take(ANNA, can_wait=True, now=2000) == pytest.approx(1)


async def test_what_cannot_wait_is_taken_up_to_an_end_and_refused_for_a_while(
    bucket: Bucket,
) -> None:
    await _bring(bucket, 120 + MOST_AHEAD, can_wait=False)
    assert await bucket.take(ANNA, can_wait=False, telling=1, now=1000) == Refusal(first=True)
    assert await bucket.take(ANNA, can_wait=False, telling=2, now=1200) == Refusal(first=False)
    assert await bucket.take(ANNA, can_wait=True, now=1200) == Refusal(first=False)
    assert await bucket.take(IVAN, can_wait=False, now=1000) == 0


async def test_a_refusal_is_first_to_the_update_that_tells_of_it_however_often_it_comes(
    bucket: Bucket, redis: Redis
) -> None:
    """The telling may fail or be killed; what can tell nobody, such as a reaction, uses up none."""
    await _bring(bucket, 120 + MOST_AHEAD, can_wait=False)

    async def first(telling: int | None) -> bool:
        room = await bucket.take(ANNA, can_wait=False, telling=telling, now=1000)
        assert isinstance(room, Refusal)
        return room.first

    assert [await first(each) for each in (None, None, 7, 8, 7, None, 8)] == [
        *(False, False, True, False, True, False, False),
    ]
    assert 0 < await redis.ttl("topicdesk:{42}:refused:1") <= REFUSED_FOR


async def test_a_refusal_ends(bucket: Bucket, redis: Redis) -> None:
    await _bring(bucket, 120 + MOST_AHEAD, can_wait=False)
    assert await bucket.take(ANNA, can_wait=False, telling=1, now=1000) == Refusal(first=True)
    assert 0 < await redis.ttl("topicdesk:{42}:refused:1") <= REFUSED_FOR
    await redis.delete("topicdesk:{42}:refused:1")
    assert await bucket.take(ANNA, can_wait=False, now=1001) == 0


async def test_nothing_is_kept_of_who_is_at_rest(redis: Redis) -> None:
    bucket = Bucket(redis, 42, per_minute=60, burst=120)
    assert await bucket.take(ANNA, can_wait=True) == 0
    assert 0 < await redis.pttl("topicdesk:{42}:brought:1") <= 1001


async def test_no_limit_asks_nobody(redis: Redis) -> None:
    bucket = Bucket(redis, 42, per_minute=0, burst=1)
    await _bring(bucket, 5)
    assert not await redis.keys()


async def test_while_others_wait_behind_it_nothing_waits(bucket: Bucket, redis: Redis) -> None:
    """In any replica, and only for a while."""
    await _bring(bucket, 120)
    assert await bucket.take(ANNA, can_wait=True, now=1000) == pytest.approx(1)
    await Bucket(redis, 42, per_minute=60, burst=120).press()
    await _bring(bucket, MOST_AHEAD)
    assert await bucket.take(ANNA, can_wait=True, telling=1, now=1000) == Refusal(first=True)
    assert 0 < await redis.pttl("topicdesk:{42}:pressed") <= PRESSED_FOR * 1000


async def test_while_redis_is_away_nothing_is_pressed() -> None:
    away = Redis.from_url("redis://127.0.0.1:9/0")
    await Bucket(away, 42, per_minute=60, burst=120).press()
    await away.aclose()
