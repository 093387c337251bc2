"""The crash test of `make chaos` in a shorter form."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, Plan
from tests.chaos.screens import disorder

SHORT = Plan(messages=120, kills=5, store_restarts=1, customers=15, visitors=4, longest=150.0)


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


@pytest.mark.parametrize(
    ("posts", "wrong"),
    [
        ("a b b c", 0),
        ("a b a c", 1),
        ("b a", 1),
        ("ab ab c", 0),  # an album whose answer was lost
        ("ab a b c", 0),  # words that shared a post, then each for itself
        ("ba", 1),
        ("ab c a", 1),
    ],
)
def test_what_counts_as_disorder(posts: str, wrong: int) -> None:
    place = {"w00001": 0, "w00002": 1, "w00003": 2}
    named = dict(zip("abc", place, strict=True))
    shown = [
        {"message_id": number, "text": " ".join(named[letter] for letter in post)}
        for number, post in enumerate(posts.split())
    ]
    assert len(disorder(shown, place)) == wrong
