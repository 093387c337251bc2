"""Rich text: joined, split, clipped, shown as HTML."""

from __future__ import annotations

import html
import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.words import (
    LONG_QUOTE,
    Words,
    blockquote,
    bold,
    code,
    italic,
    join,
    link,
    plain,
)
from bot.desk.words.graphemes import is_whole
from bot.desk.words.markup import nearest, utf16
from sandbox.entities import html as telegrams
from tests.desk import plainly
from tests.desk.plainly import size

UNHURRIED = settings(deadline=None)
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇺🇦"
WAVE = "👋🏽"
ACCENT = "и\u0306"
SORTED = orjson.OPT_SORT_KEYS


def marks(words: Words) -> list[frozenset[str]]:
    """For each character the formatting on it, as JSON."""
    found = []
    for place in range(len(words.text)):
        begin, end = size(words.text[:place]), size(words.text[: place + 1])
        found.append(
            frozenset(
                orjson.dumps({**entity, "offset": 0, "length": 0}, option=SORTED).decode()
                for entity in words.entities
                if entity["offset"] <= begin and end <= entity["offset"] + entity["length"]
            )
        )
    return found


@st.composite
def rich(draw: st.DrawFn) -> Words:
    pieces = st.sampled_from(
        ["a", "Слово", ". ", "! ", " ", "\n", "\n\n", "\n \n", FAMILY, FLAG, WAVE, ACCENT, '<&>"']
    )
    text = "".join(draw(st.lists(pieces | st.text(max_size=3), max_size=25)))
    entities: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(text)))
        end = draw(st.integers(begin, len(text)))
        if begin < end:
            kind = draw(st.sampled_from(["bold", "italic", "pre", "text_link", "spoiler"]))
            extra = {"text_link": {"url": "https://a.ua/"}, "pre": {"language": "py"}}.get(kind, {})
            offset = size(text[:begin])
            length = size(text[begin:end])
            entities.append({"type": kind, "offset": offset, "length": length, **extra})
    return Words(text, tuple(entities))


@st.composite
def hostile(draw: st.DrawFn, *, whole: bool = False) -> Words:
    """Entities in any order, crossing, empty, beyond the text; and across characters.

    `whole`: neither these nor halves of surrogate pairs.
    """
    signs = ["a", "b", "\n", "\0", "<", " ", "👋", *FLAG, *ACCENT, "\u200d"]
    halves = [] if whole else ["\ud83d", "\udc4b"]
    text = "".join(draw(st.lists(st.sampled_from([*signs, *halves]), max_size=20)))
    edges = [size(text[:end]) for end in range(len(text) + 1)]
    edge = st.sampled_from([-3, *edges, edges[-1] + 9]) if whole else st.integers(-3, 45)
    kinds = ["bold", "blockquote", "expandable_blockquote", "text_link", "spoiler", "mention"]
    entities = []
    for _ in range(draw(st.integers(0, 8))):
        kind, begin, end = draw(st.sampled_from(kinds)), draw(edge), draw(edge)
        url = {"url": f"https://{draw(st.sampled_from('ab'))}.ua/?<"} if kind == "text_link" else {}
        entities.append({"type": kind, **place(begin, end - begin), **url})
    return Words(text, tuple(entities))


def place(offset: int, length: int) -> dict[str, Any]:
    return {"offset": offset, "length": length}


def test_words_are_added_with_their_formatting_moved() -> None:
    words = "👋 " + bold("a") + " " + link("b", "https://a.ua") + italic("")
    assert words.text == "👋 a b"
    assert words.entities == (
        {"type": "bold", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 5, "length": 1, "url": "https://a.ua"},
    )
    assert len(words) == 5
    assert words
    assert not Words()


def test_parts_are_joined() -> None:
    words = join(", ", [bold("a"), "b", code("c")])
    assert words.text == "a, b, c"
    assert [entity["offset"] for entity in words.entities] == [0, 6]
    assert join("-", []) == Words()


def test_formatting_may_be_put_around_formatting() -> None:
    assert bold("a" + italic("b")).entities == (
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "italic", "offset": 1, "length": 1},
    )


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 5, []),
        (" \n ", 5, []),
        ("short", 5, ["short"]),
        ("one two.\n\nthree four\nfive", 20, ["one two.", "three four\nfive"]),
        ("one two three\nfour five", 18, ["one two three", "four five"]),
        ("One two. Three four five", 15, ["One two.", "Three four five"]),
        ("one two three", 9, ["one two", "three"]),
        ("ab cdefghij", 8, ["ab", "cdefghij"]),
        ("a bcdefghi", 8, ["a bcdefg", "hi"]),
        ("a\n\nbbbbbbbbbb cccccc", 14, ["a\n\nbbbbbbbbbb", "cccccc"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        (f"ab{FAMILY}c", 5, ["ab", f"{FAMILY}c"[:5], f"{FAMILY}c"[5:]]),
        (f"a{FAMILY}b{FAMILY}", 9, [f"a{FAMILY}b", FAMILY]),
        (FLAG * 3, 5, [FLAG * 2, FLAG]),
        (f"aaa{ACCENT}", 4, ["aaa", ACCENT]),
        (f"aaa{WAVE}", 4, ["aaa", WAVE]),
    ],
)
def test_where_words_are_split(text: str, limit: int, pieces: list[str]) -> None:
    assert [piece.text for piece in plain(text).split(limit)] == pieces


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("a\r\nb", [0, 1, 3, 4]),
        ("🏴\U000e0067\U000e007fb", [0, 3, 4]),
        (f"a{FLAG}{FLAG}", [0, 1, 3, 5]),
        (f"{FLAG}b", [0, 2, 3]),
        ("🇺b", [0, 1, 2]),
    ],
)
def test_where_a_cut_leaves_all_characters_whole(text: str, cuts: list[int]) -> None:
    assert [place for place in range(len(text) + 1) if is_whole(text, place)] == cuts


@pytest.mark.parametrize(
    ("text", "part", "near", "where"),
    [
        ("ababa", "aba", 0, 0),
        ("ababa", "aba", 1, 0),  # of two equally near the first
        ("ababa", "aba", 2, 2),
        ("ababa", "aba", 99, 2),
        ("👋 hello", "hello", 0, 3),
        ("👋👋👋", "👋", 3, 2),  # inside of the second
        ("hello", "x", 0, None),
        ("hello", "", 0, None),
        ("\u4161\u6100", "A", 0, None),  # its bytes, but across two characters
        ("a\ud800b", "b", 0, 2),
    ],
)
def test_where_a_part_stands(text: str, part: str, near: int, where: int | None) -> None:
    assert nearest(text, part, near) == where


@UNHURRIED
@given(
    text=st.text("aб👋", max_size=12), part=st.text("aб👋", max_size=3), near=st.integers(-1, 30)
)
def test_a_part_is_found_at_the_nearest_of_its_places(text: str, part: str, near: int) -> None:
    assert nearest(text, part, near) == plainly.nearest(text, part, near)


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("one two", "one two", ""),
        ("one two ", "one two", ""),
        ("one two three four", "one two", "three four"),
    ],
)
def test_the_first_piece_and_all_the_rest(text: str, first: str, rest: str) -> None:
    assert Words(text).parted(7) == (Words(first), Words(rest))


def test_a_long_quotation_is_folded() -> None:
    for length, kind in ((LONG_QUOTE, "blockquote"), (LONG_QUOTE + 1, "expandable_blockquote")):
        (entity,) = blockquote("x" * length).entities
        assert entity["type"] == kind


def test_code_keeps_its_indentation_when_split() -> None:
    words = Words("if x:\n    y = 1", ({"type": "pre", "offset": 0, "length": 15},))
    assert words.split(10) == [
        Words("if x:", ({"type": "pre", "offset": 0, "length": 5},)),
        Words("    y = 1", ({"type": "pre", "offset": 0, "length": 9},)),
    ]


@UNHURRIED
@given(words=rich(), limit=st.integers(1, 30))
def test_splitting_loses_nothing_but_white_space(words: Words, limit: int) -> None:
    pieces = words.split(limit)
    place = 0
    kept = marks(words)
    for piece in pieces:
        assert 0 < len(piece) <= limit
        assert piece.text.strip()
        start = words.text.index(piece.text, place)
        assert not words.text[place:start].strip()
        assert marks(piece) == kept[start : start + len(piece)]
        for entity in piece.entities:
            assert entity["length"] > 0
            assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= size(piece.text)
        place = start + len(piece)
    assert not words.text[place:].strip()


@UNHURRIED
@given(words=rich(), limit=st.integers(12, 30))
def test_splitting_breaks_no_character_that_fits(words: Words, limit: int) -> None:
    place = 0
    for piece in words.split(limit):
        place = words.text.index(piece.text, place) + len(piece)
        if not is_whole(words.text, place):
            begun = next(p for p in range(place, -1, -1) if p == 0 or is_whole(words.text, p))
            assert place - begun >= limit


@UNHURRIED
@given(words=rich(), limit=st.integers(0, 30))
def test_clipping(words: Words, limit: int) -> None:
    clipped = words.clipped(limit)
    assert len(clipped) <= limit or words == clipped
    if len(words) <= limit:
        assert clipped == words
    elif limit:
        assert clipped.text.endswith("…")
        assert clipped.text[:-1] in words.text
        assert all(e["offset"] + e["length"] < size(clipped.text) for e in clipped.entities)


@UNHURRIED
@given(words=hostile() | rich(), limit=st.integers(1, 30))
def test_words_are_split_as_if_each_piece_were_cut_out_of_the_whole(
    words: Words, limit: int
) -> None:
    assert words.split(limit) == plainly.split(words, limit)
    if len(words) > limit:
        end, after = plainly.cut(words.text, 0, limit)
        rest = plainly.between(words, after, len(words))
        assert words.parted(limit) == (plainly.between(words, 0, end), rest)


@UNHURRIED
@given(parts=st.lists(hostile() | rich(), max_size=4), separator=hostile())
def test_words_are_joined_as_if_they_were_added_up(parts: list[Words], separator: Words) -> None:
    assert join(separator, parts) == plainly.joined(separator, parts)
    assert sum(parts, start=Words()) == plainly.joined(Words(), parts)


@UNHURRIED
@given(words=hostile(whole=True) | rich())
def test_words_are_shown_as_if_each_run_asked_every_entity(words: Words) -> None:
    assert words.html() == plainly.rendered(words)


@given(text=st.text() | st.text("👋\ud83d\udc4ba"))
def test_lengths_are_those_of_utf_16(text: str) -> None:
    assert utf16(text) == plainly.size(text)


def test_clipping_keeps_whole_characters() -> None:
    assert plain(f"ab {FAMILY} cd").clipped(8).text == "ab…"


@UNHURRIED
@given(words=rich())
def test_trimming(words: Words) -> None:
    trimmed = words.trimmed()
    assert trimmed.text == words.text.strip()
    start = len(words.text) - len(words.text.lstrip())
    assert marks(trimmed) == marks(words)[start : start + len(trimmed)]


@UNHURRIED
@given(words=rich())
def test_words_survive_json(words: Words) -> None:
    assert Words.load(orjson.loads(orjson.dumps(words.dump()))) == words


def test_html_is_escaped_and_nested_even_where_entities_cross() -> None:
    words = Words(
        'a<b "& 👋c',
        (
            {"type": "spoiler", "offset": 0, "length": 10},
            {"type": "bold", "offset": 0, "length": 3},
            {"type": "italic", "offset": 2, "length": 4},
            {"type": "text_link", "offset": 7, "length": 3, "url": 'https://a.ua/?a=1&b="'},
        ),
    )
    assert words.html() == (
        '<b>a&lt;<i>b</i></b><i> "&amp;</i> <a href="https://a.ua/?a=1&amp;b=&quot;">👋c</a>'
    )


def test_what_stands_behind_half_a_character_stands_where_it_does() -> None:
    half, behind = {"type": "bold", **place(0, 1)}, {"type": "italic", **place(3, 1)}
    assert Words("👋ab", (half, behind)).html() == "👋a<i>b</i>"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.ua/" + "x" * 8000])
def test_a_dangerous_or_endless_address_makes_no_link(url: str) -> None:
    assert link("x", url).html() == "x"


def test_a_tag_stands_in_no_other_of_its_name() -> None:
    words = link("a" + bold(bold("b") + link("c", "https://c.ua")) + "d", "https://a.ua")
    assert words.html() == '<a href="https://a.ua">a<b>bc</b>d</a>'


def test_where_one_link_ends_the_one_behind_it_is_shown() -> None:
    first, second = ({"type": "text_link", "url": f"https://{name}.ua"} for name in "ab")
    words = Words("abc", ({**first, **place(0, 2)}, {**second, **place(1, 2)}))
    assert words.html() == '<a href="https://a.ua">ab</a><a href="https://b.ua">c</a>'


@UNHURRIED
@given(words=rich())
def test_html_is_read_back_as_it_was(words: Words) -> None:
    """By Telegram's own rules. A part of a link is a link, so it may be several."""
    shown = tuple(e for e in words.entities if e["type"] in {"bold", "italic", "text_link"})
    kept = Words(words.text, shown)
    text, entities = telegrams.parse(kept.html())
    assert text == kept.text
    assert marks(Words(text, tuple(entity.json() for entity in entities))) == marks(kept)


@UNHURRIED
@given(words=hostile())
def test_html_of_what_nobody_sends_is_html_and_loses_no_text(words: Words) -> None:
    shown = words.html()
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)) == html.unescape(
        html.escape(words.text, quote=False)
    )
    if not re.search("[\ud800-\udfff]", words.text):
        telegrams.parse(shown)
