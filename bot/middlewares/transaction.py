"""The transaction that every update runs in: done wholly, and once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from bot.desk import outbox, updates


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
        now, envelope = datetime.now(UTC), (data["bot"].id, event.update_id)
        try:
            async with outbox.transaction():
                if not await updates.first_time(*envelope, now):
                    return None
                return await handler(event, {**data, "now": now})
        except updates.Repeated:  # all of it is undone; only that it came is kept
            async with outbox.transaction():
                await updates.first_time(*envelope, now)
        return None
