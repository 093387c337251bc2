"""Telegram updates, by who speaks and where: read, call the desk, answer."""

from aiogram import Dispatcher, F, Router
from aiogram.filters import Filter

from bot.handlers import (
    answers,
    buttons,
    card,
    commands,
    customer,
    macros,
    membership,
    menu,
    phone,
    profile,
    settings,
    setup,
    team,
    topic,
)
from bot.handlers.filters import GROUPS, Where


def include_all(dispatcher: Dispatcher) -> None:
    """Hang every router on the dispatcher, the particular before the general."""
    private, group = {"private"}, GROUPS
    dispatcher.include_routers(
        membership.build(),
        _within(
            "private",
            private,
            menu.build(),
            phone.build(),
            answers.build(),
            customer.words(),
            customer.refused(),
        ),
        _within(
            "group",
            group,
            setup.build(),
            setup.choosing(),
            commands.build(),
            topic.build(),
            buttons.build(),
            profile.build(),
            macros.build(),
            settings.build(),
            card.build(),
            team.build(),
        ),
        macros.offering(),
        buttons.stale(),
    )


def _within(name: str, chats: set[str], *rooms: Router) -> Router:
    """These rooms for such chats; nobody else's updates go through them one by one."""
    floor = Router(name=name)
    here: Filter = Where(F.chat.type.in_(chats))
    for observer in (floor.message, floor.edited_message, floor.message_reaction):
        observer.filter(here)
    floor.callback_query.filter(Where(F.message.chat.type.in_(chats)))
    floor.include_routers(*rooms)
    return floor
