"""Signed buttons."""

from hypothesis import given
from hypothesis import strategies as st

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
