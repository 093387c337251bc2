"""Gates: whose budget a delivery spends. A department's group, any other group, or a channel.

What is put for operators names no department. Which group it concerns is found where it is
written, by its ticket or its chat; and it follows a ticket that moves.
"""

from models import FIRST

FORUM = "forum"  # what is put for operators; the first department's gate
STRANGERS = "strangers"  # groups where the desk does not work, each at its own cost
WHISPERS = "whispers"  # what one member of a group alone is to see

# Over `draft`, `ticket` and `here`, the bound group whose chat the draft names.
_OF = f"CASE WHEN {{0}} = {FIRST} THEN '{FORUM}' ELSE '{FORUM}:' || {{0}} END"
OF_TICKET = _OF.format("ticket.department_id")
FOUND = f"""
CASE WHEN draft.gate <> '{FORUM}' THEN draft.gate
    WHEN draft.chat_id IS NULL THEN COALESCE({OF_TICKET}, '{FORUM}')
    WHEN here.id IS NULL THEN '{STRANGERS}'
    ELSE {_OF.format("here.department_id")} END
"""
# The gates of all departments, to be looked for one by one: in which order text stands is a matter
# of the database's language.
FORUMS = f"ARRAY(SELECT {_OF.format('department.id')} FROM department)"  # noqa: S608  (our own words)
DISSOLVED = f"""
ARRAY(SELECT {_OF.format("department.id")} FROM department WHERE dissolved_at IS NOT NULL)
"""  # noqa: S608
# Over `delivery` and its `ticket`, if it has one: whose it is, or the first's if it is nobody's.
DEPARTMENT = f"""
COALESCE(ticket.department_id,
    CASE WHEN gate LIKE '{FORUM}:%' THEN split_part(gate, ':', 2)::bigint ELSE {FIRST} END)
"""
HERE = "LEFT JOIN operator_group AS here ON here.chat_id = draft.chat_id AND here.is_bound"


def of(department: int) -> str:
    """The gate of a department's group."""
    return FORUM if department == FIRST else f"{FORUM}:{department}"


def department_of(gate: str) -> int | None:
    """The department whose group this gate serves. None: it serves others."""
    name, _, number = gate.partition(":")
    if name != FORUM:
        return None
    return int(number) if number else FIRST


def is_in_groups(gate: str) -> bool:
    """Whether it carries into groups; every other one is a channel's."""
    return gate in (STRANGERS, WHISPERS) or department_of(gate) is not None
