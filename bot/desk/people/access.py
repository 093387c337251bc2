"""Access: who may do what. The only place that knows; whoever changes something asks here."""

from enum import StrEnum

from bot.desk.errors import (
    AdminsOnly,
    DeskError,
    LeadsOnly,
    MovedAway,
    NotAllowed,
    NotAMember,
    Observing,
    OthersTicket,
)
from bot.desk.people.actors import Actor, System
from models import Customer, Membership, Role, Ticket


class Act(StrEnum):
    """What can be done, to a ticket or to the desk."""

    ANSWER = "answer"  # words, corrections and reactions for the customer; to take them back
    PLANNED = "planned"  # to stop what a colleague has planned; to send it, where they are gone
    STATUS = "status"
    TAKE = "take"  # for oneself what is nobody's
    ASSIGN = "assign"  # to give it to somebody, or to nobody
    PRIORITY = "priority"
    TAG = "tag"
    FIELD = "field"  # what a company wants to know of each ticket
    SPAM = "spam"
    NOTES_MODE = "notes mode"
    ADDRESS = "address"  # where replies go
    RETRY = "retry"  # what could not be delivered
    DUTY = "duty"  # to be on it oneself
    DESK = "desk"  # how the desk stands
    DEPARTMENTS = "departments"  # to see all of them
    TEAM = "team"  # who works here, what they speak and know, how much they take, who is away
    ROUTING = "routing"  # who gets a department's new tickets
    SET_UP = "set up"  # to have the group looked at
    BIND = "bind"  # to say what a group is to be that is none of ours yet
    HAND_OVER = "hand over"  # to another group
    MOVE = "move"  # to another department
    ROLE = "role"  # what somebody else may do
    DISSOLVE = "dissolve"  # a department
    PROFILE = "profile"  # what is known of a customer
    BAN = "ban"  # a customer, from all departments: so it is not for everybody to say
    LANGUAGE = "language"  # which one their group reads
    MACROS = "macros"  # to write those of a department
    OWN_MACROS = "own macros"  # to write those that nobody else has
    PREFER = "prefer"  # how their department works


# Own: in tickets of their own only; to operators those of nobody are their own as well. Notes have
# no line: whoever is in a topic may leave words.
TABLE = """
                owner   admin   lead    operator  observer  customer  system
    answer      yes     yes     yes     yes       -         -         yes
    planned     yes     yes     yes     -         -         -         yes
    status      yes     yes     yes     yes       -         own       yes
    take        yes     yes     yes     yes       -         -         yes
    assign      yes     yes     yes     own       -         -         yes
    priority    yes     yes     yes     yes       -         -         yes
    tag         yes     yes     yes     yes       -         -         yes
    field       yes     yes     yes     yes       -         -         yes
    spam        yes     yes     yes     yes       -         -         yes
    notes mode  yes     yes     yes     yes       -         -         yes
    address     yes     yes     yes     yes       -         own       yes
    retry       yes     yes     yes     yes       -         -         yes
    duty        yes     yes     yes     yes       -         -         yes
    desk        yes     yes     yes     -         -         -         yes
    departments yes     yes     -       -         -         -         yes
    team        yes     yes     -       -         -         -         yes
    routing     yes     yes     -       -         -         -         yes
    set up      yes     yes     -       -         -         -         yes
    bind        yes     yes     -       -         -         -         yes
    hand over   yes     yes     -       -         -         -         yes
    move        yes     yes     yes     yes       -         -         yes
    role        yes     yes     -       -         -         -         yes
    dissolve    yes     yes     -       -         -         -         yes
    profile     yes     yes     yes     yes       -         -         yes
    ban         yes     yes     yes     -         -         -         yes
    language    yes     yes     -       -         -         -         yes
    macros      yes     yes     yes     -         -         -         yes
    own macros  yes     yes     yes     yes       -         -         yes
    prefer      yes     yes     -       -         -         -         yes
"""  # a customer's words open a ticket again, and replies follow them
CUSTOMER, SYSTEM = "customer", "system"
YES, OWN = "yes", "own"
ADMINS = {Role.OWNER, Role.ADMIN}


def _read(table: str) -> dict[Act, dict[str, str]]:
    head, *lines = table.strip().splitlines()
    roles = head.split()
    rows = [line.rsplit(maxsplit=len(roles)) for line in lines]
    return {Act(name.strip()): dict(zip(roles, cells, strict=True)) for name, *cells in rows}


MAY = _read(TABLE)


def may(
    actor: Actor, act: Act, ticket: Ticket | None = None, *, group_id: int | None = None
) -> bool:
    """Whether they may; `group_id` is the group to which, or in which, it is done.

    A member acts in their own group only, and on the tickets of its department; so does an admin
    who hides.
    """
    role = _role(actor, ticket, group_id)
    cell = MAY[act][role] if role else None
    return cell == YES or (cell == OWN and _is_theirs(actor, ticket))


def check(
    actor: Actor, act: Act, ticket: Ticket | None = None, *, group_id: int | None = None
) -> None:
    """Go on only if they may.

    Raises MovedAway, NotAMember, Observing, OthersTicket, LeadsOnly, AdminsOnly, NotAllowed.
    """
    if not may(actor, act, ticket, group_id=group_id):
        role = _role(actor, None, group_id)
        if role and ticket:
            in_department(actor, ticket)
        raise _refusal(role, act)


def check_department(actor: Actor, act: Act, department: int) -> None:
    """As `check`, of what is done to a department: its own people alone may."""
    check(actor, act)
    if not isinstance(actor, Customer) and actor.department not in (None, department):
        raise NotAMember


def in_department(actor: Actor, ticket: Ticket) -> None:
    """Go on only where the ticket is of the department in which they act. Raises MovedAway."""
    if _is_elsewhere(actor, ticket):
        raise MovedAway(ticket.department_id)


def bars(actor: Actor, act: Act, ticket: Ticket | None = None) -> bool:
    """Whether it is their role that forbids it: they are in the group without any doubt."""
    return _role(actor, ticket) is not None and not may(actor, act, ticket)


def _role(actor: Actor, ticket: Ticket | None, group_id: int | None = None) -> str | None:
    """The column of the table. None: somebody of another group, or who is in none (any more)."""
    if ticket and _is_elsewhere(actor, ticket):
        return None
    match actor:
        case Membership():
            return actor.acts_as if group_id in (None, actor.group_id) else None
        case Customer():
            return CUSTOMER
        case System():
            is_there = group_id is None or actor.group_id in (None, group_id)
            return SYSTEM if is_there else None


def _is_elsewhere(actor: Actor, ticket: Ticket) -> bool:
    if isinstance(actor, Customer):
        return False
    return actor.department not in (None, ticket.department_id)


def _is_theirs(actor: Actor, ticket: Ticket | None) -> bool:
    if ticket is None:
        return False
    match actor:
        case Customer():
            return bool(ticket.customer_id == actor.id)
        case Membership():
            return ticket.assignee_id in (None, actor.operator_id)
    return False


def _refusal(role: str | None, act: Act) -> type[DeskError]:
    if role is None:
        return NotAMember
    if MAY[act][role] == OWN and role != CUSTOMER:
        return OthersTicket
    allowed = {role for role in Role if MAY[act][role] in (YES, OWN)}
    if allowed <= ADMINS:
        return AdminsOnly
    if allowed <= ADMINS | {Role.LEAD}:
        return LeadsOnly
    return Observing if role == Role.OBSERVER else NotAllowed
