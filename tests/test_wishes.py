"""What a desk hears on its standard input: every wish alone, and the end that is its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.app import App
from bot.wishes import granted
from tests.sandbox.place import until


class Granting(App):
    """An app that only remembers what it was asked for; `trouble` is raised once."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.trouble: Exception | None = None
        self.away = False

    async def speak(self, language: str) -> None:
        if self.away:
            raise ConnectionRefusedError
        if trouble := self.trouble:
            self.trouble = None
            raise trouble
        self.done.append(language)

    def heed_limits(self, *, on: bool) -> None:
        self.done.append(on)


class Wishing:
    """The other end of the input."""

    def __init__(self, pipe: int) -> None:
        self.app = Granting()
        self.stop = asyncio.Event()
        self._pipe = pipe

    def says(self, text: str) -> None:
        os.write(self._pipe, text.encode())

    def goes(self) -> None:
        os.close(self._pipe)


@asynccontextmanager
async def wishing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wishing]:
    ours, theirs = os.pipe()
    monkeypatch.setattr(sys, "stdin", os.fdopen(ours))
    one = Wishing(theirs)
    async with granted(one.app, one.stop):
        yield one


async def test_wishes_are_granted_in_order_also_when_they_come_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with wishing(monkeypatch) as one:
        one.says('{"limits": false}\n{"langu')
        await until(lambda: one.app.done == [False])
        one.says('age": "ru"}\n{"limits": true}\n')
        await until(lambda: one.app.done == [False, "ru", True])
        assert not one.stop.is_set()
        one.goes()
        await one.stop.wait()


@pytest.mark.parametrize(
    "nonsense", ["hello", "", "[]", '{"language": 7}', '{"limits": "off"}', '{"weather": "fine"}']
)
async def test_what_nobody_can_grant_stops_nothing(
    nonsense: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wishing(monkeypatch) as one:
        one.says(f'{nonsense}\n{{"language": "en"}}\n')
        await until(lambda: one.app.done == ["en"])
        one.goes()


async def test_a_wish_that_fails_stops_none_and_a_store_that_is_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with wishing(monkeypatch) as one:
        one.app.trouble = RuntimeError("a mistake of ours")
        one.says('{"language": "uk"}\n{"language": "en"}\n')
        await until(lambda: one.app.done == ["en"])
        one.app.trouble = ConnectionRefusedError()
        one.says('{"language": "ru"}\n')
        await until(lambda: one.app.done == ["en", "ru"])
        one.goes()


async def test_who_is_gone_while_a_wish_waits_for_a_store_ends_the_desk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with wishing(monkeypatch) as one:
        one.app.away = True
        one.says('{"language": "uk"}\n')
        one.goes()
        async with asyncio.timeout(60):
            await one.stop.wait()
        assert one.app.done == []


@pytest.mark.parametrize("size", [70_000, 300_000])
async def test_a_line_too_long_to_be_a_wish_ends_no_reading(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wishing(monkeypatch) as one:
        await asyncio.to_thread(one.says, "x" * size + '\n{"language": "en"}\n')
        await until(lambda: one.app.done == ["en"])
        assert not one.stop.is_set()
        one.goes()
        async with asyncio.timeout(60):
            await one.stop.wait()


async def test_whatever_ends_the_reading_ends_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(_lines: asyncio.StreamReader) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(asyncio.StreamReader, "readline", breaks)
    async with wishing(monkeypatch) as one:
        async with asyncio.timeout(60):
            await one.stop.wait()
        one.goes()
