"""Commands in the operators' group."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import Message

from bot import texts
from bot.cards import revisions
from bot.config import Settings
from bot.desk import tickets
from bot.desk.errors import BadNotes, OneDepartment, ReplyNeeded
from bot.desk.people import departments
from bot.desk.said import Buttons, Content
from bot.desk.talk import corrections, notices, replies
from bot.desk.talk import notes as among_us
from bot.desk.tickets import looks
from bot.desk.words import Words
from bot.forum import Forum
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading
from bot.texts import _
from models import Message as Kept
from models import Status

# The card's buttons have the same names.
STATUSES = {
    "resolve": Status.RESOLVED,
    "close": Status.CLOSED,
    "reopen": Status.OPEN,
    "open": Status.OPEN,
    "wait": Status.WAITING,
}


def build() -> Router:
    """The router of commands in groups; it stands before the one that takes plain words."""
    router = Router(name="commands")
    router.message.filter(Typed())
    router.message.middleware(GroupMiddleware())
    router.message.register(status, Command("status", ignore_case=True))
    router.message.register(help_, Command("help", "start", ignore_case=True))
    router.message.register(change, Command(*STATUSES, ignore_case=True))
    router.message.register(notes, Command("notes", ignore_case=True))
    router.message.register(move, Command("move", ignore_case=True))
    router.message.register(language, Command("language", ignore_case=True))
    router.message.register(dissolve, Command("dissolve", ignore_case=True))
    router.message.register(unsend, Command("unsend", ignore_case=True))
    router.message.register(history, Command("history", ignore_case=True))
    router.message.register(unknown)
    return router


async def status(message: Message, now: datetime, here: Here) -> None:
    """`/status`: how the desk stands. For admins."""
    await notices.ask_status(reading.command(message), here.actor, now)


async def help_(message: Message, now: datetime) -> None:
    """`/help`: how to work in a topic."""
    lines = [
        _("Write in a ticket’s topic: your words go to the customer. 👌 means delivered."),
        _("A note for colleagues: begin with //, or reply to a note, or turn on notes mode."),
        _("A forward is a note too, until you press “Send to the customer” under it."),
        "",
        _("/resolve, /close, /reopen, /wait: the ticket’s status"),
        _("/notes: notes mode; /notes off ends it"),
        _("/move: to another department"),
        _("/unsend in reply to an answer: delete it for the customer"),
        _("/history in reply to a message: its earlier versions"),
        _("/status: desk status (leads and admins)"),
        _("/language: which language this group reads (admins)"),
        _("/dissolve: give this department’s requests to another, and let me go (admins)"),
        _("/setup: check the group and the bot’s rights (admins)"),
    ]
    await notices.answer(reading.command(message), "\n".join(lines), now)


async def change(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/resolve`, `/close`, `/reopen`, `/wait`: as the card's buttons."""
    status = STATUSES[command.command.lower()]
    if await tickets.change(here.ticket, status, here.actor, now):
        await looks.nod(here.ticket, reading.spot(message), now)
    else:
        await notices.answer(
            reading.command(message), _("The ticket already has this status."), now
        )


async def notes(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/notes` begins notes mode, `/notes off` ends it: who says it twice means it once."""
    asked = (command.args or "on").strip().lower()
    if asked not in ("on", "off"):
        raise BadNotes
    on = asked == "on"
    await tickets.set_notes(here.ticket, on, here.actor, now)
    await notices.answer(reading.command(message), notes_mode(on), now)


async def move(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/move Sales`: to another department; a button for each where it is not said which."""
    ticket, actor = here.ticket, here.actor
    await tickets.movable(ticket, actor)
    at_work = await departments.at_work()
    if not at_work.keys() - {here.group.department_id}:
        raise OneDepartment
    wanted = (command.args or "").strip().casefold()
    meant = _named(wanted, at_work)
    if len(meant) > 1:
        meant.pop(here.group.department_id, None)
    if not wanted or len(meant) > 1:
        question = _("To which department does this request go?")
        if wanted:
            question = _("Several departments are called so. Which one is it?")
        await notices.answer(reading.command(message), question, now, _choice(ticket, meant))
        return
    name = await tickets.move(ticket, next(iter(meant), 0), actor, now)
    await notices.answer(reading.command(message), moving_to(name), now)


def _named(wanted: str, departments: dict[int, str]) -> dict[int, str]:
    """Those that are called so; if none is, those in whose names it stands. None wanted: all."""
    called = {n: name for n, name in departments.items() if wanted == name.casefold() != ""}
    return called or {n: name for n, name in departments.items() if wanted in name.casefold()}


def _choice(ticket: int, departments: dict[int, str]) -> Buttons:
    """A button for each; those of one name are told apart by their numbers."""
    names = [name.casefold() for name in departments.values()]
    return [
        [(name if names.count(name.casefold()) == 1 else f"{name} · {n}", f"move:{ticket}:{n}")]
        for n, name in departments.items()
    ]


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


async def language(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/language`: which one this group reads; a button for each where none is named."""
    asked, wanted = reading.command(message), (command.args or "").strip().casefold()
    meant = [code for code, name in texts.NATIVE.items() if wanted in (code, name.casefold())]
    if meant:
        await notices.ask_language(asked, meant[0], here.actor, now)
    else:
        await notices.offer_languages(asked, texts.NATIVE, here.actor, now)


async def unsend(message: Message, now: datetime, here: Here, forum: Forum) -> None:
    """`/unsend` in reply to an answer: delete it at the customer's side."""
    await replies.unsend(await _meant(message, here, forum), here.actor, now)


async def history(
    message: Message, now: datetime, here: Here, forum: Forum, settings: Settings
) -> None:
    """`/history` in reply to a message: its earlier wordings."""
    line = await _meant(message, here, forum)
    earlier = await corrections.wordings(line)
    words = (
        revisions(line, earlier, settings.timezone, now)
        if earlier
        else Words(_("This message was never edited."))
    )
    await notices.answer(reading.command(message), words, now)


async def unknown(message: Message, typed: str, bot: Bot, now: datetime) -> None:
    """A command that is none of ours is not sent to the customer; another bot's is left alone."""
    _name, at, whose = typed.partition("@")
    me = await bot.me()
    if at and whose.lower() != (me.username or "").lower():
        return
    sentence = _("There is no command {command}, so nothing was sent. /help lists the commands.")
    await notices.answer(reading.command(message), sentence.format(command=typed), now)


def moving_to(name: str) -> str:
    """What is said while the new topic is being made."""
    return _("Moving it to “{name}”…").format(name=name)


def notes_mode(on: bool) -> str:
    """What notes mode means now."""
    if on:
        return _("📝 Notes mode is on: nothing you write here reaches the customer.")
    return _("💬 Notes mode is off: your words go to the customer again.")


class Typed(Filter):
    """Words that begin as a command does; hands over the command as `typed`."""

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        """Read the words."""
        command = typed(message)
        return {"typed": command} if command else False


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


async def _meant(message: Message, here: Here, forum: Forum) -> Kept:
    here.not_left()
    answered = message.reply_to_message
    if answered is None:
        raise ReplyNeeded
    meant = await forum.meant(answered, reading.quote(message))
    if meant is None:
        raise ReplyNeeded
    return meant.message
