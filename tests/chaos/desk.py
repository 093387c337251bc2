"""The desk as a process of its own, which can be killed."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from bot.config import Settings
from sandbox.journal import Journal

ROOT = Path(__file__).parent.parent.parent
LONGEST_START = 60.0  # seconds
LOOK = 0.01
LAST_LINES, LAST_LETTERS = 4, 400  # of the log


class Desk:
    """`python -m bot run`, again and again; what it logs goes to one file."""

    def __init__(self, place: Path, calls: Journal, settings: dict[str, str]) -> None:
        """`calls`: the journal of the Bot API server that it serves."""
        ours = {name.upper() for name in Settings.model_fields}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        always = {"PYTHONPATH": str(ROOT), "PORT": "0", "LOG_FORMAT": "json"}
        self._environment = {**kept, **always, **settings}
        self._place = place
        self._calls = calls
        self._process: asyncio.subprocess.Process | None = None
        self.log = place / "desk.log"
        self.launched_at = 0.0

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.returncode if self._process else 0

    async def launch(self) -> None:
        """Start it, and return at once."""
        self.launched_at = time.time()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=self._place,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def serving(self) -> bool:
        """Wait until it asks for updates; False if it has ended instead."""
        deadline = time.time() + LONGEST_START
        while self.status is None and time.time() < deadline:
            if self.has_served():
                return True
            await asyncio.sleep(LOOK)
        return False

    def has_served(self) -> bool:
        """Whether it has asked for updates since it was launched."""
        return self._calls.last("getUpdates") > self.launched_at

    async def ends_by_itself(self, within: float) -> bool:
        """Whether it ends in these seconds though nobody asked it to."""
        assert self._process is not None
        try:
            await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> None:
        """End it by SIGKILL, if it runs."""
        if self._process is not None and self.status is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> float:
        """End it by SIGTERM; gives the seconds that it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()
        return time.monotonic() - began

    def last_words(self) -> str:
        """The end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(line[-LAST_LETTERS:] for line in lines[-LAST_LINES:])
