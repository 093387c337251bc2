"""The audit trail: who changed what, from what to what; replayed, it gives the ticket."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.people import customers
from bot.desk.people.actors import HIDDEN
from bot.desk.said import Address
from bot.desk.talk import replies
from bot.desk.tickets import events
from bot.desk.tickets.events import STATE
from models import Event, Standing, Status, Ticket
from tests.desk.talk import NOW, SOMEBODY, anna, answers, olena, photo, ranks, turns

MAIL = Address("mail", "anna@example.com")
TRAIL = "SELECT name, actor, operator_id, customer_id, cause, before, after FROM event ORDER BY id"


async def trail(witness: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """Each event: its name, who it was, what was and what is."""
    found = []
    for row in await witness.fetch(TRAIL):
        who = row["operator_id"] or row["customer_id"] or row["cause"]
        was, became = (one and orjson.loads(one) for one in (row["before"], row["after"]))
        found.append((row["name"], row["actor"], who, was, became))
    return found


async def test_every_change_says_who_made_it(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    async with outbox.transaction():
        await tickets.set_notes(1, True, HIDDEN, NOW)
    await anna(2, "Thanks")
    opened, *rest = await trail(witness)
    assert opened[:4] == ("opened", "customer", 1, None)
    assert opened[4]["status"] == "new"
    at = NOW.isoformat()
    ended = {"resolved_at": None, "closed_at": None}
    assert rest == [
        ("answered", "operator", 1, {"answered_at": None}, {"answered_at": at}),
        *[("status", "operator", 1, {"status": "new", **ended}, {"status": "waiting", **ended})],
        ("notes mode", "system", HIDDEN.cause, {"notes_mode": False}, {"notes_mode": True}),
        *[("status", "customer", 1, {"status": "waiting", **ended}, {"status": "open", **ended})],
    ]


async def test_of_several_answers_the_first_is_written_down(db: str) -> None:
    await anna(1, "Where is it?")
    await answers(1, "On its way")
    await answers(1, "It will be there tomorrow", at=NOW + timedelta(hours=1))
    assert await Event.filter(name="answered").count() == 1


async def test_who_leaves_hands_over_their_tickets_and_that_is_written_down(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    await olena()
    await witness.execute("UPDATE ticket SET assignee_id = 1")
    await ranks(Standing.GONE)
    name, actor, cause, was, became = (await trail(witness))[-1]
    assert (name, actor, cause) == ("assignee", "system", "the operators' group")
    assert (was, became) == ({"assignee_id": 1}, {"assignee_id": None})


async def test_a_subject_that_comes_later_is_the_customers(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, photo("a"))
    await anna(2, photo("b"))
    await anna(3, "It is broken")
    changed = [one for one in await trail(witness) if one[0] == "subject"]
    assert changed == [("subject", "customer", 1, {"subject": ""}, {"subject": "It is broken"})]


async def test_what_is_no_part_of_the_ticket_is_told_in_details(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is it?")
    answer = await answers(1, "On its way")
    async with outbox.transaction():
        await replies.unsend(answer, await olena(), NOW)
    found = await witness.fetchrow("SELECT * FROM event WHERE name = 'unsent'")
    assert (found["operator_id"], found["before"], found["after"]) == (1, None, None)
    assert orjson.loads(found["details"]) == {"message": answer.id}


async def by_mail(at: int) -> None:
    await anna(at, "By mail", by=MAIL)


async def chooses(at: int) -> None:
    async with outbox.transaction():
        await tickets.choose_address(1, 1 + at % 2, SOMEBODY, NOW)


async def turns_notes(at: int) -> None:
    async with outbox.transaction():
        await tickets.set_notes(1, at % 2 == 0, SOMEBODY, NOW)


async def takes(at: int) -> None:
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=(await olena()).id)


async def leaves(at: int) -> None:
    await ranks(Standing.GONE)


def turning(status: Status) -> Callable[[int], Awaitable[object]]:
    return lambda _at: turns(1, status)


ACTS: dict[str, Callable[[int], Awaitable[object]]] = {
    "writes": lambda at: anna(at, "Words"),
    "shows": lambda at: anna(at, photo(f"a{at}")),
    "by mail": by_mail,
    "answer": lambda at: answers(1, "Yes", at=NOW + timedelta(minutes=at)),
    **{status.value: turning(status) for status in Status},
    "chooses": chooses,
    "notes": turns_notes,
    "takes": takes,
    "leaves": leaves,
}


@pytest.mark.parametrize("seed", range(6))
async def test_replayed_they_give_the_ticket(db: str, seed: int) -> None:
    dice = random.Random(seed)
    await anna(1, photo("first"))
    await customers.also_at(1, MAIL, NOW)
    done = []
    for at in range(2, 40):
        done.append(dice.choice(sorted(ACTS)))
        await ACTS[done[-1]](at)
        for ticket in await Ticket.all():
            state = events.replay(await Event.filter(ticket_id=ticket.id).order_by("id"))
            now = {name: getattr(ticket, name) for name in STATE}
            assert state == orjson.loads(orjson.dumps(now)), done
