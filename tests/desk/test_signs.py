"""The sign of a request: what of its life is an edit of it, and what of it must ring."""

from datetime import timedelta

import asyncpg
import pytest

from bot.desk import outbox, tickets
from bot.desk.outbox import claims
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Person
from bot.desk.tickets import calling, signs, theirs
from bot.desk.tickets.calling import AGAIN, Became
from models import Customer, Event, Status
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, answers, turns

PUT = "SELECT kind, lane, payload FROM delivery WHERE gate = 'telegram' AND id > $1 ORDER BY id"
TOLD = "SELECT count(*) FROM delivery WHERE kind = 'tell' AND payload ->> 'sentence' LIKE '🙋%'"
MAIL = ChannelAddress("mail", "anna@example.com")


async def put(witness: asyncpg.Connection, after: int) -> list[str]:
    return [row["kind"] for row in await witness.fetch(PUT, after)]


async def last(witness: asyncpg.Connection) -> int:
    return int(await witness.fetchval("SELECT max(id) FROM delivery"))


async def claimed() -> None:
    """All that waits for Anna is carried."""
    while parcels := await claims.claim("telegram", 1, NOW + timedelta(minutes=1)):
        await claims.mark_sent(parcels, NOW)


async def stands() -> None:
    """The acknowledgement of Anna's request has arrived."""
    async with outbox.transaction():
        await signs.put_up(1, 1, "77", NOW)


async def test_the_acknowledgement_is_a_sign_with_buttons(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    [parcel] = await claims.claim("telegram", 1, NOW)
    assert parcel.what.is_sign  # type: ignore[attr-defined]
    data = [each[1] for row in parcel.what.buttons for each in row]  # type: ignore[attr-defined]
    assert data == ["request:1", "solved:1", "person:1"]


async def test_its_life_is_edits_and_that_it_is_resolved_rings(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await stands()
    at = await last(witness)
    await answers(1, "On its way")
    assert {*await put(witness, at)} == {"message", "sign"}
    await claimed()
    at = await last(witness)
    await anna(2, "Thanks")
    await answers(1, "You are welcome")
    assert await put(witness, at) == ["message"], "whose turn it is the talk itself shows"
    at = await last(witness)
    await turns(1, Status.RESOLVED)
    assert await put(witness, at) == ["sign", "say"]
    at = await last(witness)
    await turns(1, Status.CLOSED)
    await turns(1, Status.OPEN)
    assert await put(witness, at) == [], "the sign waits yet, and shows what is so then"


@pytest.mark.parametrize("status", Status)
async def test_it_shows_how_its_ticket_stands(db: str, status: Status) -> None:
    await anna(1, "Hello")
    await stands()
    assert await signs.to_show(1) is None, "it says so already"
    await turns(1, status)
    shown = await signs.to_show(1)
    assert (shown is None) == (status is Status.NEW)
    if shown:
        assert shown.external_id == "77"
        assert bool(shown.buttons) == (status not in tickets.ENDED)
        async with outbox.transaction():
            await signs.shows(1, shown.face, NOW)
        assert await signs.to_show(1) is None


async def test_what_happens_before_the_acknowledgement_arrives_is_shown_after_it(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await turns(1, Status.OPEN)
    assert await signs.to_show(1) is None, "there is no sign yet"
    await claimed()
    at = await last(witness)
    await stands()
    assert await put(witness, at) == ["sign"]
    shown = await signs.to_show(1)
    assert shown
    assert shown.face == signs.WORKING


async def test_a_channel_that_calls_all_messages_alike_changes_none_for_it(db: str) -> None:
    """By the id of its acknowledgement the customer's next words stand there."""
    await anna(1, "Hello")
    await stands()
    await turns(1, Status.OPEN)
    assert await signs.to_show(1) is not None
    await anna(77, "And another thing")
    assert await signs.to_show(1) is None


async def test_it_stays_where_it_is_when_replies_go_elsewhere(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await stands()
    await customers.also_at(1, MAIL, NOW)
    await anna(2, "By mail", by=MAIL)
    at = await last(witness)
    await turns(1, Status.RESOLVED)
    assert await put(witness, at) == ["sign"]
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE gate = 'mail'") == 1


async def test_who_says_that_it_is_solved_is_not_told_so(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await stands()
    at = await last(witness)
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        assert await calling.solve(address, 1, NOW) is Became.DONE
        assert await calling.solve(address, 1, NOW) is Became.ALREADY
    assert await put(witness, at) == ["sign"]
    [event] = await Event.filter(name="status")
    assert (event.actor, event.after["status"]) == ("customer", "resolved")


async def test_a_person_is_called_once_in_a_while(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    await answers(1, "I am a machine")
    for when, became in (
        (NOW, Became.DONE),
        (NOW + AGAIN / 2, Became.ALREADY),
        (NOW + AGAIN + timedelta(seconds=1), Became.DONE),
    ):
        async with outbox.transaction():
            address = await theirs.at(ANNA, Person("Anna"), when)
            assert await calling.call(address, 1, when) is became
    assert await witness.fetchval(TOLD) == 2
    assert (await tickets.current(1)).status is Status.OPEN  # type: ignore[union-attr]
    async with outbox.transaction():
        await tickets.change(1, Status.CLOSED, SOMEBODY, NOW)
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        assert await calling.call(address, 1, NOW) is Became.ENDED


async def test_of_another_s_request_there_is_nothing(db: str) -> None:
    await anna(1, "Hello")
    await anna(1, "Mine", by=ChannelAddress("telegram", "2"))
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        for number in (2, 3, 0, -1, 2**63, 10**29):
            assert await theirs.one(address, number) is None
            assert await theirs.choose(address, number, NOW) is None
            assert await calling.solve(address, number, NOW) is Became.NOT_THEIRS
            assert await calling.call(address, number, NOW) is Became.NOT_THEIRS
    assert (await Customer.get(id=1)).current_id == 1


async def test_a_request_that_was_merged_is_the_one_it_became(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    await anna(2, "Again")
    await witness.execute("UPDATE ticket SET merged_into_id = 2 WHERE id = 1")
    found = await theirs.one(await customers.by_id(1), 1)
    assert found
    assert found.id == 2
