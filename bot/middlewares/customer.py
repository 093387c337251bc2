"""Private chats: who the customer is, and the language they read."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from bot import texts
from bot.desk.tickets import theirs
from bot.telegram import branches, reading

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class CustomerMiddleware(BaseMiddleware):
    """Hands the locked `address` to the handler and speaks the customer's language.

    Also the `branch` of the chat where it happened, if there are such: there they are answered.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Look the customer up; a stranger is introduced."""
        assert isinstance(event, Message | CallbackQuery)
        user: User | None = event.from_user
        if user is None:
            return None
        place = reading.address(user.id)
        person = reading.customer(user, data["settings"].language)
        address = await theirs.at(place, person, data["now"])
        said = event.message if isinstance(event, CallbackQuery) else event
        branch = await branches.of(said, data["settings"])
        address.branch = branch.id if branch else None
        data["address"], data["branch"] = address, branch
        with texts.use(address.customer.language):
            return await handler(event, data)
