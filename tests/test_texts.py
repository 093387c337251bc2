"""The three languages say the same, completely, and as grammar asks."""

import ast
import re
import string
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from bot import texts
from bot.desk import errors
from bot.desk.people import permissions
from bot.desk.people.access import Act

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "ngettext": (1, 2), "mark": None, "marks": (1, 2)}


def catalogue(language: str) -> Catalog:
    """What is translated."""
    path = texts.LOCALES / language / "LC_MESSAGES" / "topicdesk.po"
    return read_po(BytesIO(path.read_bytes()), locale=language)


def said() -> set[str]:
    """Every msgid in the code."""
    with (ROOT / "locales" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _, _, text, _, _ in found if text}


def wordings(entry: Message) -> list[str]:
    """The translation; a plural has three."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def entries(language: str) -> dict[str, Message]:
    return {one.id if isinstance(one.id, str) else one.id[0]: one for one in catalogue(language)}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_sentence_is_in_the_catalogue_and_no_other(language: str) -> None:
    assert set(entries(language)) - {""} == said()


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_nothing_is_missing_or_fuzzy(language: str) -> None:
    for msgid, entry in entries(language).items():
        if msgid:
            forms = wordings(entry)
            assert all(forms), msgid
            assert not entry.fuzzy, msgid
            assert len(forms) == (3 if entry.pluralizable else 1), msgid


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_what_is_filled_in_is_the_same(language: str) -> None:
    for msgid, entry in entries(language).items():
        for form in wordings(entry):
            assert fields(form) == fields(msgid), msgid


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


CURLY = re.compile(r"(?<=\w)'|'(?=\w)|[\"«»]")  # what English does not use
STRAIGHT = re.compile(r"(?<=\w)['ʼ](?=\w)|[\"“”]")  # what Ukrainian and Russian do not


def test_english_has_one_kind_of_quotes_and_apostrophes() -> None:
    for msgid in said():
        assert not CURLY.search(msgid), msgid


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_translations_have_one_kind_of_quotes_and_apostrophes(language: str) -> None:
    for entry in entries(language).values():
        for form in wordings(entry) if entry.id else ():
            assert not STRAIGHT.search(form), form


@pytest.mark.parametrize(("language", "wrong"), [("en", CURLY), ("uk", STRAIGHT), ("ru", STRAIGHT)])
def test_the_page_and_the_guides_have_the_same(language: str, wrong: re.Pattern[str]) -> None:
    page = (ROOT / "sandbox" / "page" / "js" / "texts" / f"{language}.js").read_text()
    name = "README.md" if language == "en" else f"README.{language}.md"
    readme = re.sub(r"```.*?```|`[^`]*`", "", (ROOT / name).read_text(), flags=re.DOTALL)
    for text in (*re.findall(r'"((?:[^"\\\n]|\\.)*)"', page), readme):
        found = wrong.search(text)
        assert not found, text[max(0, found.start() - 40) : found.end() + 40]


def test_a_name_stands_between_the_marks_of_the_language() -> None:
    shown = []
    for language in texts.LANGUAGES:
        with texts.use(language):
            shown.append(texts.quoted("bill.pdf"))
    assert shown == ["“bill.pdf”", "«bill.pdf»", "«bill.pdf»"]


def test_every_error_is_a_sentence_people_can_read() -> None:
    rooms = [ast.parse(path.read_text()) for path in Path(errors.__file__).parent.glob("*.py")]
    named = [node.name for room in rooms for node in room.body if isinstance(node, ast.ClassDef)]
    assert sorted(named) == sorted(errors.__all__)
    for name in named:
        error = getattr(errors, name)()
        with texts.use("uk"):
            assert texts._(error.sentence) != error.sentence, name


def test_plurals_have_three_forms_in_ukrainian() -> None:
    one, many = "{count} action left this minute", "{count} actions left this minute"
    with texts.use("uk"):
        forms = [texts.ngettext(one, many, n).format(count=n).split()[2] for n in (1, 2, 5, 21)]
    assert forms == ["дія", "дії", "дій", "дія"]


LATER = (timedelta(hours=9), timedelta(hours=10), timedelta(days=60))


def test_dates_and_durations_are_told_in_the_language() -> None:
    instant = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
    with texts.use("uk"):
        told = [texts.moment(instant, "Europe/Kyiv", instant + later) for later in LATER]
        assert told == ["14:05", "22 лист., 14:05", "22 лист. 2026\u202fр., 14:05"]
        assert [texts.ago(each) for each in (59, 61, 3660, 7200)] == [
            *("59 с", "1 хв", "1 год", "2 год"),
        ]
    with texts.use("ru"):
        assert texts.ago(300) == "5 мин"


@pytest.mark.parametrize(
    ("count", "uk", "en"),
    [
        (5, "5 байтів", "5 bytes"),
        (1, "1 байт", "1 byte"),
        (12_345, "12 кБ", "12 kB"),
        (1_550_000, "1,6 МБ", "1.6 MB"),
        (12_582_912, "13 МБ", "13 MB"),
        (200_000_000, "200 МБ", "200 MB"),
        (2_500_000_000, "2,5 ГБ", "2.5 GB"),
        (7_000_000_000_000, "7\xa0000 ГБ", "7,000 GB"),
    ],
)
def test_sizes_are_told_in_the_language(count: int, uk: str, en: str) -> None:
    for language, said in (("uk", uk), ("en", en)):
        with texts.use(language):
            assert texts.size(count) == said
    with texts.use("ru"):
        assert texts.size(1_550_000) == "1,6 МБ"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("uk", "uk"), ("uk-UA", "uk"), ("ru_RU", "ru"), ("be", "ru"), ("de", "en"), ("", "en")],
)
def test_the_nearest_language_is_spoken(tag: str, language: str) -> None:
    assert texts.nearest(tag) == language


def test_the_page_of_permissions_is_that_of_the_table() -> None:
    assert permissions.SAID.keys() == {*Act}, "say in words what it is"
    page = (ROOT / "docs" / "permissions.md").read_text()
    assert page == permissions.page(), "make permissions"
