"""The transaction that every update runs in: done wholly, and once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.desk import outbox
from bot.desk.talk import updates


class Undone(Exception):
    """What was asked for is refused: all that the handler has done is undone, then it is told.

    `explain` is given the instant; the inflow calls what it returns.
    """

    def __init__(self, explain: Callable[[datetime], Awaitable[Any]]) -> None:
        super().__init__("refused")
        self.explain = explain


class TransactionMiddleware(BaseMiddleware):
    """Outer middleware of updates. Handlers get `now`, the time of the transaction's start."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Skip an update that has been done; the inflow calls what the handler returns."""
        if not isinstance(event, Update):
            raise TypeError("this middleware belongs to updates")
        # An edit may come while its message is just being taken by another process: then it takes
        # the words for new ones, is undone, and finds the message the second time.
        for _ in range(2 if event.edited_message else 1):
            try:
                return await _once(handler, event, data)
            except updates.Repeated:
                continue
            except Undone as refused:
                if data.get("replayed"):  # in a transaction of whoever replays it
                    raise
                return await _instead(event, data, refused.explain)
        return await _instead(event, data, _nothing)


async def _instead(
    event: Update, data: dict[str, Any], what: Callable[[datetime], Awaitable[Any]]
) -> Any:
    """All of it is undone: only that it came is kept, and what is said of that."""
    now = datetime.now(UTC)
    async with outbox.transaction():
        if await updates.first_time(data["bot"].id, event.update_id, now):
            return await what(now)
    return None


async def _nothing(_now: datetime) -> None:
    """There is nothing to say."""


async def _once(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: Update,
    data: dict[str, Any],
) -> Any:
    now = datetime.now(UTC)
    async with outbox.transaction():
        if not await updates.first_time(data["bot"].id, event.update_id, now):
            return None
        return await handler(event, {**data, "now": now})
