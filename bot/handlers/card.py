"""Buttons of the card, and of what they ask who has pressed them.

A question is for who asks alone: the card stays as it is for all others, and a menu that was
unfolded in it would cost two actions of the group's minute.
"""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot import texts
from bot.cards import keys
from bot.cards.keys import NOTED
from bot.desk import tickets
from bot.desk.talk import glance, notices
from bot.desk.tickets import labels, owning, theirs
from bot.forum import Forum
from bot.handlers.commands.labels import how_urgent, spam_already, urgent_already
from bot.handlers.commands.owner import (
    LISTS,
    nobodys_already,
    theirs_already,
    whose,
    yours_already,
)
from bot.handlers.commands.ticket import where_to
from bot.handlers.filters import Pressed
from bot.handlers.pressed import asked, own, own_and, turned, where
from bot.middlewares.group import GroupMiddleware, Here
from bot.texts import _
from models import Priority

Answer = TelegramMethod[bool]
NO_NOTE = texts.mark("✖️ No note.")


def build() -> Router:
    """The router of the card's buttons."""
    card = Router(name="card")
    card.callback_query.middleware(GroupMiddleware())
    card.callback_query.register(take, Pressed("take"))
    card.callback_query.register(offer, Pressed("give"))
    card.callback_query.register(heirs, Pressed("heirs"))
    card.callback_query.register(assign, Pressed("assign"))
    card.callback_query.register(unassign, Pressed("unassign"))
    card.callback_query.register(moving, Pressed("moving"))
    card.callback_query.register(statuses, Pressed("statuses"))
    card.callback_query.register(priorities, Pressed("priorities"))
    card.callback_query.register(priority, Pressed("priority"))
    card.callback_query.register(more, Pressed("more"))
    card.callback_query.register(note, Pressed("note"))
    card.callback_query.register(no_note, Pressed(NOTED))
    card.callback_query.register(list_tickets, Pressed(*LISTS))
    card.callback_query.register(spam, Pressed("spam", "unspam"))
    return card


async def take(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """The ticket is theirs."""
    taken = await owning.take(own(here, argument), here.actor, now)
    return query.answer(_("It is yours now.") if taken else yours_already())


async def offer(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """To whom it may be given."""
    ticket = own(here, argument)
    there = await owning.heirs(ticket, here.actor)
    await notices.answer(asked(query, here), whose(), now, keys.names(ticket, there))
    return query.answer()


async def heirs(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """Another page of those to whom it may be given."""
    ticket, number = own_and(here, argument)
    there = await owning.heirs(ticket, here.actor)
    await notices.answer(turned(query, here), whose(), now, keys.names(ticket, there, number))
    return query.answer()


async def assign(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """It is given to somebody."""
    ticket, operator = own_and(here, argument)
    name = await owning.assign(ticket, operator, here.actor, now)
    return query.answer(_("{name} has it now.").format(name=name) if name else theirs_already())


async def moving(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """To which department it is to go."""
    asks, rows = await where_to(own(here, argument), here)
    await notices.answer(asked(query, here), asks, now, rows)
    return query.answer()


async def unassign(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """It is put back."""
    put_back = await owning.unassign(own(here, argument), here.actor, now)
    return query.answer(_("It is nobody’s now.") if put_back else nobodys_already())


async def statuses(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """Which status it is to have."""
    ticket = await theirs.with_people(own(here, argument))
    question = _("Where does request #{number} stand?").format(number=ticket.id)
    await notices.answer(asked(query, here), question, now, keys.statuses(ticket))
    return query.answer()


async def priorities(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """How urgent it is to be."""
    ticket = await theirs.with_people(own(here, argument))
    await notices.answer(asked(query, here), how_urgent(), now, keys.priorities(ticket))
    return query.answer()


async def priority(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """It is as urgent as that."""
    ticket, level = own_and(here, argument)
    changed = await labels.set_priority(ticket, Priority(level), here.actor, now)
    return query.answer(_("Done.") if changed else urgent_already())


async def more(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """What is needed more rarely."""
    about = await glance.at(own(here, argument), now)
    question = _("Request #{number}").format(number=about.ticket.id)
    await notices.answer(asked(query, here), question, now, keys.more(about))
    return query.answer()


async def note(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """A note is to be written: what replies to this is one.

    It is asked before all: what replies to a message for one alone no colleague would see.
    """
    ticket = own(here, argument)
    here.members_only()
    question = _("📝 A note by {name}: reply to this. It stays among colleagues.")
    asks = question.format(name=query.from_user.full_name)
    await notices.answer(where(query, here), asks, now, keys.note(ticket))
    return query.answer()


async def no_note(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """None is written."""
    await tickets.retell(own(here, argument), where(query, here), NO_NOTE, now)
    return query.answer()


async def list_tickets(
    query: CallbackQuery, action: str, argument: str, now: datetime, here: Here, forum: Forum
) -> Answer:
    """Another page of what is theirs who press, or of what is nobody's."""
    said, rows = await LISTS[action](here, forum, now, int(argument))
    await notices.answer(turned(query, here), said, now, rows)
    return query.answer()


async def spam(
    query: CallbackQuery, action: str, argument: str, now: datetime, here: Here
) -> Answer:
    """It is spam, or is none."""
    on = action == "spam"
    changed = await labels.set_spam(own(here, argument), on, here.actor, now)
    return query.answer(_("Done.") if changed else spam_already(on))
