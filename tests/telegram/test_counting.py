"""Calls of the Bot API are counted by how they ended."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import GetMe, TelegramMethod

from bot import metrics
from bot.telegram.counting import count


async def test_calls_and_flood_waits_are_counted() -> None:
    bot = Bot("42:" + "A" * 35)

    async def answers(bot: Bot, method: TelegramMethod[Any]) -> Any:
        return True

    async def refuses(bot: Bot, method: TelegramMethod[Any]) -> Any:
        raise TelegramRetryAfter(method, "Too Many Requests: retry after 3", 3)

    before = {outcome: calls(outcome) for outcome in ("done", "RetryAfter")}
    waits = metrics.registry.get_sample_value("topicdesk_flood_waits_total") or 0
    assert await count(answers, bot, GetMe())
    with pytest.raises(TelegramRetryAfter):
        await count(refuses, bot, GetMe())
    assert {outcome: calls(outcome) - before[outcome] for outcome in before} == {
        "done": 1,
        "RetryAfter": 1,
    }
    assert metrics.registry.get_sample_value("topicdesk_flood_waits_total") == waits + 1


def calls(outcome: str) -> float:
    labels = {"method": "getMe", "outcome": outcome}
    return metrics.registry.get_sample_value("topicdesk_api_calls_total", labels) or 0
