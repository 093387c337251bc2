"""The trail: each way to change something leaves its events."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.talk import reach
from tests.desk.ways import CARRIED, LEAVES, WRITTEN, scene, told_who_acts


def test_every_way_to_change_something_is_walked() -> None:
    assert {*told_who_acts()} == LEAVES.keys() | CARRIED.keys()


@pytest.mark.parametrize("way", LEAVES, ids=lambda way: f"{way.__module__}.{way.__name__}")
async def test_each_leaves_an_event(
    db: str, witness: asyncpg.Connection, way: Callable[..., Any]
) -> None:
    names, deed = LEAVES[way]
    on = await scene()
    if way is reach.returned:
        await witness.execute("UPDATE address SET blocked_at = now()")
    before = await witness.fetchval("SELECT max(id) FROM event")
    async with outbox.transaction():
        await deed(on)
    assert [row["name"] for row in await witness.fetch(WRITTEN, before)] == names
