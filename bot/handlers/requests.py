"""What a customer sees of their requests, and does about them besides writing."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message

from bot import texts
from bot.cards import status_for_customer
from bot.desk import tickets
from bot.desk.people import customers
from bot.desk.said import Branch
from bot.desk.said.sentences import Choices, Sentence, stacked
from bot.desk.tickets import calling, signs, theirs
from bot.desk.tickets.calling import Became
from bot.handlers.filters import Pressed
from bot.texts import _
from models import Address, Ticket

NOT_YOURS = texts.mark("This is not your request.")
SOLVED = {
    Became.DONE: texts.mark("Thank you! If something is still not right, just write here."),
    Became.ALREADY: texts.mark("This request is resolved already."),
    Became.NOT_THEIRS: NOT_YOURS,
}
CALLED = {
    Became.DONE: texts.mark("We have called a person. They answer you here."),
    Became.ALREADY: texts.mark("They have been called already, and answer you here."),
    Became.ENDED: texts.mark("This request is resolved. To go on, just write here."),
    Became.NOT_THEIRS: NOT_YOURS,
}
HERE = texts.mark("Your next messages go to request #{number}.")
ELSEWHERE = texts.mark(
    "Messages for request #{number} belong in its topic, or outside of all topics. What you write "
    "here is about the request of this one."
)
WHICH = texts.mark("Write it with the number of your request: /status 123")
NONE_SUCH = texts.mark("You have no request #{number}.")


def add_to(router: Router) -> None:
    """Have them taken by a router that knows the customer."""
    router.message.register(list_, Command("requests", ignore_case=True))
    router.message.register(status, Command("status", ignore_case=True))
    router.callback_query.register(turn, Pressed("requests"))
    router.callback_query.register(go_on, Pressed("request"))
    router.callback_query.register(solve, Pressed("solved"))
    router.callback_query.register(call, Pressed("person"))


async def list_(message: Message, address: Address, now: datetime) -> None:
    """`/requests`: what the customer has asked so far."""
    await customers.tell(address, *await _listed(address, 0, now))


async def status(message: Message, command: CommandObject, address: Address, now: datetime) -> None:
    """`/status 123`: how one of theirs stands; another's is as if it were not."""
    number = (command.args or "").strip().lstrip("#№")
    if not (number.isascii() and number.isdigit()):
        await customers.tell(address, Sentence(WHICH), now)
        return
    ticket = await theirs.one(address, int(number[:30]))
    if ticket is None:
        await customers.tell(address, Sentence(NONE_SUCH, {"number": number[:30]}), now)
        return
    buttons = signs.buttons(ticket.id, signs.face(ticket.status))
    await customers.tell(address, _named(ticket), now, buttons)


async def turn(
    query: CallbackQuery, argument: str, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """The button «My requests», or a further page of them, which stands where the first did."""
    if argument and query.message:
        said, at, buttons = await _listed(address, int(argument), now)
        await customers.resay(address, str(query.message.message_id), said, at, buttons)
    else:
        await customers.tell(address, *await _listed(address, 0, now))
    return query.answer()


async def go_on(
    query: CallbackQuery, argument: str, address: Address, branch: Branch | None, now: datetime
) -> TelegramMethod[bool]:
    """One of the listed requests, or «Add details»: from now on the customer writes to it."""
    ticket = await theirs.choose(address, int(argument), now)
    if ticket is None:
        return query.answer(_(NOT_YOURS), show_alert=True)
    sentence = ELSEWHERE if await _is_of_another(branch, ticket) else HERE
    await customers.tell(address, Sentence(sentence, {"number": ticket.id}), now)
    return query.answer()


async def _is_of_another(branch: Branch | None, ticket: Ticket) -> bool:
    """Whether what is written there is not about this ticket."""
    if branch is None or not branch.id:
        return False
    theirs_here = await tickets.current(branch.ticket) if branch.ticket else None
    return theirs_here is None or theirs_here.id != ticket.id


async def solve(
    query: CallbackQuery, argument: str, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """«It is solved»."""
    became = await calling.solve(address, int(argument), now)
    return query.answer(_(SOLVED[became]), show_alert=became is Became.DONE)


async def call(
    query: CallbackQuery, argument: str, address: Address, now: datetime
) -> TelegramMethod[bool]:
    """«Call a person»."""
    became = await calling.call(address, int(argument), now)
    return query.answer(_(CALLED[became]), show_alert=became is Became.DONE)


async def _listed(address: Address, page: int, now: datetime) -> tuple[Sentence, datetime, Choices]:
    """A page of the list, with its buttons, as `tell` takes it."""
    asked, pages = await theirs.requests(address, page)
    if not asked:
        return Sentence(texts.mark("You have no requests yet. Just write to us.")), now, []
    rows: Choices = [[(_named(one), f"request:{one.id}")] for one in asked]
    page = min(page, pages - 1)
    around = [(page - 1, "◀️"), (page + 1, "▶️")]
    further: Choices = [
        [(sign, f"requests:{number}") for number, sign in around if 0 <= number < pages]
    ]
    new, phone = Sentence(texts.mark("➕ New request")), Sentence(texts.mark("📱 My phone"))
    said = Sentence(texts.mark("Your requests. Tap one to continue it."))
    if pages > 1:
        where = texts.mark("page {page} of {pages}")
        said = stacked(said, Sentence(where, {"page": page + 1, "pages": pages}))
    return said, now, [*rows, *filter(None, further), [(new, "new:"), (phone, "phone:")]]


def _named(ticket: Ticket) -> Sentence:
    """A request as its customer knows it: number, subject, status."""
    status = status_for_customer(ticket.status)
    values = {"number": ticket.id, "subject": ticket.subject or "…", "status": status}
    return Sentence("#{number} · {subject} · {status}", values)
