"""Actors: who does something. Nothing is changed by nobody."""

from dataclasses import dataclass, replace
from typing import Any, Self

from models import Customer, Group, Membership


@dataclass(frozen=True, slots=True)
class System:
    """The desk itself, or somebody it cannot know; `cause` is for the audit trail.

    `group_id` and `department` are where they act; the desk itself is everywhere: None.
    """

    cause: str
    group_id: int | None = None
    department: int | None = None

    def within(self, group: Group) -> Self:
        """The same, acting in this group."""
        return replace(self, group_id=group.id, department=group.department_id)


# An operator acts as a member of one group: there they have a standing and a role.
Actor = Membership | Customer | System
HIDDEN = System("an anonymous admin")  # Telegram shows the group instead of the person
GROUP = System("the operators' group")  # who joins it and leaves it, as Telegram tells
SETTINGS = System("the settings")
CODE = System("a set-up code")  # whoever has given it in a group that is none of ours
CHANNEL = System("the channel")  # what became of what it was to carry


def columns(actor: Actor) -> dict[str, Any]:
    """Who it was, in the columns of an event."""
    match actor:
        case Membership():
            return {"actor": "operator", "operator_id": actor.operator_id}
        case Customer():
            return {"actor": "customer", "customer_id": actor.id}
        case System():
            return {"actor": "system", "cause": actor.cause}
