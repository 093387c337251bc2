"""Lists of tickets: whose they are, and in which order they wait."""

from datetime import timedelta

from bot.desk import outbox
from bot.desk.said import ChannelAddress
from bot.desk.tickets import labels, lists, owning
from bot.desk.tickets.lists import SHOWN
from models import FIRST, Priority, Role, Status, Ticket
from tests.desk.talk import NOW, SOMEBODY, anna, turns
from tests.desk.test_owning import team


async def asks(number: int, minute: int = 0) -> None:
    """A customer of this number asks, so many minutes later; the ticket has the same number."""
    at = NOW + timedelta(minutes=minute)
    await anna(1, f"Question {number}", by=ChannelAddress("telegram", str(number)), at=at)


async def urgent(ticket: int, priority: Priority) -> None:
    async with outbox.transaction():
        await labels.set_priority(ticket, priority, SOMEBODY, NOW)


def numbers(page: lists.Page) -> list[int]:
    return [one.number for one in page.lines]


async def test_what_is_nobodys_waits_by_priority_and_then_by_how_long(db: str) -> None:
    for number, minute in ((1, 3), (2, 1), (3, 2), (4, 0), (5, 9)):
        await asks(number, minute)
    await urgent(5, Priority.EMERGENCY)
    await urgent(4, Priority.LOW)
    assert numbers(await lists.queue(FIRST)) == [5, 2, 3, 1, 4]
    first = (await lists.queue(FIRST)).lines[0]
    assert (first.name, first.subject, first.status) == ("Anna", "Question 5", Status.NEW)
    assert first.since == NOW + timedelta(minutes=9)


async def test_what_is_somebodys_or_needs_nobody_is_in_no_queue(db: str) -> None:
    there = await team(olena=None)
    for number in range(1, 6):
        await asks(number)
    async with outbox.transaction():
        await owning.take(1, there["olena"], NOW)
    for number, status in ((2, Status.WAITING), (3, Status.RESOLVED), (4, Status.CLOSED)):
        await turns(number, status)
    await Ticket.filter(id=5).update(department_id=2)
    assert numbers(await lists.queue(FIRST)) == []
    assert numbers(await lists.queue(2)) == [5]
    await turns(4, Status.OPEN)
    assert numbers(await lists.queue(FIRST)) == [4]


async def test_of_mine_the_customers_turn_comes_last(db: str) -> None:
    there = await team(olena=None, iryna=Role.LEAD)
    for number in range(1, 6):
        await asks(number, number)
        async with outbox.transaction():
            who = "iryna" if number == 5 else "olena"
            await owning.take(number, there[who], NOW)
    await turns(1, Status.WAITING)
    await urgent(1, Priority.EMERGENCY)
    await urgent(3, Priority.HIGH)
    await turns(2, Status.RESOLVED)
    olena = there["olena"].operator_id
    page = await lists.mine(olena, FIRST)
    assert (numbers(page), page.all) == ([3, 4, 1], 3)
    assert (await lists.mine(olena, 2)).all == 0, "in another group other ones are theirs"


async def test_a_long_list_has_pages(db: str) -> None:
    for number in range(1, SHOWN + 4):
        await asks(number, number)
    first, second = await lists.queue(FIRST), await lists.queue(FIRST, 2)
    assert numbers(first) == [*range(1, SHOWN + 1)]
    assert numbers(second) == [*range(SHOWN + 1, SHOWN + 4)]
    assert first.all == second.all == SHOWN + 3
    assert (first.of, second.number) == (2, 2)
    assert numbers(await lists.queue(FIRST, 99)) == numbers(second), "it has become shorter"
