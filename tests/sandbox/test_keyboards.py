"""Reply markup is kept or refused as Telegram does it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import keyboards
from sandbox.errors import ApiError
from sandbox.params import Params


def read(markup: Any, chat_type: str = "private", **options: Any) -> dict[str, Any] | None:
    return keyboards.read(Params({"reply_markup": markup}), chat_type, **options)


def refusal(markup: Any, chat_type: str = "private", **options: Any) -> str:
    with pytest.raises(ApiError) as refused:
        read(markup, chat_type, **options)
    assert refused.value.code == 400
    return refused.value.description.removeprefix("Bad Request: ")


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **button}]]}


def reply(**button: Any) -> dict[str, Any]:
    return {"keyboard": [[{"text": "x", **button}]]}


def test_no_markup() -> None:
    assert keyboards.read(Params({}), "private") is None
    assert read("") is None
    assert read({"inline_keyboard": []}) is None
    assert read({"inline_keyboard": [[], [{"text": "", "callback_data": "1"}]]}) is None
    assert read({"keyboard": []}) is None


def test_markup_may_come_as_json() -> None:
    assert read(orjson.dumps(inline(callback_data="1")).decode()) == inline(callback_data="1")
    assert refusal("{") == "can't parse reply keyboard markup JSON object"
    assert refusal("[]") == "object expected as reply markup"


def test_every_kind_of_inline_button_is_kept() -> None:
    buttons: list[dict[str, Any]] = [
        {"text": "a", "url": "https://a.ua/"},
        {"text": "b", "callback_data": "я" * 32, "style": "danger", "icon_custom_emoji_id": "5"},
        {"text": "c", "switch_inline_query": ""},
        {"text": "d", "switch_inline_query_current_chat": "q"},
        {"text": "e", "switch_inline_query_chosen_chat": {"allow_user_chats": True}},
        {"text": "f", "web_app": {"url": "https://a.ua/"}},
        {"text": "g", "login_url": {"url": "https://a.ua/"}},
        {"text": "h", "copy_text": {"text": "TD-1"}},
        {"text": "i", "disabled": {}},
        {"text": "j", "url": "tg://user?id=7"},
    ]
    markup = {"inline_keyboard": [buttons]}
    kept = read(markup)
    assert kept is not None
    unordered = [sorted(button.items(), key=str) for button in kept["inline_keyboard"][0]]
    assert unordered == [sorted(button.items(), key=str) for button in buttons]


def test_an_address_is_normalised_and_the_first_field_wins() -> None:
    kept = read(inline(callback_data="1", url="example.com"))
    assert kept == inline(url="http://example.com/")


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        (
            {"inline_keyboard": {}},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
        ),
        (
            {"inline_keyboard": [{"text": "x"}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"keyboard": ["x"]},
            'field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays',
        ),
        (
            inline(),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline(callback_data=""),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[{"callback_data": "1"}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"inline_keyboard": [[{"text": 1, "callback_data": "1"}]]},
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            {"inline_keyboard": [["x"]]},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            inline(callback_data="1", style="loud"),
            "can't parse inline keyboard button: Invalid button style specified",
        ),
        (inline(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (inline(pay=True), "BUTTON_TYPE_INVALID"),
        (
            inline(url="not-a-url"),
            "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            inline(url="ftp://example.com"),
            "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
        ),
        (
            inline(web_app={"url": "http://a.ua"}),
            "inline keyboard button Web App URL 'http://a.ua' is invalid: "
            "Only HTTPS links are allowed",
        ),
    ],
)
def test_wrong_markup_is_refused(markup: dict[str, Any], error: str) -> None:
    assert refusal(markup) == error


def test_too_much_markup_is_refused() -> None:
    rows = [[{"text": str(place), "callback_data": "1"}] for place in range(101)]
    assert refusal({"inline_keyboard": rows}) == "reply markup is too long"
    assert read({"inline_keyboard": rows[:100]}) is not None
    long = [[{"text": "x" * 200, "callback_data": "1"}] for _ in range(60)]
    assert refusal({"inline_keyboard": long}) == "reply markup is too long"


def test_what_only_private_chats_allow() -> None:
    app = {"url": "https://a.ua/"}
    assert refusal(inline(web_app=app), "supergroup") == "BUTTON_TYPE_INVALID"
    for request, error in {
        "request_contact": "phone number can be requested in private chats only",
        "request_location": "location can be requested in private chats only",
        "request_poll": "poll can be requested in private chats only",
        "request_users": "users can be requested in private chats only",
    }.items():
        value: Any = True if request in {"request_contact", "request_location"} else {"id": 1}
        assert refusal(reply(**{request: value}), "supergroup") == error
        assert read(reply(**{request: value})) == reply(**{request: value})
    error = "web App buttons can be used in private chats only"
    assert refusal(reply(web_app=app), "group") == error


def test_reply_keyboards_keep_their_options() -> None:
    markup = {
        "keyboard": [["plain", {"text": "styled", "style": "primary"}]],
        "resize_keyboard": True,
        "one_time_keyboard": False,
        "input_field_placeholder": "Write…",
    }
    assert read(markup, "supergroup") == {
        "keyboard": [[{"text": "plain"}, {"text": "styled", "style": "primary"}]],
        "resize_keyboard": True,
        "input_field_placeholder": "Write…",
    }
    assert read({"remove_keyboard": True, "selective": True}) == {
        "remove_keyboard": True,
        "selective": True,
    }
    assert read({"force_reply": True}) == {"force_reply": True}
    assert read({"force_reply": False}) is None


def test_edits_and_channels_take_inline_keyboards_alone() -> None:
    assert refusal(reply(), only_inline=True) == "inline keyboard expected"
    assert refusal({"remove_keyboard": True}, "channel") == "inline keyboard expected"
    assert read(inline(callback_data="1"), "channel", only_inline=True) is not None
    assert refusal(inline(switch_inline_query="x"), "channel").startswith(
        "can't use switch_inline_query button in a channel chat"
    )


UNHURRIED = settings(deadline=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("inline_keyboard", "keyboard", "text", "url", "callback_data", "web_app"),
                    *("login_url", "copy_text", "style", "remove_keyboard", "force_reply"),
                    *("request_contact", "switch_inline_query", "disabled", "selective"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@UNHURRIED
@given(markup=JSON, chat_type=st.sampled_from(["private", "supergroup", "channel"]))
def test_any_json_is_either_kept_as_json_or_refused(markup: Any, chat_type: str) -> None:
    try:
        kept = read(markup, chat_type)
    except ApiError:
        return
    assert kept is None or orjson.loads(orjson.dumps(kept)) == kept
