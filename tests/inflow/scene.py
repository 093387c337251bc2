"""A small bot for tests of the way in: it writes each text into the database, as told."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message, MessageReactionUpdated

from bot.middlewares.transaction import TransactionMiddleware
from bot.telegram.calls import telegram
from bot.telegram.inflow import Inflow
from models import Customer

TOKEN = "4242:a-token-of-the-tests-of-the-way-in"
NOWHERE = "http://127.0.0.1:9"

Act = Callable[[Message], Awaitable[Any]]


@dataclass
class Scene:
    """`acts` say what happens at a text, after it was written and before the commit."""

    bot: Bot
    inflow: Inflow
    acts: dict[str, Act] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)

    async def handle(self, message: Message, now: datetime) -> Any:
        text = message.text or ""
        self.tried.append(text)
        await Customer.create(name=text, language="en", created_at=now)
        act = self.acts.get(text)
        return await act(message) if act else None

    async def press(self, query: CallbackQuery, now: datetime) -> None:
        await Customer.create(name="a press", language="en", created_at=now)

    async def react(self, reaction: MessageReactionUpdated, now: datetime) -> None:
        await Customer.create(name="a reaction", language="en", created_at=now)


class Gate:
    """An act that goes on when the test lets it."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, _message: Message) -> None:
        self.reached.set()
        await self.opened.wait()


def message(update_id: int, text: str, chat: int = 100) -> dict[str, Any]:
    """An update as Telegram writes it."""
    person = {"id": chat, "is_bot": False, "first_name": "Anna"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Anna"},
            "from": person,
            "text": text,
        },
    }


@asynccontextmanager
async def a_scene(
    url: str = NOWHERE, token: str = TOKEN, *, parallel: int = 16
) -> AsyncIterator[Scene]:
    """A bot at work; leaving it is a crash: nothing is finished."""
    bot = telegram(token, url)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.update.outer_middleware(TransactionMiddleware())
    scene = Scene(bot, Inflow(bot, dispatcher, parallel=parallel))
    dispatcher.message.register(scene.handle)
    dispatcher.callback_query.register(scene.press)
    dispatcher.message_reaction.register(scene.react)
    await scene.inflow.start()
    try:
        yield scene
    finally:
        await scene.inflow.stop(within=0)
        await bot.session.close()


async def said(witness: Any) -> list[str]:
    """What has been committed, in the order of writing."""
    return [row["name"] for row in await witness.fetch("SELECT name FROM customer ORDER BY id")]


async def until(done: Callable[[], Awaitable[object]], seconds: float = 60) -> None:
    """Poll for a condition; fail when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not await done():
        assert time.monotonic() < deadline, "it has not come true in time"
        await asyncio.sleep(0.01)
