"""PostgreSQL and Valkey that can be restarted under the desk: in order, or by SIGKILL."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from bot.embedded import postgres, valkey
from bot.obstacles import CannotStart

PATIENCE = 60.0  # seconds in which a killed server must be able to start again
AGAIN = 0.1


class Store:
    """A server that comes back at the same address with what it had."""

    def __init__(self, start: Callable[[], AbstractContextManager[str]], pid_file: Path) -> None:
        """`start` runs it inside a `with` block; `pid_file` begins with its process's id."""
        self._start = start
        self._pid_file = pid_file
        self._running = ExitStack()
        self.url = ""
        self.restarts: list[str] = []
        self._away = False
        self._back_at = 0.0  # seconds since the epoch

    def __enter__(self) -> "Store":
        self.url = self._running.enter_context(self._start())
        return self

    def __exit__(self, *_error: object) -> None:
        self._running.close()

    async def restart(self, *, kill: bool) -> None:
        """Stop it, or kill it without warning, and start it at once."""
        self._away = True
        await asyncio.to_thread(self._kill if kill else self._running.close)
        await asyncio.to_thread(self._start_again)
        self._away, self._back_at = False, time.time()
        self.restarts.append("killed" if kill else "in order")

    def was_away(self, since: float) -> bool:
        """Whether it could not be reached at some moment since then."""
        return self._away or self._back_at > since

    def _kill(self) -> None:
        os.kill(int(self._pid_file.read_text().split()[0]), signal.SIGKILL)
        self._running.close()

    def _start_again(self) -> None:
        """The children of a killed postmaster hold its memory until they have noticed."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._running.enter_context(self._start())
                return
            except CannotStart:
                if time.monotonic() > deadline:
                    raise
                time.sleep(AGAIN)


def stores(place: Path) -> tuple[Store, Store]:
    """Both, with the settings that real data has: what they have confirmed survives a kill."""
    return (
        Store(lambda: postgres(place), place / "postgres" / "postmaster.pid"),
        Store(lambda: valkey(place), place / "valkey" / "valkey.pid"),
    )
