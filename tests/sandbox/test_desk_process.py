"""The desk as a process: kept, told what is wished, ended whatever it does."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from sandbox import desk as desks
from sandbox.desk import Desk
from tests.sandbox.place import until

# Writes down who it is and what it hears; ends with its input, or at once, or not even by SIGTERM.
STAND_IN = """
import os, signal, sys
log = open("heard", "a", buffering=1)
log.write(f'{{"pid": {os.getpid()}, "session": {os.getsid(0)}}}\\n')
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log.write('{"deaf": true}\\n')
for line in sys.stdin if "brief" not in sys.argv else ():
    log.write(line)
"""


class Stage:
    """A stand-in for the desk in a directory of its own, and what it has written down."""

    def __init__(self, place: Path, *words: str) -> None:
        self._heard = place / "heard"
        self.desk = Desk((sys.executable, "-c", STAND_IN, *words), place, dict(os.environ))

    @property
    def heard(self) -> list[dict[str, Any]]:
        lines = self._heard.read_text().splitlines() if self._heard.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def pids(self) -> list[int]:
        return [line["pid"] for line in self.heard if "pid" in line]

    async def hears(self, *lines: dict[str, Any]) -> None:
        """Since it began last, just this."""

        def as_said() -> bool:
            heard = self.heard
            begun = [n for n, line in enumerate(heard) if "pid" in line]
            return bool(begun) and heard[begun[-1] + 1 :] == list(lines)

        await until(as_said)


async def test_wishes_are_told_at_once_and_again_after_each_start(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.desk.wish("limits", False)
    async with stage.desk.kept():
        await stage.hears({"limits": False})
        stage.desk.wish("language", "en")
        await stage.hears({"limits": False}, {"language": "en"})
        stage.desk.wish("language", "ru")
        await stage.hears({"limits": False}, {"language": "en"}, {"language": "ru"})
        stage.desk.kill()
        await until(lambda: len(stage.pids) == 2)
        await stage.hears({"limits": False}, {"language": "ru"})


async def test_a_killed_one_is_started_again_and_the_console_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(tmp_path)
    async with stage.desk.kept():
        await until(lambda: stage.pids and stage.desk.pid)
        assert stage.desk.kill() == stage.pids[0]
        await until(lambda: len(stage.pids) == 2)
        await until(lambda: stage.desk.pid == stage.pids[1])
    assert len(set(stage.pids)) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("The desk was ended by SIGKILL; it is started again")


async def test_one_that_ends_by_itself_is_started_again_later_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = Stage(tmp_path, "brief")
    async with stage.desk.kept():
        await until(lambda: len(stage.pids) == 3)
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == [
        "The desk ended by itself; it is started again in 1 s.",
        "The desk ended by itself; it is started again in 3 s.",
    ]


async def reads(capsys: pytest.CaptureFixture[str]) -> str:
    """The next line on the console."""
    said = ""
    async with asyncio.timeout(60):
        while "\n" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().err
    return said


async def test_one_that_cannot_be_started_is_told_of_at_once_and_tried_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "desk"
    async with Desk((str(program),), tmp_path, dict(os.environ)).kept():
        assert await reads(capsys) == (
            "The desk cannot be started (No such file or directory); it is started again in 1 s.\n"
        )
        program.write_text("#!/bin/sh\n: > started\n")
        program.chmod(0o755)
        await until((tmp_path / "started").exists)


async def test_one_that_is_started_no_more_is_told_of_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ""
    with pytest.raises(ValueError, match="null byte"):
        async with Desk((sys.executable, "\0"), tmp_path, dict(os.environ)).kept():
            said = await reads(capsys)
    assert said == "The desk is started no more: ValueError: embedded null byte\n"


async def test_however_often_it_fails_it_is_tried_again(tmp_path: Path) -> None:
    pauses: list[float] = []

    class Hasty(Desk):
        async def _run(self) -> int:
            return 1

        async def _rest(self, how: str, pause: float) -> None:
            pauses.append(pause)
            await asyncio.sleep(0)

    async with Hasty((), tmp_path, {}).kept():
        await until(lambda: len(pauses) > 1100)
    assert pauses[:6] == [1, 3, 7, 15, 31, 31]
    assert set(pauses[6:]) == {31}


async def test_it_has_a_session_of_its_own_and_ends_with_the_block(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    async with stage.desk.kept():
        await until(lambda: stage.pids)
        assert stage.heard[0]["session"] == stage.pids[0] != os.getsid(0)
    assert stage.desk.pid is None
    assert not psutil.pid_exists(stage.pids[0])


async def test_one_that_does_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "PATIENCE", 0.2)
    stage = Stage(tmp_path, "deaf")
    async with stage.desk.kept():
        await stage.hears({"deaf": True})
    assert not psutil.pid_exists(stage.pids[0])


async def test_one_that_has_only_just_been_started_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "PATIENCE", 1000)
    stage = Stage(tmp_path)
    async with asyncio.timeout(60), stage.desk.kept():
        await asyncio.sleep(0)
    assert stage.desk.pid is None
    assert not any(psutil.pid_exists(pid) for pid in stage.pids)
