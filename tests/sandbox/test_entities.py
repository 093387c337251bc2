"""Texts are read, refused and formatted as Telegram's server does it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import entities
from sandbox.errors import ApiError
from sandbox.params import Params

FAMILY = "👨‍👩‍👧"


def read(text: str, mode: str = "", **values: Any) -> tuple[str, list[dict[str, Any]]]:
    return entities.parse(Params({"text": text, "parse_mode": mode, **values}))


def spans(text: str, mode: str = "", **values: Any) -> list[tuple[str, int, int]]:
    return [(e["type"], e["offset"], e["length"]) for e in read(text, mode, **values)[1]]


def refusal(text: str, mode: str = "", **values: Any) -> str:
    with pytest.raises(ApiError) as refused:
        read(text, mode, **values)
    assert refused.value.code == 400
    return refused.value.description


def unparsed(text: str, mode: str) -> str:
    return refusal(text, mode).removeprefix("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🏟 🏟&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        (
            "<span class=x>a</span>",
            'Tag "span" must have class "tg-spoiler" at byte offset 0',
        ),
        ("<tg-emoji emoji-id='x'>👍</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xD83D;",
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units",
        ),
    ],
)
def test_wrong_html_is_refused_with_its_byte_offset(source: str, error: str) -> None:
    assert unparsed(source, "HTML") == error


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<STRONG>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code class=language-py>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
    ],
)
def test_html_tags(source: str, kind: str) -> None:
    assert read(source, "html") == ("x", [{"type": kind, "offset": 0, "length": 1}])


def test_html_entities_that_carry_more() -> None:
    text, found = read(
        '<a href="https://a.ua?q=1&amp;w=2">l</a><pre><code class="language-c++">p</code></pre>'
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>'
        '<tg-time unix="1647531900" format="wDT">t</tg-time>',
        "HTML",
    )
    assert text == "lp👍t"
    assert found == [
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.ua/?q=1&w=2"},
        {"type": "pre", "offset": 1, "length": 1, "language": "c++"},
        {
            "type": "custom_emoji",
            "offset": 2,
            "length": 2,
            "custom_emoji_id": "5368324170671202286",
        },
        {
            "type": "date_time",
            "offset": 4,
            "length": 1,
            "unix_time": 1647531900,
            "date_time_format": "wDT",
        },
    ]


def test_html_references() -> None:
    source = "&ge;&lt;&gt;&amp;&quot;&laquo;&#64;&#x41;&#12345678;&lt"
    assert read(source, "HTML")[0] == '&ge;<>&"&laquo;@A&#12345678;<'


def test_a_link_without_an_address_uses_its_text_and_a_wrong_one_vanishes() -> None:
    assert read("<a>t.me/x</a>", "HTML")[1][0]["url"] == "http://t.me/x"
    assert read("<a href='ftp://a.b'>x</a> <a href='local'>y</a>", "HTML") == ("x y", [])


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("hello.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a|b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("hi!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("🏟 *x", "Can't find end of Bold entity at byte offset 5"),
        ("*_x*_", "Can't find end of Italic entity at byte offset 4"),
        ("__x_", "Can't find end of Italic entity at byte offset 3"),
        ("```py\nx``", "Can't find end of PreCode entity at byte offset 0"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("[x](http://a.b", "Can't find end of a URL at byte offset 4"),
        ("![x]", "Custom emoji entity must contain a tg://emoji URL"),
        ("![x](http://a.b)", "Custom emoji URL must have scheme tg"),
        ("![x](tg://emoji)", "Custom emoji URL must have an emoji identifier"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_wrong_markdown_is_refused_with_its_byte_offset(source: str, error: str) -> None:
    assert unparsed(source, "MarkdownV2") == error


def test_markdown_of_every_kind() -> None:
    source = (
        "*b* _i_ __u__ ~s~ ||p|| `c` [l](http://a.ua/\\)) ![👍](tg://emoji?id=7) "
        "![t](tg://time?unix=5&format=t)\n```py\nx\\*y```\\."
    )
    text, found = read(source, "MarkdownV2")
    assert text == "b i u s p c l 👍 t\nx*y."
    assert [(e["type"], e["offset"], e["length"]) for e in found] == [
        ("bold", 0, 1),
        ("italic", 2, 1),
        ("underline", 4, 1),
        ("strikethrough", 6, 1),
        ("spoiler", 8, 1),
        ("code", 10, 1),
        ("text_link", 12, 1),
        ("custom_emoji", 14, 2),
        ("date_time", 17, 1),
        ("pre", 19, 3),
    ]
    assert found[6]["url"] == "http://a.ua/)"
    assert found[-1]["language"] == "py"


def test_markdown_quotations() -> None:
    assert spans(">a\n>b\nc", "MarkdownV2") == [("blockquote", 0, 4)]
    assert spans(">a\n>b||", "MarkdownV2") == [("expandable_blockquote", 0, 3)]
    assert spans(">a||\n>b||\nc", "MarkdownV2") == [
        ("blockquote", 0, 4),
        ("spoiler", 1, 2),
    ]


def test_old_markdown() -> None:
    text, found = read("*b* _i_ `c` [l](a.ua) \\_ ```py\nx```", "Markdown")
    assert text == "b i c l _ x"
    assert [e["type"] for e in found] == ["bold", "italic", "code", "text_link", "pre"]
    assert unparsed("a *b", "Markdown") == (
        "Can't find end of the entity starting at byte offset 2"
    )


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


@given(text=MARKUP, mode=MODES)
def test_what_was_read_once_is_read_the_same_again(text: str, mode: str) -> None:
    try:
        plain, found = read(text, mode)
    except ApiError:
        return
    known = [e for e in found if e["type"] != "text_mention"]
    assert entities.formatted(plain, known) == (plain, known)
