"""What Telegram keeps for a webhook is asked of it, and not waited for beyond measure."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import AsyncMock

import pytest

from bot.telegram import backlog
from bot.telegram.backlog import Backlog
from bot.telegram.calls import telegram
from tests.sandbox.place import TOKEN, Place, a_place


@asynccontextmanager
async def keeping() -> AsyncIterator[tuple[Place, Backlog, AsyncMock]]:
    """What Telegram keeps, and how often it was asked for."""
    async with a_place() as place:
        bot, press = telegram(TOKEN, place.sandbox.url), AsyncMock()
        yield place, Backlog(bot, press), press
        await bot.session.close()


async def test_it_is_empty_when_telegram_says_so() -> None:
    async with keeping() as (place, kept, press):
        assert await kept.is_empty()
        assert press.await_count == 0
        place.customer.writes(place.bot, "hello")
        assert not await kept.is_empty()
        assert press.await_count == 1, "what was given back is to be taken in"
        place.bot.updates.clear()
        place.sandbox.faults.next(do="500", method="getWebhookInfo")
        assert not await kept.is_empty()
        assert await kept.is_empty()


async def waits(kept: Backlog, clock: list[float], seconds: float) -> None:
    """An album waits, and asks again and again."""
    end = clock[0] + seconds
    while clock[0] < end:
        clock[0] = min(end, clock[0] + backlog.FORGOTTEN / 2)
        assert not await kept.is_empty()


async def test_what_nobody_ever_takes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(backlog, "monotonic", lambda: clock[0])
    async with keeping() as (place, kept, _press):
        place.customer.writes(place.bot, "hello")
        assert not await kept.is_empty()
        await waits(kept, clock, backlog.LONGEST - 1)
        assert not await kept.is_empty()
        clock[0] += 2
        assert await kept.is_empty()
        place.bot.updates.clear()
        assert await kept.is_empty()
        place.customer.writes(place.bot, "hello again")
        assert not await kept.is_empty()  # it is counted from anew
        clock[0] += 3600  # another replica has carried what waited here
        assert not await kept.is_empty()
