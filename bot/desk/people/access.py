"""Access: who may do what. The only place that knows; whoever changes something asks here."""

from enum import StrEnum

from bot.desk.errors import AdminsOnly, NotAllowed, NotAMember
from bot.desk.people.actors import Actor, System
from models import Customer, Operator, Ticket


class Role(StrEnum):
    """What somebody is to the desk."""

    ADMIN = "admin"
    OPERATOR = "operator"
    CUSTOMER = "customer"
    SYSTEM = "system"


class Act(StrEnum):
    """What can be done, to a ticket or to the desk."""

    ANSWER = "answer"  # words, corrections and reactions for the customer; to take them back
    STATUS = "status"
    NOTES_MODE = "notes mode"
    ADDRESS = "address"  # where replies go
    RETRY = "retry"  # what could not be delivered
    DESK = "desk"  # how the desk stands
    HAND_OVER = "hand over"  # to another group


STAFF = frozenset({Role.ADMIN, Role.OPERATOR, Role.SYSTEM})
ADMINS = frozenset({Role.ADMIN, Role.SYSTEM})
MAY: dict[Act, frozenset[Role]] = {
    Act.ANSWER: STAFF,
    Act.STATUS: STAFF | {Role.CUSTOMER},  # their words open a ticket again
    Act.NOTES_MODE: STAFF,
    Act.ADDRESS: STAFF | {Role.CUSTOMER},  # replies follow them
    Act.RETRY: STAFF,
    Act.DESK: ADMINS,
    Act.HAND_OVER: ADMINS,
}


def role_of(actor: Actor) -> Role | None:
    """None: an operator who is not in the group (any more)."""
    match actor:
        case Operator(is_member=False):
            return None
        case Operator():
            return Role.ADMIN if actor.is_admin else Role.OPERATOR
        case Customer():
            return Role.CUSTOMER
        case System():
            return Role.SYSTEM


def may(actor: Actor, act: Act, ticket: Ticket | None = None) -> bool:
    """Whether they may; customers in tickets of their own only."""
    if isinstance(actor, Customer) and (ticket is None or ticket.customer_id != actor.id):
        return False
    return role_of(actor) in MAY[act]


def check(actor: Actor, act: Act, ticket: Ticket | None = None) -> None:
    """Go on only if they may. Raises NotAMember, AdminsOnly, NotAllowed."""
    if may(actor, act, ticket):
        return
    if role_of(actor) is None:
        raise NotAMember
    raise AdminsOnly if MAY[act] == ADMINS else NotAllowed
