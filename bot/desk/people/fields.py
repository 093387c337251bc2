"""Custom fields: what a company wants to know of each ticket and of each customer."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from bot.desk.errors import (
    BadKey,
    NoSuchField,
    NotAChoice,
    NotADate,
    NotAFlag,
    NotANumber,
    TooLong,
    TooLongAValue,
    TooManyFields,
)
from bot.desk.words import clean_name
from models import CustomField, FieldKind, FieldOf

KEY = re.compile(r"[^\W_][\w-]{0,31}")
LABEL = 64  # characters
MOST = 30  # fields of tickets, or of customers
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


@dataclass(frozen=True, slots=True)
class New:
    """A field that is to be. `key` is by what commands name it: letters, digits, hyphens."""

    of: FieldOf
    key: str
    label: str
    kind: FieldKind
    choices: Sequence[str] = ()


async def add(new: New, now: datetime) -> bool:
    """There is such a field from now on, also where one was removed. False: there is one.

    Raises BadKey, TooLong, TooManyFields.
    """
    key, label = new.key.casefold(), clean_name(new.label, LABEL + 1)
    if not KEY.fullmatch(key):
        raise BadKey
    if len(label) > LABEL:
        raise TooLong(LABEL)
    present = await all_of(new.of)
    if any(one.key == key for one in present):
        return False
    if len(present) >= MOST:
        raise TooManyFields
    choices = [clean_name(one, LABEL) for one in new.choices] or None
    values: dict[str, Any] = {
        "label": label,
        "kind": new.kind,
        "choices": choices,
        "removed_at": None,
    }
    again = await CustomField.filter(of=new.of, key=key).update(**values)
    if not again:
        await CustomField.create(of=new.of, key=key, created_at=now, **values)
    return True


async def remove(what: FieldOf, key: str, now: datetime) -> bool:
    """There is no such field any more; what it was filled with stays where it is."""
    there = {"of": what, "key": key.casefold(), "removed_at": None}
    return bool(await CustomField.filter(**there).update(removed_at=now))


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
    return [shown(field, custom) for field in await all_of(what) if field.key in custom]


async def every(what: FieldOf, custom: Mapping[str, Value] | None) -> list[Filled]:
    """All of them in their order, the empty ones as well."""
    return [shown(field, custom or {}) for field in await all_of(what)]


def shown(field: CustomField, custom: Mapping[str, Value]) -> Filled:
    """The field with what is in it."""
    return Filled(field.label, custom.get(field.key), field.kind is FieldKind.DATE)


async def parted(what: FieldOf, said: str) -> tuple[CustomField, str]:
    """The field that words begin with, by its key or label, and what is said of it.

    Raises NoSuchField.
    """
    found = [
        (field, name)
        for field in await all_of(what)
        for name in (field.key, field.label)
        if f"{said} ".casefold().startswith(f"{name} ".casefold())
    ]
    if not found:
        raise NoSuchField(said.split(maxsplit=1)[0])
    field, name = max(found, key=lambda one: len(one[1]))
    return field, said[len(name) :].strip()


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
