"""What looks nearly like a note, and what does not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import doubts, notes, operators, outbox
from bot.desk.messages import Content, Person
from bot.desk.words import Words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEAR = (
    *(".. x", ".. secret about her", "\u200b.. x", "@olga ..x", "@olga .. x", "- ..x", '"..x"'),
    *("@olga / x", "/. x", "./ x", ". /x", ".note x", "\u2025x", "\u2024\u2024x", ",,x", "|| x"),
    *("1) // x", "1. // x", "/ note x", "/note/ x", ".// x", "..x", "- // x", "\\\\ x", "/ x"),
)
FAR = (
    *("...", "..", "... так", ". . . так", "…так", "....", ".", "x", "3/4", "1. Так", "1) Так"),
    *("https://example.com//a", "Так // ні", "Так .. ні", "(так)", "- так", "@olga напише", "?.."),
    *(", так", "| так", "🙂 так", ""),
)


def held(text: str) -> bool:
    content = Content(words=Words(text))
    return notes.is_marked(content) or notes.is_near(content)


@pytest.mark.parametrize("text", NEAR)
def test_it_is_held(text: str) -> None:
    assert held(text)


@pytest.mark.parametrize("text", FAR)
def test_it_is_not(text: str) -> None:
    assert not held(text)


@given(st.text(st.characters(categories=["Zs", "Pd", "Ps", "Pe", "So", "Cf"]), max_size=6))
def test_whatever_stands_before_the_mark_it_is_held(before: str) -> None:
    assert held(f"{before}// x")


@given(st.characters(categories=["Ll", "Lu"]), st.text(max_size=30))
def test_what_begins_with_a_letter_is_not(letter: str, rest: str) -> None:
    assert not held(letter + rest)


CALLS = (
    *("Ольга // x", "Ольго, // x", "ольго //x", "Петренко: // x", "Ольга Петренко // x"),
    *("Taras // x", "- Ольга // x", "Ольга / / x", "пані Ольго // x"),
)
NO_CALLS = (
    *("Так // ні", "https://example.com", "Olga // x", "Ольга https://example.com//a"),
    *("Чорний // білий", "Ми чекали на відповідь Ольга // x"),
)


@pytest.fixture
async def colleagues(db: str) -> None:
    for number, name in enumerate(("Ольга Петренко", "Taras")):
        async with outbox.transaction():
            person = Person(name)
            await operators.rank(number, person, NOW, is_member=True, is_admin=False)


@pytest.mark.usefixtures("colleagues")
@pytest.mark.parametrize("text", CALLS)
async def test_a_colleague_is_called(text: str) -> None:
    assert await doubts.is_near(Content(words=Words(text)))


@pytest.mark.usefixtures("colleagues")
@pytest.mark.parametrize("text", NO_CALLS)
async def test_nobody_is_called(text: str) -> None:
    assert not await doubts.is_near(Content(words=Words(text)))


@pytest.mark.parametrize("text", ["@_@ ", "@__ ", "_@_", "@", "/ ", " ", ". /"])
def test_whatever_is_repeated_before_the_mark_it_is_held(text: str) -> None:
    """And judged at all: a pattern that tries every way to part it would never come back."""
    assert held(text * 9 + "// x")
    assert held(text * 1000 + "// x") == (text in ("/ ", " ")), "it is looked for at the top"
