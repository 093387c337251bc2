"""The team: who is not found, and what cannot be said of them."""

from bot.desk.errors.base import Named


class NoSuchMember(Named):
    """Nobody in this group is called “{name}”. /operators lists whom I know."""


class CalledAlike(Named):
    """Several here are called “{name}”. Use the number that /operators shows before each name."""


class NotSpoken(Named):
    """“{name}” is no language that customers choose: these are uk, ru and en."""


class NotACapacity(Named):
    """“{name}” is no number of requests: write one from 1 to 500, or “no” for any number."""


class BadSkill(Named):
    """“{name}” is too long for a skill: it has at most 32 characters, and there are at most 20."""


class NoMoment(Named):
    """I do not understand “{name}”. Write a moment to come, such as 2.12 or 2.12 14:00, or “no”."""
