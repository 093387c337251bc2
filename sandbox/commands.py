"""What a bot tells about itself: command menus by scope and language, texts, menu buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.entities import links
from sandbox.errors import ApiError, bad

Command = dict[str, Any]
Scope = tuple[str, str, str]

_NAME = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_LONGEST_NAME = 32
_LONGEST_DESCRIPTION = 256
_MOST_COMMANDS = 100
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_TEXTS = {
    "name": (64, "BOT_TITLE_INVALID"),
    "description": (512, "bot description is too long"),
    "short_description": (120, "bot short description is too long"),
}
_DEFAULT: Scope = ("default", "", "")


class Commands:
    """The menus and texts of one bot, kept per (scope, language) as Telegram keeps them."""

    def __init__(self) -> None:
        self._lists: dict[tuple[Scope, str], list[Command]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._buttons: dict[str, dict[str, Any]] = {}

    def set(self, scope: Any, language: str, commands: Any) -> None:
        """Replace one list; an empty one deletes it (Bot API: setMyCommands)."""
        key = _scope(scope), _language(language)
        kept = _commands(commands)
        if kept:
            self._lists[key] = kept
        else:
            self._lists.pop(key, None)

    def get(self, scope: Any = None, language: str = "") -> list[Command]:
        """Exactly that list, without looking into wider ones (Bot API: getMyCommands)."""
        return self._lists.get((_scope(scope), _language(language)), [])

    def delete(self, scope: Any = None, language: str = "") -> None:
        """Forget one list (Bot API: deleteMyCommands)."""
        self._lists.pop((_scope(scope), _language(language)), None)

    def resolve(
        self, chat: dict[str, Any], user: int, language: str, *, administrator: bool = False
    ) -> list[Command]:
        """The menu a person sees in a chat (a Chat object): the narrowest scope first."""
        for scope in _narrowing(chat, user, administrator):
            for code in (language[:2], ""):
                found = self._lists.get((scope, code))
                if found:
                    return found
        return []

    def set_text(self, kind: str, language: str, text: str) -> None:
        """A text: kind is name, description or short_description (Bot API: setMyName …)."""
        limit, error = _TEXTS[kind]
        if len(text) > limit:
            raise bad(error)
        key = kind, _language(language)
        if text:
            self._texts[key] = text
        else:
            self._texts.pop(key, None)

    def text(self, kind: str, language: str = "", default: str = "") -> str:
        """The text in that language, else the one for all languages, else the default."""
        code = _language(language)
        return self._texts.get((kind, code)) or self._texts.get((kind, "")) or default

    def set_menu_button(self, chat_id: int | None, value: Any) -> None:
        """The button beside the input field, of one private chat or of all."""
        self._buttons[_chat_key(chat_id)] = _menu_button(value)

    def menu_button(self, chat_id: int | None = None) -> dict[str, Any]:
        """The chat's button, else the common one (Bot API: getChatMenuButton)."""
        common = self._buttons.get("", {"type": "commands"})
        own = self._buttons.get(_chat_key(chat_id), {"type": "default"})
        return common if own["type"] == "default" else own

    def export(self) -> dict[str, Any]:
        """Everything as JSON."""
        return {
            "lists": [[*key[0], key[1], value] for key, value in self._lists.items()],
            "texts": [[*key, value] for key, value in self._texts.items()],
            "buttons": self._buttons,
        }

    @classmethod
    def load(cls, saved: dict[str, Any]) -> Commands:
        """The reverse of `export`."""
        commands = cls()
        for kind, chat, user, language, value in saved["lists"]:
            commands._lists[(kind, chat, user), language] = value
        commands._texts = {(kind, language): text for kind, language, text in saved["texts"]}
        commands._buttons = dict(saved["buttons"])
        return commands


def _narrowing(chat: dict[str, Any], user: int, administrator: bool) -> Iterator[Scope]:
    place = str(chat["id"])
    if chat["type"] == "private":
        yield "chat", place, ""
        yield "all_private_chats", "", ""
    else:
        yield "chat_member", place, str(user)
        if administrator:
            yield "chat_administrators", place, ""
        yield "chat", place, ""
        if administrator:
            yield "all_chat_administrators", "", ""
        yield "all_group_chats", "", ""
    yield _DEFAULT


def _language(code: str) -> str:
    if code and not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _wrong_scope(text: str) -> ApiError:
    return bad(f"can't parse BotCommandScope: {text}")


def _scope(value: Any) -> Scope:
    if value is None:
        return _DEFAULT
    if not isinstance(value, dict):
        raise _wrong_scope("BotCommandScope must be an Object")
    kind = value.get("type")
    if kind is None:
        raise _wrong_scope('Can\'t find field "type"')
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise _wrong_scope("Unsupported type specified")
    parts = ["", ""]
    for place, name in enumerate(_SCOPES[kind]):
        if value.get(name) in (None, ""):
            raise _wrong_scope(f'Can\'t find field "{name}"')
        parts[place] = str(value[name])
    return kind, parts[0], parts[1]


def _commands(values: Any) -> list[Command]:
    if values is None:
        return []
    if not isinstance(values, list):
        raise bad("expected an Array of BotCommand")
    if len(values) > _MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return [_command(value) for value in values]


def _command(value: Any) -> Command:
    if not isinstance(value, dict):
        raise bad("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(value.get(name), str):
            raise bad(f"can't parse BotCommand: Can't find field \"{name}\"")
    name = value["command"].strip().removeprefix("/")
    description = value["description"].strip()
    _check_length("command", name, _LONGEST_NAME)
    _check_length("command description", description, _LONGEST_DESCRIPTION)
    if not _NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    ephemeral = {"is_ephemeral": True} if value.get("is_ephemeral") is True else {}
    return {"command": name, "description": description, **ephemeral}


def _check_length(what: str, text: str, limit: int) -> None:
    if not text:
        raise bad(f"{what} must be non-empty")
    if len(text) > limit:
        raise bad(f"{what} length must not exceed {limit}")


def _chat_key(chat_id: int | None) -> str:
    return "" if chat_id is None else str(chat_id)


def _menu_button(value: Any) -> dict[str, Any]:
    if value is None:
        return {"type": "default"}
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise bad("can't parse MenuButton: Can't find field \"type\"")
    if value["type"] in ("default", "commands"):
        return {"type": value["type"]}
    if value["type"] != "web_app":
        raise bad("can't parse MenuButton: Unsupported type specified")
    text, app = value.get("text"), value.get("web_app")
    if not isinstance(text, str) or not text or not isinstance(app, dict):
        raise bad("can't parse MenuButton: Can't find field \"web_app\"")
    try:
        url = links.check(str(app.get("url", "")), https_only=True)
    except links.LinkError as error:
        raise bad(f"menu button Web App {error}") from None
    return {"type": "web_app", "text": text, "web_app": {"url": url}}
