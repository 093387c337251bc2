"""Names and what looks like nothing: the edges of what is kept of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.words.names import clean_file_name, clean_name, unmasked
from tests.desk import plainly

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


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Ada \n\t Lovelace ", "Ada Lovelace"),
        ("\u202eadA\u2066x\u2069\u200f", "adAx"),
        ("\u200bA\u200c\ufeffd\u00ada\u2060", "Ada"),
        ("👨‍👩‍👧‍👦 🇺🇦 👋🏽", "👨‍👩‍👧‍👦 🇺🇦 👋🏽"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("a\u200db \u200d", "ab"),
        ("\u3164\u2800\u200e", ""),
        ("Олексі\u0306\x00\x1b[31m", "Олексі\u0306[31m"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 3),
        ("x" * 100, "x" * 64),
        ("❤️‍🔥", "❤️‍🔥"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@settings(deadline=None)
@given(name=st.text(max_size=80), limit=st.integers(1, 64))
def test_a_clean_name_is_one_visible_line(name: str, limit: int) -> None:
    clean = clean_name(name, limit)
    assert len(clean) <= limit
    assert clean == clean.strip()
    assert not set(clean) & set("\n\r\t\u200b\u200e\u200f\u202e\u2066\ufeff")
    assert clean_name(clean, limit) == clean


@settings(deadline=None)
@given(
    name=st.text("a \n\0\u0301\ufe0f\u200d\u200b❤🔥🏴🏽\U000e0067\U000e007f" + "🇺🇦", max_size=30),
    limit=st.integers(1, 12),
)
def test_a_name_is_cleaned_as_if_all_of_it_were_looked_at(name: str, limit: int) -> None:
    assert clean_name(name, limit) == plainly.clean_name(name, limit)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("рахунок за березень.pdf", "рахунок за березень.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\bill.pdf", "bill.pdf"),
        ("bill.pdf:hidden.exe", "bill.pdf_hidden.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("bill\0.p\r\ndf", "bill.p df"),
        ("..", ""),
        ("a/", ""),
        (" . .bashrc. ", "bashrc"),
        ("x" * 200 + ".tar.gz", "x" * 125 + ".gz"),
        ("x" * 200, "x" * 128),
        ("a." + "b" * 200, "a." + "b" * 126),
    ],
)
def test_a_file_name_can_be_shown_and_saved(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


@given(st.text())
def test_no_file_name_leads_anywhere(name: str) -> None:
    clean = clean_file_name(name)
    assert len(clean) <= 128
    assert not set(clean) & set('/\\\0\r\n<>:"|?*\u202e')
    assert clean.strip(". ") == clean
    assert clean_file_name(clean) == clean
