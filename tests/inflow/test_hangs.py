"""A database that hangs refuses nothing: it is waited for all the same, in order."""

import asyncio
from typing import Any

import pytest

from bot.telegram import inflow
from models.rows import fetch
from tests.inflow.scene import Scene, message

SECRET = "my card is 4149 4990 1234 5678"


async def test_an_update_that_takes_too_long_by_itself_is_set_aside(
    scene: Scene, witness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflow, "LONGEST_WORK", 0.2)
    monkeypatch.setattr(inflow, "PAUSES", (0.0, 0.0, 0.0))

    async def never(_message: Any) -> None:
        await asyncio.Event().wait()

    scene.acts["never"] = never
    assert await scene.inflow.take(message(1, "never"))
    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 1


async def test_what_is_stored_of_a_failure_holds_no_words(scene: Scene, witness: Any) -> None:
    broken = message(1, SECRET)
    broken["message"]["chat"] = {"id": "nobody", "title": SECRET}
    assert await scene.inflow.take(broken)
    error = await witness.fetchval("SELECT error FROM set_aside")
    assert "validation error" in error
    assert SECRET not in error


@pytest.mark.parametrize(
    "setting",
    ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"],
)
async def test_our_sessions_do_not_wait_for_ever(db: str, setting: str) -> None:
    (row,) = await fetch(f"SHOW {setting}")
    assert row[setting] != "0"
