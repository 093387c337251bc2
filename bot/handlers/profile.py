"""Buttons under a customer's profile, where it was asked for; it tells at once what they did."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery

from bot.config import Settings
from bot.desk.tickets import profiles
from bot.handlers.commands import customer
from bot.handlers.filters import Pressed
from bot.handlers.pressed import done, own, own_and, turned
from bot.middlewares.group import GroupMiddleware, Here


def build() -> Router:
    """The router of these buttons."""
    group = Router(name="profile")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(vip, Pressed("vip_on", "vip_off"))
    group.callback_query.register(clear_notes, Pressed("about_off"))
    group.callback_query.register(drop_contact, Pressed("contact_off"))
    group.callback_query.register(turn, Pressed("profile"))
    return group


async def vip(
    query: CallbackQuery,
    action: str,
    argument: str,
    now: datetime,
    here: Here,
    settings: Settings,
) -> TelegramMethod[bool]:
    """They matter especially, or no more."""
    changed = await profiles.set_vip(own(here, argument), action == "vip_on", here.actor, now)
    await customer.show(turned(query, here), here, now, settings)
    return done(query, changed=changed)


async def clear_notes(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """What colleagues have noted of the person goes."""
    changed = await profiles.clear_notes(own(here, argument), here.actor, now)
    await customer.show(turned(query, here), here, now, settings)
    return done(query, changed=changed)


async def drop_contact(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """A phone or an e-mail that is not theirs."""
    ticket, contact = own_and(here, argument)
    changed = await profiles.drop_contact(ticket, contact, here.actor, now)
    await customer.show(turned(query, here), here, now, settings)
    return done(query, changed=changed)


async def turn(
    query: CallbackQuery, argument: str, now: datetime, here: Here, settings: Settings
) -> TelegramMethod[bool]:
    """Another page of their requests."""
    _ticket, page = own_and(here, argument)
    await customer.show(turned(query, here), here, now, settings, page)
    return query.answer()
