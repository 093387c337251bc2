"""Who may do what, in words: `docs/permissions.md` is this page. `make permissions` writes it."""

import sys

from bot.desk.people.access import CUSTOMER, MAY, OWN, YES, Act
from models import Role

SAID = {
    Act.ANSWER: "write to the customer; correct it, take it back, react",
    Act.PLANNED: "stop what a colleague has planned; send it, if they do not work here any more",
    Act.STATUS: "change a request’s status: resolve, close, reopen, wait",
    Act.TAKE: "take a request that is nobody’s",
    Act.ASSIGN: "give a request to somebody, or put it back",
    Act.PRIORITY: "say how urgent a request is",
    Act.TAG: "put tags on a request",
    Act.FIELD: "fill a request’s fields",
    Act.SPAM: "say that a request is spam",
    Act.NOTES_MODE: "turn notes mode on and off",
    Act.ADDRESS: "choose by which way answers go",
    Act.RETRY: "send again what did not arrive",
    Act.MOVE: "move a request to another department",
    Act.DUTY: "go on duty and off duty",
    Act.PROFILE: "write down what is known of a customer",
    Act.OWN_MACROS: "write macros for oneself",
    Act.MACROS: "write macros for the department",
    Act.BAN: "turn a customer away, and let them in again",
    Act.DESK: "see how the desk stands",
    Act.TEAM: "see who works here; say who speaks, knows and takes how much, and who is away",
    Act.ROLE: "make somebody a lead, an operator or an observer",
    Act.ROUTING: "say who gets new requests",
    Act.PREFER: "choose how a department works",
    Act.DEPARTMENTS: "see all departments",
    Act.LANGUAGE: "choose the language of the group",
    Act.SET_UP: "have the group checked",
    Act.BIND: "connect another group",
    Act.HAND_OVER: "give the desk to another group",
    Act.DISSOLVE: "dissolve a department",
}
CELLS = {YES: "✓", OWN: "own", "-": ""}
INTRODUCTION = """\
# Who may do what

Each operators’ group is a department, and what somebody may do is asked of the group in which
they do it: who is an admin in one may be an operator in another, and nobody in a third.

- **Owners** and **admins** are made in Telegram, in the group’s own settings.
- **Leads**, **operators** and **observers** are the other members. By itself everybody is an
  operator; an admin changes that: `/operators @name lead`.
- Whoever leaves the group may do nothing from then on, and their open requests are put back.
- Everybody in the group reads all of it: topics, lists, who the customers are. Everybody may write
  notes; what an **observer** writes is always one: it never reaches a customer.
"""
END = """\
“own”: an operator gives away what is theirs or nobody’s; customers do it to their own requests.
Admins who write anonymously may do what admins may, but cannot have a request or be on duty.

This page is made from the table that the desk asks (`bot/desk/people/access.py`) by
`make permissions`.
"""


def page() -> str:
    """The page, as Markdown."""
    columns = [*map(str, Role), CUSTOMER]
    lines = [["", *columns], ["---", *(":-:" for _ in columns)]]
    for act, said in SAID.items():
        lines.append([said, *(CELLS[MAY[act][column]] for column in columns)])
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{INTRODUCTION}\n{table}\n\n{END}"


if __name__ == "__main__":
    sys.stdout.write(page())
