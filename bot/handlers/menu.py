"""What a customer can ask of the bot itself: greeting, requests, language."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandStart
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.cards import status_for_customer
from bot.config import Settings
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said.sentences import Choices, Sentence, stacked
from bot.desk.tickets import theirs
from bot.handlers import phone
from bot.handlers.filters import Pressed, Slash
from bot.middlewares.customer import CustomerMiddleware
from bot.texts import _
from models import Address, Ticket

WHICH_LANGUAGE = texts.mark("Which language would you like?")
HELP = (
    texts.mark(
        "Write anything here: text, photos, files, voice. People read it and answer you here."
    ),
    "",
    texts.mark("/new: your next message becomes a new request"),
    texts.mark("/requests: your requests and their status"),
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
    router.message.register(list_requests, Command("requests", ignore_case=True))
    router.message.register(phone.ask, Command("phone", ignore_case=True))
    router.message.register(offer_languages, Command("language", ignore_case=True))
    router.message.register(unknown)
    router.callback_query.register(press_new, Pressed("new"))
    router.callback_query.register(press_requests, Pressed("requests"))
    router.callback_query.register(press_request, Pressed("request"))
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


async def begin_new(message: Message, address: Address, now: datetime, settings: Settings) -> None:
    """`/new`: the next words open a new request."""
    await _begin_new(address, now, settings)


async def list_requests(message: Message, address: Address, now: datetime) -> None:
    """`/requests`: what the customer has asked so far."""
    await _list_requests(address, now)


async def offer_languages(message: Message, address: Address, now: datetime) -> None:
    """`/language`: choose one of three."""
    await customers.tell(address, Sentence(WHICH_LANGUAGE), now, _languages())


async def unknown(message: Message, address: Address, now: datetime) -> None:
    """A command that is none of ours: say so, and how to send such words all the same."""
    sentence = texts.mark(
        "I do not know this command, so nothing was sent. I know /new, /requests, /phone, "
        "/language and /help. To send these words to us, write them without the slash at the "
        "beginning."
    )
    await customers.tell(address, Sentence(sentence), now)


async def press_new(
    query: CallbackQuery, address: Address, now: datetime, settings: Settings
) -> TelegramMethod[bool]:
    """The button «New request»."""
    await _begin_new(address, now, settings)
    return query.answer()


async def press_requests(
    query: CallbackQuery, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """The button «My requests»."""
    await _list_requests(address, now)
    return query.answer()


async def press_request(
    query: CallbackQuery, argument: str, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """One of the listed requests: from now on the customer writes to it."""
    ticket = await theirs.choose(address, int(argument), now)
    if ticket is None:
        return query.answer(_("This is not your request."), show_alert=True)
    sentence = texts.mark("Your next messages go to request #{number}.")
    await customers.tell(address, Sentence(sentence, {"number": ticket.id}), now)
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


async def _begin_new(address: Address, now: datetime, settings: Settings) -> None:
    if last := await theirs.last_of_many(address, settings.open_tickets):
        await tickets.turn_to(address.customer, last.id, now)
        await customers.tell(address, theirs.too_many(last), now)
        return
    await theirs.start_new(address, now)
    sentence = texts.mark("Write your question: it becomes a new request.")
    await customers.tell(address, Sentence(sentence), now)


async def _list_requests(address: Address, now: datetime) -> None:
    asked = await theirs.requests(address)
    if not asked:
        nothing = texts.mark("You have no requests yet. Just write to us.")
        await customers.tell(address, Sentence(nothing), now)
        return
    rows: Choices = [[(_named(one), f"request:{one.id}")] for one in asked]
    mine = Sentence(texts.mark("📱 My phone"))
    rows.append([(Sentence(texts.mark("➕ New request")), "new:"), (mine, "phone:")])
    sentence = texts.mark("Your requests. Tap one to continue it.")
    await customers.tell(address, Sentence(sentence), now, rows)


def _named(ticket: Ticket) -> Sentence:
    """A request as its customer knows it: number, subject, status."""
    status = status_for_customer(ticket.status)
    values = {"number": ticket.id, "subject": ticket.subject or "…", "status": status}
    return Sentence("#{number} · {subject} · {status}", values)


def _menu() -> Choices:
    requests, language = texts.mark("📋 My requests"), texts.mark("🌐 Language")
    return [[(Sentence(requests), "requests:"), (Sentence(language), "languages:")]]


def _languages() -> Choices:
    return [[(name, f"language:{code}") for code, name in texts.NATIVE.items()]]
