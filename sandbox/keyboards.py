"""Reply markup of a call, checked as the Bot API and Telegram's server check it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from sandbox.entities import links
from sandbox.errors import ApiError, bad
from sandbox.params import Params

Button = dict[str, Any]
Markup = dict[str, Any]

_STYLES = ("danger", "success", "primary")
_LOOKS = ("icon_custom_emoji_id", "style")
_LONGEST_DATA = 64
_LONGEST_COPIED = 256
_MOST_BUTTONS = 100
_LONGEST_MARKUP = 10_240
_REQUESTS = {
    "request_contact": "Phone number can be requested in private chats only",
    "request_location": "Location can be requested in private chats only",
    "request_poll": "Poll can be requested in private chats only",
    "web_app": "Web App buttons can be used in private chats only",
    "request_users": "Users can be requested in private chats only",
    "request_chat": "Chats can be requested in private chats only",
    "request_managed_bot": "Managed bots can be requested in private chats only",
}
_KEYBOARD_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard", "selective")


def read(
    params: Params, chat_type: str, *, key: str = "reply_markup", only_inline: bool = False
) -> Markup | None:
    """The markup of a call, or None if there is none or it has no buttons.

    `only_inline` is for edits, where other markups are refused. Raises `ApiError`.
    """
    value = params.decoded(key, "reply keyboard markup")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    return check(value, chat_type, only_inline=only_inline)


def check(value: Markup, chat_type: str, *, only_inline: bool = False) -> Markup | None:
    """One markup as it will be kept (Bot API: InlineKeyboardMarkup and its siblings)."""
    rows = _rows(value, "keyboard", "ReplyKeyboardMarkup", _reply_button(chat_type))
    inline = _rows(value, "inline_keyboard", "InlineKeyboardMarkup", _inline_button(chat_type))
    if (only_inline or chat_type == "channel") and not inline and _is_other(value, rows):
        raise bad("inline keyboard expected")
    if rows:
        return _checked_size({"keyboard": rows, **_options(value, _KEYBOARD_FLAGS)})
    if inline:
        return _checked_size({"inline_keyboard": inline, **_flags(value, ("force_reply",))})
    if value.get("remove_keyboard") is True:
        return {"remove_keyboard": True, **_flags(value, ("selective",))}
    if value.get("force_reply") is True:
        return {"force_reply": True, **_options(value, ("selective",))}
    return None


def _is_other(value: Markup, rows: list[list[Button]]) -> bool:
    return bool(rows) or any(value.get(name) is True for name in ("remove_keyboard", "force_reply"))


def _flags(value: Markup, names: tuple[str, ...]) -> Markup:
    return {name: True for name in names if value.get(name) is True}


def _options(value: Markup, flags: tuple[str, ...]) -> Markup:
    placeholder = value.get("input_field_placeholder")
    kept = {"input_field_placeholder": placeholder} if isinstance(placeholder, str) else {}
    return {**_flags(value, flags), **kept}


def _rows(
    value: Markup, name: str, kind: str, read_button: Callable[[Any], Button | None]
) -> list[list[Button]]:
    rows = value.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise bad(f'field "{name}" of the {kind} must be an Array')
    kept = []
    for row in rows:
        if not isinstance(row, list):
            raise bad(f'field "{name}" of the {kind} must be an Array of Arrays')
        buttons = [button for value in row if (button := read_button(value)) is not None]
        if buttons:
            kept.append(buttons)
    return kept


def _checked_size(markup: Markup) -> Markup:
    rows = markup.get("inline_keyboard") or markup["keyboard"]
    if sum(map(len, rows)) > _MOST_BUTTONS or len(orjson.dumps(markup)) > _LONGEST_MARKUP:
        raise bad("reply markup is too long")
    return markup


class _Wrong(Exception):
    """A button's own mistake; the text is the server's."""


def _text(value: dict[str, Any], name: str, *, required: bool = False) -> str:
    text = value.get(name)
    if text is None:
        if required:
            raise _Wrong(f'Can\'t find field "{name}"')
        return ""
    if not isinstance(text, str):
        raise _Wrong(f'Field "{name}" must be of type String')
    return text


def _inside(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value[name]
    if not isinstance(inner, dict):
        raise _Wrong(f'Field "{name}" must be of type Object')
    return inner


def _looks(value: dict[str, Any]) -> dict[str, str]:
    looks = {name: text for name in _LOOKS if (text := _text(value, name))}
    if looks.get("style", _STYLES[0]) not in _STYLES:
        raise _Wrong("Invalid button style specified")
    return looks


def _link(url: str, what: str, *, https_only: bool = False) -> str:
    if not https_only and links.user_id(url):
        return url
    try:
        return links.check(url, https_only=https_only)
    except links.LinkError as error:
        raise bad(f"{what} {error}") from None


def _inline_button(chat_type: str) -> Callable[[Any], Button | None]:
    def read_button(value: Any) -> Button | None:
        try:
            if not isinstance(value, dict):
                raise _Wrong("InlineKeyboardButton must be an Object")
            text = _text(value, "text", required=True)
            looks, action = _looks(value), _action(value, chat_type)
        except _Wrong as error:
            raise bad(f"can't parse inline keyboard button: {error}") from None
        return {"text": text, **looks, **action} if text else None

    return read_button


def _action(value: dict[str, Any], chat_type: str) -> Button:
    """The first recognised field wins."""
    if url := _text(value, "url"):
        return {"url": _link(url, "inline keyboard button")}
    if data := _text(value, "callback_data"):
        if len(data.encode("utf-8", "surrogatepass")) > _LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
        return {"callback_data": data}
    if "callback_game" in value or value.get("pay") is True:
        raise bad("BUTTON_TYPE_INVALID")
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        if isinstance(value.get(name), str):
            return _switch(name, value[name], chat_type)
    return _object_action(value, chat_type)


def _switch(name: str, query: str, chat_type: str) -> Button:
    if chat_type == "channel":
        raise bad(
            f"can't use {name} button in a channel chat, because users will not be able to use "
            "the button without knowing bot's username"
        )
    return {name: query}


def _object_action(value: dict[str, Any], chat_type: str) -> Button:
    if isinstance(value.get("switch_inline_query_chosen_chat"), dict):
        name = "switch_inline_query_chosen_chat"
        _switch(name, "", chat_type)
        return {name: value[name]}
    if value.get("login_url") is not None:
        inner = _inside(value, "login_url")
        url = _link(_text(inner, "url"), "inline keyboard button login", https_only=True)
        return {"login_url": inner | {"url": url}}
    if value.get("web_app") is not None:
        url = _text(_inside(value, "web_app"), "url")
        address = _link(url, "inline keyboard button Web App", https_only=True)
        if chat_type != "private":
            raise bad("BUTTON_TYPE_INVALID")
        return {"web_app": {"url": address}}
    if value.get("copy_text") is not None:
        copied = _text(_inside(value, "copy_text"), "text", required=True)
        if not 0 < len(copied) <= _LONGEST_COPIED:
            raise bad("BUTTON_COPY_TEXT_INVALID")
        return {"copy_text": {"text": copied}}
    if value.get("disabled") is not None:
        _inside(value, "disabled")
        return {"disabled": {}}  # Bot API: DisabledButton holds nothing yet
    raise _Wrong("Text buttons are unallowed in the inline keyboard")


def _reply_button(chat_type: str) -> Callable[[Any], Button | None]:
    def read_button(value: Any) -> Button | None:
        if isinstance(value, str):
            return {"text": value} if value else None
        try:
            if not isinstance(value, dict):
                raise _Wrong("KeyboardButton must be an Object")
            text = _text(value, "text", required=True)
            looks = _looks(value)
        except _Wrong as error:
            raise bad(f"can't parse keyboard button: {error}") from None
        return {"text": text, **looks, **_request(value, chat_type)} if text else None

    return read_button


def _request(value: dict[str, Any], chat_type: str) -> Button:
    name = next((name for name in _REQUESTS if value.get(name)), None)
    if name is None:
        return {}
    if chat_type != "private":
        raise _lowered(_REQUESTS[name])
    if name == "web_app" and isinstance(value[name], dict):
        url = str(value[name].get("url", ""))
        _link(url, "keyboard button Web App", https_only=True)
    return {name: value[name]}


def _lowered(text: str) -> ApiError:
    return bad(text[0].lower() + text[1:])
