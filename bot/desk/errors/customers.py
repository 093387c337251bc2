"""Customers: what is no way to reach them, and who is not banned."""

from bot.desk.errors.base import DeskError


class NotBanned(DeskError):
    """This customer is not banned."""


class BadPhone(DeskError):
    """That is no phone number. Write it with the country’s code, such as +380 67 123 45 67."""


class BadEmail(DeskError):
    """That is no e-mail address. Write it like this: anna@example.com"""


class TooManyContacts(DeskError):
    """A customer has at most 10 phones and e-mails. Take one off first, in /profile."""
