"""Rich text: joined, split, clipped, shown as HTML and read back."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.graphemes import is_whole
from bot.desk.markup import places
from bot.desk.words import (
    LONG_QUOTE,
    Words,
    blockquote,
    bold,
    clean_name,
    code,
    from_html,
    italic,
    join,
    link,
    plain,
)

UNHURRIED = settings(deadline=None)
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇺🇦"
WAVE = "👋🏽"
ACCENT = "и\u0306"
BOLD_AB = {"type": "bold", "offset": 0, "length": 2}
SPOILER_A = {"type": "spoiler", "offset": 0, "length": 1}
PRE_A = {"type": "pre", "offset": 0, "length": 1}
PRE_AB = {"type": "pre", "offset": 0, "length": 2}
ITALIC_BC = {"type": "italic", "offset": 1, "length": 2}
SORTED = orjson.OPT_SORT_KEYS


def size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


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
    ("text", "part", "where"),
    [
        ("ababa", "aba", [0, 2]),
        ("👋 hello", "hello", [3]),
        ("hello", "x", []),
        ("hello", "", []),
        ("\u4161\u6100", "A", []),  # its bytes, but across two characters
    ],
)
def test_where_a_part_stands(text: str, part: str, where: list[int]) -> None:
    assert places(text, part) == where


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


def test_a_dangerous_address_makes_no_link() -> None:
    assert link("x", "javascript:alert(1)").html() == "x"
    assert from_html('<a href="javascript:alert(1)">x</a>') == plain("x")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a &amp; b &lt;c&gt; &nbsp;d", plain("a & b <c>  d")),
        ("<b>a</b>", bold("a")),
        ("<strong>a", bold("a")),
        ("a</b></x>", plain("a")),
        ("<b>a<i>b</b>c</i>", Words("abc", (BOLD_AB, ITALIC_BC))),
        ("<p>a</p><p>b</p>", plain("a\nb")),
        ("a<br>b<br/>c", plain("a\nb\nc")),
        ("<ul><li>a</li><li>b</li></ul>", plain("• a\n• b")),
        ("<h1>a</h1>b", bold("a") + "\nb"),
        ("<p>a</p><b>b</b>", plain("a\n") + bold("b")),
        ("<span class=tg-spoiler>a</span><span>b</span>", Words("ab", (SPOILER_A,))),
        ("<i class='tg-spoiler' expandable>a</i>", italic("a")),
        ("<b>a<code>b</code></b>", bold(plain("a") + code("b"))),
        ("<code>a</code>", code("a")),
        ("<pre><code class=x>a</code></pre>", Words("a", (PRE_A,))),
        ("<pre>a<b>b</b></pre>", Words("ab", (PRE_AB, *(plain("a") + bold("b")).entities))),
        ("a\ud800b", plain("ab")),
        ("<script>alert('<b>')</script>a<style>b{}</style><!-- c -->", plain("a")),
        ("<script>never closed", plain("")),
        ("1 < 2 > 1 <3", plain("1 < 2 > 1 <3")),
        ("<a href='https://a.ua?x=1&amp;y=2'>l</a>", link("l", "https://a.ua?x=1&y=2")),
        ("<unknown x='>'>a</unknown>", plain("a")),
        ("<![CDATA[x]]>a<!DOCTYPE html>", plain("a")),
    ],
)
def test_reading_html(source: str, words: Words) -> None:
    assert from_html(source) == words


def test_reading_code_and_quotations() -> None:
    read = from_html(
        '<pre><code class="language-py">x</code></pre><blockquote expandable>q</blockquote>'
    )
    assert read.text == "x\nq"
    assert read.entities == (
        {"type": "pre", "language": "py", "offset": 0, "length": 1},
        {"type": "expandable_blockquote", "offset": 2, "length": 1},
    )


@UNHURRIED
@given(words=rich())
def test_html_is_read_back_as_it_was(words: Words) -> None:
    shown = tuple(e for e in words.entities if e["type"] in {"bold", "italic", "text_link"})
    kept = Words(words.text.replace("\r", "x").replace("\xa0", "x"), shown)
    read = from_html(kept.html())
    assert read.text == kept.text
    assert marks(read) == marks(kept)


def test_a_block_begins_and_ends_its_own_line() -> None:
    quoted = Words("a\nq\nb", ({"type": "blockquote", "offset": 2, "length": 1},))
    assert from_html(quoted.html()) == quoted
    assert from_html("a<blockquote>q</blockquote>b") == quoted


@UNHURRIED
@given(
    source=st.lists(
        st.sampled_from(["<b>", "</b>", "<p>", "<", ">", "&", "&#x110000;", "<a href=", "'", '"'])
        | st.text(max_size=5),
        max_size=20,
    ).map("".join)
)
def test_no_html_is_too_bad_to_read(source: str) -> None:
    words = from_html(source)
    for entity in words.entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= size(words.text)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("\u202eadA\u2066x\u2069\u200f", "adAx"),
        ("\u200bA\u200c\ufeffd\u00ada\u2060", "Ada"),
        (f"{FAMILY} {FLAG} {WAVE}", f"{FAMILY} {FLAG} {WAVE}"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("a\u200db \u200d", "ab"),
        ("\u3164\u2800\u200e", ""),
        ("Олексі" + ACCENT[1] + "\x00\x1b[31m", "Олексі" + ACCENT[1] + "[31m"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 3),
        ("x" * 100, "x" * 64),
        ("❤️‍🔥", "❤️‍🔥"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@UNHURRIED
@given(name=st.text(max_size=80), limit=st.integers(1, 64))
def test_a_clean_name_is_one_visible_line(name: str, limit: int) -> None:
    clean = clean_name(name, limit)
    assert len(clean) <= limit
    assert clean == clean.strip()
    assert not set(clean) & set("\n\r\t\u200b\u200e\u200f\u202e\u2066\ufeff")
    assert clean_name(clean, limit) == clean
