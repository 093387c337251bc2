"""What did not arrive is told anew in a new topic: once, and only while somebody lacks it."""

import asyncpg
import orjson
import pytest

from bot.desk import outbox
from bot.desk.outbox import claims
from bot.desk.outbox.kinds import to_customer
from bot.desk.talk import undelivered
from models import Message
from tests.desk.talk import NOW, anna, answers, edits
from tests.desk.test_failures import LATER, again, fails

TELLS = """
SELECT payload FROM delivery WHERE kind = 'tell' AND state IN ('head', 'waiting') ORDER BY id
"""
ALL_TOLD = "UPDATE delivery SET state = 'sent' WHERE gate = 'forum'"


async def sent(gate: str = "telegram") -> None:
    """All that is due there arrives."""
    while parcels := await claims.claim(gate, 1, LATER, limit=1):
        await claims.mark_sent(parcels, LATER)


async def failed_answer(words: str = "On its way") -> Message:
    """Anna has asked, and the answer does not come to her, as the topic has told."""
    await anna(1, "Where is it?")
    await sent()
    message = await answers(1, words)
    await fails("telegram", "message", "blocked")
    return message


async def told_anew(witness: "asyncpg.Connection") -> list[list[int | str]]:
    """In the new topic: of which message, and what its button does."""
    await witness.execute(ALL_TOLD)
    await tell()
    rows = await witness.fetch(TELLS)
    tells = [orjson.loads(row["payload"]) for row in rows]
    return [[one["message"], one["buttons"][0][0][1]] for one in tells]


async def tell() -> None:
    async with outbox.transaction():
        await undelivered.tell_anew(1, LATER)


async def test_with_its_reason_and_its_button(db: str, witness: "asyncpg.Connection") -> None:
    answer = await failed_answer()
    number = await witness.fetchval("SELECT id FROM delivery WHERE state = 'dead'")
    assert await undelivered.answers(1) == {answer.id}
    await witness.execute("UPDATE delivery SET last_error = 'blocked' WHERE state = 'dead'")
    assert await told_anew(witness) == [[answer.id, f"retry:{number}"]]
    said = orjson.loads(
        await witness.fetchval("SELECT payload FROM delivery ORDER BY id DESC LIMIT 1")
    )
    assert "has blocked us" in said["sentence"]


async def test_what_is_just_being_told_is_told_once(db: str, witness: "asyncpg.Connection") -> None:
    """It failed after its topic was left: the first that is carried makes the new one."""
    await failed_answer()
    await witness.execute("UPDATE delivery SET last_error = 'blocked' WHERE state = 'dead'")
    await witness.execute(
        "UPDATE delivery SET payload = jsonb_set(payload, '{values}', '{\"detail\": \"\"}') "
        "WHERE kind = 'tell'"
    )
    count = "SELECT count(*) FROM delivery WHERE kind = 'tell'"
    await tell()
    assert await witness.fetchval(count) == 1
    await told_anew(witness)
    assert await witness.fetchval(count) == 2


@pytest.mark.parametrize("change", ["unsent_at = now()", "direction = 'note'"])
async def test_what_is_no_answer_any_more_is_not_told(
    db: str, witness: "asyncpg.Connection", change: str
) -> None:
    answer = await failed_answer()
    await witness.execute(f"UPDATE message SET {change} WHERE id = $1", answer.id)
    assert await told_anew(witness) == []


async def test_what_is_on_its_way_again_is_not_told(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await sent()
    await answers(1, "On its way")
    parcel = await fails("telegram", "message")
    assert await again(parcel)
    assert await undelivered.answers(1) == set()
    assert await told_anew(witness) == []
    await sent()
    assert await undelivered.answers(1) == set()


async def test_of_a_correction_that_a_later_one_has_replaced_nothing_is_told(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On Friday")
    await sent()
    await edits(answer, "On Monday")
    await fails("telegram", "edit")
    await witness.execute(ALL_TOLD)
    assert len(await told_anew(witness)) == 1
    await witness.execute(ALL_TOLD)
    await edits(answer, "On Tuesday")
    await sent()
    assert await told_anew(witness) == []


async def test_of_many_the_latest_are_told(
    db: str, witness: "asyncpg.Connection", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undelivered, "MOST", 2)
    await failed_answer()
    later = []
    for words in ("Hello?", "Are you there?"):
        later.append((await answers(1, words)).id)
        await fails("telegram", "message")
    assert [number for number, _button in await told_anew(witness)] == later
    assert len(await undelivered.answers(1)) == 3


async def test_a_reaction_is_not_told_anew(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await sent()
    async with outbox.transaction():
        await outbox.put(to_customer.React(1, 1, "👍").draft("telegram", 1), NOW)
    await fails("telegram", "react")
    assert await told_anew(witness) == []
