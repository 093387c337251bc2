"""The command menus, by scope and language. A menu is a convenience, not a permission."""

from collections.abc import Callable

from aiogram import Bot
from aiogram.methods import DeleteMyCommands, SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    BotCommandScopeUnion,
)

from bot import texts
from bot.desk.commands import TABLE, By
from bot.telegram.calls import ask
from bot.texts import _

Menu = list[BotCommand]
MenuOf = Callable[[], Menu]


def customers() -> Menu:
    """What a customer can ask, in the current language."""
    menu = [
        ("new", _("Begin a new request")),
        ("requests", _("My requests")),
        ("status", _("How a request of mine stands")),
        ("phone", _("Share my phone")),
        ("language", _("Choose the language")),
        ("help", _("How it works")),
    ]
    return [BotCommand(command=name, description=does) for name, does in menu]


def operators() -> Menu:
    """What an operator can do in a topic, in the current language."""
    return _offered({By.EVERYBODY})


def admins() -> Menu:
    """What an admin can do besides."""
    return _offered({*By})


def _offered(by: set[By]) -> Menu:
    """What only asks is ephemeral: nobody else sees the command, nor its answer."""
    return [
        BotCommand(command=one.name, description=_(one.does), is_ephemeral=one.asks or None)
        for one in TABLE
        if one.by in by and not one.hidden
    ]


async def publish_private(bot: Bot) -> None:
    """The customers' menu, in every language; English for those we do not speak."""
    await _publish(bot, BotCommandScopeAllPrivateChats(), customers, "en")


async def publish_group(bot: Bot, chat_id: int, language: str) -> None:
    """The operators' and the admins' menus, in the group's language and each reader's own."""
    await _publish(bot, BotCommandScopeChat(chat_id=chat_id), operators, language)
    await _publish(bot, BotCommandScopeChatAdministrators(chat_id=chat_id), admins, language)


async def withdraw(bot: Bot, chat_id: int) -> None:
    """What `publish_group` has published is offered no more; everybody's menu is, in its place."""
    everybody = BotCommandScopeChat(chat_id=chat_id)
    for scope in (everybody, BotCommandScopeChatAdministrators(chat_id=chat_id)):
        for code in (None, *texts.LANGUAGES):
            await ask(bot, DeleteMyCommands(scope=scope, language_code=code))


async def _publish(bot: Bot, scope: BotCommandScopeUnion, menu: MenuOf, language: str) -> None:
    await _set(bot, scope, menu, language, None)
    for each in texts.LANGUAGES:
        await _set(bot, scope, menu, each, each)


async def _set(
    bot: Bot, scope: BotCommandScopeUnion, menu: MenuOf, language: str, code: str | None
) -> None:
    with texts.use(language):
        commands = menu()
    await ask(bot, SetMyCommands(commands=commands, scope=scope, language_code=code))
