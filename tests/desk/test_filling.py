"""Variables in words: what they are, what fills them, and where formatting stands then."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.words import Words
from bot.desk.words.filling import fill, variables
from bot.desk.words.markup import utf16

NAME = {"customer.name": "Anna"}


def names(text: str) -> list[tuple[str, str | None]]:
    return [(each.name, each.otherwise) for each in variables(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello", []),
        ("Hello {customer.name}!", [("customer.name", None)]),
        ("{ Customer.Name | friend }", [("customer.name", " friend ")]),
        ("{customer.name|}", [("customer.name", "")]),
        ("{a}{b|c}", [("a", None), ("b", "c")]),
        ("{{customer.name}}", [("{", None), ("customer.name", None), ("}", None)]),
        ("Hello {customer.name", [("{customer.name", None)]),
        ("Hello customer.name}, how", [("},", None)]),
        ("{}", [("", None)]),
        ("{a\nb}", [("{a", None), ("}", None)]),
        ("{a|b|c}", [("a", "b|c")]),
    ],
)
def test_each_brace_is_a_variable_s(text: str, found: list[tuple[str, str | None]]) -> None:
    assert names(text) == found


def bold(text: str, offset: int, length: int) -> Words:
    return Words(text, ({"type": "bold", "offset": offset, "length": length},))


def marked(words: Words) -> list[str]:
    """What each entity lies over."""
    units = words.text.encode("utf-16-le")
    return [
        units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in words.entities
    ]


@pytest.mark.parametrize(
    ("words", "over"),
    [
        (bold("{customer.name}, hi", 0, 15), "Anna"),  # over the variable alone
        (bold("{customer.name}, hi", 17, 2), "hi"),  # behind it
        (bold("hi {customer.name}", 0, 2), "hi"),  # before it
        (bold("hi {customer.name}!", 1, 18), "i Anna!"),  # around it
        (bold("hi {customer.name}!", 5, 4), "Anna"),  # over a part of it
        (bold("🧡 {customer.name} and {customer.name}", 19, 20), "and Anna"),
    ],
)
def test_formatting_lies_over_what_fills_it(words: Words, over: str) -> None:
    assert marked(fill(words, NAME)) == [over]


def test_a_value_is_never_read() -> None:
    evil = {"customer.name": "{ticket.number} <b>*x*</b> {0} \\1"}
    said = fill(Words("Hi {customer.name}! {ticket.number}"), {**evil, "ticket.number": "7"})
    assert said == Words("Hi {ticket.number} <b>*x*</b> {0} \\1! 7")


def test_what_is_not_known_has_what_its_author_gave_it() -> None:
    words = Words("Hi {customer.name|friend}: {order}")
    assert fill(words, {}).text == "Hi friend: {order}"
    assert fill(words, {}, keeps_unknown=True) == words


def test_formatting_over_what_vanishes_is_gone() -> None:
    assert fill(bold("a{x|}b", 1, 4), {}) == Words("ab")


pieces = st.lists(st.sampled_from(["a", "🧡", "{x}", "{y|z}", "\n", "щ"]), max_size=12)


@given(pieces, st.text(max_size=5), st.data())
def test_entities_stay_within_the_words(parts: list[str], value: str, data: st.DataObject) -> None:
    text = "".join(parts)
    units = utf16(text)
    entities: list[dict[str, Any]] = []
    if units:
        begin = data.draw(st.integers(0, units - 1))
        length = data.draw(st.integers(1, units - begin))
        entities = [{"type": "bold", "offset": begin, "length": length}]
    said = fill(Words(text, tuple(entities)), {"x": value})
    assert said.text == text.replace("{x}", value).replace("{y|z}", "z")
    for each in said.entities:
        assert each["offset"] >= 0
        assert each["length"] > 0
        assert each["offset"] + each["length"] <= utf16(said.text)
