"""The language that is spoken until somebody's own is known."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from bot import texts
from bot.config import Settings


class LanguageMiddleware(BaseMiddleware):
    """Speaks the setting LANGUAGE; rooms further in know better who listens."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Go on in that language."""
        settings: Settings = data["settings"]
        with texts.use(settings.language):
            return await handler(event, data)
