"""What an operator has said by a macro, as colleagues see it: a note is called one, no other is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import texts
from bot.cards import history
from bot.desk.said import TEXT
from models import Direction, Held, Message, Operator

pytestmark = pytest.mark.usefixtures("db")  # a model has relations where there are tables
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ({"direction": Direction.OUT}, "📋 Olena"),
        ({"direction": Direction.NOTE}, "📝 Нотатка, Olena"),
        ({"direction": Direction.NOTE, "held": Held.DOUBLE, "goes_at": NOW}, "🕘 Olena"),
    ],
)
def test_only_what_stays_is_called_a_note(values: dict[str, Any], top: str) -> None:
    """What waits for its moment goes, and its post is not edited then."""
    message = Message(id=1, kind=TEXT, words={"text": "Hi"}, **values)
    message.operator = Operator(id=1, name="Olena", user_id=7)
    with texts.use("uk"):
        said, content = history.echoed(message)
    assert said.text == top
    assert content.words.text == f"{top}\nHi"
