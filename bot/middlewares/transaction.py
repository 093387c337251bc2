"""The transaction that every update runs in: done wholly, and once."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.desk import outbox
from bot.desk.talk import updates


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
            with suppress(updates.Repeated):
                return await _once(handler, event, data)
        now = datetime.now(UTC)  # all of it is undone; only that it came is kept
        async with outbox.transaction():
            await updates.first_time(data["bot"].id, event.update_id, now)
        return None


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
