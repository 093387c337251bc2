"""The history of a ticket: everything, once, in its order, page by page, with what became of it."""

from datetime import datetime, timedelta

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import MovedAway, NoSuchTicket
from bot.desk.outbox import claims
from bot.desk.people import departments
from bot.desk.people.actors import System
from bot.desk.talk import timeline
from bot.desk.talk.timeline import PAGE, Page
from bot.desk.tickets import labels, owning
from models import DeliveryState, Priority, Status
from tests.desk.talk import NOW, SOMEBODY, anna, answers, edits, olena

BIND = """
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES (-200, 2, 'Sales', 'en', now())
"""


def at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


async def whole() -> Page:
    return await timeline.page(1, await olena())


def told(page: Page) -> list[str]:
    """Each entry in a word or two."""
    return [
        f"{one.message.direction}: {one.message.words['text']}" if one.message else one.event.name  # type: ignore[union-attr]
        for one in page.entries
    ]


async def test_all_that_happens_is_told_in_its_order(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?", at=at(0))
    said = await answers(1, "On its way", at=at(1))
    await answers(1, "// she is in a hurry", at=at(2))
    async with outbox.transaction():
        await owning.take(1, await olena(), at(3))
        await labels.set_priority(1, Priority.HIGH, await olena(), at(4))
        await tickets.change(1, Status.RESOLVED, await olena(), at(5))
    await edits(said, "It is on its way")
    page = await whole()
    assert told(page) == [
        *("in: Where is it?", "opened", "edited"),  # which it was at that very instant
        *("out: It is on its way", "status"),
        "note: // she is in a hurry",
        *("assignee", "priority", "status"),
    ]
    assert page.operators[(await olena()).operator_id] == "Olena"
    assert (page.number, page.count, page.ticket.customer.name) == (1, 1, "Anna")


async def test_what_became_of_an_answer_is_told(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    said = await answers(1, "On its way")
    waits = next(one for one in (await whole()).entries if one.message and one.fate)
    assert waits.fate is not None
    assert waits.fate.sent_at is None
    while parcels := await claims.claim("telegram", 1, at(1)):
        await claims.mark_sent(parcels, at(1))
    (sent,) = [one.fate for one in (await whole()).entries if one.fate]
    assert (sent.state, sent.sent_at) == (DeliveryState.SENT, at(1))
    await witness.execute("DELETE FROM delivery")
    told_of = [one for one in (await whole()).entries if one.message and one.message.id == said.id]
    assert [one.fate for one in told_of] == [None]


async def test_a_long_history_has_pages_and_begins_with_the_last(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for number in range(3 * PAGE):
        await anna(number, f"Line {number}", at=at(number))
    last = await whole()
    assert last.count > 3
    assert told(last)[-1] == f"in: Line {3 * PAGE - 1}"
    pages = [await timeline.page(1, await olena(), number) for number in range(1, last.count + 1)]
    lines = [one for page in pages for one in told(page) if one.startswith("in")]
    assert lines == [f"in: Line {number}" for number in range(3 * PAGE)]
    beyond = await timeline.page(1, await olena(), 99)
    assert beyond.number == last.number
    assert (await timeline.page(1, await olena(), -1)).number == 1


async def test_only_its_department_reads_it(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await departments.add("Sales", NOW)
    await witness.execute(BIND)
    async with outbox.transaction():
        await tickets.move(1, 2, SOMEBODY, NOW)
    with pytest.raises(MovedAway):
        await whole()
    page = await timeline.page(1, System("a test"))
    assert page.departments[2] == "Sales"
    with pytest.raises(NoSuchTicket):
        await timeline.page(99, SOMEBODY)
