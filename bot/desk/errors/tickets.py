"""Tickets: whose they are, and who cannot be given one."""

from bot.desk.errors.base import DeskError, Named


class NoSuchTicket(DeskError):
    """This topic has no ticket."""


class WrongTopic(DeskError):
    """This button belongs to another ticket."""


class TakenBy(Named):
    """{name} has taken this request already."""


class Ended(DeskError):
    """This request is closed. /reopen it first."""


class Unseen(DeskError):
    """You are anonymous here, so nobody can see whose the request would be. Write /assign."""


class OthersTicket(DeskError):
    """This request is somebody else’s: only they, leads and admins can pass it on."""


class NoSuchOperator(Named):
    """Nobody in this group is called “{name}”. Write /assign to choose from a list."""


class MayNotAnswer(Named):
    """{name} may not answer customers in this department, so the request was not given to them."""


class Unconfirmed(Named):
    """I could not confirm that {name} is still in this group. Let them write something here."""


class NobodyToGiveTo(DeskError):
    """There is nobody else here who could take it. Whoever writes something here is known to me."""
