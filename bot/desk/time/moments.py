"""Moments as people write them, in English, Ukrainian and Russian: «завтра о 10:00», “2h”.

What begins with one is taken apart: the moment, and the rest of the words. No part of a moment is
ever taken for words: where it is not plain where they begin, they are to begin a new line.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

MORNING = time(9)  # of a day of which no hour is named
LONGEST = timedelta(days=400)

_UNITS = {
    "minutes": r"m|min|mins|minutes?|хв|хвилин[иу]?|мин|минут[уы]?",
    "hours": r"h|hrs?|hours?|год|годин[иу]?|г|ч|час(?:а|ов)?",
    "days": r"d|days?|д|дн|день|дні|днів|дня|дней|доба|добу",
    "weeks": r"w|weeks?|тиж|тижд(?:ень|ні|нів)|тижня|нед|недел[юьи]",
}
_HALF = r"half an hour|пів\s?години|півгодини|полчаса"
_NAMES = "|".join(f"(?P<{name}>{said})" for name, said in _UNITS.items())
_UNIT = re.compile(rf"(?:(?P<half>{_HALF})|(?P<number>\d{{1,4}})?\s?(?:{_NAMES}))(?![^\W\d])", re.I)
_IN = re.compile(r"(?:in|через|за)\s+(?:an?\s+)?", re.I)
_AT = r"(?P<at>(?:at|о|об|в|у|на|к)\s+)?"
_HALVES = {
    "am": r"a\.?m\b\.?|ранку|утра",
    "pm": r"p\.?m\b\.?|дня|вечора|вечера",
    "night": r"ночі|ночи",
}
_HALF_DAY = "|".join(f"(?P<{name}>{said})" for name, said in _HALVES.items())
_OF_DAY = rf"(?:\s?(?:{_HALF_DAY})(?!\w))?"
_OCLOCK = r"o[’'ʼ]clock|год(?:ин[аиіу])?|час(?:а|ов)?|ч"
_CLOCK = re.compile(
    rf"{_AT}(?P<hour>[01]?\d|2[0-3])(?P<sign>[:.])(?P<minute>[0-5]\d)(?![\d.:]){_OF_DAY}", re.I
)
_HOUR = re.compile(
    rf"{_AT}(?P<hour>[01]?\d|2[0-3])(?:\s?(?P<unit>{_OCLOCK})(?!\w))?{_OF_DAY}(?=[\s,]|\Z)", re.I
)
_ON = re.compile(r"(?:on|next|в|во|у)\s+", re.I)
_DAYS = {
    0: r"today|сьогодні|сегодня",
    1: r"tomorrow|завтра",
    2: r"the day after tomorrow|післязавтра|послезавтра",
}
_WEEKDAYS = (
    r"mon(?:day)?|понеділ(?:ок|ка)|понедельник|пн",
    r"tue(?:s(?:day)?)?|вівторок|вівторка|вторник|вт",
    r"wed(?:nesday)?|серед[ау]|сред[ау]|ср",
    r"thu(?:rs?(?:day)?)?|четвер(?:га|г)?|чт",
    r"fri(?:day)?|п[’'ʼ`]?ятниц[яю]|пятниц[ау]|пт",
    r"sat(?:urday)?|субот[ау]|суббот[ау]|сб",
    r"sun(?:day)?|неділ[яю]|воскресень[ея]|нд|вс",
)
_MONTHS = (
    *(r"january|jan|січня|января", r"february|feb|лютого|февраля"),
    *(r"march|mar|березня|марта", r"april|apr|квітня|апреля"),
    *(r"may|травня|мая", r"june|jun|червня|июня"),
    *(r"july|jul|липня|июля", r"august|aug|серпня|августа"),
    *(r"september|sep|вересня|сентября", r"october|oct|жовтня|октября"),
    *(r"november|nov|листопада|ноября", r"december|dec|грудня|декабря"),
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?!\d)")
_DOTS = re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)(?:\.(?P<year>\d{4}|\d\d))?(?![\d.:])")
_NAMED = re.compile(
    r"(?P<day>\d\d?)\s+(?:"
    + "|".join(f"(?P<m{n}>{said})" for n, said in enumerate(_MONTHS, 1))
    + r")(?:\s+(?P<year>\d{4}))?(?!\w)",
    re.I,
)
_GAP = re.compile(r"[\s,]*")
_IN_LINE = re.compile(r"[^\S\n]*,?[^\S\n]*")
_NUMERALS = (  # and what else tells an hour in words; only how they begin
    r"half|quarter|noon|midnight|lunch|one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|пів|чверть|перш|друг|трет|четверт|п[’'ʼ`]?ят|шост|сьом|восьм|дев[’'ʼ`]?ят|десят|"
    r"одинадцят|дванадцят|обід|полуд|час(?:у|а|ов)?\b|дв[ае]|два|три|четыр|пят|шест|сем|восем|"
    r"девят|одиннадцат|двенадцат|пол|обед"
)
# What would be a further part of the moment, if it were read.
_PART = re.compile(
    rf"""
    (?: (?:at|about|by|о|об|в|у|на|к|до)\s+ )? \d
    | (?: {"|".join(_HALVES.values())} | {_OCLOCK} ) (?!\w)
    | (?: in\s+the\s+|at\s+ )? (?: morning|afternoon|evening|night|tonight|noon|midnight ) (?!\w)
    | (?: at|about|by|о|об|в|у|на|к|до|по|після|после|around|близько|около )\s+ (?: {_NUMERALS} )
    | (?: вранці|уранці|зранку|вдень|удень|ввечері|увечері|вночі|уночі|опівдні|опівночі ) (?!\w)
    | (?: утром|днём|днем|вечером|ночью|в\s+полдень|в\s+полночь ) (?!\w)
    """,
    re.I | re.X,
)


class Unclear(ValueError):
    """They begin with a moment, but it has passed, is too far away, or has no certain end."""


def read(text: str, now: datetime) -> tuple[datetime, str] | None:
    """The moment with which these words begin, in UTC, and the words behind it.

    `now` is aware, in the zone in which they are meant. An hour that has passed today is
    tomorrow's; a day without an hour begins in the morning. None: they begin with none.
    Raises Unclear, also of one that is further away than LONGEST.
    """
    said = text.lstrip()
    found = _span(said, now) or _clock(said, now) or _day(said, now)
    if found is None:
        return None
    moment, end = found
    moment = moment.astimezone(UTC)
    if not now < moment <= now + LONGEST or _goes_on(said, end, now):
        raise Unclear
    return moment, said[_over(_GAP, said, end) :]


def _goes_on(said: str, end: int, now: datetime) -> bool:
    """Whether what follows in the same line may belong to the moment."""
    start = _over(_IN_LINE, said, end)
    rest = said[start:]
    return bool(_PART.match(rest) or _near(rest, now) or _weekday(rest, now))


def _span(said: str, now: datetime) -> tuple[datetime, int] | None:
    """«через 2 години», “1h 30m”: so long from now, by the clock that never jumps.

    Behind whole days an hour may stand: «через 3 дні о 10:00».
    """
    opened = _IN.match(said)
    end = opened.end() if opened else 0
    total, whole_days = timedelta(), True
    any_found = False
    while amount := _UNIT.match(said, end if not any_found else _over(_IN_LINE, said, end)):
        if amount["number"] is None and not (amount["half"] or (opened and not any_found)):
            break  # «день» alone is a word, «через день» is not
        total += _length(amount)
        whole_days = whole_days and bool(amount["days"] or amount["weeks"])
        end, any_found = amount.end(), True
    if not any_found:
        return None
    clock = _behind(said, end) if whole_days else None
    if clock:
        return _at(now.date() + total, _hour(clock), now), clock.end()
    return now.astimezone(UTC) + total, end


def _length(amount: "re.Match[str]") -> timedelta:
    if amount["half"]:
        return timedelta(minutes=30)
    unit = next(name for name in _UNITS if amount[name])
    return timedelta(**{unit: int(amount["number"] or 1)})


def _clock(said: str, now: datetime) -> tuple[datetime, int] | None:
    """“9:00”, “9 pm”: today, or tomorrow if that has passed; “1.12” is a day, “at 1.12” is none."""
    found = _CLOCK.match(said) or _certain_hour(said)
    if found is None:
        return None
    if found.re is _CLOCK and found["sign"] == "." and not found["at"] and _date(said, now):
        return None
    moment = _at(now.date(), _hour(found), now)
    if moment <= now:
        moment = _at(now.date() + timedelta(days=1), _hour(found), now)
    return moment, found.end()


def _certain_hour(said: str) -> "re.Match[str] | None":
    """“9 pm”, «о 14 годині»: an hour that nothing else could be, with no day before it."""
    found = _HOUR.match(said)
    is_one = found and (_is_half(found) or (found["at"] and found["unit"]))
    return found if is_one else None


def _day(said: str, now: datetime) -> tuple[datetime, int] | None:
    """A day, and the hour behind it."""
    found = _near(said, now) or _weekday(said, now) or _date(said, now)
    if found is None:
        return None
    day, end, weekly = found
    clock = _behind(said, end)
    hour = _hour(clock) if clock else MORNING
    moment = _at(day, hour, now)
    if weekly and moment <= now:
        moment = _at(day + timedelta(days=7), hour, now)
    return moment, clock.end() if clock else end


def _behind(said: str, end: int) -> "re.Match[str] | None":
    """The hour in the same line behind a day, with minutes or without."""
    start = _over(_IN_LINE, said, end)
    return _CLOCK.match(said, start) or _HOUR.match(said, start)


def _near(said: str, now: datetime) -> tuple[date, int, bool] | None:
    for days, names in _DAYS.items():
        if found := re.match(rf"(?:{names})(?!\w)", said, re.I):
            return now.date() + timedelta(days=days), found.end(), False
    return None


def _weekday(said: str, now: datetime) -> tuple[date, int, bool] | None:
    """The next such day; today, if that is one."""
    opened = _ON.match(said)
    start = opened.end() if opened else 0
    for weekday, names in enumerate(_WEEKDAYS):
        if found := re.compile(rf"(?:{names})(?!\w)", re.I).match(said, start):
            days = (weekday - now.weekday()) % 7
            return now.date() + timedelta(days=days), found.end(), True
    return None


def _date(said: str, now: datetime) -> tuple[date, int, bool] | None:
    """“2026-12-01”, “1.12”, «1 грудня»: without a year the next such day."""
    opened = _ON.match(said)
    start = opened.end() if opened else 0
    found = _ISO.match(said, start) or _DOTS.match(said, start) or _NAMED.match(said, start)
    if found is None:
        return None
    groups = found.groupdict()
    month = groups.get("month") or next(n for n in range(1, 13) if groups[f"m{n}"])
    year = int(groups["year"]) if groups["year"] else now.year
    year += 2000 if year < 100 else 0
    try:
        day = date(year, int(month), int(groups["day"]))
        if not groups["year"] and day < now.date():
            day = day.replace(year=year + 1)
    except ValueError:
        return None
    return day, found.end(), False


def _hour(clock: "re.Match[str]") -> time:
    """Of the clock of 24 hours, or of a half of the day. Raises Unclear, of 14 am."""
    hour, minute = int(clock["hour"]), int(clock.groupdict().get("minute") or 0)
    if clock["am"] and hour > 12:
        raise Unclear
    if hour == 12 and (clock["am"] or clock["night"]):
        hour = 0
    elif hour < 12 and (clock["pm"] or (clock["night"] and hour > 8)):
        hour += 12
    return time(hour, minute)


def _is_half(clock: "re.Match[str]") -> bool:
    return any(clock[name] for name in _HALVES)


def _over(gap: "re.Pattern[str]", said: str, start: int) -> int:
    """Where it goes on behind the gap."""
    return gap.match(said, start).end()  # type: ignore[union-attr]


def _at(day: date, hour: time, now: datetime) -> datetime:
    """That wall clock; where it is skipped, the instant to which it would have come."""
    return datetime.combine(day, hour, now.tzinfo).astimezone(UTC).astimezone(now.tzinfo)
