"""Departments: which there is none of, and what one cannot do now."""

from bot.desk.errors.base import DeskError


class NoSuchDepartment(DeskError):
    """There is no such department. Write /move to choose one."""


class ThereAlready(DeskError):
    """The request is in this department already."""


class Unready(DeskError):
    """That department’s group does not let me work just now. /setup there says what is missing."""


class FirstDepartment(DeskError):
    """New requests come to this department, so it stays. Only its group can be replaced: /setup."""


class StillAtWork(DeskError):
    """That department’s group works: an admin there can dissolve it, by /dissolve."""


class MovedAway(DeskError):
    """This request is in another topic now, of the department “{department}”. Nothing was done."""

    def __init__(self, department: int = 0) -> None:
        """`department` is the number of the one whose name is to be told; 0: it is not known."""
        super().__init__(department)
        self.department = department


class OneDepartment(DeskError):
    """There is one department. For another, add the bot to its group and send /setup there."""
