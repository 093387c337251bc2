"""Where a request ends nothing goes that was planned before, and its author is told at once."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import NotYours
from bot.desk.people import memberships
from bot.desk.said import Person
from bot.desk.talk import decisions, due, held
from bot.desk.talk.decisions import Press
from bot.desk.tickets import banning, calling, halts, labels, theirs
from models import Group, Membership, Message, Role, Standing, Status
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, olena, ranks, turns
from tests.desk.test_departments import SALES, two
from tests.desk.test_dissolving import dissolved
from tests.desk.test_held import TOMORROW, ivan, left, owns, says, told

UNREADABLE = """UPDATE message SET words = '{"text": 5, "entities": 5}' WHERE id = $1"""
Ends = Callable[[], Awaitable[object]]


async def closed() -> None:
    await turns(1, Status.CLOSED)


async def solved() -> None:
    address = await theirs.at(ANNA, Person("Anna"), NOW)
    assert await calling.solve(address, 1, NOW) is calling.Became.DONE


ENDS: dict[str, tuple[Ends, str]] = {
    "closed": (closed, halts.CLOSED),
    "solved": (solved, halts.SOLVED),
    "spam": (partial(labels.set_spam, 1, True, SOMEBODY, NOW), halts.SPAM),
    "banned": (partial(banning.ban, 1, None, "abuse", SOMEBODY, NOW), halts.BANNED),
}


@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize("end", ENDS)
async def test_what_was_to_go_stays_and_its_author_is_told(
    db: str, witness: "asyncpg.Connection", end: str, *, is_planned: bool
) -> None:
    """Be it planned, whoever writes first, or a second answer of a moment ago."""
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("Is it there?", goes_at=TOMORROW if is_planned else None)
    if is_planned:
        async with outbox.transaction():
            assert await decisions.anyway(Press(said.id, 1, await ivan()), NOW)
    ends, why = ENDS[end]
    async with outbox.transaction():
        await ends()
    (stays,) = await told(witness, "tell")
    assert (stays["message"], stays["sentence"]) == (said.id, why)
    status = (await tickets.current(1)).status  # type: ignore[union-attr]
    await due.go(TOMORROW)
    assert await left(witness) == 0
    assert (await tickets.current(1)).status is status  # type: ignore[union-attr]
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, await ivan()), TOMORROW)
    assert await left(witness) == 1


async def test_what_we_call_resolved_is_asked_after(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await says("Did it help?", goes_at=TOMORROW)
    await turns(1, Status.RESOLVED)
    await due.go(TOMORROW)
    assert await left(witness) == 1


async def test_what_is_planned_after_the_end_goes(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await turns(1, Status.CLOSED)
    await says("One thing more", goes_at=TOMORROW)
    await due.go(TOMORROW)
    assert await left(witness) == 1


async def test_a_ban_stops_what_is_planned_in_each_request_of_theirs(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    first = await says("Is it there?", goes_at=TOMORROW)
    await turns(1, Status.CLOSED)
    second = await says("Is it?", goes_at=TOMORROW)
    await anna(2, "And the other?", at=NOW + timedelta(days=30))
    async with outbox.transaction():
        await banning.ban(2, None, "abuse", SOMEBODY, NOW)
    kept = await Message.filter(id__in=[first.id, second.id], goes_at__isnull=False)
    assert kept == []


async def leads(member: Membership) -> Membership:
    """A lead of the same group."""
    await memberships.give(member, Role.LEAD)
    return member


@pytest.mark.parametrize("goes_at", [None, TOMORROW])
async def test_what_is_left_by_who_is_gone_a_lead_sends_or_drops(
    db: str, witness: "asyncpg.Connection", goes_at: datetime | None
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    said = await says("It leaves today", goes_at=goes_at)
    dropped = await says("Or tomorrow", goes_at=goes_at)
    await ranks(Standing.GONE, 8, "Ivan")
    await due.go(TOMORROW)
    stays = await told(witness, "tell")
    assert [each["sentence"] for each in stays] == [held.LEFT] * 2
    plain, lead = await olena(), await leads(await ranks(user_id=9, name="Oleh"))
    for press in (Press(said.id, 1, plain), Press(dropped.id, 1, plain)):
        for does in (decisions.send, decisions.keep):
            with pytest.raises(NotYours):
                async with outbox.transaction():
                    await does(press, TOMORROW)
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, lead), TOMORROW)
        assert await decisions.keep(Press(dropped.id, 1, lead), TOMORROW)
    assert await left(witness) == 1
    with pytest.raises(NotYours):
        async with outbox.transaction():
            await decisions.send(Press(dropped.id, 1, lead), TOMORROW)


async def test_a_lead_sends_no_note_of_a_colleague_and_nothing_of_who_is_here(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await owns(await olena())
    planned = await says("Good morning", goes_at=TOMORROW)
    revoked = await says("Good evening", goes_at=TOMORROW)
    async with outbox.transaction():
        await decisions.keep(Press(revoked.id, 1, await ivan()), NOW)
    note, near = await says("// She is difficult"), await says("..difficult")
    lead = await leads(await ranks(user_id=9, name="Oleh"))
    for standing in (Standing.MEMBER, Standing.GONE):
        await ranks(standing, 8, "Ivan")
        for line in (planned, revoked, note, near):
            with pytest.raises(NotYours):
                async with outbox.transaction():
                    await decisions.send(Press(line.id, 1, lead), NOW)
    assert await left(witness) == 0


async def test_what_is_planned_in_a_department_that_is_dissolved_is_left_to_its_heir(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await two(witness)
    await anna(1, "Where is it?")
    said = await says("It leaves today", goes_at=TOMORROW)
    await witness.execute("UPDATE ticket SET department_id = $1", SALES)
    await Group.filter(chat_id=-77).update(is_bound=False)
    await dissolved()
    await due.go(TOMORROW)
    assert await left(witness) == 0
    stays = [each for each in await told(witness, "tell") if each["sentence"] == held.LEFT]
    assert [each["message"] for each in stays] == [said.id]


async def test_one_that_cannot_be_read_keeps_no_other_waiting(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    first = await says("Good morning", goes_at=TOMORROW)
    await says("Good evening", goes_at=TOMORROW)
    await witness.execute(UNREADABLE, first.id)
    await due.go(TOMORROW)
    assert await left(witness) == 1
    (stays,) = await told(witness, "tell")
    assert (stays["message"], stays["sentence"]) == (first.id, due.FAILED)
    assert not await held.planned(ticket_id=1)
