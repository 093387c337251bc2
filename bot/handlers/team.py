"""Buttons under lists of people and departments, and under who gets new requests."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot.config import Settings
from bot.desk.tickets import routing
from bot.desk.tickets import team as people
from bot.handlers.commands import departments, team
from bot.handlers.filters import Pressed
from bot.handlers.pressed import done, turned
from bot.middlewares.group import GroupMiddleware, Here
from bot.texts import _
from models import Routing


def build() -> Router:
    """The router of these buttons."""
    group = Router(name="team")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(turn_team, Pressed("team"))
    group.callback_query.register(turn_departments, Pressed("departments"))
    group.callback_query.register(give_role, Pressed("role"))
    group.callback_query.register(choose_way, Pressed("routing"))
    return group


async def turn_team(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """Another page of who works here."""
    await team.list_team(turned(query, here), here, now, settings, int(argument))
    return query.answer()


async def turn_departments(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """Another page of all departments."""
    await departments.list_all(turned(query, here), here, now, int(argument))
    return query.answer()


async def give_role(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """A role for one of them."""
    number, _colon, role = argument.partition(":")
    await people.give_role(here.group.department_id, int(number), role, here.actor, now)
    await team.show(turned(query, here), int(number), here, now, settings)
    return query.answer(_("Done."))


async def choose_way(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """Who gets new requests from now on."""
    changed = await routing.choose(here.group.department_id, Routing(argument), here.actor, now)
    await departments.show_way(turned(query, here), here, now)
    return done(query, changed=changed)
