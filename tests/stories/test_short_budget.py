"""Twenty actions a minute: what waits is put together, replaced or dropped; words go first."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.budget import MINUTE, Budget
from bot.delivery import marks
from sandbox.limits import is_action
from tests.stories.chat import Customer, eventually, words
from tests.stories.conftest import Stage

WALK = 40  # steps
PER_MINUTE = 20
PASSES = """
UPDATE delivery SET due_at = due_at - $1::interval, created_at = created_at - $1::interval,
    rank = rank - $1::interval
"""
IN_TURN = "UPDATE delivery SET rank = created_at"
RIPE = (
    "UPDATE delivery SET created_at = created_at - interval '4 seconds'"  # no next one is awaited
)


async def become_free(desk: Stage, redis: Redis, count: int) -> None:
    """The oldest actions are a minute old, for Telegram and for the desk's own count."""
    desk.sandbox.limits.set("telegram")
    for key in await redis.keys("topicdesk:*:group:*"):
        await redis.zpopmin(key, count)


async def a_minute_passes(desk: Stage, redis: Redis, witness: asyncpg.Connection) -> None:
    """For all that waits, too."""
    await witness.execute(PASSES, timedelta(seconds=MINUTE))
    await become_free(desk, redis, PER_MINUTE)


def actions(desk: Stage) -> list[str]:
    """What the desk did in the group that counts."""
    calls = [call for call in desk.sandbox.calls if str(call.chat_id) == str(desk.group)]
    return [call.method for call in calls if is_action(call.method) and not call.ephemeral]


async def spends_all(desk: Stage, anna: Customer, witness: asyncpg.Connection) -> None:
    """She writes until the minute's budget is used up, the share of others too."""
    for number in range(60):
        if len(actions(desk)) == PER_MINUTE:
            return
        anna.writes(f"Line {number:02d}.")
        await asyncio.sleep(0.1)
        await witness.execute(RIPE)
        await witness.execute(IN_TURN)
    raise AssertionError(f"only {len(actions(desk))} actions")


async def test_a_walk_does_not_starve_the_group(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens(group_actions_per_minute=20)
    anna, topic = await stage.asks()
    live = anna.sends("live_location", latitude=50.0, longitude=30.0, live_period=900)
    await topic.shows_kind("location")
    for step in range(1, WALK + 1):
        anna.person.moves(live["message_id"], stage.bot, 50 + step / 100, 30.0)
    await stage.settles(witness)
    assert len(stage.sandbox.calls.of("editMessageLiveLocation")) <= 1
    assert await witness.fetchval("SELECT count(*) FROM revision") == 0
    await witness.execute("UPDATE delivery SET due_at = now() WHERE lane LIKE 'live:%'")
    shown = await topic.shows_kind("location")
    await topic.turns(shown, lambda now: now["location"]["latitude"] == 50 + WALK / 100)


async def test_what_is_edited_or_reacted_again_and_again_costs_little(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens(group_actions_per_minute=20)
    anna, topic = await stage.asks()
    wrote = stage.olena.writes(topic, "It leaves today")
    seen = await anna.shows("It leaves today")
    await stage.settles(witness)
    before = len(actions(stage))
    for number in range(30):
        anna.reacts(seen, "👍" if number % 2 else "🔥")
    await topic.turns(wrote, lambda now: any(one["emoji"] == "👍" for one in now["reactions"]))
    anna.writes("Thank you!")
    await topic.shows("Thank you!")
    assert len(actions(stage)) - before <= 12


async def test_under_telegrams_limits(
    stage: Stage, redis: Redis, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One busy minute and the next: nothing is refused, and only needless work is left undone."""
    monkeypatch.setattr(marks, "LIFE", 0.5)
    stage.sandbox.limits.set("telegram")
    await stage.opens(group_actions_per_minute=20)
    calls = stage.sandbox.calls
    anna, topic = await stage.asks()
    await stage.settles(witness)

    await spends_all(stage, anna, witness)
    posts = len(topic.messages())
    for number in range(5):
        anna.writes(f"Late {number}.")
    stage.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")  # replies do not spend the group's budget
    card, changed = topic.card, len(calls.of("editMessageText", stage.group))
    for label in ("🙋 Take", "🙋 Take", "✅ Resolve"):
        await stage.olena.presses(card, label)
        await witness.execute("UPDATE delivery SET due_at = now() WHERE kind IN ('card', 'look')")
    assert len(actions(stage)) == PER_MINUTE, "all of it waits"

    await witness.execute(IN_TURN)
    await become_free(stage, redis, 5)
    late = await topic.shows("Late 0.")
    assert "Late 4." in words(late), "what has waited shares a post"
    assert len(calls.of("editMessageText", stage.group)) == changed, "the card waits still"
    await a_minute_passes(stage, redis, witness)
    await eventually(
        lambda: len(calls.of("editMessageText", stage.group)) > changed, lambda: "it stays so"
    )
    await stage.settles(witness)
    assert len(calls.of("editMessageText", stage.group)) == changed + 1, "only its last state"
    assert not calls.of("setMessageReaction"), "an old mark is not worth an action"
    shown = [words(message) for message in topic.messages()[posts:]]
    assert len([text for text in shown if "Line" in text or "Late" in text]) == 1
    assert [call for call in calls if call.status == 429] == []


async def test_a_quote_tells_which_of_those_that_share_a_post(
    stage: Stage, redis: Redis, witness: asyncpg.Connection
) -> None:
    await stage.opens(group_actions_per_minute=PER_MINUTE)
    anna, topic = await stage.asks()
    await stage.settles(witness)
    budget = Budget(redis, stage.bot.id)
    while not await budget.take_group(stage.group):
        continue
    first = anna.writes("The first thing")
    anna.writes("The second thing")
    waiting = "SELECT count(*) FROM delivery WHERE kind = 'words' AND state <> 'sent'"
    for _ in range(6000):
        if await witness.fetchval(waiting) == 2:
            break
        await asyncio.sleep(0.01)
    for key in await redis.keys("topicdesk:*:group:*"):
        await redis.zpopmin(key, PER_MINUTE // 2)
    post = await topic.shows("The first thing\n\nThe second thing")
    anna.edits(first, "The first thing, changed")
    await topic.changes(post, "The first thing, changed")

    stage.olena.writes(topic, "Yes", reply_to=post["message_id"], quote="first thing, changed")
    seen = await anna.shows("Yes")
    assert seen["reply_to_message"]["text"] == "The first thing, changed"
    assert seen["quote"]["text"] == "first thing, changed"

    stage.olena.writes(topic, "/history", reply_to=post["message_id"], quote="second thing")
    await stage.olena.hears(topic, "This message was never edited.")
    stage.olena.writes(topic, "/history", reply_to=post["message_id"], quote="first thing")
    await stage.olena.hears(topic, "Earlier versions")
