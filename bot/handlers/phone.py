"""A customer shares their phone: by Telegram's own button it is theirs for certain."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.desk.people import customers
from bot.desk.people.contacts import Typed
from bot.desk.said import asks
from bot.desk.said.sentences import Choices, Sentence
from bot.desk.tickets import profiles
from bot.handlers.filters import OwnContact, Pressed
from bot.middlewares.customer import CustomerMiddleware
from models import Address

ASK = texts.mark("Press the button below the field, and we know by which number to call you.")
THANKS = texts.mark("Thank you. We can call you at {phone}.")
BUTTON = texts.mark("📱 Share my phone")


def build() -> Router:
    """The router; it must stand before the one that takes customers' words."""
    router = Router(name="phone")
    router.message.middleware(CustomerMiddleware())
    router.callback_query.middleware(CustomerMiddleware())
    router.message.register(take, OwnContact())
    router.callback_query.register(press, Pressed("phone"))
    return router


async def ask(message: Message, address: Address, now: datetime) -> None:
    """`/phone`: Telegram asks for it."""
    await _ask(address, now)


async def press(query: CallbackQuery, address: Address, now: datetime) -> TelegramMethod[bool]:
    """The button «My phone»."""
    await _ask(address, now)
    return query.answer()


async def take(message: Message, phone: Typed, address: Address, now: datetime) -> None:
    """Their own contact is no words for anybody: it is kept, and they are thanked."""
    await profiles.shared(address, phone, now)
    put_away: Choices = [[("", asks.NOTHING)]]
    said = Sentence(THANKS, {"phone": phone.value})
    await customers.say(address, said, now, put_away, str(message.message_id))


async def _ask(address: Address, now: datetime) -> None:
    await customers.tell(address, Sentence(ASK), now, [[(Sentence(BUTTON), asks.PHONE)]])
