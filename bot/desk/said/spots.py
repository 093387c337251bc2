"""Spots: places in a group, for what is said there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a group to answer: the topic, and the message that is answered.

    `asked_by`: whose command is answered; answers to one person are few at a time, and for that
    person alone, unless they are said `aloud`.
    """

    chat_id: int
    thread_id: int | None = None
    post_id: int | None = None
    asked_by: int | None = None
    aloud: bool = False
