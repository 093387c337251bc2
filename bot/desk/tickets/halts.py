"""Halts: a ticket ends, or its customer is turned away, so nothing that was planned goes by itself.

Words are kept above the tickets: who keeps them is told here, in the transaction of the change.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.desk.people.actors import Actor
from bot.desk.said.sentences import Sentence
from models import Customer, Status

CLOSED = texts.mark("✋ This was to be sent, and was not: the request has been closed.")
SPAM = texts.mark("✋ This was to be sent, and was not: the request has been marked as spam.")
SOLVED = texts.mark("✋ This was to be sent, and was not: {name} says that it is solved.")
BANNED = texts.mark("✋ This was to be sent, and was not: {name} is turned away.")


@dataclass(frozen=True, slots=True)
class Halt:
    """In which tickets nothing goes by itself any more, and why, as its authors are told.

    `heir`: the department that has them now; what those have planned who work there still goes.
    """

    tickets: Sequence[int]
    why: Sentence | None = None
    heir: int | None = None


listeners: list[Callable[[Halt, Actor, datetime], Awaitable[None]]] = []


async def halt(what: Halt, actor: Actor, now: datetime) -> None:
    """Tell who keeps the words."""
    for told in listeners:
        await told(what, actor, now)


async def ended(ticket_id: int, status: Status, actor: Actor, now: datetime) -> None:
    """It is closed, or its customer says that it is solved; we may ask after what we call so."""
    if status is Status.CLOSED:
        await halt(Halt([ticket_id], Sentence(CLOSED)), actor, now)
    elif status is Status.RESOLVED and isinstance(actor, Customer):
        await halt(Halt([ticket_id], Sentence(SOLVED, {"name": actor.name})), actor, now)
