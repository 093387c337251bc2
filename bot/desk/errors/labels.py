"""Labels and settings: what is no tag, no field, no value of one."""

from bot.desk.errors.base import DeskError, Named, SeveralCalled


class BadTag(Named):
    """“{name}” is no tag: letters, digits, - and _, at most 32 of them, the first not a sign."""


class TooManyTags(DeskError):
    """That would be more than 10 tags. Take one off first, with a minus before it: -name"""


class BadKey(DeskError):
    """A field is named by a short word of letters and digits, such as order."""


class TooManyFields(DeskError):
    """There are 30 such fields already. Remove one first."""


class NoSuchField(Named):
    """There is no field “{name}”. Write /field to see which there are."""


class NoFields(DeskError):
    """There are no fields yet. Admins add them in /settings."""


class NotANumber(Named):
    """“{name}” takes a number, such as 12 or 12.5."""


class NotADate(Named):
    """“{name}” takes a date, such as 2026-11-28 or 28.11.2026."""


class NotAFlag(Named):
    """“{name}” takes yes or no."""


class TooLongAValue(Named):
    """“{name}” takes at most 200 characters."""


class NotAChoice(SeveralCalled):
    """“{name}” takes one of these: {choices}."""


class BadTemplate(DeskError):
    """It begins with #{{number}} and a space; {{name}} and {{subject}} may follow."""


class BadDays(DeskError):
    """That takes a number of days, from 0 to 3650."""
