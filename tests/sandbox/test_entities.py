"""Texts are read, refused and formatted as Telegram's server does it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import entities
from sandbox.errors import ApiError
from sandbox.params import Params
from tests.sandbox.reading import read, refusal, spans

FAMILY = "👨‍👩‍👧"


def test_texts_that_are_refused() -> None:
    assert refusal("") == "Bad Request: message text is empty"
    assert refusal(" \n ") == "Bad Request: text must be non-empty"
    assert refusal("<b></b>", "HTML") == "Bad Request: text must be non-empty"
    assert refusal("x" * 4097) == "Bad Request: message is too long"
    assert refusal("я" * 20_000) == "Bad Request: text is too long"
    assert refusal("x", "Textile") == "Bad Request: unsupported parse_mode"


def test_the_limit_counts_characters_after_parsing() -> None:
    assert len(read(f"<b>{'👍' * 4096}</b>", "HTML")[0]) == 4096
    assert refusal("👍" * 4097) == "Bad Request: message is too long"


def test_captions_may_be_absent_and_have_their_own_limit() -> None:
    assert entities.caption(Params({})) == ("", [])
    assert entities.caption(Params({"caption": "<b>x</b>", "parse_mode": "HTML"}))[0] == "x"
    with pytest.raises(ApiError, match="message caption is too long"):
        entities.caption(Params({"caption": "x" * 1025}))


@pytest.mark.parametrize(
    ("entity", "error"),
    [
        (
            {"type": "bold", "offset": 100, "length": 1},
            "entity begins after the end of the text at UTF-16 offset 100",
        ),
        (
            {"type": "bold", "offset": 0, "length": 100},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 "
            "offset 100",
        ),
        (
            {"type": "bold", "offset": -1, "length": 1},
            "receive an entity with incorrect offset -1",
        ),
        (
            {"type": "bold", "offset": 7, "length": 1},
            "entity begins in a middle of a UTF-16 symbol at byte offset 10",
        ),
        (
            {"type": "bold", "offset": 5, "length": 2},
            "entity beginning at UTF-16 offset 5 ends in a middle of a UTF-16 symbol at byte "
            "offset 10",
        ),
        (
            {"type": "loud", "offset": 0, "length": 1},
            "can't parse MessageEntity: Unsupported type specified",
        ),
        ({"type": "bold", "length": 1}, "can't parse MessageEntity: Can't find field \"offset\""),
        (
            {"type": "text_link", "offset": 0, "length": 5, "url": "not-a-url"},
            "entity URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            {"type": "text_link", "offset": 0, "length": 5, "url": ""},
            "entity URL '' is invalid: URL host is empty",
        ),
        (
            {"type": "custom_emoji", "offset": 0, "length": 1, "custom_emoji_id": "9" * 19},
            'can\'t parse MessageEntity: Field "custom_emoji_id" must be a valid Number',
        ),
        (
            {"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 0}},
            "user not found",
        ),
    ],
)
def test_wrong_given_entities_are_refused(entity: dict[str, Any], error: str) -> None:
    assert refusal("hello 👍", entities=[entity]) == f"Bad Request: {error}"


def test_given_entities_are_read_from_json_and_ignored_beside_a_parse_mode() -> None:
    bold = '[{"type":"bold","offset":0,"length":2}]'
    assert spans("hello", entities=bold) == [("bold", 0, 2)]
    assert spans("hello", "HTML", entities=bold) == []


def test_a_mention_by_id_needs_a_known_user() -> None:
    source = Params({"text": '<a href="tg://user?id=7">Ada</a>', "parse_mode": "HTML"})
    ada = {"id": 7, "is_bot": False, "first_name": "Ada"}
    assert entities.parse(source, find_user={7: ada}.get)[1] == [
        {"type": "text_mention", "offset": 0, "length": 3, "user": ada}
    ]
    assert entities.parse(source)[1] == []


def test_white_space_and_control_characters_go_and_entities_move() -> None:
    text, found = read(" \n\t<b>a\r\u2028b</b>\x01c <i>d </i>\n ", "HTML")
    assert text == "ab c d"
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bold", 0, 2),
        ("italic", 5, 1),
    ]


def test_an_entity_keeps_the_space_it_begins_with() -> None:
    assert read("<b>  a</b>", "HTML") == ("  a", [{"type": "bold", "offset": 0, "length": 3}])


def test_styles_are_merged_split_and_kept_out_of_code() -> None:
    assert spans("<b>ab</b><b>cd</b>", "HTML") == [("bold", 0, 4)]
    assert spans("<b>a<i>b</i>c</b>", "HTML") == [
        ("bold", 0, 1),
        ("bold", 1, 2),
        ("italic", 1, 1),
    ]
    assert spans("<b>a<code>b</code>c</b>", "HTML") == [
        ("bold", 0, 1),
        ("code", 1, 1),
        ("bold", 2, 1),
    ]


def test_only_a_hundred_entities_are_kept() -> None:
    found = spans("<b>b</b> " * 60 + "<code>c</code> " * 60, "HTML")
    assert [kind for kind, _, _ in found] == ["bold"] * 40 + ["code"] * 60


def test_links_and_quotations_do_not_nest() -> None:
    assert spans("<a href='a.ua'>x<code>y</code></a>", "HTML") == [("text_link", 0, 2)]
    quoted = "<blockquote>a<blockquote>b</blockquote></blockquote>"
    assert spans(quoted, "HTML") == [("blockquote", 0, 2)]
    assert spans("<blockquote>a<b>b</b></blockquote>", "HTML") == [
        ("blockquote", 0, 2),
        ("bold", 1, 1),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start", [("bot_command", "/start")]),
        ("/start@desk_bot x", [("bot_command", "/start@desk_bot")]),
        ("a/start //x </b> /ok", [("bot_command", "/ok")]),
        ("@desk_bot, @ab @gif x@you", [("mention", "@desk_bot"), ("mention", "@gif")]),
        ("#тег #1 #a1#b x#y #a·b", [("hashtag", "#тег"), ("hashtag", "#a·b")]),
        ("$USD $1INCH $usd $TOOLONGNAME", [("cashtag", "$USD"), ("cashtag", "$1INCH")]),
        ("mail: a.b@ex-ample.co.uk.", [("email", "a.b@ex-ample.co.uk")]),
        ("mailto:me@a.ua", [("email", "me@a.ua")]),
        ("see example.com/a(b)c?d=e#f.", [("url", "example.com/a(b)c?d=e#f")]),
        ("(https://a.ua/x)", [("url", "https://a.ua/x")]),
        ("http://localhost.dev:8080/x", [("url", "http://localhost.dev:8080/x")]),
        ("http://кіт.укр сайт.рф", [("url", "http://кіт.укр"), ("url", "сайт.рф")]),
        ("tg://resolve?domain=x t.me/a", [("url", "tg://resolve?domain=x"), ("url", "t.me/a")]),
        ("1.2.3.4 1.2.3 256.1.1.1", [("url", "1.2.3.4")]),
        ("end.Next file.txt a..b -.com sftp://a.ua", []),
        ("Hello.It is", []),
        ("http://user:pass@a.ua/ a@b", [("url", "http://user:pass@a.ua/")]),
    ],
)
def test_automatic_entities(text: str, found: list[tuple[str, str]]) -> None:
    assert [
        (e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in entities.automatic(text)
    ] == found


def test_automatic_entities_yield_to_given_ones() -> None:
    assert spans("<code>/a a.ua</code> /b", "HTML") == [("code", 0, 7), ("bot_command", 8, 2)]
    assert spans("<b>a.ua</b>", "HTML") == [("url", 0, 4), ("bold", 0, 4)]


def test_offsets_are_in_utf16() -> None:
    assert spans(f"{FAMILY} /help") == [
        ("bot_command", len(FAMILY.encode("utf-16-le")) // 2 + 1, 5)
    ]


def test_a_persons_text_gets_both_kinds_of_entities() -> None:
    text, found = entities.formatted(" hi /x ", [{"type": "bold", "offset": 1, "length": 2}])
    assert text == "hi /x"
    assert [e["type"] for e in found] == ["bold", "bot_command"]


UNHURRIED = settings(deadline=None)
TAGS = (
    "<b> </b> <i> </i> <pre> </pre> <code> </code> <a href='t.me'> </a> <blockquote> </blockquote>"
)
MARKS = "* _ __ ~ || ` ``` ```py [ ] (t.me) ![ > \\ &lt; &#64; a б 👍 #t /c @user a.ua x@y.ua"
BLANKS = (" ", "\n", "\r", "\0", "\t", FAMILY, "\u200e")
PIECES = st.sampled_from((*TAGS.split(" "), *MARKS.split(" "), *BLANKS)) | st.text(max_size=4)
MARKUP = st.lists(PIECES, max_size=20).map("".join)
MODES = st.sampled_from(["", "HTML", "Markdown", "MarkdownV2"])
KINDS = st.sampled_from(["bold", "italic", "spoiler", "code", "pre", "blockquote"])
ENTITY = st.builds(
    lambda kind, offset, length: {"type": kind, "offset": offset, "length": length},
    KINDS,
    st.integers(-1, 12),
    st.integers(-1, 12),
)


@UNHURRIED
@given(text=MARKUP, mode=MODES, chosen=st.lists(ENTITY, max_size=5))
def test_any_text_is_either_refused_or_well_formed(
    text: str, mode: str, chosen: list[dict[str, Any]]
) -> None:
    try:
        plain, found = read(text, mode, entities=chosen)
    except ApiError:
        return
    size = len(plain.encode("utf-16-le")) // 2
    assert plain
    assert plain == plain.rstrip(" \n")
    assert [e["offset"] for e in found] == sorted(e["offset"] for e in found)
    for entity in found:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= size
    styled = [e for e in found if e["type"] not in {"code", "pre"}]
    for code in (e for e in found if e["type"] in {"code", "pre"}):
        for other in styled:
            if other["type"] != "blockquote":
                apart = other["offset"] + other["length"] <= code["offset"]
                assert apart or code["offset"] + code["length"] <= other["offset"]


@UNHURRIED
@given(text=MARKUP, mode=MODES)
def test_what_was_read_once_is_read_the_same_again(text: str, mode: str) -> None:
    try:
        plain, found = read(text, mode)
    except ApiError:
        return
    known = [e for e in found if e["type"] != "text_mention"]
    assert entities.formatted(plain, known) == (plain, known)
