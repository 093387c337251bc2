"""The voice: every sentence people read, in the language of who reads it.

Msgids are English. Catalogues are read straight from `locales/*/LC_MESSAGES/topicdesk.po`, so
there is nothing to compile and nothing to forget.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit

LANGUAGES = ("en", "uk", "ru")
NATIVE = {"uk": "Українська", "ru": "Русский", "en": "English"}
FEW = 10  # of a unit, below which a tenth tells something
UNITS = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte")
LOCALES = Path(__file__).resolve().parent.parent / "locales"

_language: ContextVar[str] = ContextVar("language", default="en")


def _(msgid: str) -> str:
    """The sentence in the current language."""
    return _catalogue(_language.get()).gettext(msgid)


def ngettext(one: str, many: str, number: int) -> str:
    """The sentence with the plural that `number` asks for; uk and ru have three."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def mark(msgid: str) -> str:
    """Mark a msgid for extraction where it is only named; it is translated where it is shown."""
    return msgid


def marks(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence that has a plural, likewise."""
    return one, many


def quoted(name: str) -> str:
    """A name between the marks of the current language: “name”, «name»."""
    return _("“{name}”").format(name=name)


@contextmanager
def use(language: str) -> Iterator[None]:
    """Speak this language inside the block."""
    token = _language.set(language if language in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


def nearest(tag: str, default: str = "en") -> str:
    """One of our languages for an IETF tag such as `uk-UA`; `default` if it is none of them."""
    language = tag.replace("_", "-").split("-")[0].lower()
    if language == "be":  # Belarusian readers read Russian
        return "ru"
    return language if language in LANGUAGES else default


def accepted(header: str, default: str = "en") -> str:
    """The language of ours that is liked most (RFC 9110: Accept-Language)."""
    liked: list[tuple[float, str]] = []
    for each in header.split(","):
        tag, _semicolon, weight = each.strip().partition(";q=")
        with suppress(ValueError):
            liked.append((float(weight or 1), nearest(tag, default="")))
    ours = [(weight, language) for weight, language in liked if language and weight]
    return max(ours, key=lambda one: one[0])[1] if ours else default


def moment(instant: datetime, timezone: str, now: datetime) -> str:
    """An instant in the company's zone, with its date unless that is today's: «22 лист., 14:05»."""
    zone = ZoneInfo(timezone)
    then, today = instant.astimezone(zone), now.astimezone(zone)
    time = format_time(then, "HH:mm", locale=_locale())
    if then.date() == today.date():
        return time
    parts = "MMMd" if then.year == today.year else "yMMMd"
    return f"{format_skeleton(parts, then, locale=_locale())}, {time}"


def day(when: date) -> str:
    """A day with its year: «28 лист. 2026 р.»."""
    return format_date(when, "medium", locale=_locale())


def ago(seconds: int) -> str:
    """A duration in its largest unit, which no verb before it bends: «2 год»."""
    return format_timedelta(seconds, threshold=1, format="short", locale=_locale())


def size(count: int) -> str:
    """So many bytes, in the unit in which they are a few: «1,5 МБ»."""
    power = min(len(UNITS) - 1, (len(str(count)) - 1) // 3)
    value = count / 1000**power
    shown = round(value, 1) if value < FEW else round(value)
    length: Literal["short", "long"] = "short" if power else "long"
    return format_unit(shown, UNITS[power], length=length, locale=_locale())


def _locale() -> Locale:
    return Locale.parse(_language.get())


@cache
def _catalogue(language: str) -> NullTranslations:
    path = LOCALES / language / "LC_MESSAGES" / "topicdesk.po"
    if language == "en" or not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
