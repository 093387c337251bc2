"""How a busy hour goes: what is written when, what befalls the desk meanwhile, and the count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any, Literal

from sandbox.hour.cast import Cast
from sandbox.hour.tally import Count, Tally
from sandbox.limits import is_action
from sandbox.server import Sandbox
from sandbox.watching import until

Json = dict[str, Any]
Phase = Literal["ready", "rush", "flood", "down", "back", "count", "over"]

FLOOD = 5  # seconds that Telegram lets the bot wait in the group
SCENE = 20.0  # seconds after which the next scene begins, whatever has not arrived
READING = 2.0  # seconds
DOWN = 60.0  # seconds in which a killed desk should be back
BETWEEN = 0.25  # seconds between people's words while it is away
SILENCE = 75.0  # seconds without an arrival after which nothing more is waited for
LONGEST = 300.0  # seconds of waiting in all
TWICE = 3.0  # seconds in which what comes a second time has come


@dataclass(frozen=True, slots=True)
class Standing:
    """How the hour stands, for the page. What is `lost` is not known before the end."""

    number: int = 0
    phase: Phase = "ready"
    written: int = 0
    arrived: int = 0
    again: int = 0
    lost: int | None = None


READY: Json = asdict(Standing())


class Hour:
    """One busy hour in a sandbox; `kill` ends the desk by SIGKILL, and others start it again."""

    def __init__(self, sandbox: Sandbox, kill: Callable[[], object], language: str) -> None:
        """People speak `language`: uk, ru or en."""
        self._sandbox = sandbox
        self._world = world = sandbox.world
        self._kill = kill
        bot = next(iter(world.bots.values()))
        self._group = next(chat.id for chat in world.chats.values() if chat.is_forum)
        self._tally = Tally(world, bot, self._group)
        self._cast = Cast(world, bot, self._group, language, self._tally)
        self._standing = Standing(number=self._tally.hour)
        self._stopped = False

    async def play(self) -> None:
        """All of it, to the end of the count."""
        self._world.listeners.append(self._hear)
        try:
            for scene in (self._rush, self._flood, self._down):
                if not self._stopped:
                    await scene()
            self._show("count")
            await self._wait_for_the_rest()
            self._show("over", lost=self._count.missing)
        finally:
            self._world.listeners.remove(self._hear)
            if self._standing.phase != "over":
                self._show("ready")

    def stop(self) -> None:
        """Nobody writes any more; what has been written is counted all the same."""
        self._stopped = True
        self._show(self._standing.phase)

    @property
    def _count(self) -> Count:
        return self._tally.count()

    async def _rush(self) -> None:
        """Five customers at once."""
        self._show("rush")
        self._cast.come()
        _at_once(self._cast.asks(0))
        await self._until(lambda: not self._count.missing, SCENE)
        await self._read()

    async def _flood(self) -> None:
        """Telegram lets the bot wait in the group while all go on."""
        self._show("flood")
        fault = self._sandbox.faults.next(
            do="429",
            chat=self._group,
            retry_after=FLOOD,
            when=lambda method, _values: is_action(method),
        )
        _at_once(chain(self._cast.answers(0), self._cast.asks(1)))
        await self._until(lambda: not self._count.missing, SCENE)
        self._sandbox.faults.withdraw(fault)
        await self._read()

    async def _down(self) -> None:
        """The desk is killed with words in its hands, and people go on without it."""
        comes = self._comes_again()
        _at_once(chain(self._cast.asks(2), self._cast.answers(1)))
        await self._until(comes, SCENE)
        self._kill()
        self._show("down")
        for _line in chain(self._cast.asks(3), self._cast.answers(2)):
            if self._stopped:
                return
            await asyncio.sleep(BETWEEN)
        await self._until(self._comes_again(), DOWN)
        self._show("back")
        await self._until(lambda: not self._count.missing, SCENE)
        await self._read()

    def _comes_again(self) -> Callable[[], bool]:
        """Whether more has arrived than has now, if there is more."""
        now = self._count.arrived
        return lambda: self._count.arrived > now or not self._count.missing

    async def _wait_for_the_rest(self) -> None:
        """As long as something comes; and then for what comes a second time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                while self._count.missing:
                    await self._next_arrival()
        await asyncio.sleep(TWICE)

    async def _next_arrival(self) -> None:
        """Raises TimeoutError when nothing comes."""
        async with asyncio.timeout(SILENCE):
            await until(self._world, self._comes_again())

    async def _read(self) -> None:
        """Give who watches the time to read what has just happened."""
        await self._until(lambda: False, READING)

    async def _until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Return when it holds, when the hour is stopped, or when the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await until(self._world, lambda: self._stopped or holds())

    def _hear(self, event: Json) -> None:
        if event["type"] == "message":
            self._show(self._standing.phase)

    def _show(self, phase: Phase, *, lost: int | None = None) -> None:
        """Tell those who watch how things stand."""
        now = asdict(self._count)
        self._standing = replace(self._standing, phase=phase, lost=lost, **now)
        self._sandbox.control.hour = asdict(self._standing)
        event = {"type": "hour", "chat": None, "thread": None, "person": None}
        self._world.tell(event | {"hour": self._sandbox.control.hour})


def _at_once(lines: Iterator[None]) -> None:
    for _line in lines:
        pass
