"""A bot's command menus, texts and menu buttons, by scope and language."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import stickers
from sandbox.commands import Commands
from sandbox.errors import ApiError

PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -100, "type": "supergroup"}


def menu(*names: str) -> list[dict[str, Any]]:
    return [{"command": name, "description": f"does {name}"} for name in names]


def refusal(scope: Any, language: str, commands: Any) -> str:
    with pytest.raises(ApiError) as refused:
        Commands().set(scope, language, commands)
    assert refused.value.code == 400
    return refused.value.description.removeprefix("Bad Request: ")


def test_lists_are_kept_per_scope_and_language() -> None:
    commands = Commands()
    commands.set(None, "", menu("help"))
    commands.set({"type": "default"}, "uk", menu("dopomoga"))
    assert commands.get() == menu("help")
    assert commands.get({"type": "default"}, "uk") == menu("dopomoga")
    assert commands.get({"type": "all_group_chats"}) == []
    commands.delete(None, "uk")
    assert commands.get(None, "uk") == []
    commands.set(None, "", [])
    assert commands.get() == []


def test_a_private_chat_sees_the_narrowest_list() -> None:
    commands = Commands()
    expected: list[dict[str, Any]] = []
    steps: list[tuple[dict[str, Any], str]] = [
        ({"type": "default"}, ""),
        ({"type": "default"}, "uk"),
        ({"type": "all_private_chats"}, ""),
        ({"type": "all_private_chats"}, "uk"),
        ({"type": "chat", "chat_id": 7}, ""),
        ({"type": "chat", "chat_id": "7"}, "uk"),
    ]
    for scope, language in steps:
        assert commands.resolve(PRIVATE, 7, "uk-UA") == expected
        expected = menu(f"c{len(expected)}{scope['type']}{language}")
        commands.set(scope, language, expected)
    assert commands.resolve(PRIVATE, 7, "uk") == expected
    assert commands.resolve({"id": 8, "type": "private"}, 8, "de") == commands.get(
        {"type": "all_private_chats"}
    )


def test_a_group_sees_members_then_administrators_then_the_chat() -> None:
    commands = Commands()
    scopes: list[dict[str, Any]] = [
        {"type": "default"},
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": -100},
        {"type": "chat_administrators", "chat_id": -100},
        {"type": "chat_member", "chat_id": -100, "user_id": 7},
    ]
    for scope in scopes:
        commands.set(scope, "", menu(str(scope["type"])))
        assert commands.resolve(GROUP, 7, "en", administrator=True) == menu(str(scope["type"]))
    assert commands.resolve(GROUP, 8, "en") == menu("chat")
    assert commands.resolve({"id": -200, "type": "group"}, 8, "en") == menu("all_group_chats")


@pytest.mark.parametrize(
    ("commands", "error"),
    [
        (menu("Start"), "BOT_COMMAND_INVALID"),
        (menu("two words"), "BOT_COMMAND_INVALID"),
        (menu(""), "command must be non-empty"),
        (menu("x" * 33), "command length must not exceed 32"),
        (
            [{"command": "a", "description": "x" * 257}],
            "command description length must not exceed 256",
        ),
        ([{"command": "a", "description": " "}], "command description must be non-empty"),
        ([{"command": "a"}], "can't parse BotCommand: Can't find field \"description\""),
        (["a"], "can't parse BotCommand: expected an Object"),
        ({"command": "a"}, "expected an Array of BotCommand"),
        (menu(*(f"c{number}" for number in range(101))), "BOT_COMMANDS_TOO_MUCH"),
    ],
)
def test_wrong_commands_are_refused(commands: Any, error: str) -> None:
    assert refusal(None, "", commands) == error


def test_a_slash_before_a_command_is_forgiven() -> None:
    commands = Commands()
    commands.set(None, "", [{"command": "/help", "description": " Help "}])
    assert commands.get() == [{"command": "help", "description": "Help"}]


def test_wrong_scopes_and_languages_are_refused() -> None:
    wrong = "can't parse BotCommandScope: "
    assert refusal({"type": "planet"}, "", []) == f"{wrong}Unsupported type specified"
    assert refusal({}, "", []) == f'{wrong}Can\'t find field "type"'
    assert refusal({"type": "chat"}, "", []) == f'{wrong}Can\'t find field "chat_id"'
    assert refusal("default", "", []) == f"{wrong}BotCommandScope must be an Object"
    assert refusal(None, "ukr", []) == "invalid language code specified"


def test_texts_fall_back_to_all_languages() -> None:
    commands = Commands()
    assert commands.text("name", "uk", default="Desk") == "Desk"
    commands.set_text("name", "", "Topicdesk")
    commands.set_text("name", "uk", "Стіл")
    assert commands.text("name", "uk") == "Стіл"
    assert commands.text("name", "de") == "Topicdesk"
    commands.set_text("name", "uk", "")
    assert commands.text("name", "uk") == "Topicdesk"
    for kind, limit in {"name": 64, "description": 512, "short_description": 120}.items():
        commands.set_text(kind, "", "x" * limit)
        with pytest.raises(ApiError):
            commands.set_text(kind, "", "x" * (limit + 1))


def test_menu_buttons() -> None:
    commands = Commands()
    assert commands.menu_button() == {"type": "commands"}
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://a.ua/"}}
    commands.set_menu_button(None, app)
    commands.set_menu_button(7, {"type": "commands"})
    assert commands.menu_button() == commands.menu_button(8) == app
    assert commands.menu_button(7) == {"type": "commands"}
    commands.set_menu_button(7, None)
    assert commands.menu_button(7) == app
    with pytest.raises(ApiError, match="Unsupported type specified"):
        commands.set_menu_button(7, {"type": "pizza"})
    with pytest.raises(ApiError, match="Only HTTPS links are allowed"):
        commands.set_menu_button(7, app | {"web_app": {"url": "http://a.ua"}})


def test_everything_survives_saving() -> None:
    commands = Commands()
    commands.set({"type": "chat_member", "chat_id": -100, "user_id": 7}, "uk", menu("a"))
    commands.set_text("description", "uk", "Опис")
    commands.set_menu_button(7, {"type": "default"})
    again = Commands.load(commands.export())
    assert again.export() == commands.export()
    assert again.resolve(GROUP, 7, "uk") == menu("a")


def test_topic_icons() -> None:
    icons = stickers.topic_icons()
    assert len({icon["custom_emoji_id"] for icon in icons}) == len(icons) > 100
    assert all(icon["type"] == "custom_emoji" and icon["emoji"] for icon in icons)
    assert stickers.icon_emoji("5312536423851630001") == "💡"
    assert stickers.icon_emoji("1") is None
