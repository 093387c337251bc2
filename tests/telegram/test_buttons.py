"""Signed buttons."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.said.buttons import asking, copying, off, read, styled
from bot.telegram import buttons

KEY = buttons.signing_key("1:token")


def pressed(data: str) -> str:
    """The callback data that a button of this data carries."""
    markup = buttons.keyboard([[("label", data)]], KEY)
    assert markup is not None
    return markup.inline_keyboard[0][0].callback_data or ""


def test_what_is_signed_is_read_back() -> None:
    assert buttons.read(pressed("close:15"), KEY) == ("close", "15")
    assert buttons.read(pressed("requests:"), KEY) == ("requests", "")
    assert len(pressed("language:uk")) <= 64


@given(st.text())
def test_nothing_else_is(data: str) -> None:
    assert buttons.read(data, KEY) is None


def test_another_bots_button_is_not_ours() -> None:
    assert buttons.read(pressed("close:15"), buttons.signing_key("2:token")) is None
    assert buttons.read(pressed("close:15").replace("15", "16"), KEY) is None


def test_a_link_is_a_link() -> None:
    markup = buttons.keyboard([[("Open", "https://example.org")], []], KEY)
    assert markup is not None
    assert markup.inline_keyboard[0][0].url == "https://example.org"
    assert buttons.keyboard([], KEY) is None


def shown(*row: tuple[str, str]) -> dict[str, Any]:
    """The keyboard as Telegram gets it."""
    markup = buttons.keyboard([[*row]], KEY)
    assert markup is not None
    return markup.model_dump(exclude_none=True)


def test_a_button_has_a_colour_and_does_the_same() -> None:
    ((key,),) = shown(("Spam", styled("danger", "spam:1")))["inline_keyboard"]
    assert key["style"] == "danger"
    assert key["callback_data"] == pressed("spam:1"), "for a client that knows no colours"


def test_a_button_copies_or_is_off() -> None:
    ((copies, rests),) = shown(
        ("#1", copying("#1: a!b")), ("Olena", styled("primary", off("take:1")))
    )["inline_keyboard"]
    assert copies == {"text": "#1", "copy_text": {"text": "#1: a!b"}}
    assert rests == {"text": "Olena", "style": "primary", "disabled": {}}


def test_the_field_for_a_reply_opens() -> None:
    assert shown(("No note", asking("no_note:1")))["force_reply"]
    assert "force_reply" not in shown(("Close", "close:1"))


@given(st.text())
def test_what_is_no_look_is_data(data: str) -> None:
    looks, rest = read(styled("danger", data))
    assert "danger" in looks
    assert rest == read(data)[1]


def test_a_button_that_stands_elsewhere_looks_the_same() -> None:
    spam, copies, link = styled("danger", "spam:1"), copying("#1"), "https://example.org"
    rows = buttons.placed([[("Spam", spam), ("#1", copies), ("Site", link)]], 12, 34)
    assert rows == [[("Spam", "danger!at:12.34:spam:1"), ("#1", copies), ("Site", link)]]
    ((key, *_rest),) = shown(*rows[0])["inline_keyboard"]
    assert key["style"] == "danger"
    assert buttons.read(key["callback_data"], KEY) == ("at", "12.34:spam:1")
