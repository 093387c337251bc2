"""What the page wishes of the demo: each wish alone, and a beginning that is kept or forgotten."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from sandbox import demo, seeds, wishes
from sandbox.desk import Desk
from sandbox.server import Sandbox
from sandbox.wishes import Wishes
from tests.sandbox.place import until


class Told(Desk):
    """A desk that never runs, and what it was wished."""

    def __init__(self) -> None:
        super().__init__((), Path(), {})
        self.wished: list[tuple[str, object]] = []

    def wish(self, what: str, value: object) -> None:
        self.wished.append((what, value))


@asynccontextmanager
async def granting(mark: Path, desk: Told, telegram: Sandbox) -> AsyncIterator[asyncio.Event]:
    over = asyncio.Event()
    async with Wishes(telegram, desk, mark, over).granted(asyncio.Event()):
        yield over


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with Sandbox(demo.world(time.time), data_dir=tmp_path / "telegram") as sandbox:
        yield sandbox


async def test_a_wish_that_fails_stops_no_later_wish(
    telegram: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Told()
    async with granting(tmp_path / "no such place" / "mark", desk, telegram) as over:
        telegram.control.wishes.put_nowait("reset")
        telegram.control.wishes.put_nowait("ru")
        await until(lambda: ("language", "ru") in desk.wished)
        assert not over.is_set()
    assert "a wish of the page failed" in caplog.text


async def test_a_beginning_ends_when_all_of_it_is_saved(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, go = tmp_path / "mark", asyncio.Event()

    async def sow(_world: object, _language: str, _another: object) -> None:
        await go.wait()
        telegram.world.person("Зоя")

    monkeypatch.setattr(seeds, "sow", sow)
    async with granting(mark, Told(), telegram):
        telegram.control.wishes.put_nowait("uk")
        await until(mark.exists)
        go.set()
        await until(lambda: not mark.exists())
        assert "Зоя" in (tmp_path / "telegram" / "world.json").read_text()


async def test_what_a_visitor_writes_meanwhile_is_kept(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"

    async def sow(_world: object, _language: str, _another: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(seeds, "sow", sow)
    async with granting(mark, Told(), telegram):
        telegram.control.wishes.put_nowait("uk")
        await until(mark.exists)
        telegram.control.visited.set()
        await until(lambda: not mark.exists())
        telegram.control.wishes.put_nowait("reset")
        await until(mark.exists)


async def test_a_reset_outlasts_the_visitor_and_the_end_of_the_beginning(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, go = tmp_path / "mark", asyncio.Event()

    async def sow(_world: object, _language: str, _another: object) -> None:
        await go.wait()

    monkeypatch.setattr(seeds, "sow", sow)
    async with granting(mark, Told(), telegram) as over:
        telegram.control.wishes.put_nowait("uk")
        telegram.control.wishes.put_nowait("reset")
        await over.wait()
        telegram.control.visited.set()
        go.set()
        await telegram.saved()
        await telegram.saved()  # the beginning's own wait for it is over
        assert mark.exists()


class Played:
    """An hour of no length that anybody knows, and how often one was begun."""

    begun: list[str]
    last: Played

    def __init__(self, _telegram: Sandbox, _kill: object, language: str) -> None:
        self.language = language
        self.ended = asyncio.Event()
        Played.last = self

    async def play(self) -> None:
        Played.begun.append(self.language)
        await self.ended.wait()

    def stop(self) -> None:
        self.ended.set()


async def test_one_hour_at_a_time_in_the_pages_language_after_the_beginning(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sown = asyncio.Event()

    async def sow(_world: object, _language: str, _another: object) -> None:
        await sown.wait()

    monkeypatch.setattr(seeds, "sow", sow)
    monkeypatch.setattr(wishes, "Hour", Played)
    Played.begun = []
    mark, desk = tmp_path / "mark", Told()
    async with granting(mark, desk, telegram):
        for wish in ("stop", "ru", "hour", "hour", "uk"):
            telegram.control.wishes.put_nowait(wish)
        await until(lambda: ("language", "uk") in desk.wished)
        assert Played.begun == []
        sown.set()
        await until(lambda: Played.begun == ["ru"])
        telegram.control.wishes.put_nowait("hour")
        telegram.control.wishes.put_nowait("stop")
        await Played.last.ended.wait()
        telegram.control.wishes.put_nowait("hour")
        await until(lambda: Played.begun == ["ru", "uk"])


async def test_a_group_more_begins_with_its_owners_code(
    telegram: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def beside(_desk: object, *command: str) -> str:
        assert command[1:] == ("-m", "bot", "code")
        return "Write in your operators’ group: /setup ABCD-EFGH\nIt works once."

    monkeypatch.setattr(Desk, "beside", beside)
    async with granting(tmp_path / "mark", Told(), telegram):
        for number in (2, 3):
            telegram.control.wishes.put_nowait("group")
            await until(partial(_is_asked_for, telegram, number))
    world = telegram.world
    titles = [chat.title for chat in world.chats.values() if chat.is_forum]
    assert titles == [demo.GROUP_TITLE, *demo.GROUPS]


def _is_asked_for(telegram: Sandbox, groups: int) -> bool:
    """Whether there are so many, and in the last one its owner has given the code."""
    forums = [chat for chat in telegram.world.chats.values() if chat.is_forum]
    said = [one.content.get("text") for one in forums[-1].messages.values()]
    return len(forums) == groups and said.count("/setup ABCD-EFGH") == 1
