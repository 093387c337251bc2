"""Commands about what a ticket is sorted by: priority, tags, fields, spam."""

from datetime import datetime

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot import cards, sentences
from bot.cards import keys
from bot.desk.commands import NAMED
from bot.desk.errors import Misused, NoFields
from bot.desk.people import fields
from bot.desk.talk import notices
from bot.desk.tickets import labels, looks, theirs
from bot.desk.words import Words, bold, join
from bot.handlers.commands.changed import nod
from bot.handlers.filters import Handler
from bot.middlewares.group import Here
from bot.telegram import reading
from bot.texts import _
from models import FieldOf, Priority


async def priority(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/priority urgent`; a button for each where it is not said which."""
    asked, wanted = reading.command(message), (command.args or "").strip().casefold()
    if not wanted:
        ticket = await theirs.with_people(here.ticket)
        await notices.answer(asked, how_urgent(), now, keys.priorities(ticket))
        return
    spelled = {name: one for one in Priority for name in (one.name.lower(), named(one))}
    if wanted not in spelled:
        raise Misused("priority")
    changed = await labels.set_priority(here.ticket, spelled[wanted], here.actor, now)
    await nod(message, here, now, changed=changed, else_=urgent_already())


async def tag(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/tag refund -late`: put on and taken off; alone it tells which there are."""
    names = listed(command.args or "")
    if not names:
        ticket = await theirs.with_people(here.ticket)
        said = join("\n", [_tags(ticket.tags or []), sentences.usage(NAMED["tag"])])
        await notices.answer(reading.command(message), said, now)
        return
    more, less = signed(names)
    has = await labels.set_tags(here.ticket, more, less, here.actor, now)
    await notices.answer(reading.command(message), _tags(has), now)


def listed(said: str) -> list[str]:
    """The names that somebody has typed, with their signs."""
    return said.replace(",", " ").split()


def signed(names: list[str]) -> tuple[list[str], list[str]]:
    """Which tags are put on, and which are taken off: those with a minus before them."""
    less = [name[1:] for name in names if name[0] in "-−"]
    return [name.removeprefix("+") for name in names if name[0] not in "-−"], less


async def field(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/field order 123`; alone it tells which fields there are, and what is in them."""
    said = (command.args or "").strip()
    if not said:
        await notices.answer(reading.command(message), await _fields(here.ticket), now)
        return
    one, text = await fields.parted(FieldOf.TICKET, said)
    await labels.set_field(here.ticket, one.key, text, here.actor, now)
    await looks.nod(here.ticket, reading.spot(message), now)


async def spam(message: Message, command: CommandObject, now: datetime, here: Here) -> None:
    """`/spam` closes the ticket without a word to the customer, `/spam off` takes that back."""
    asked = (command.args or "on").strip().lower()
    if asked not in ("on", "off"):
        raise Misused("spam")
    on = asked == "on"
    if await labels.set_spam(here.ticket, on, here.actor, now):
        await looks.nod(here.ticket, reading.spot(message), now)
    else:
        await notices.answer(reading.command(message), spam_already(on), now)


def named(one: Priority) -> str:
    """As it is typed in the language that is spoken."""
    return cards.priority_name(one).casefold()


def how_urgent() -> str:
    """The question above the priorities."""
    return _("How urgent is this request?")


def urgent_already() -> str:
    """It is as urgent as that."""
    return _("The request already has this priority.")


def spam_already(on: bool) -> str:
    """It is marked, or not, as is wanted."""
    return _("It is marked as spam already.") if on else _("It is not marked as spam.")


def _tags(has: list[str]) -> str:
    """Those of the ticket."""
    return _("Tags: {names}").format(names=", ".join(has)) if has else _("There are no tags.")


async def _fields(ticket_id: int) -> Words:
    """Each by what it is named, what it is called, and what is in it."""
    there = await fields.all_of(FieldOf.TICKET)
    if not there:
        raise NoFields
    custom = (await theirs.with_people(ticket_id)).custom or {}
    lines = [
        bold(each.label) + f" ({each.key}): {cards.value(fields.shown(each, custom)) or '—'}"
        for each in there
    ]
    return join("\n", [*lines, sentences.usage(NAMED["field"])])


HANDLERS: dict[str, Handler] = {"priority": priority, "tag": tag, "field": field, "spam": spam}
