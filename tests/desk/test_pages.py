"""Pages of what is longer than a screen."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cards import pages
from bot.desk.words import Words


def labels(words: Words, number: int) -> list[str]:
    return [label for row in pages.page(words, number, "list:7")[1] for label, _data in row]


def test_what_is_short_has_no_buttons() -> None:
    assert pages.page(Words("Yes."), 1, "list:7") == (Words("Yes."), [])
    assert labels(Words(), 1) == []


def test_pages_are_turned_by_what_names_them() -> None:
    long = Words("\n".join(f"{line} {'x' * 90}" for line in range(25)))
    assert labels(long, 1) == ["1 / 3", "›"]
    assert labels(long, 2) == ["‹", "2 / 3", "›"]
    assert labels(long, 3) == ["‹", "3 / 3"]
    assert pages.turning("list:7", 2, 3) == [
        [("‹", "list:7:1"), ("2 / 3", "list:7:2"), ("›", "list:7:3")]
    ]


@given(st.text(max_size=4000), st.integers(-3, 9))
def test_every_page_can_be_shown_and_edited_and_together_they_say_all(
    text: str, number: int
) -> None:
    said, _rows = pages.page(Words(text), number, "list:7")
    assert 0 < len(said) <= pages.LONGEST
    count = max(1, len(Words(text).split(pages.LONGEST)))
    whole = [pages.page(Words(text), each + 1, "list:7")[0].text for each in range(count)]
    if text.strip():
        assert "".join("".join(whole).split()) == "".join(text.split())
