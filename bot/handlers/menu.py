"""What a customer can ask of the bot itself: greeting, requests, language."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandStart
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.config import Settings
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said import Branch
from bot.desk.said.sentences import Choices, Sentence, stacked
from bot.desk.tickets import theirs
from bot.handlers import phone, requests
from bot.handlers.filters import Pressed, Slash
from bot.middlewares.customer import CustomerMiddleware
from models import Address

WHICH_LANGUAGE = texts.mark("Which language would you like?")
HERE = texts.mark("Write your question: it becomes a new request.")
OUTSIDE = texts.mark("Write your question outside of this topic: it becomes a new request there.")
HELP = (
    texts.mark(
        "Write anything here: text, photos, files, voice. People read it and answer you here."
    ),
    "",
    texts.mark("/new: your next message becomes a new request"),
    texts.mark("/requests: your requests and their status"),
    texts.mark("/status 123: how your request #123 stands"),
    texts.mark("/phone: tell us by which number to call you"),
    texts.mark("/language: choose the language I write in"),
)


def build() -> Router:
    """The router; it must stand before the one that takes customers' words."""
    router = Router(name="menu")
    router.message.filter(Slash())
    router.message.middleware(CustomerMiddleware())
    router.callback_query.middleware(CustomerMiddleware())
    router.message.register(greet, CommandStart(ignore_case=True))
    router.message.register(help_, Command("help", ignore_case=True))
    router.message.register(begin_new, Command("new", ignore_case=True))
    requests.add_to(router)
    router.message.register(phone.ask, Command("phone", ignore_case=True))
    router.message.register(offer_languages, Command("language", ignore_case=True))
    router.message.register(unknown)
    router.callback_query.register(press_new, Pressed("new"))
    router.callback_query.register(press_languages, Pressed("languages"))
    router.callback_query.register(press_language, Pressed("language"))
    return router


async def greet(message: Message, address: Address, now: datetime, settings: Settings) -> None:
    """`/start` greets and opens nothing."""
    if settings.company:
        hello = Sentence(texts.mark("Hello! This is {company}."), {"company": settings.company})
    else:
        hello = Sentence(texts.mark("Hello!"))
    invitation = Sentence(texts.mark("Just write your question here, in one message or several."))
    await customers.tell(address, stacked(hello, invitation), now, _menu())


async def help_(message: Message, address: Address, now: datetime) -> None:
    """`/help` says how it works."""
    lines = [Sentence(line) if line else None for line in HELP]
    await customers.tell(address, stacked(*lines), now)


async def begin_new(
    message: Message, address: Address, branch: Branch | None, now: datetime, settings: Settings
) -> None:
    """`/new`: the next words open a new request."""
    await _begin_new(address, branch, now, settings)


async def offer_languages(message: Message, address: Address, now: datetime) -> None:
    """`/language`: choose one of three."""
    await customers.tell(address, Sentence(WHICH_LANGUAGE), now, _languages())


async def unknown(message: Message, address: Address, now: datetime) -> None:
    """A command that is none of ours: say so, and how to send such words all the same."""
    sentence = texts.mark(
        "I do not know this command, so nothing was sent. I know /new, /requests, /status, /phone, "
        "/language and /help. To send these words to us, write them without the slash at the "
        "beginning."
    )
    await customers.tell(address, Sentence(sentence), now)


async def press_new(
    query: CallbackQuery,
    address: Address,
    branch: Branch | None,
    now: datetime,
    settings: Settings,
) -> TelegramMethod[bool]:
    """The button «New request»."""
    await _begin_new(address, branch, now, settings)
    return query.answer()


async def press_languages(
    query: CallbackQuery, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """The button «Language»."""
    await customers.tell(address, Sentence(WHICH_LANGUAGE), now, _languages())
    return query.answer()


async def press_language(
    query: CallbackQuery, argument: str, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """A language was chosen."""
    await theirs.choose_language(address, argument, now)
    sentence = texts.mark("From now on I write to you in English.")
    await customers.tell(address, Sentence(sentence), now)
    return query.answer()


async def _begin_new(
    address: Address, branch: Branch | None, now: datetime, settings: Settings
) -> None:
    if last := await theirs.last_of_many(address, settings.open_tickets):
        await tickets.turn_to(address.customer, last.id, now)
        await customers.tell(address, theirs.too_many(last), now)
        return
    await theirs.start_new(address, now)
    sentence = OUTSIDE if branch and branch.ticket else HERE
    await customers.tell(address, Sentence(sentence), now)


def _menu() -> Choices:
    requests, language = texts.mark("📋 My requests"), texts.mark("🌐 Language")
    return [[(Sentence(requests), "requests:"), (Sentence(language), "languages:")]]


def _languages() -> Choices:
    return [[(name, f"language:{code}") for code, name in texts.NATIVE.items()]]
