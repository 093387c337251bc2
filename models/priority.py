"""A ticket's priority: which one goes first."""

from enum import IntEnum


class Priority(IntEnum):
    """The higher goes first."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4
    EMERGENCY = 5
