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
        *[
            (said, "2026-11-26 16:30")
            for said in ("через 2 часа", "2 год", "2 ч", "2г", "за 2 години")
        ],
        *[(said, "2026-11-26 15:00") for said in ("30m", "30 хв", "через 30 минут", "полчаса")],
        *[(said, "2026-11-26 15:00") for said in ("через пів години", "in half an hour")],
        *[(said, "2026-11-26 15:30") for said in ("через годину", "через час", "in an hour")],
        *[(said, "2026-11-26 16:00") for said in ("1h30m", "1h 30m", "1 год 30 хв")],
        *[(said, "2026-11-29 14:30") for said in ("3 days", "3 дні", "через 3 дня", "3d", "3д")],
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
        *[(said, "2026-11-27 14:00") for said in ("завтра о 14", "tomorrow 14", "завтра в 14")],
        *[
            (said, "2026-11-27 14:00")
            for said in ("tomorrow at 2pm", "tomorrow 2 p.m.", "завтра 14")
        ],
        *[(said, "2026-11-27 14:00") for said in ("завтра о 14 годині", "завтра в 2 часа дня")],
        *[
            (said, "2026-11-27 09:00")
            for said in ("tomorrow 9", "завтра в 9 утра", "завтра о 9 ранку")
        ],
        *[(said, "2026-11-27 09:00") for said in ("tomorrow at 9 o’clock", "9 am", "9:00 a.m.")],
        *[(said, "2026-11-26 21:00") for said in ("9:00 pm", "9pm", "at 9 PM", "о 9 вечора")],
        *[
            (said, "2026-11-26 21:00")
            for said in ("21:00", "в 9 вечера", "в 9:00 вечера", "о 21 годині")
        ],
        *[(said, "2026-11-27 00:00") for said in ("12 am", "о 12 ночі", "завтра в 0")],
        *[(said, "2026-11-26 23:30") for said in ("11:30 ночи", "23:30 вечора")],
        ("12 pm", "2026-11-27 12:00"),
        *[(said, "2026-11-30 18:00") for said in ("monday 6pm", "в понедельник в 18", "пн 18")],
        *[(said, "2026-12-01 08:00") for said in ("1.12 8", "1 грудня о 8", "2026-12-01 at 8")],
        *[
            (said, "2026-11-29 10:00")
            for said in ("через 3 дні о 10:00", "in 3 days at 10", "3d 10:00")
        ],
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
        *("25:00", "9:60", "9:000", "2026-13-01", "31.02", "0.0", "о 14", "в 3 раза", "amen"),
        *("3 апельсини", "999999 h", "через", "in", "о", "9", "на 3 дні"),
    ],
)
def test_what_is_no_moment(said: str) -> None:
    assert moments.read(said, NOW) is None


@pytest.mark.parametrize(
    "said",
    [
        *("сьогодні", "сегодня 14:30", "2025-01-01", "1.12.2019", "500w", "today at 2pm"),
        *("tomorrow 25", "завтра о 25:00", "tomorrow 9:0", "завтра 14-го", "tomorrow 9-10"),
        *("tomorrow 20% off", "завтра, 25", "1.12 2027", "tomorrow 14 am", "14:00 am"),
        *("9:00 tomorrow", "9:00 завтра", "о 9:00 в понеділок", "2h 30", "9:00 5", "9pm 1.12"),
        *("через 2 години о 9:00", "tomorrow morning", "завтра ввечері", "завтра утром"),
        *("завтра о дев’ятій", "завтра о пів на десяту", "завтра по обіді", "завтра в девять"),
        "у понеділок після обіду",
        *(
            "tomorrow at nine",
            "tomorrow around noon",
            "у понеділок після обіду",
            "завтра в полдень",
        ),
        *("9:00 in the evening", "завтра о 9 3 коробки", "in 2 hours at 9", "1h дня"),
    ],
)
def test_what_is_no_certain_moment_to_come(said: str) -> None:
    """No part of it goes to a customer as words."""
    for rest in ("", f" {WORDS}", f"\n{WORDS}"):
        with pytest.raises(moments.Unclear):
            moments.read(said + rest, NOW)


@pytest.mark.parametrize("words", ["3 boxes have come", "Tomorrow we ship it", "9:00 is too late"])
@pytest.mark.parametrize("said", ["tomorrow", "tomorrow 9", "tomorrow 9:00", "9:00", "9 am"])
def test_words_of_their_own_line_are_no_part_of_it(said: str, words: str) -> None:
    expected = datetime(2026, 11, 27, 9, tzinfo=KYIV)
    assert moments.read(f"{said}\n{words}", NOW) == (expected, words)
    assert moments.read(f"15m\n{words}", NOW) == (NOW + timedelta(minutes=15), words)


def test_an_hour_that_the_clock_skips_comes_when_it_would_have() -> None:
    """Kyiv, 29 March 2026: 3:00 becomes 4:00."""
    night = datetime(2026, 3, 28, 22, tzinfo=KYIV)
    read = moments.read("3:30", night)
    assert read is not None
    assert read[0].astimezone(KYIV) == datetime(2026, 3, 29, 4, 30, tzinfo=KYIV)
    span = moments.read("12h", night)
    assert span is not None
    assert span[0] - night.astimezone(UTC) == timedelta(hours=12)
