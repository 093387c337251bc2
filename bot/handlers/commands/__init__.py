"""Commands in the operators' group, by subject; which there are: `bot/desk/commands.py`."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Command, Filter
from aiogram.types import Message

from bot.desk.said import Content
from bot.desk.talk import notes as among_us
from bot.desk.talk import notices
from bot.handlers.commands import (
    customer,
    departments,
    desk,
    labels,
    later,
    macro,
    owner,
    settings,
    team,
    ticket,
    words,
)
from bot.middlewares.group import GroupMiddleware
from bot.telegram import reading
from bot.texts import _

SUBJECTS = (ticket, owner, labels, customer, words, later, macro, team, departments, desk, settings)
COMMANDS = {name for subject in SUBJECTS for name in subject.HANDLERS}
CARRY = {"give", "later", "macro"}  # the files besides them, too
ALONE = {
    *("take", "unassign", "resolve", "close", "reopen", "open", "wait", "unban", "unsend"),
    *("mine", "queue", "onduty", "offduty", "history"),
}


def build() -> Router:
    """The router of commands in groups; it stands before the one that takes plain words."""
    router = Router(name="commands")
    router.message.filter(Typed())
    router.message.middleware(GroupMiddleware())
    router.message.register(too_much, Besides())
    for subject in SUBJECTS:
        for name, handler in subject.HANDLERS.items():
            router.message.register(handler, Command(name, ignore_case=True))
    router.message.register(unknown)
    return router


async def too_much(message: Message, typed: str, now: datetime) -> None:
    """What stands besides a command that has no use for it would go nowhere, so nothing is done."""
    sentence = _(
        "{command} takes no words and no files, so nothing was done and nothing was sent. What is "
        "for the customer is a message of its own."
    )
    await notices.answer(reading.mistyped(message), sentence.format(command=typed), now)


async def unknown(message: Message, typed: str, bot: Bot, now: datetime) -> None:
    """A command that is none of ours is not sent to the customer; another bot's is left alone."""
    _name, at, whose = typed.partition("@")
    me = await bot.me()
    if at and whose.lower() != (me.username or "").lower():
        return
    sentence = _("There is no command {command}, so nothing was sent. /help lists the commands.")
    await notices.answer(reading.mistyped(message), sentence.format(command=typed), now)


def typed(message: Message) -> str | None:
    """The command that the words begin with, such as `/close@our_bot`.

    What is a note has none, and what is forwarded commands nothing. The words themselves tell:
    pasted as code, a command has no mark of Telegram's on it.
    """
    words = reading.words(message)
    if reading.is_forwarded(message) or among_us.is_marked(Content(words=words)):
        return None
    at_first = [each for each in words.entities if each["offset"] == 0]
    marked = [each["length"] for each in at_first if each["type"] == "bot_command"]
    return (words.text[: marked[0]] if marked else among_us.command(words.text)) or None


class Besides(Filter):
    """One of our commands with words, or files, that it has no use for."""

    async def __call__(self, message: Message, typed: str, bot: Bot) -> bool:
        """Look what stands behind it."""
        name, at, whose = typed[1:].lower().partition("@")
        me = await bot.me()
        if name not in COMMANDS or (at and whose != (me.username or "").lower()):
            return False
        has_file = message.content_type is not ContentType.TEXT
        behind = reading.words(message).text[len(typed) :].strip()
        return (has_file and name not in CARRY) or (bool(behind) and name in ALONE)


class Typed(Filter):
    """Words that begin as a command does; hands over the command as `typed`.

    Below a part of an album none is carried out: the other parts, which may have been taken before
    it, would go to the customer without it.
    """

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        """Read the words."""
        command = None if message.media_group_id else typed(message)
        return {"typed": command} if command else False
