"""Reads that are asked for at the same moment are one statement; each gets what is its own."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tortoise.exceptions import OperationalError

from models import Hint
from models.atomic import atomic
from models.gathering import Gathering
from models.rows import fetch

BY_ID = "SELECT number * 10 AS tenfold, number AS id FROM unnest($1::bigint[]) AS number"
Asked = list[list[int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The keys of each statement that was made."""
    seen: Asked = []

    async def watched(statement: str, *values: Any) -> Any:
        seen.append(*values)
        return await fetch(statement, *values)

    monkeypatch.setattr("models.gathering.fetch", watched)
    return seen


def gathering(statement: Callable[[], str] = lambda: f"{BY_ID} WHERE number <> 4") -> Gathering:
    return Gathering(statement, "id")


async def test_who_asks_at_the_same_moment_shares_a_statement(db: str, asked: Asked) -> None:
    reads = gathering()
    answers = await asyncio.gather(reads.rows(3, 1), reads.rows(2), reads.rows(4), reads.rows(2, 4))
    tenfold = [[row["tenfold"] for row in rows] for rows in answers]
    assert (tenfold, asked) == ([[30, 10], [20], [], [20]], [[1, 2, 3, 4]])


async def test_who_asks_later_sees_what_has_become_of_it(db: str, asked: Asked) -> None:
    reads = Gathering(lambda: "SELECT id FROM hint WHERE id = ANY ($1::bigint[])", "id")
    hint = await Hint.create(chat_id=1, place="here", user_id=1, at="2026-11-27T12:00:00Z")
    first = asyncio.create_task(reads.rows(hint.id))
    assert await first
    await hint.delete()
    assert await reads.rows(hint.id) == []
    assert len(asked) == 2


async def test_a_failure_is_told_to_all_and_is_over_then(db: str) -> None:
    words = [BY_ID, "SELECT nonsense"]
    reads = gathering(words.pop)
    both = await asyncio.gather(reads.rows(1), reads.rows(2), return_exceptions=True)
    assert [type(each) for each in both] == [OperationalError] * 2
    assert [row["tenfold"] for row in await reads.rows(1)] == [10]


async def test_who_waits_no_more_takes_nothing_from_the_others(db: str) -> None:
    reads = gathering()
    hurried, patient = asyncio.create_task(reads.rows(1)), asyncio.create_task(reads.rows(2))
    await asyncio.sleep(0)
    hurried.cancel()
    assert [row["tenfold"] for row in await patient] == [20]


async def test_a_transaction_reads_for_itself(db: str) -> None:
    async with atomic():
        with pytest.raises(RuntimeError):
            await gathering().rows(1)
