"""The transaction around an update: of two processes at once, one message is done once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from aiogram.types import Chat, Message, Update

from bot.desk import outbox
from bot.desk.people import customers, memberships
from bot.desk.said import ChannelAddress, Person
from bot.desk.said.sentences import Sentence
from bot.desk.said.spots import Spot
from bot.desk.talk import notices, updates
from bot.desk.tickets import members, theirs
from bot.middlewares.membership import MembershipMiddleware
from bot.middlewares.transaction import TransactionMiddleware, Undone
from bot.telegram.calls import telegram
from models import Standing, Ticket
from models.database import connected
from tests.desk.talk import anna, apart, olena, our_group
from tests.inflow.scene import TOKEN

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = Message(message_id=1, date=NOW, chat=Chat(id=7, type="private"), text="hello")


class Doing:
    """A handler to whom another process is ahead `times` times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.tries = 0

    async def __call__(self, _event: Any, _data: dict[str, Any]) -> str:
        self.tries += 1
        if self.tries <= self.times:
            raise updates.Repeated
        return "done"


@pytest.mark.parametrize(
    ("kind", "ahead", "outcome", "tries"),
    [
        ("message", 1, None, 1),
        ("edited_message", 1, "done", 2),
        ("edited_message", 2, None, 2),
        ("edited_message", 0, "done", 1),
    ],
)
async def test_an_edit_that_meets_its_own_message_is_done_after_it(
    db: str, witness: "asyncpg.Connection", kind: str, ahead: int, outcome: str, tries: int
) -> None:
    bot = telegram(TOKEN, "http://127.0.0.1:1")
    middleware, doing = TransactionMiddleware(), Doing(ahead)
    update = Update.model_validate({"update_id": 5, kind: WORDS})
    assert await middleware(doing, update, {"bot": bot}) == outcome
    assert doing.tries == tries
    assert await middleware(doing, update, {"bot": bot}) is None, "it is done once"
    assert doing.tries == tries
    await bot.session.close()


ROWS = "SELECT (SELECT count(*) FROM address), (SELECT count(*) FROM delivery)"


async def test_what_is_refused_is_undone_wholly_and_told_once(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """A refusal comes when half is done: rows are written, a delivery is put, a lane is locked."""
    bot = telegram(TOKEN, "http://127.0.0.1:1")
    tries = 0

    async def explain(now: datetime) -> str:
        await notices.answer(Spot(-1), "That is not allowed.", now)
        return "told"

    async def refuses(_event: Any, data: dict[str, Any]) -> None:
        nonlocal tries
        tries += 1
        address = await theirs.at(ChannelAddress("telegram", "7"), Person("Anna"), data["now"])
        await customers.say(address, Sentence("Hello"), data["now"])
        await outbox.flush()
        raise Undone(explain)

    middleware, update = TransactionMiddleware(), Update(update_id=5, message=WORDS)
    assert await middleware(refuses, update, {"bot": bot}) == "told"
    assert tuple(await witness.fetchrow(ROWS)) == (0, 1)
    assert await witness.fetchval("SELECT kind FROM delivery") == "report"
    assert await middleware(refuses, update, {"bot": bot}) is None
    assert (tries, tuple(await witness.fetchrow(ROWS))) == (1, (0, 1))
    await bot.session.close()


async def test_what_two_processes_refuse_at_once_is_told_once(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    bot = telegram(TOKEN, "http://127.0.0.1:1")

    async def explain(now: datetime) -> None:
        await notices.answer(Spot(-1), "That is not allowed.", now)

    async def refuses(_event: Any, _data: dict[str, Any]) -> None:
        raise Undone(explain)

    middleware = TransactionMiddleware()
    async with connected(database_url, connections=4):
        for number in range(20):
            update = Update(update_id=number, message=WORDS)
            both = [apart(middleware(refuses, update, {"bot": bot})) for _ in range(2)]
            await asyncio.gather(*both)
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 20
    await bot.session.close()


class Telling:
    """Of the forum as much as is asked here: who is in the group."""

    async def standing(self, group_id: int, user_id: int) -> Standing:
        return Standing.GONE


async def test_what_telegram_says_of_somebody_holds_though_they_are_refused(db: str) -> None:
    """They left without a word of Telegram's, and had tickets."""
    bot = telegram(TOKEN, "http://127.0.0.1:1")
    await anna(1, "Where is it?")
    ticket = await Ticket.get(id=1)
    ticket.assignee_id = (await olena()).id
    await ticket.save(update_fields=["assignee_id"])
    await memberships.doubt(await our_group(), 7)

    async def refuses(_event: Any, data: dict[str, Any]) -> None:
        group = await our_group()
        await members.present(group, 7, Person("Olena"), data["now"], data.get("standing"))
        raise Undone(_silence)

    transaction, update = TransactionMiddleware(), Update(update_id=5, message=WORDS)

    async def inner(event: Any, data: dict[str, Any]) -> Any:
        return await transaction(refuses, event, data)

    await MembershipMiddleware()(inner, update, {"bot": bot, "forum": Telling()})
    assert (await Ticket.get(id=1)).assignee_id is None
    await bot.session.close()


async def _silence(_now: datetime) -> None:
    """Nobody is told."""
