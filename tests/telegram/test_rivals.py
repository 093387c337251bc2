"""A rival is left alone while it takes updates, and given more time each time it comes back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiogram.types import WebhookInfo

from bot.telegram import rivals
from bot.telegram.rivals import GRACE, LONGEST, Rival

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Telegram:
    """What getWebhookInfo gives, at an instant of our own."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.url, self.kept = "https://elsewhere.example.com", 1
        self.fails = True

    async def __call__(self, _method: object) -> WebhookInfo:
        return WebhookInfo(
            url=self.url,
            has_custom_certificate=False,
            pending_update_count=self.kept,
            last_error_date=self.now(UTC) if self.fails else None,
        )

    def monotonic(self) -> float:
        return self.clock

    def now(self, _zone: object) -> datetime:
        return START + timedelta(seconds=self.clock)


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Telegram:
    made = Telegram()
    monkeypatch.setattr(rivals, "monotonic", made.monotonic)
    monkeypatch.setattr(rivals, "datetime", made)
    return made


async def goes_after(telegram: Telegram, rival: Rival, most: float = 5000) -> float | None:
    """Seconds until its place is ours; None: it stays."""
    start = telegram.clock
    while telegram.clock - start < most:
        if await rival.is_gone():
            return telegram.clock - start
        telegram.clock += 3
    return None


async def test_it_is_given_more_time_each_time(telegram: Telegram) -> None:
    rival = Rival(telegram)  # type: ignore[arg-type]
    after = [await goes_after(telegram, rival) for _ in range(9)]
    assert after[:3] == [GRACE, 2 * GRACE, 4 * GRACE]
    assert after[-1] == LONGEST
    telegram.clock += LONGEST + 1
    assert await goes_after(telegram, rival) == GRACE, "it was in peace for long"


def works(telegram: Telegram) -> None:
    telegram.fails = False


def is_read(telegram: Telegram) -> None:
    telegram.kept = 0


@pytest.mark.parametrize("well", [works, is_read])
async def test_it_stays_while_it_takes_updates(
    telegram: Telegram, well: Callable[[Telegram], None]
) -> None:
    well(telegram)
    rival = Rival(telegram)  # type: ignore[arg-type]
    assert await goes_after(telegram, rival) is None
    assert rival.is_there


async def test_it_stays_while_what_waits_becomes_less_though_it_fails_for_one(
    telegram: Telegram,
) -> None:
    rival = Rival(telegram)  # type: ignore[arg-type]
    for kept in (5, 3, 4, 9, 8) * 20:
        telegram.kept = kept
        assert await goes_after(telegram, rival, 3) is None
    telegram.kept = 20
    assert await goes_after(telegram, rival) is not None


async def test_it_goes_though_more_and_more_waits(telegram: Telegram) -> None:
    rival = Rival(telegram)  # type: ignore[arg-type]
    for more in range(1, int(GRACE // 3) + 1):
        telegram.kept = more
        assert await goes_after(telegram, rival, 3) is None
    assert await goes_after(telegram, rival) == 0.0


async def test_an_error_of_long_ago_is_none(telegram: Telegram) -> None:
    found = await telegram(None)
    assert rivals._fails(found, START)
    assert not rivals._fails(found, START + timedelta(seconds=1))


async def test_what_is_taken_meanwhile_begins_the_time_anew(telegram: Telegram) -> None:
    rival = Rival(telegram)  # type: ignore[arg-type]
    assert await goes_after(telegram, rival, GRACE - 1) is None
    telegram.kept = 0
    assert not await rival.is_gone()
    telegram.kept = 1
    assert await goes_after(telegram, rival) == GRACE


async def test_our_own_webhook_is_no_rival(telegram: Telegram) -> None:
    rival = Rival(telegram, telegram.url)  # type: ignore[arg-type]
    assert await goes_after(telegram, rival) is None
    assert not rival.is_there


async def test_where_none_is_set_somebody_asks_for_them_or_nobody(telegram: Telegram) -> None:
    telegram.url, telegram.fails = "", False
    rival = Rival(telegram, "https://ours.example.com")  # type: ignore[arg-type]
    assert await goes_after(telegram, rival) == GRACE
    telegram.kept = 0
    assert await goes_after(telegram, rival) is None
