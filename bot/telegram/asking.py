"""Asking Telegram for what the desk cannot live without, until it answers."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram.exceptions import (
    AiogramError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.obstacles import CannotStart

T = TypeVar("T")

FIRST_WAIT = 0.2  # seconds; doubled with each failure
LONGEST_WAIT = 30.0
CONFLICT_WAIT = 3.0
UNKNOWN_BOT = "Telegram does not know this bot: check BOT_TOKEN."
CONFLICT = (
    "another instance is polling for this bot, or a webhook is set: only one of them can get its "
    "updates"
)

log = structlog.get_logger()


async def until_answered(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again, ever more slowly, while the network or Telegram is in trouble.

    A flood wait is obeyed. Raises CannotStart when Telegram does not know the token.
    """
    failures = 0
    while True:
        try:
            answer = await ask()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise CannotStart(UNKNOWN_BOT) from error
        except AiogramError as error:
            wait = _wait(error, failures)
            _tell(error, wait)
        else:
            if failures:
                log.info("telegram answers again")
            return answer
        failures += 1
        await asyncio.sleep(wait)


def _wait(error: AiogramError, failures: int) -> float:
    """Seconds to wait before asking again."""
    if isinstance(error, TelegramRetryAfter):
        return float(error.retry_after)
    if isinstance(error, TelegramConflictError):
        return CONFLICT_WAIT
    wait: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 10))
    return wait * random.uniform(0.5, 1)


def _tell(error: AiogramError, wait: float) -> None:
    reason = CONFLICT if isinstance(error, TelegramConflictError) else type(error).__name__
    log.warning("telegram does not answer", reason=reason, said=str(error), next_try=round(wait, 1))
