"""The page's words: complete in three languages; and foreign text never read as HTML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "sandbox" / "page" / "js"
FORMS = {"uk": {"one", "few", "many", "other"}, "ru": {"one", "few", "many", "other"}}
ENGLISH_FORMS = {"one", "other"}
_TEXT = re.compile(r'(?:"([\w.]+)"|(\w+)): (?:"([^"]*)"|\{ ((?:[^{}]|\{n\})*)\})')
_USED = re.compile(r'\bt\("([\w.]+)"')


def texts(language: str) -> dict[str, str]:
    """Every key with its text, plural forms joined."""
    source = (SCRIPTS / "texts" / f"{language}.js").read_text()
    return {quoted or plain: text or forms for quoted, plain, text, forms in _TEXT.findall(source)}


def code() -> str:
    return "\n".join(path.read_text() for path in SCRIPTS.glob("*.js"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_language_says_everything(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert len(english) > 100
    assert english.keys() == other.keys()
    assert all(other.values())


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_translations_use_no_placeholder_that_is_not_filled(language: str) -> None:
    english = texts("en")
    for key, text in texts(language).items():
        if key not in ("service.new_chat_title",):
            assert placeholders(text) - {"who"} <= placeholders(english[key]) | {"who"}, key


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
def test_plurals_have_the_forms_of_their_language(language: str) -> None:
    plurals = {key: text for key, text in texts(language).items() if "other: " in text}
    assert "votes" in plurals
    for key, text in plurals.items():
        assert set(re.findall(r"(\w+): ", text)) == FORMS.get(language, ENGLISH_FORMS), key


def test_every_text_that_is_asked_for_exists() -> None:
    used = set(_USED.findall(code()))
    assert len(used) > 60
    assert used <= texts("en").keys()


def test_no_script_makes_html_of_text() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", code())
