"""Dissolving: what becomes of the requests of a department, and of what waits for its group."""

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import NoSuchDepartment, ThereAlready, Unready
from bot.desk.outbox.kinds.to_group import Notice
from bot.desk.outbox.kinds.to_topic import Card
from bot.desk.people import departments
from bot.desk.said import ChannelAddress
from bot.desk.tickets import dissolving, events
from bot.desk.words import Words
from bot.scheduler import perform, table
from models import FIRST, Event, Group, Status, Ticket
from models.database import connected
from tests.desk.talk import NOW, SOMEBODY, anna, apart, held_open, olena, stands, turns
from tests.desk.test_departments import MOVED_HERE, SALES, gates, put, two
from tests.files.memory import memory

(JOB,) = [job for job in table(90, memory()) if job.work is dissolving.finish]
MOST = 20_000  # requests that wait
MANY = f"""
INSERT INTO ticket (customer_id, address_id, department_id, status, subject, opened_at, customer_at)
SELECT customer_id, address_id, 2, 'open', '', now(), now()
FROM ticket, generate_series(1, {MOST})
"""
WAIT_ALL = """
INSERT INTO delivery (ticket_id, gate, lane, kind, payload, priority, state, due_at, created_at)
SELECT id, 'forum:2', 'forum:' || id, 'words', '{}', 10, 'head', now(), now()
FROM ticket WHERE department_id = 2
"""
STRANDED = "SELECT count(*) FROM delivery WHERE gate = 'forum:2' AND state IN ('head', 'waiting')"


async def dissolved(heir: int = FIRST) -> None:
    """As the forum does it: the group is let go first."""
    async with outbox.transaction():
        await Group.filter(department_id=SALES).update(is_bound=False)
        await dissolving.dissolve(SALES, heir, SOMEBODY, NOW)
    await finished()


async def finished() -> None:
    """By as many rounds as it takes."""
    while await perform(JOB, NOW):
        pass


async def test_the_heir_of_a_department_has_all_its_requests(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """With what waits for them; what was for the group itself is not worth carrying."""
    await two(witness)
    for number, who in enumerate(("Anna", "Borys", "Clara"), 1):
        await anna(1, "Where is it?", by=ChannelAddress("telegram", who))
        async with outbox.transaction():
            if number > 1:
                await tickets.move(number, SALES, SOMEBODY, NOW)
    await turns(3, Status.CLOSED)
    await witness.execute("UPDATE ticket SET assignee_id = $1", (await olena()).operator_id)
    await put(Notice(-200, Words("for the group")).draft(), Notice(-100, Words("not")).draft())
    moved_before = await witness.fetchval(MOVED_HERE)
    await dissolved()
    found = await Ticket.all().order_by("id").values_list("department_id", "assignee_id")
    assert found == [(FIRST, (await olena()).operator_id), (FIRST, None), (FIRST, None)]
    assert set(await gates(witness)) == {"forum"}
    dropped = "SELECT payload ->> 'chat_id' FROM delivery WHERE state = 'dropped'"
    assert [row[0] for row in await witness.fetch(dropped)] == ["-200"]
    assert await witness.fetchval(MOVED_HERE) == moved_before + 1, "in what goes on only"
    for number in (2, 3):
        replayed = events.replay(await Event.filter(ticket_id=number).order_by("id"))
        assert (replayed["department_id"], replayed["assignee_id"]) == (FIRST, None)
    assert await departments.add("Sales", NOW) == SALES + 1
    assert await departments.name_of(SALES + 1) == "Sales", "the name is free again"


@pytest.mark.parametrize(
    ("heir", "error"), [(SALES, ThereAlready), (3, NoSuchDepartment), (FIRST, Unready)]
)
async def test_who_cannot_be_its_heir(
    db: str, witness: "asyncpg.Connection", heir: int, error: type[Exception]
) -> None:
    await two(witness)
    await departments.add("Without a group", NOW)
    await witness.execute("UPDATE operator_group SET lacks = 'topics' WHERE chat_id = -100")
    with pytest.raises(error):
        await dissolved(heir)
    assert not await departments.is_dissolved(SALES)


async def test_nothing_is_moved_to_a_department_that_is_just_being_dissolved(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    """It would be nobody's for ever."""

    async def moves() -> None:
        async with outbox.transaction():
            await tickets.move(1, SALES, SOMEBODY, NOW)

    async with connected(database_url, connections=4):
        await two(witness)
        await anna(1, "hello")
        ending = await asyncpg.connect(database_url)
        async with ending.transaction():
            await ending.execute("UPDATE operator_group SET is_bound = FALSE WHERE chat_id = -200")
            moving = apart(moves())
            await stands(moving, witness)
            assert not moving.done(), "it waits for the end"
        with pytest.raises(Unready):
            await moving
        await ending.close()


async def test_what_is_written_while_its_department_goes_is_carried_by_the_heirs_gate(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    """Its gate was found before; nobody would carry it, nor what is said in that lane later."""

    async def says() -> None:
        for draft in (Card().draft(1), Notice(-200, Words("for the group")).draft()):
            await outbox.put(draft, NOW)

    async with connected(database_url, connections=4):
        await two(witness)
        await anna(1, "hello")
        async with outbox.transaction():
            await tickets.move(1, SALES, SOMEBODY, NOW)
        await witness.execute("UPDATE delivery SET state = 'sent', sent_at = now()")
        async with held_open(says):
            await dissolved()
        await finished()
        assert set(await gates(witness)) == {"forum"}
        assert await witness.fetchval(STRANDED) == 0


async def test_what_is_reopened_while_its_department_goes_is_told_of(
    database_url: str, witness: "asyncpg.Connection"
) -> None:
    async def reopens() -> None:
        await tickets.change(1, Status.OPEN, SOMEBODY, NOW)

    async with connected(database_url, connections=4):
        await two(witness)
        await anna(1, "hello")
        async with outbox.transaction():
            await tickets.move(1, SALES, SOMEBODY, NOW)
        await turns(1, Status.CLOSED)
        told = await witness.fetchval(MOVED_HERE)
        async with held_open(reopens):
            dissolving_it = apart(dissolved())
            await stands(dissolving_it, witness)
            assert not dissolving_it.done(), "it waits for the request"
        await dissolving_it
        assert await witness.fetchval(MOVED_HERE) == told + 1


async def test_of_many_requests_a_portion_is_taken_at_a_time(
    db: str, witness: "asyncpg.Connection"
) -> None:
    """Each needs a lock, and PostgreSQL has not so many; everybody would be without any."""
    await two(witness)
    await anna(1, "hello")
    await witness.execute(MANY)
    await witness.execute(WAIT_ALL)
    await dissolved()
    assert await witness.fetchval(STRANDED) == 0
    assert await witness.fetchval("SELECT count(*) FROM ticket WHERE department_id = 2") == 0
    assert await witness.fetchval(MOVED_HERE) == MOST
