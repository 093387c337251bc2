"""Who is a member: asked of Telegram where the desk does not know, never inside a transaction."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from bot.desk import outbox
from bot.desk.people.memberships import Stranger
from bot.desk.tickets import members

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class MembershipMiddleware(BaseMiddleware):
    """Outer middleware of updates, before the transaction. Known members cost nothing here."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Do it; where that meets a stranger all is rolled back, and done anew with an answer."""
        try:
            return await handler(event, data)
        except Stranger as unknown:
            who = unknown.group_id, unknown.user_id, unknown.person
            standing = await data["forum"].standing(unknown.group_id, unknown.user_id)
        async with outbox.transaction():  # it is known from now on, whatever becomes of the update
            await members.present(*who, datetime.now(UTC), standing)
        return await handler(event, {**data, "standing": standing})
