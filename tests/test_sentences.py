"""Sentences are put into words as they are read: in whose language, and with what in them."""

import pytest

from bot import sentences, texts
from bot.desk.said.sentences import Choices, Sentence, Size, stacked
from bot.desk.tickets import signs
from bot.desk.words import Words

HOSTILE = ("{number}", "{0.__class__}", "{", "%s %(x)s", "<b>{}</b>", "Hello!", "\\N{BULLET}")


def test_the_same_sentence_is_read_in_each_language() -> None:
    received = Sentence(signs.SENTENCES[signs.RECEIVED], {"number": 7})
    read = []
    for language in texts.LANGUAGES:
        with texts.use(language):
            read.append(sentences.text(received).split(".")[0])
    assert read == ["Request #7 received", "Звернення #7 отримано", "Обращение #7 получено"]


def test_a_count_chooses_the_plural() -> None:
    one, many = "{count} action left this minute", "{count} actions left this minute"
    asked = [Sentence(one, {"count": n}, n, many) for n in (1, 2, 5, 21)]
    with texts.use("uk"):
        forms = [sentences.text(each).split()[2] for each in asked]
    assert forms == ["дія", "дії", "дій", "дія"]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_call_themselves_is_neither_a_format_nor_a_sentence(name: str) -> None:
    said = Sentence("{name} asks: {what}", {"name": name, "what": Sentence("{it}!", {"it": name})})
    rows: Choices = [[(name, "a:"), (said, "b:")]]
    with texts.use("uk"):
        assert sentences.text(said) == f"{name} asks: {name}!"
        assert sentences.buttons(rows) == [[(name, "a:"), (f"{name} asks: {name}!", "b:")]]


def test_a_size_is_read_in_each_language() -> None:
    """Processes of a version before read its row as a sentence."""
    put = Sentence("{name}, {size}", {"name": "a.mp4", "size": Size(1_550_000)}).dump()
    assert Sentence(put["values"]["size"]["msgid"]) == Sentence("2 MB")
    with texts.use("uk"):
        assert sentences.text(Sentence.load(put)) == "a.mp4, 1,6 МБ"


def test_a_sentence_in_another_is_translated_too() -> None:
    with texts.use("uk"):
        said = sentences.text(stacked(Sentence("Hello!"), None, Sentence("closed")))
    assert said == "Вітаємо!\n\nзакрито"


def test_what_is_in_words_already_stands() -> None:
    """So do the rows of an earlier version."""
    words = Words("Hello! {number}", ({"type": "bold", "offset": 0, "length": 5},))
    with texts.use("uk"):
        assert sentences.words(words) == words
