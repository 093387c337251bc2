"""Custom fields: what a company wants to know of each ticket and of each customer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.desk.errors import (
    NoSuchField,
    NotAChoice,
    NotADate,
    NotAFlag,
    NotANumber,
    TooLongAValue,
)
from bot.desk.words import clean_name
from models import CustomField, FieldKind, FieldOf

LONGEST = 200  # characters of a value
NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,9})?")
DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(\d\d?)[./](\d\d?)[./](\d{4})")
YES = {"yes", "y", "true", "так", "да", "+", "1"}
NO = {"no", "n", "false", "ні", "нет", "-", "0"}

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A field as it is shown. `value` None: it is empty; a date is in ISO 8601."""

    label: str
    value: Value | None
    is_date: bool = False


async def all_of(what: FieldOf) -> list[CustomField]:
    """Those that there are, the oldest first."""
    return await CustomField.filter(of=what, removed_at=None).order_by("id")


async def named(what: FieldOf, name: str) -> CustomField:
    """The one with this key or label. Raises NoSuchField."""
    wanted = name.strip().casefold()
    for field in await all_of(what):
        if wanted in (field.key.casefold(), field.label.casefold()):
            return field
    raise NoSuchField(name)


async def filled(what: FieldOf, custom: Mapping[str, Value] | None) -> list[Filled]:
    """Those fields that are filled, in their order."""
    if not custom:
        return []
    return [
        Filled(field.label, custom[field.key], field.kind is FieldKind.DATE)
        for field in await all_of(what)
        if field.key in custom
    ]


def read(field: CustomField, text: str) -> Value | None:
    """What somebody has written for the field; None empties it.

    Raises NotANumber, NotADate, NotAFlag, NotAChoice, TooLongAValue.
    """
    said = clean_name(text, LONGEST + 1)
    readers: dict[FieldKind, Callable[[str, str], Value]] = {
        FieldKind.TEXT: _text,
        FieldKind.NUMBER: _number,
        FieldKind.DATE: _date,
        FieldKind.FLAG: _flag,
        FieldKind.CHOICE: partial(_choice, [*map(str, field.choices or [])]),
    }
    return readers[field.kind](field.label, said) if said else None


def _text(label: str, said: str) -> str:
    if len(said) > LONGEST:
        raise TooLongAValue(label)
    return said


def _number(label: str, said: str) -> int | float:
    found = NUMBER.fullmatch(said.replace(" ", ""))
    if found is None:
        raise NotANumber(label)
    number = float(found[0].replace(",", "."))
    return int(number) if number.is_integer() else number


def _date(label: str, said: str) -> str:
    found = DATE.fullmatch(said)
    if found is None:
        raise NotADate(label)
    year, month, day = (
        map(int, found.group("y", "m", "d")) if found["y"] else map(int, found.group(6, 5, 4))
    )
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise NotADate(label) from error


def _flag(label: str, said: str) -> bool:
    word = said.casefold()
    if word not in YES | NO:
        raise NotAFlag(label)
    return word in YES


def _choice(choices: list[str], label: str, said: str) -> str:
    """The one that is called so, or the only one that begins so."""
    word = said.casefold()
    exactly = [one for one in choices if one.casefold() == word]
    meant = exactly or [one for one in choices if one.casefold().startswith(word)]
    if len(meant) != 1:
        raise NotAChoice(label, ", ".join(choices))
    return meant[0]
