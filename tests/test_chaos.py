"""The crash test of `make chaos` in a shorter form."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, Plan

SHORT = Plan(messages=150, kills=6, store_restarts=1, longest=150.0)


@pytest.fixture
def place() -> Iterator[Path]:
    """Not in pytest's own directory: other runs close that to the database's user."""
    directory = Path(tempfile.mkdtemp(prefix="topicdesk-chaos-"))
    yield directory
    shutil.rmtree(directory)


@pytest.mark.chaos
async def test_every_promise_is_kept_while_everything_falls(place: Path) -> None:
    verdict = await Campaign(SHORT, place, lambda _progress: None).run()
    sys.stdout.write(verdict.text())
    assert verdict.broken == []
