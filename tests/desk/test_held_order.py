"""Second answers keep their order, and leave their author time to read what crosses them."""

from datetime import timedelta

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.talk import collisions, decisions, due
from bot.desk.talk.decisions import Press
from tests.desk.talk import NOW, anna, olena
from tests.desk.test_held import IN_TEN_SECONDS, MODE, ivan, left, owns, says, told

WENT = """
SELECT words ->> 'text' AS said FROM delivery
    JOIN message ON message.id = (payload #>> '{messages,0}')::bigint
WHERE delivery.kind = 'message' ORDER BY delivery.id
"""
SOON = NOW + timedelta(seconds=4)


async def went(witness: "asyncpg.Connection") -> list[str]:
    return [row["said"] for row in await witness.fetch(WENT)]


@pytest.mark.parametrize("how", ["it is theirs now", "nobody minds any more", "hours later"])
async def test_later_words_wait_for_earlier_ones(
    db: str, witness: "asyncpg.Connection", how: str
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    await says("First half,")
    if how == "it is theirs now":
        await owns(await ivan(), SOON)
    elif how == "nobody minds any more":
        await witness.execute(MODE, "off")
    at = NOW + timedelta(hours=2) if how == "hours later" else SOON
    second = await says("second half.", at=at)
    assert (second.direction, second.goes_at) == ("note", IN_TEN_SECONDS)
    said = (await told(witness))[-1]
    assert said["sentence"]["msgid"] == collisions.BEHIND[0]  # type: ignore[index]
    await due.go(IN_TEN_SECONDS)
    assert await went(witness) == ["First half,", "second half."]
    assert (await says("And more", at=NOW + timedelta(hours=2))).direction == "out"


async def test_who_sends_later_words_sends_the_earlier_ones_first(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    await says("First half,")
    second = await says("second half.", at=SOON)
    near = await says("..and more", at=SOON)
    async with outbox.transaction():
        assert await decisions.send(Press(near.id, 1, await ivan()), SOON)
    assert await went(witness) == ["First half,", "second half.", "..and more"]
    await due.go(NOW + timedelta(days=1))
    assert await left(witness) == 3
    async with outbox.transaction():
        assert not await decisions.send(Press(second.id, 1, await ivan()), SOON)


async def test_who_drops_the_earlier_ones_sends_the_later_alone(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    first, _second = await says("First half,"), await says("second half.", at=SOON)
    async with outbox.transaction():
        assert await decisions.keep(Press(first.id, 1, await ivan()), SOON)
    await due.go(NOW + timedelta(days=1))
    assert await went(witness) == ["second half."]


async def test_where_the_customer_writes_meanwhile_its_author_has_time_to_read_it(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Once: who writes much does not keep an answer waiting."""
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("It leaves today")
    await anna(2, "I have cancelled it!", at=SOON)
    await anna(3, "Do you hear?", at=SOON + timedelta(seconds=1))
    (asked,) = await told(witness, "tell")
    assert (asked["sentence"], asked["message"]) == (collisions.CROSSES, said.id)
    assert [data for row in asked["buttons"] for _, data in row] == [  # type: ignore[attr-defined]
        f"send:{said.id}",
        f"keep:{said.id}",
    ]
    await due.go(IN_TEN_SECONDS)
    assert await left(witness) == 0
    await due.go(SOON + collisions.HELD)
    assert await left(witness) == 1
