"""The transaction around an update: of two processes at once, one message is done once."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from aiogram.types import Chat, Message, Update

from bot.desk.talk import updates
from bot.middlewares.transaction import TransactionMiddleware
from bot.telegram.calls import telegram
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
