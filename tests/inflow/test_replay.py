"""Replay: what was set aside is done at last, and once."""

import asyncio
from typing import Any

from aiogram.types import Message

from bot.replay import replay
from tests.inflow.scene import Scene, message, said


async def _fails(_message: Message) -> None:
    raise ValueError("what is this?")


async def _set_aside(scene: Scene, *texts: str) -> None:
    scene.acts = dict.fromkeys(texts, _fails)
    taken = [scene.inflow.take(message(n, text, chat=n)) for n, text in enumerate(texts, 1)]
    assert all(await asyncio.gather(*taken))


async def test_what_was_set_aside_is_done_once(scene: Scene, witness: Any) -> None:
    await _set_aside(scene, "one", "two", "three")
    del scene.acts["one"], scene.acts["three"]
    said_by_replay: list[str] = []
    assert await replay(scene.inflow, scene.bot.id, said_by_replay.append) == (2, 1)
    assert sorted(await said(witness)) == ["one", "three"]
    assert len(said_by_replay) == 3
    assert sum("what is this?" in line for line in said_by_replay) == 1
    assert await witness.fetchval("SELECT max(attempts) FROM set_aside") == 4
    del scene.acts["two"]
    assert await replay(scene.inflow, scene.bot.id, said_by_replay.append) == (1, 0)
    assert await replay(scene.inflow, scene.bot.id, said_by_replay.append) == (0, 0)
    assert sorted(await said(witness)) == ["one", "three", "two"]
    assert await witness.fetchval("SELECT count(*) FROM set_aside WHERE replayed_at IS NULL") == 0


async def test_two_replays_at_once_do_it_once(scene: Scene, witness: Any) -> None:
    await _set_aside(scene, "one", "two")
    scene.acts.clear()
    counts = await asyncio.gather(
        *(replay(scene.inflow, scene.bot.id, lambda _line: None) for _ in range(2))
    )
    assert sum(done for done, _failed in counts) == 2
    assert sorted(await said(witness)) == ["one", "two"]


async def test_only_the_one_that_was_named(scene: Scene, witness: Any) -> None:
    await _set_aside(scene, "one", "two")
    scene.acts.clear()
    number = await witness.fetchval("SELECT id FROM set_aside WHERE update_id = 2")
    assert await replay(scene.inflow, scene.bot.id, lambda _line: None, only=number) == (1, 0)
    assert await replay(scene.inflow, scene.bot.id, lambda _line: None, only=number) == (0, 0)
    assert await said(witness) == ["two"]


async def test_when_telegram_sends_it_once_more_it_stays_done(scene: Scene, witness: Any) -> None:
    await _set_aside(scene, "one")
    scene.acts.clear()
    await replay(scene.inflow, scene.bot.id, lambda _line: None)
    assert await scene.inflow.take(message(1, "one"))
    assert await said(witness) == ["one"]
