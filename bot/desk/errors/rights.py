"""Who may not do what, or is not known to."""

from bot.desk.errors.base import DeskError


class NotAMember(DeskError):
    """You are not in the operators’ group any more."""


class NotSure(DeskError):
    """I could not confirm that you are in this group. Please try again in a moment."""


class Faceless(DeskError):
    """Only a person can do this. Choose yourself instead of a channel and write it again."""


class NotAllowed(DeskError):
    """Your role does not allow that."""


class Observing(DeskError):
    """You are an observer here: you can read along and write notes."""


class LeadsOnly(DeskError):
    """Only leads and admins of this group can do that."""


class AdminsOnly(DeskError):
    """Only admins of this group can do that."""


class GivenByTelegram(DeskError):
    """Admins are made in the group’s own settings."""


class NotThere(DeskError):
    """This person is not in the operators’ group."""
