"""Moments as people write them: what they mean, and what is no moment at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk.time import moments

KYIV = ZoneInfo("Europe/Kyiv")
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=KYIV)  # a Thursday
WORDS = "The parcel is here"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *[(said, "2026-11-26 16:30") for said in ("2h", "2 h", "in 2 hours", "через 2 години")],
        *[(said, "2026-11-26 16:30") for said in ("через 2 часа", "2 год", "2 ч", "за 2 години")],
        *[(said, "2026-11-26 15:00") for said in ("30m", "30 хв", "через 30 минут", "полчаса")],
        *[(said, "2026-11-26 15:00") for said in ("через пів години", "in half an hour")],
        *[(said, "2026-11-26 15:30") for said in ("через годину", "через час", "in an hour")],
        *[(said, "2026-11-26 16:00") for said in ("1h30m", "1h 30m", "1 год 30 хв")],
        *[(said, "2026-11-29 14:30") for said in ("3 days", "3 дні", "через 3 дня", "3d")],
        *[(said, "2026-12-03 14:30") for said in ("1w", "через тиждень", "через неделю")],
        *[(said, "2026-11-26 18:00") for said in ("18:00", "о 18:00", "в 18:00", "at 18.00")],
        *[(said, "2026-11-27 09:00") for said in ("9:00", "09:00", "tomorrow", "завтра")],
        *[(said, "2026-11-27 10:00") for said in ("tomorrow 10:00", "завтра о 10:00")],
        *[(said, "2026-11-27 10:00") for said in ("Завтра в 10:00", "завтра, 10.00")],
        *[(said, "2026-11-28 09:00") for said in ("післязавтра", "послезавтра")],
        *[(said, "2026-11-26 17:00") for said in ("сьогодні о 17:00", "сегодня 17:00")],
        *[(said, "2026-11-30 09:00") for said in ("monday", "в понеділок", "в понедельник", "пн")],
        *[(said, "2026-11-27 11:00") for said in ("fri 11:00", "у п’ятницю об 11:00")],
        *[(said, "2026-11-27 11:00") for said in ("п'ятниця 11:00", "в пятницу в 11:00")],
        *[(said, "2026-12-03 09:00") for said in ("thursday", "у четвер")],  # 9:00 has passed
        ("у четвер о 18:00", "2026-11-26 18:00"),
        *[(said, "2026-12-01 09:00") for said in ("2026-12-01", "1.12", "01.12.2026", "1.12.26")],
        *[(said, "2026-12-01 10:00") for said in ("1 грудня о 10:00", "1 декабря 10:00")],
        ("1 Dec 10:00", "2026-12-01 10:00"),
        ("1 березня", "2027-03-01 09:00"),
    ],
)
def test_what_is_meant(said: str, meant: str) -> None:
    expected = datetime.fromisoformat(meant).replace(tzinfo=KYIV)
    assert moments.read(said, NOW) == (expected, "")
    assert moments.read(f"  {said} {WORDS}", NOW) == (expected, WORDS)
    assert moments.read(f"{said}, {WORDS}", NOW) == (expected, WORDS)
    assert moments.read(f"{said}\n{WORDS}", NOW) == (expected, WORDS)


@pytest.mark.parametrize(
    "said",
    [
        *("", "  ", WORDS, "later", "день добрий", "час пришёл", "monitor it"),
        *("25:00", "9:60", "9:000", "2026-13-01", "31.02", "0.0", "2025-01-01", "сьогодні"),
        *("3 апельсини", "500w", "999999 h", "через", "in", "о", "9", "1.12.2019"),
        "сегодня 14:30",
    ],
)
def test_what_is_no_moment_to_come(said: str) -> None:
    assert moments.read(said, NOW) is None


def test_an_hour_that_the_clock_skips_comes_when_it_would_have() -> None:
    """Kyiv, 29 March 2026: 3:00 becomes 4:00."""
    night = datetime(2026, 3, 28, 22, tzinfo=KYIV)
    read = moments.read("3:30", night)
    assert read is not None
    assert read[0].astimezone(KYIV) == datetime(2026, 3, 29, 4, 30, tzinfo=KYIV)
    span = moments.read("12h", night)
    assert span is not None
    assert span[0] - night.astimezone(UTC) == timedelta(hours=12)
