"""Commands about departments: which there are, and who gets the new requests of this one."""

import re
from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.cards import pages
from bot.cards import team as shown
from bot.desk.errors import Misused
from bot.desk.said.spots import Spot
from bot.desk.talk import notices
from bot.desk.tickets import routing, team
from bot.desk.tickets.team import clean_skill
from bot.handlers.commands.team import NONE
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from models import Routing

SKILL = re.compile(r"skills?(?:\s+(.+))?$", re.I)


async def departments(message: Message, now: datetime, here: Here) -> None:
    """`/departments`: all of them."""
    await list_all(reading.command(message), here, now)


async def list_all(at: Spot, here: Here, now: datetime, number: int = 1) -> None:
    """A page of all of them."""
    found, going = await team.departments_seen(here.actor, now)
    said, rows = pages.page(shown.departments(found, going), number, "departments")
    await notices.answer(at, said, now, rows)


async def route(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/routing round robin`, `/routing skill refunds`; alone, a button for each way."""
    asked, department = " ".join((command.args or "").lower().split()), here.group.department_id
    if skill := SKILL.match(asked):
        if not skill[1]:
            raise Misused("routing")
        wanted = None if skill[1] in NONE else clean_skill(skill[1])
        await routing.require(department, wanted, here.actor, now)
    elif asked in [*Routing]:
        await routing.choose(department, Routing(asked), here.actor, now)
    elif asked:
        raise Misused("routing")
    await show_way(reading.command(message), here, now, choosing=not asked)


async def show_way(at: Spot, here: Here, now: datetime, *, choosing: bool = True) -> None:
    """Who gets new requests; `choosing`: with a button for each other way."""
    way = await routing.chosen(here.group.department_id, here.actor)
    buttons = shown.ways(way.routing) if choosing else None
    await notices.answer(at, shown.routing(way.routing, way.skill), now, buttons)


HANDLERS: dict[str, Handler] = {"departments": departments, "routing": route}
