"""Commands about the desk, and the department whose group this is."""

from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import sentences, texts
from bot.desk import commands
from bot.desk.commands import About, By, Command
from bot.desk.errors import OneDepartment
from bot.desk.people import departments
from bot.desk.said import Buttons
from bot.desk.talk import notices
from bot.desk.words import Words, bold, join
from bot.forum import Forum
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _


async def status(message: Message, now: datetime, here: Here) -> None:
    """`/status`: how the desk stands. For admins."""
    await notices.ask_status(reading.command(message), here.actor, now)


async def help_(message: Message, now: datetime) -> None:
    """`/help`: how to work in a topic, and what can be asked for."""
    lines: list[Words | str] = [
        _("Write in a ticket’s topic: your words go to the customer. 👌 means delivered."),
        _("A note for colleagues: begin with //, or reply to a note, or turn on notes mode."),
        _("A forward is a note too, until you press “Send to the customer” under it."),
    ]
    for about in About:
        named = [one for one in commands.TABLE if one.about is about and not one.hidden]
        lines += ["", bold(_(about.value)), *map(_line, named)]
    await notices.answer(reading.command(message), join("\n", lines), now)


def _line(command: Command) -> str:
    who = f" ({_(command.by.value)})" if command.by is not By.EVERYBODY else ""
    return f"{sentences.usage(command)} · {_(command.does)}{who}"


async def language(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/language`: which one this group reads; a button for each where none is named."""
    asked, wanted = reading.command(message), (command.args or "").strip().casefold()
    meant = [code for code, name in texts.NATIVE.items() if wanted in (code, name.casefold())]
    if meant:
        await notices.ask_language(asked, meant[0], here.actor, now)
    else:
        await notices.offer_languages(asked, texts.NATIVE, here.actor, now)


async def dissolve(
    message: Message, command: CommandObject, now: datetime, here: Here, forum: Forum
) -> None:
    """`/dissolve`: this department, or a named one whose group is lost; asks for its heir."""
    which = await forum.to_dissolve(here.group, (command.args or "").strip(), here.actor)
    heirs = await departments.at_work()
    name = heirs.pop(which)
    if not heirs:
        raise OneDepartment
    question = _(
        "Dissolve the department “{name}”? Its requests go to the department that you choose, and "
        "I do nothing in its group any more. This cannot be undone."
    ).format(name=name)
    labels = {n: _("Dissolve it: requests go to “{name}”").format(name=heirs[n]) for n in heirs}
    buttons: Buttons = [[(labels[n], f"dissolve:{which}:{n}")] for n in heirs]
    await notices.answer(reading.command(message), question, now, buttons)


HANDLERS: dict[str, Handler] = {
    "status": status,
    "help": help_,
    "start": help_,
    "language": language,
    "dissolve": dissolve,
}
