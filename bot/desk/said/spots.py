"""Spots: places in a group, for what is said there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a group to answer: the topic, and the message that is answered.

    `asked_by`: whose command is answered; answers to one person are few at a time, and for that
    person alone, unless they are said `aloud`. `asked`: a number of the words of the command, by
    which it is seen that the same is asked again. `turns`: the answer that is to say something else
    from now on, wherever it stands (see `stand`).
    """

    chat_id: int
    thread_id: int | None = None
    post_id: int | None = None
    asked_by: int | None = None
    aloud: bool = False
    asked: int | None = None
    turns: str | None = None


ASIDE = "aside"  # seen by one member of the group alone
PRIVATE = "private"  # in somebody's private chat with the bot
POST = "post"  # before all


def stand(way: str, number: int) -> str:
    """Where an answer stands: by which way it went, and its number there."""
    return f"{way}:{number}"


def standing(where: str) -> tuple[str, int]:
    """From `stand`."""
    way, _colon, number = where.partition(":")
    return way, int(number)
