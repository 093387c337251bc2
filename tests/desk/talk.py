"""A talk at the desk: what Anna and Olena say, each time in a transaction of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import UTC, datetime
from typing import Any

import asyncpg

from bot.desk import outbox, tickets
from bot.desk.people.actors import System
from bot.desk.said import ChannelAddress, Content, Incoming, Person, Quote
from bot.desk.said.attachments import Attachment, Original
from bot.desk.talk import corrections, decisions, intake, replies
from bot.desk.talk.decisions import Press
from bot.desk.talk.intake import Received
from bot.desk.talk.replies import Spoken
from bot.desk.tickets import members
from bot.desk.words import Words
from models import Group, Membership, Message, Standing, Status

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Act = Callable[[], Awaitable[object]]
WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
ANNA = ChannelAddress("telegram", "1")
SOMEBODY = System("a test")
FILES = (Attachment("photo"),)


def photo(album: str, caption: str = "") -> Content:
    """A part of an album."""
    return Content("photo", Words(caption), FILES, original=Original(1, 1), album=album)


async def anna(
    number: int,
    what: str | Content,
    *,
    at: datetime = NOW,
    reply_to: str | None = None,
    most: int = 9,
    by: ChannelAddress = ANNA,
) -> Received:
    """Anna writes; `number` is her message's own in her chat."""
    content = Content(words=Words(what)) if isinstance(what, str) else what
    incoming = Incoming(by, Person("Anna"), str(number), content, reply_to)
    async with outbox.transaction():
        return await intake.receive(incoming, at, reopen_days=7, most_open=most)


async def our_group(chat_id: int = -77) -> int:
    """The id of a group of operators, by itself that where Olena works; nothing is told there."""
    values = {"title": "Desk", "language": "en", "bound_at": NOW, "is_bound": False}
    group, _is_new = await Group.get_or_create(chat_id=chat_id, defaults=values)
    return int(group.id)


async def ranks(
    standing: Standing = Standing.MEMBER, user_id: int = 7, name: str = "Olena"
) -> Membership:
    """So Telegram says of somebody in the group."""
    group = await our_group()
    async with outbox.transaction():
        return await members.rank(group, user_id, Person(name), NOW, standing)


async def olena() -> Membership:
    """She answers customers."""
    return await ranks()


async def answers(
    ticket_id: int, what: str | Content, *, at: datetime = NOW, mode: str = "all"
) -> Message:
    """Olena writes in a ticket's topic."""
    content = Content(words=Words(what)) if isinstance(what, str) else what
    spoken = Spoken(await olena(), content)
    async with outbox.transaction():
        return await replies.take(ticket_id, spoken, at, mode=mode)


async def replies_to(
    answered: Message, what: str | Content, quoting: str = "", *, ticket_id: int = 1
) -> Message:
    """Olena answers a message of the topic, and quotes these words of it."""
    content = Content(words=Words(what)) if isinstance(what, str) else what
    quote = Quote(Words(quoting)).within(Words.load(answered.words)) if quoting else None
    async with outbox.transaction():
        spoken = Spoken(await olena(), content, answered, quote)
        return await replies.take(ticket_id, spoken, NOW)


async def edits(message: Message, text: str, place: int = 0) -> Message | None:
    """Olena changes her words, or the caption at this place of her album."""
    content = Content(message.kind, Words(text), album=message.album)
    async with outbox.transaction():
        return await corrections.edited(message, content, await olena(), NOW, place=place)


async def sends(message: Message) -> None:
    """Olena presses «Send to the customer» under words that were kept inside."""
    async with outbox.transaction():
        assert await decisions.send(Press(message.id, message.ticket_id, await olena()), NOW)


async def turns(ticket_id: int, status: Status, at: datetime = NOW) -> bool:
    """Somebody changes the status."""
    async with outbox.transaction():
        return await tickets.change(ticket_id, status, SOMEBODY, at)


@asynccontextmanager
async def held_open(act: Act) -> AsyncIterator[None]:
    """`act` has been done and written, but is not committed before the end."""
    written, over = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with outbox.transaction():
            try:
                await act()
                await outbox.flush()
            finally:
                written.set()
            await over.wait()

    holding = asyncio.create_task(hold())
    await written.wait()
    yield
    over.set()
    await holding


async def stands(task: "asyncio.Task[None]", witness: "asyncpg.Connection") -> None:
    """Until it waits for a lock that somebody else holds, or has ended."""
    async with asyncio.timeout(60):
        while not task.done() and not await witness.fetchval(WAITS):  # noqa: ASYNC110  (it waits in the database)
            await asyncio.sleep(0.01)


def apart(act: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    """Begin it as another process would, in no transaction of ours."""
    return asyncio.create_task(act, context=Context())
