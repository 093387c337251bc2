"""What a ticket's history says of what was done there."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.cards import timeline
from bot.desk.talk import using
from bot.desk.tickets import events

ROOT = Path(__file__).parents[2]
WRITE = {"events.note", "events.alter"}


def names() -> Iterator[str]:
    """Of every event that is written down of a ticket, wherever that is done."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in WRITE:
                ticket, name = call.args[:2]
                if not (isinstance(ticket, ast.Constant) and ticket.value is None):
                    yield _value(name, path)


def _value(name: ast.expr, path: Path) -> str:
    if isinstance(name, ast.Constant):
        return str(name.value)
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return str(getattr(import_module(module), ast.unparse(name)))


@pytest.mark.parametrize("name", sorted({"opened", *names()}))
def test_whatever_is_written_down_of_a_ticket_is_told_in_words_or_not_at_all(name: str) -> None:
    told = {*timeline.CHANGES, *timeline.DONE, using.EVENT}
    assert (name in told) != (name in events.UNTOLD)


def test_nothing_else_is_looked_for() -> None:
    known = {*timeline.CHANGES, *timeline.DONE, using.EVENT, *events.UNTOLD}
    assert known == {"opened", *names()}
