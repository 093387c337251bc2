"""Telegram updates, by who speaks and where: read, call the desk, answer."""

from aiogram import Dispatcher

from bot.handlers import buttons, commands, customer, membership, menu, setup, topic


def include_all(dispatcher: Dispatcher) -> None:
    """Hang every router on the dispatcher, the particular before the general."""
    for room in (membership, menu, customer, buttons, setup, commands, topic):
        dispatcher.include_router(room.build())
