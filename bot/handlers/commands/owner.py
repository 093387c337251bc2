"""Commands about whose the ticket is."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.cards import keys
from bot.cards import lists as shown
from bot.cards.pages import turning
from bot.desk.errors import Misused, SeveralCalled, Unseen
from bot.desk.said import Buttons
from bot.desk.talk import giving, notices
from bot.desk.tickets import lists, owning
from bot.desk.words import Words
from bot.forum import Forum
from bot.handlers.commands.changed import nod
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _

GIVEN = re.compile(r"\s*\S+\s+(\S+)\s+(?=\S)")  # the command, whom, and then the note


async def take(message: Message, now: datetime, here: Here) -> None:
    """`/take`: the ticket is theirs."""
    changed = await owning.take(here.ticket, here.actor, now)
    await nod(message, here, now, changed=changed, else_=yours_already())


async def assign(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/assign @name`: to whoever is called so; a button for each where several are, or none."""
    wanted = (command.args or "").strip()
    meant = await owning.heirs(here.ticket, here.actor, wanted)
    if wanted and len(meant) > keys.AT_ONCE:
        raise SeveralCalled(wanted, f"{', '.join([*meant.values()][: keys.AT_ONCE])} …")
    if not wanted or len(meant) > 1:
        question = _("Several are called so. Who is to have the request?") if wanted else whose()
        await notices.answer(
            reading.command(message), question, now, keys.names(here.ticket, meant)
        )
        return
    name = await owning.assign(here.ticket, next(iter(meant)), here.actor, now)
    await nod(message, here, now, changed=name is not None, else_=theirs_already())


async def unassign(message: Message, now: datetime, here: Here) -> None:
    """`/unassign`: the ticket is nobody's."""
    changed = await owning.unassign(here.ticket, here.actor, now)
    await nod(message, here, now, changed=changed, else_=nobodys_already())


async def give(message: Message, now: datetime, here: Here, forum: Forum) -> None:
    """`/give @name what is to be done`: to somebody, with a note for them."""
    content = reading.content(message)
    said = GIVEN.match(content.words.text) if content else None
    if content is None or said is None:
        raise Misused("give")
    if here.member is None:
        raise Unseen
    note = replace(content, words=content.words.behind(said.end()).trimmed())
    line = await giving.give(here.ticket, said[1], note, here.member, now)
    await forum.remember(line, here.group, message.message_id)


async def list_tickets(
    message: Message, command: CommandObject, now: datetime, here: Here, forum: Forum
) -> None:
    """`/mine`: what is theirs, the most urgent first; `/queue`: what is nobody's."""
    said, rows = await LISTS[command.command.lower()](here, forum, now, 1)
    await notices.answer(reading.command(message), said, now, rows)


async def list_mine(here: Here, forum: Forum, now: datetime, number: int) -> tuple[Words, Buttons]:
    """What is theirs who ask, and the buttons to further pages."""
    if here.member is None:
        raise Unseen
    page = await lists.mine(here.member.operator_id, here.group.department_id, number)
    urls = await forum.urls(one.number for one in page.lines)
    return shown.mine(page, urls, now), turning("mine", page.number, page.of)


async def list_queue(here: Here, forum: Forum, now: datetime, number: int) -> tuple[Words, Buttons]:
    """What is nobody's in their department, likewise."""
    page = await lists.queue(here.group.department_id, number)
    urls = await forum.urls(one.number for one in page.lines)
    return shown.queue(page, urls, now), turning("queue", page.number, page.of)


def whose() -> str:
    """The question above a list of names."""
    return _("Who is to have this request?")


def yours_already() -> str:
    """Who takes it has it."""
    return _("It is yours already.")


def theirs_already() -> str:
    """Who is to have it has it."""
    return _("They have it already.")


def nobodys_already() -> str:
    """It is put back, and nobody had it."""
    return _("It is nobody’s already.")


Listed = Callable[[Here, Forum, datetime, int], Awaitable[tuple[Words, Buttons]]]
LISTS: dict[str, Listed] = {"mine": list_mine, "queue": list_queue}
HANDLERS: dict[str, Handler] = {
    "take": take,
    "assign": assign,
    "unassign": unassign,
    "give": give,
    **dict.fromkeys(LISTS, list_tickets),
}
