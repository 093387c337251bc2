"""HTML and both Markdowns are parsed and refused as TDLib does it."""

from __future__ import annotations

import pytest

from tests.sandbox.reading import read, spans, unparsed


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
