"""Names and what looks like nothing: the edges of what is kept of them."""

import pytest

from bot.desk.words.names import clean_name, unmasked

TAG = "\U000e0067"
FLAG = f"🏴{TAG}\U000e0062\U000e007f"
BURNING = "❤\ufe0f\u200d🔥"
CHEMIST = "👩🏽\u200d🔬"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Ada\u2003\u2028\u2029\x85Lovelace", "Ada Lovelace"),
        (f"{CHEMIST} {FLAG}", f"{CHEMIST} {FLAG}"),
        (f"{FLAG}{BURNING}", f"{FLAG}{BURNING}"),
        ("🔥\u200d", "🔥"),
        ("\u200d🔥", "🔥"),
        ("🔥\u200dx", "🔥x"),
        (TAG, ""),
        (f"{TAG}🏴", "🏴"),
        (f"x{TAG}", "x"),
        ("🏴\u200e", "🏴"),
        ("x" * 64, "x" * 64),
        (f"{'x' * 62} yz", "x" * 62 + " y"),
        (f"{'x' * 63} y", "x" * 63),
    ],
)
def test_of_a_name_only_what_can_be_seen_is_kept(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_what_looks_like_nothing_is_told_from_white_space() -> None:
    assert unmasked("a\n\u200bb\u3164 \u0301", "-") == "a\n-b- -"
