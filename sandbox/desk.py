"""The desk as a process of its own: it is told wishes, can be killed, and is started again."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import orjson

PATIENCE = 15.0  # seconds that it has for ending in order
LIVED = 10.0  # seconds after which an end is no failed start
MOST_FAILED = 5  # failed starts that lengthen the pause; it is 31 seconds then


class Desk:
    """`command`, run in `place`. What it is wished it is wished again after each start.

    It is told by a line of JSON on its standard input, whose end tells it that we are gone:
    then it must end by itself.
    """

    def __init__(self, command: Sequence[str], place: Path, environment: Mapping[str, str]) -> None:
        self._command = command
        self._place = place
        self._environment = environment
        self._wishes: dict[str, object] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._ending = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep it running inside the block; leaving it ends it, by SIGKILL if need be."""
        keeping = asyncio.create_task(self._keep())
        keeping.add_done_callback(_tell_of_trouble)
        try:
            yield
        finally:
            self._ending.set()
            try:
                self._send(signal.SIGTERM)
                await asyncio.wait([keeping], timeout=PATIENCE)
            finally:
                self._send(signal.SIGKILL)
            await keeping

    def wish(self, what: str, value: object) -> None:
        """Let it know now, and after each start."""
        self._wishes[what] = value
        self._tell({what: value})

    async def beside(self, *command: str) -> str:
        """Run this beside it, as somebody at its console would; gives what it says.

        Raises ChildProcessError when it fails.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self._place,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        if process.returncode:
            raise ChildProcessError(f"{' '.join(command)} ended with {process.returncode}")
        return said.decode()

    def kill(self) -> int | None:
        """End it by SIGKILL, whatever it has in hand; gives the process that it was."""
        pid = self.pid
        self._send(signal.SIGKILL)
        return pid

    async def _keep(self) -> None:
        failed = 0
        while not self._ending.is_set():
            began = time.monotonic()
            how = await self._lived()
            failed = min(failed + 1, MOST_FAILED) if time.monotonic() - began < LIVED else 0
            if not self._ending.is_set():
                await self._rest(how, 2.0**failed - 1)

    async def _lived(self) -> str:
        """Run it once; gives how that ended."""
        try:
            status = await self._run()
        except OSError as error:
            return f"cannot be started ({error.strerror or error})"
        return f"was ended by {signal.Signals(-status).name}" if status < 0 else "ended by itself"

    async def _run(self) -> int:
        """Run it once, in a session of its own: a Ctrl-C at the terminal is for us, not for it."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._place,
            env=self._environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        if self._ending.is_set():
            self._send(signal.SIGTERM)
        for what, value in self._wishes.items():
            self._tell({what: value})
        return await self._process.wait()

    async def _rest(self, how: str, pause: float) -> None:
        again = f"in {pause:.0f} s" if pause else "now"
        sys.stderr.write(f"The desk {how}; it is started again {again}.\n")
        try:
            async with asyncio.timeout(pause):
                await self._ending.wait()
        except TimeoutError:
            return

    def _tell(self, wish: Mapping[str, object]) -> None:
        if self.pid is not None and self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(orjson.dumps(wish) + b"\n")

    def _send(self, number: signal.Signals) -> None:
        if self.pid is not None and self._process is not None:
            self._process.send_signal(number)


def _tell_of_trouble(keeping: asyncio.Task[None]) -> None:
    """At once: who leaves the block hours later would be the first to know."""
    if not keeping.cancelled() and (trouble := keeping.exception()) is not None:
        sys.stderr.write(f"The desk is started no more: {type(trouble).__name__}: {trouble}\n")
