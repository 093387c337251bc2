"""The Makefile: its verbs, what `make run` starts, and when it installs."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with a space in its path and everything installed; Python is `echo`."""
    checkout = tmp_path / "my desk"
    (checkout / ".venv").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, checkout)
        os.utime(checkout / name, (1, 1))
    for stamp in ("made", "run", "dev"):
        path = checkout / ".venv" / f"{stamp}.stamp"
        path.touch()
        os.utime(path, (2, 2))
    return checkout


def make(place: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run make from elsewhere, knowing nothing of a make or a token around this test."""
    outer = ("MAKE", "MFLAGS", "ARGS", "BOT_TOKEN")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    command = ["make", "--no-print-directory", "-C", str(place), "PY=echo", *words]
    return subprocess.run(
        command, cwd="/", env=clean | environment, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_verb(place: Path) -> None:
    verbs = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert verbs is not None
    listed = [line.split()[1] for line in make(place).stdout.splitlines()]
    assert listed == verbs[1].split()


def test_run_leaves_it_to_the_program_what_to_start(place: Path) -> None:
    assert make(place, "run").stdout == "-m bot start\n"


def test_a_changed_lock_is_installed_with_hashes_and_only_once(place: Path) -> None:
    os.utime(place / "requirements.lock", (3, 3))
    first, second = make(place, "run").stdout, make(place, "run").stdout
    assert "-m pip install" in first
    assert "--require-hashes --requirement requirements.lock" in first
    assert second == "-m bot start\n"


def test_words_go_through_to_pytest(place: Path) -> None:
    assert make(place, "test", 'ARGS=-k "topic or card" -x').stdout.splitlines() == [
        "-m ruff check .",
        "-m ruff format --check --quiet .",
        "-m mypy",
        "-m pytest -n 3 --dist worksteal -k topic or card -x",
    ]


def test_without_a_fitting_python_it_says_what_is_needed(place: Path) -> None:
    shutil.rmtree(place / ".venv")
    run = make(place, "run", "PY=false", "PYTHONS=no-such-python false")
    assert run.returncode != 0
    assert "needs Python 3.11 or newer" in run.stderr


def test_the_locks_agree_and_say_nothing_of_where_they_were_made() -> None:
    pins = {}
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins[name] = set(re.findall(r"^[\w.-]+==[\w.]+", text, re.MULTILINE))
        assert "index-url" not in text.replace("--no-emit-index-url", "")
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]
