"""How the routers are built."""

from collections.abc import Iterator

from aiogram import Dispatcher, Router
from aiogram.dispatcher.event.handler import CallableObject
from aiogram.filters import Command

from bot import handlers
from bot.desk.commands import NAMED
from bot.handlers import commands, setup


def test_nothing_is_sent_to_a_thread() -> None:
    """aiogram runs plain functions and a bare `F` in threads: that costs more than our work."""
    dispatcher = Dispatcher(disable_fsm=True)
    handlers.include_all(dispatcher)
    asked = [each for child in dispatcher.sub_routers for each in _asked(child)]
    assert len(asked) > 50
    assert [one.callback for one in asked if not one.awaitable] == []


def _asked(router: Router) -> Iterator[CallableObject]:
    """All handlers and filters of a router and of those under it."""
    for observer in router.observers.values():
        yield from observer._handler.filters or ()
        for handler in observer.handlers:
            yield handler
            yield from handler.filters or ()
    for child in router.sub_routers:
        yield from _asked(child)


def test_each_command_of_the_group_is_in_the_table() -> None:
    built = (commands.build(), setup.build())
    found = [each.callback for router in built for each in _asked(router)]
    named = {name for one in found if isinstance(one, Command) for name in one.commands}
    assert named == {*NAMED}
    assert all(one.ignore_case for one in found if isinstance(one, Command))
