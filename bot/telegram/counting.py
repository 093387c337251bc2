"""Every call of the Bot API is counted, by method and by how it ended."""

from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot import metrics


async def count(
    make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
) -> Any:
    """A middleware of the bot's session."""
    outcome = "broken off"
    try:
        result = await make_request(bot, method)
        outcome = "done"
        return result
    except AiogramError as error:
        outcome = type(error).__name__.removeprefix("Telegram")
        if isinstance(error, TelegramRetryAfter):
            metrics.flood_waits.inc()
        raise
    finally:
        metrics.api_calls.labels(method.__api_method__, outcome).inc()
