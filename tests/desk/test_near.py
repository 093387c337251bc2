"""What looks nearly like a note, and what does not."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.desk.said import Content
from bot.desk.said.extras import Poll
from bot.desk.talk import notes
from bot.desk.words import Words

NEAR = (
    *(".. x", ".. secret about her", "\u200b.. x", "@olga ..x", "@olga .. x", "- ..x", '"..x"'),
    *("@olga / x", "/. x", "./ x", ". /x", ".note x", "\u2025x", "\u2024\u2024x", ",,x", "|| x"),
    *("1) // x", "1. // x", "/ note x", "/note/ x", ".// x", "..x", "- // x", "\\\\ x", "/ x"),
    *("/,x", "/, x", "/;x", "/| x", "-/- x", "*/ x", "/", "\\ x", "＼ x", "\\/x", "/\\x", "\\ / x"),
    *(".тщеу x", ".тщеуі x", ",тщеуы x", "\\тщеу x", "\\note x", "|note x", ", note x", ".notes x"),
    *(
        ".resolve",
        "\\resolve",
        "\\unsend",
        ",close",
        ".Move Sales",
        ".куыщдму",
        ".куіщдму",
        ".wait!",
    ),
    *("@shop_bot refund", "@ShopBot", " \u200b@shop_bot\nrefund"),  # sent before it was chosen
    *("@a_ _// x", "@a_ / x", ":-// x", ":/ // x", "+/- // x"),
)
BEHIND_WORDS = (
    *("1 // x", "№1 // x", "#12 // x", "FYI // x", "FYI: // x", "FYI:// x", "fyi.// x", "FYI //x"),
    *("Hi! // x", "Hi!\n// x", "Олю, глянь // x", "До речі, між нами — // x", "👋 Hi / / x"),
    *("Ольга // x", "Ольго,//x", "Ольга:// x", "Ольга://x", "Ольга//x", "пані Ольго Петренко // x"),
    *(
        "Так // ні",
        "FYI \\\\ x",
        "FYI \\/ x",
        "FYI ⫽ x",
        "FYI ／／ x",
        "FYI /note x",
        "FYI \\note x",
        "Ok (/note) x",
    ),
    *("Olga\u200b // x", "FYI \u2060/\u2060/ x", "Шкода :/ // x", "https://example.com // x"),
    *(
        "Дякую за звернення, ми все перевіримо і відразу ж напишемо вам.\n// вона вже писала",
        "Добрий день!\n\n  /note x",
    ),
)
FAR = (
    *("...", "..", "... так", ". . . так", "…так", "....", ".", "x", "3/4", "1. Так", "1) Так"),
    *("...wait", "... wait", ".opening", ", open", ".resolve.conf", "…open", "1.open", ".html"),
    *(
        "(так)",
        "- так",
        "@olga напише",
        "@robotics пише",
        "?..",
        ", так",
        "| так",
        "🙂 так",
        "",
        "¯\\_(ツ)_/¯",
    ),
)
ORDINARY = (
    *("Так, 24/7", "24/7", "1/2 упаковки", "Замовлення № 5/7 готове", "1 / 2 доби", "5/10/2026"),
    *("вул. Шевченка, 5/7, кв. 3", "ул. Ленина, 5/7", "и/или", "Оплата і/або доставка", "км/год"),
    *(
        ":-/ шкода",
        "Жаль :-/",
        "Шкода :/ завтра буде",
        ":/",
        "=/ sorry",
        "\\o/",
        "\\o/ ура",
        "Ура \\o/",
    ),
    *("https://example.com", "https://example.com//a", "(https://example.com)", "→ https://a.b//c"),
    *("Дивіться https://example.com//a", "Ось «https://example.com/a/b»", "See http://127.0.0.1/x"),
    *("Сайт:https://example.com", "tg://resolve?domain=shop", "Відкрийте tg://settings", "a.ua//b"),
    *("example.com/path//x", "Файл лежить у /var//log/app", "C:\\Users\\Anna", "Диск C:\\ повний"),
    *("Натисніть /start", "/start або /help", "👉 /start", "«/start» надішліть", "Так / /start"),
    *("+/- тиждень", "+/-5 днів", "приблизно +/- день", "w/o VAT", "AC/DC", "Так / ні", "</div> є"),
    *("Напишіть @shop_bot, будь ласка", "Бот: @shop_bot"),
    *("Зачекайте.. зараз", "Так .. ні", "Ok, thanks!", "Добрий день!\nДякуємо.\n\nhttps://a.b/c"),
    *("Ми вже давно чекали на відповідь — день // ніч", "Відкрийте file:///home/x", "<3 і </3"),
)


def held(text: str) -> bool:
    content = Content(words=Words(text))
    return notes.is_marked(content) or notes.is_near(content)


@pytest.mark.parametrize("text", NEAR)
def test_it_is_held(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize("text", BEHIND_WORDS)
def test_the_mark_behind_a_few_words_is_held(text: str) -> None:
    assert held(text)
    assert held(f"  \n{text} y"), "whatever stands around"


@pytest.mark.parametrize("text", FAR + ORDINARY)
def test_it_is_not(text: str) -> None:
    assert not held(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_people_write_is_not_behind_a_few_words_either(text: str) -> None:
    assert not held(f"Добрий день! {text}")


def test_a_poll_is_judged_by_its_question() -> None:
    assert notes.is_near(Content("poll", extra=Poll("FYI // x")))
    assert notes.is_marked(Content("poll", extra=Poll("// x")))


@given(st.text(st.characters(categories=["Zs", "Pd", "Ps", "Pe", "So", "Cf"]), max_size=6))
def test_whatever_stands_before_the_mark_it_is_held(before: str) -> None:
    assert held(f"{before}// x")


@given(st.lists(st.from_regex(r"[\w!,?—-]{1,9}", fullmatch=True), max_size=notes.FEW))
def test_a_few_words_before_it_change_nothing(before: list[str]) -> None:
    assert held(" ".join([*before, "// x"]))


@given(st.characters(categories=["Ll", "Lu"]), st.text(max_size=30))
def test_what_begins_with_a_letter_and_has_no_mark_is_not(letter: str, rest: str) -> None:
    """A mark is two slashes, or one that leans the other way, or their long form."""
    leaning = [sign for sign in rest if sign in "/／⁄∕⧸╱\\＼∖⧵﹨"]
    assume(len(leaning) < 2 and "⫽" not in rest and "⫻" not in rest)
    assume("note" not in rest.casefold())
    assert not held(letter + rest)


@pytest.mark.parametrize("text", ["@_@ ", "@__ ", "_@_", "@", "/ ", " ", ". /"])
def test_whatever_is_repeated_before_the_mark_it_is_held(text: str) -> None:
    """And judged at all: a pattern that tries every way to part it would never come back."""
    assert held(text * 9 + "// x")
    assert held(text * 1000 + "// x") == (text in ("/ ", " ", ". /")), "it is looked for at the top"


@pytest.mark.parametrize("text", ["a ", "a.", "a.b", "a:", "/a", "a/ ", ":/ ", "\\a ", "\n", "+/-"])
def test_a_long_message_is_judged_at_once(text: str) -> None:
    """A pattern that tries every way to part it would not come back."""
    assert held(text * 4096 + "x") == (text == "+/-")
