"""The bot about itself: account, command menus, texts, menu button."""

from __future__ import annotations

from typing import Any

from sandbox.errors import bad
from sandbox.methods.call import Act, Call, method
from sandbox.params import Params

Json = dict[str, Any]


@method("getMe")
def get_me(call: Call) -> Json:
    """Bot API: getMe."""
    return call.bot.me()


@method("logOut", "close")
def leave_server(call: Call) -> bool:
    """Bot API: logOut, close. The sandbox is the only server, so the bot stays."""
    return True


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    """Bot API: setMyCommands."""
    params = call.params
    commands = params.array("commands", "commands")
    call.bot.commands.set(_scope(params), params.text("language_code"), commands)
    return _told(call)


@method("getMyCommands")
def get_my_commands(call: Call) -> list[Json]:
    """Bot API: getMyCommands."""
    return call.bot.commands.get(_scope(call.params), call.params.text("language_code"))


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    """Bot API: deleteMyCommands."""
    call.bot.commands.delete(_scope(call.params), call.params.text("language_code"))
    return _told(call)


def _scope(params: Params) -> Json | None:
    return params.mapping("scope", "BotCommandScope")


def _told(call: Call) -> bool:
    event = {"type": "commands", "chat": None, "thread": None, "person": None, "bot": call.bot.id}
    call.world.tell(event)
    return True


def _enter_text(kind: str, stem: str) -> None:
    """setMyName and getMyName, and the same for both descriptions."""

    def set_text(call: Call) -> bool:
        call.bot.commands.set_text(kind, call.params.text("language_code"), call.params.text(kind))
        return True

    def get_text(call: Call) -> Json:
        default = call.bot.user.first_name if kind == "name" else ""
        language = call.params.text("language_code")
        return {kind: call.bot.commands.text(kind, language, default)}

    acts: dict[str, Act] = {f"setMy{stem}": set_text, f"getMy{stem}": get_text}
    for name, act in acts.items():
        method(name)(act)


_enter_text("name", "Name")
_enter_text("description", "Description")
_enter_text("short_description", "ShortDescription")


@method("setChatMenuButton")
def set_menu_button(call: Call) -> bool:
    """Bot API: setChatMenuButton."""
    button = call.params.mapping("menu_button", "MenuButton")
    call.bot.commands.set_menu_button(_button_chat(call), button)
    return _told(call)


@method("getChatMenuButton")
def get_menu_button(call: Call) -> Json:
    """Bot API: getChatMenuButton."""
    return call.bot.commands.menu_button(_button_chat(call))


def _button_chat(call: Call) -> int | None:
    if not call.params.has("chat_id"):
        return None
    number = call.params.integer("chat_id")
    if number not in call.world.users:
        raise bad("chat not found")
    return number
