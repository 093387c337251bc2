"""What people say: why it was not sent, or cannot be taken back."""

from bot.desk.errors.base import DeskError


class TakenBack(DeskError):
    """This was already taken back."""


class NotSent(DeskError):
    """This message did not go to the customer, so there is nothing to take back."""


class Withdrawn(DeskError):
    """This has been taken back or turned into a note since, so it was not sent again."""


class Forgotten(DeskError):
    """This failed too long ago to be tried again."""


class ReplyNeeded(DeskError):
    """Reply with this command to the message that you mean."""


class EditedCommand(DeskError):
    """An edited command is not carried out. Please send it as a new message."""


class TooLate(DeskError):
    """This was handled late, so it was not done. Please do it again if it is still right."""


class NotYours(DeskError):
    """Only its author can send this to the customer."""


class InNotesMode(DeskError):
    """Notes mode is on, so nothing was sent. End it first."""


class StillANote(DeskError):
    """This begins like a note or a command, so it was not sent."""


class NoChoice(DeskError):
    """This button no longer works."""


class ChosenAlready(DeskError):
    """You have answered this already. Just write to us if it is something else."""


class SentAlready(DeskError):
    """It was sent already."""
