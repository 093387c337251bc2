"""Lists: whose tickets wait, those first that wait most urgently and longest."""

from dataclasses import dataclass
from datetime import datetime

from models import Priority, Status
from models.rows import fetch

SHOWN = 8
OUR_TURN = "status IN ('new', 'open')"
# Of both an index has exactly these (`models/ticket.py`): it must read as they do.
GOING = "status IN ('new', 'open', 'waiting')"
MINE = f"assignee_id = $1 AND department_id = $2 AND {GOING}"
QUEUE = f"assignee_id IS NULL AND department_id = $1 AND {OUR_TURN}"
COUNT_MINE = f"SELECT count(*) AS found FROM ticket WHERE {MINE}"  # noqa: S608  (nothing but our own words)
COUNT_QUEUE = f"SELECT count(*) AS found FROM ticket WHERE {QUEUE}"  # noqa: S608


def listing(which: str, place: int) -> str:
    """The statement that lists them; `place` is where its values for the page begin.

    The customer's turn comes last, whatever the priority.
    """
    return f"""
WITH page AS (
    SELECT id, customer_id, status, priority, subject, customer_at FROM ticket WHERE {which}
    ORDER BY status = 'waiting', priority DESC, customer_at, id LIMIT ${place} OFFSET ${place + 1}
)
SELECT page.*, customer.name, customer.is_vip FROM page
    JOIN customer ON customer.id = page.customer_id
ORDER BY status = 'waiting', priority DESC, customer_at, page.id
"""  # noqa: S608  (nothing but our own words)


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticket as a line of a list; `since`: for so long its customer waits."""

    number: int
    name: str
    is_vip: bool
    subject: str
    status: Status
    priority: Priority
    since: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a list; which page these are, of how many, and how many lines there are."""

    lines: list[Listed]
    number: int
    of: int
    all: int


async def mine(operator_id: int, department: int, number: int = 1) -> Page:
    """Those of an operator's in the department that are not ended."""
    return await _page(MINE, COUNT_MINE, number, operator_id, department)


async def queue(department: int, number: int = 1) -> Page:
    """Those of the department that wait for us, and are nobody's."""
    return await _page(QUEUE, COUNT_QUEUE, number, department)


async def _page(which: str, count: str, number: int, *of: int) -> Page:
    """That page, or the last one where the list has become shorter."""
    (counted,) = await fetch(count, *of)
    pages = max(1, -(-counted["found"] // SHOWN))
    number = max(1, min(number, pages))
    rows = await fetch(listing(which, len(of) + 1), *of, SHOWN, SHOWN * (number - 1))
    lines = [
        Listed(
            row["id"],
            row["name"],
            row["is_vip"],
            row["subject"],
            Status(row["status"]),
            Priority(row["priority"]),
            row["customer_at"],
        )
        for row in rows
    ]
    return Page(lines, number, pages, counted["found"])
