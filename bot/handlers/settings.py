"""Buttons under the settings of a department: each asks, and then takes what is chosen."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot import texts
from bot.desk.people.preferences import Collisions, ReplyMode
from bot.desk.said import Buttons
from bot.desk.talk import notices
from bot.desk.tickets import preferring
from bot.handlers.commands import departments
from bot.handlers.commands.settings import MODES, collisions_in_words
from bot.handlers.filters import Pressed
from bot.handlers.pressed import asked, done
from bot.middlewares.group import GroupMiddleware, Here
from bot.texts import _, ngettext

DAYS = (0, 1, 3, 7, 14, 30, 90)  # that are offered; others are typed


def build() -> Router:
    """The router of these buttons."""
    group = Router(name="settings")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(ask, Pressed("prefer"))
    group.callback_query.register(choose, Pressed("chosen"))
    return group


async def ask(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """What there is to choose from; what is chosen has a mark."""
    chosen = await preferring.chosen(here.group.department_id, here.actor)
    offered: dict[str, tuple[str, list[tuple[str, str, bool]]]] = {
        "collisions": (
            _("Somebody answers a request that another one has. Their words …"),
            [(collisions_in_words(one), one.value, one is chosen.collisions) for one in Collisions],
        ),
        "reply": (
            _("Which words of a topic go to the customer?"),
            [(_(MODES[one]), one.value, one is chosen.reply_mode) for one in ReplyMode],
        ),
        "days": (
            _("For how many days do new words of the customer open a closed request again?"),
            [(_days(count), str(count), count == chosen.reopen_days) for count in DAYS],
        ),
    }
    at = asked(query, here)
    if argument == "language":
        await notices.offer_languages(at, texts.NATIVE, here.actor, now)
        return query.answer()
    if argument == "routing":
        await departments.show_way(at, here, now)
        return query.answer()
    question, values = offered[argument]
    rows: Buttons = [
        [(("✓ " if is_so else "") + label, f"chosen:{argument}:{value}")]
        for label, value, is_so in values
    ]
    await notices.answer(at, question, now, rows)
    return query.answer()


async def choose(
    query: CallbackQuery, argument: str, now: datetime, here: Here
) -> TelegramMethod[bool]:
    """It is so from now on."""
    name, _colon, value = argument.partition(":")
    department, actor = here.group.department_id, here.actor
    match name:
        case "collisions":
            changed = await preferring.collisions(department, Collisions(value), actor, now)
        case "reply":
            changed = await preferring.reply_mode(department, ReplyMode(value), actor, now)
        case _:
            changed = await preferring.reopen_days(department, int(value), actor, now)
    return done(query, changed=changed)


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count)
