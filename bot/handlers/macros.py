"""Macros chosen by a button in a ticket's topic, or in the line of any chat."""

from datetime import UTC, datetime
from sys import maxsize

from aiogram import Router
from aiogram.methods import AnswerInlineQuery, TelegramMethod
from aiogram.types import (
    CallbackQuery,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultUnion,
    InputTextMessageContent,
)

from bot import macros as shown
from bot import texts
from bot.desk.errors import Faceless
from bot.desk.said import Content
from bot.desk.talk import notices, using
from bot.desk.talk.replies import Spoken
from bot.desk.talk.using import Chosen, Offer
from bot.forum import Forum
from bot.handlers.commands.macro import list_all, preview, voice
from bot.handlers.filters import Pressed
from bot.handlers.pressed import asked, own, own_and, turned
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram.speaker import TEXT_LIMIT, formatting
from bot.texts import _
from models import Direction, Membership

LATEST = maxsize >> 1  # behind all posts that stand there: who presses a button sees them
DESCRIBED = 120  # characters of what an offer says

Answer = TelegramMethod[bool]


def build() -> Router:
    """The router of these buttons."""
    group = Router(name="macros")
    group.callback_query.middleware(GroupMiddleware())
    group.callback_query.register(turn, Pressed("macros"))
    group.callback_query.register(look, Pressed("macro"))
    group.callback_query.register(send, Pressed("macro_go"))
    return group


def offering() -> Router:
    """The router of what is asked in the line."""
    line = Router(name="inline")
    line.inline_query.register(offer)
    return line


async def turn(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """Those that they have at hand, or another page of them; 0 is the card’s, and it stays so."""
    ticket, page = own_and(here, argument)
    at = turned(query, here) if page else asked(query, here)
    await list_all(at, ticket, _member(here), here.group.language, now, page)
    return query.answer()


async def look(query: CallbackQuery, argument: str, now: datetime, here: Here) -> Answer:
    """What one of them would say here, before it is sent."""
    number, _colon, which = argument.partition(":")
    ticket, member = own(here, number), _member(here)
    found, content = await using.look(ticket, int(which), member, voice(here))
    go = f"macro_go:{ticket}:{found.id}:{found.edition}:{int(now.timestamp()):x}"
    rows = [[(_("📨 Send to the customer"), go)]]
    await notices.answer(asked(query, here), preview(found, content), now, rows)
    return query.answer()


async def send(
    query: CallbackQuery, argument: str, now: datetime, here: Here, forum: Forum
) -> Answer:
    """It is sent as it was shown; who presses twice means it once."""
    number, which, edition, since = argument.split(":")
    ticket, member = own(here, number), _member(here)
    seen = datetime.fromtimestamp(int(since, 16), UTC)
    crosses = await forum.crosses(ticket, here.group, LATEST, now)
    spoken = Spoken(member, Content(), spot=asked(query, here), crosses=crosses)
    chosen = Chosen(int(which), int(edition), seen)
    said = await using.send(ticket, chosen, spoken, now, voice(here))
    if said.direction is Direction.NOTE:
        return query.answer(_("It was not sent yet, or is a note: see the topic."))
    return query.answer(_("Sending."))


async def offer(query: InlineQuery) -> AnswerInlineQuery:
    """What an operator can say; nothing for anybody else."""
    found = await using.offers(query.from_user.id, query.query)
    results: list[InlineQueryResultUnion] = []
    for each in found:
        with texts.use(each.language):
            results.append(_result(each))
    return query.answer(results, cache_time=0, is_personal=True)


def _result(each: Offer) -> InlineQueryResultArticle:
    """Words that are the same for everybody are the message itself; else it is the command.

    What the customer gets is what was seen: so the command names the edition.
    """
    macro, said = each.macro, each.said
    asks = f"/macro {macro.name} {macro.id}.{macro.edition}"
    message = InputTextMessageContent(message_text=asks)
    if said is not None and len(said) <= TEXT_LIMIT:
        message = InputTextMessageContent(message_text=said.text, entities=formatting(said))
    mine = f"{shown.MINE} " if macro.owner_id else ""
    then = shown.changes(each.preview.prepared.changes) if each.preview.prepared else ""
    told = shown.short(each.preview, DESCRIBED)
    return InlineQueryResultArticle(
        id=f"{macro.id}.{macro.edition}",
        title=mine + macro.name,
        input_message_content=message,
        description=f"{told} · {then}" if then else told,
    )


def _member(here: Here) -> Membership:
    """Raises Faceless for an admin who hides."""
    if here.member is None:
        raise Faceless
    return here.member
