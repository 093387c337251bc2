"""Long words cost in proportion to their length: counted in lines of code, not by a clock."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest

from bot.desk.words import Words, clean_name, join, link
from tests.bench.words import crossing, linked, nested

FEW = 300
Work = Callable[[int], Callable[[], object]]


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python it takes."""
    count = 0

    def look(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def splitting(words: Words) -> Callable[[], object]:
    return partial(words.split, 100)


WORKS: dict[str, Work] = {
    "splitting words": lambda many: splitting(linked("a word. " * 5 * many, many)),
    "splitting one word": lambda many: splitting(linked("x" * 40 * many, many)),
    "splitting flags": lambda many: splitting(linked("🇺🇦" * 20 * many, many)),
    "splitting accents": lambda many: splitting(linked("\u0301" * 40 * many, many)),
    "showing links": lambda many: linked("x" * 40 * many, many).html,
    "showing nested links": lambda many: nested(many).html,
    "showing crossing links": lambda many: crossing(many).html,
    "joining": lambda many: partial(join, ", ", [link("x", f"https://a.ua/{many}")] * many),
    "cleaning a name of tags": lambda many: partial(clean_name, "🏴" + "\U000e0067" * 40 * many),
    "cleaning a name of nothing": lambda many: partial(clean_name, "\u200b" * 40 * many),
}


@pytest.mark.parametrize("name", WORKS)
def test_of_twice_as_much_the_cost_is_twice_as_high(name: str) -> None:
    few, many = (steps(WORKS[name](count)) for count in (FEW, 2 * FEW))
    assert few > FEW / 2, "it is counted at all"
    assert many < 2.3 * few


def test_of_a_long_text_no_more_is_looked_at_than_makes_the_name() -> None:
    short, long = ("Anna wants a lamp. " * count for count in (20, 2000))
    assert steps(partial(clean_name, long)) < 2 * steps(partial(clean_name, short))
