"""Customers: who they are, what they chose, and that one is not another."""

from datetime import timedelta

import asyncpg
import orjson
import pytest

from bot.desk import outbox
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.sentences import Sentence
from bot.desk.talk import intake, reach
from bot.desk.tickets import theirs
from bot.desk.words import Words
from models import Status
from tests.desk.talk import ANNA, NOW, anna, turns

BORYS = ChannelAddress("telegram", "2")
SHOP = ChannelAddress("webhook", "shop:anna")
WHERE = "SELECT ticket_id, reply_to_id FROM message ORDER BY id"
TOLD = "SELECT count(*) FROM delivery WHERE kind = 'tell'"


async def borys(number: int, text: str, reply_to: str | None = None) -> None:
    words = Incoming(BORYS, Person("Borys"), str(number), Content(words=Words(text)), reply_to)
    async with outbox.transaction():
        await intake.receive(words, NOW, reopen_days=7)


async def test_the_same_numbers_in_another_chat_are_other_messages(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    await borys(2, "And mine?", reply_to="1")
    assert tuple(await witness.fetchrow(WHERE + " DESC")) == (2, None)
    async with outbox.transaction():
        assert not await intake.edited(BORYS, "1", Content(words=Words("Mine")), NOW)
        assert not await intake.reacted(ChannelAddress("mail", "1"), "1", "👍", NOW)
        assert await intake.knows(ANNA, "1")
        assert not await intake.knows(BORYS, "1")


async def test_nobody_chooses_anothers_request(db: str, witness: "asyncpg.Connection") -> None:
    await anna(1, "Where is it?")
    await borys(1, "And mine?")
    async with outbox.transaction():
        address = await theirs.at(BORYS, Person("Borys"), NOW)
        assert await theirs.choose(address, 1, NOW) is None
        assert await theirs.choose(address, 2, NOW) is not None
        assert [ticket.id for ticket in (await theirs.requests(address))[0]] == [2]


async def two_addresses(first: Person) -> None:
    """Somebody who is reached at two of them."""
    async with outbox.transaction():
        address = await theirs.at(ANNA, first, NOW)
        await customers.also_at(address.customer_id, SHOP, NOW)


async def called(place: ChannelAddress, person: Person) -> tuple[str, str | None]:
    """How the customer is called when they have spoken so at this address."""
    async with outbox.transaction():
        customer = (await theirs.at(place, person, NOW)).customer
        return customer.name, customer.username


async def test_a_name_is_that_of_the_address_where_it_was_given(db: str) -> None:
    await two_addresses(Person("Anna", "anna"))
    assert await called(SHOP, Person("+380441234567", is_named=False)) == ("Anna", "anna")
    assert await called(SHOP, Person("Mrs. Koval")) == ("Anna", "anna")
    assert await called(ANNA, Person("Anna K.", "anna")) == ("Anna K.", "anna")
    assert await called(ANNA, Person("Anna K.", None)) == ("Anna K.", None)


async def test_a_name_takes_the_place_of_a_number(db: str) -> None:
    await two_addresses(Person("+380441234567", is_named=False))
    assert await called(SHOP, Person("Anna")) == ("Anna", None)
    assert await called(ANNA, Person("+380441234567", is_named=False)) == ("Anna", None)
    assert await called(SHOP, Person("Anna K.")) == ("Anna K.", None)
    assert await called(ANNA, Person("Mrs. Koval")) == ("Anna K.", None)


async def test_a_name_is_taken_over_and_a_chosen_language_kept(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna", "anna", "ru"), NOW)
        assert address.customer.language == "ru"
        await theirs.choose_language(address, "uk", NOW)
        await theirs.at(ANNA, Person("Anna Maria", None, "ru"), NOW)
        await theirs.at(BORYS, Person("\u3164"), NOW)
        await theirs.at(BORYS, Person("\u200b"), NOW)
    assert await witness.fetchval("SELECT name FROM customer WHERE id = 2") == "…"
    person = await witness.fetchrow("SELECT name, username, language FROM customer")
    assert tuple(person) == ("Anna Maria", None, "uk")


async def test_who_asks_in_haste_is_answered_once_and_of_other_things_too(
    db: str, witness: "asyncpg.Connection"
) -> None:
    for text in ("one", "one", "two", "three", "two"):
        async with outbox.transaction():
            await customers.tell(await theirs.at(ANNA, Person("Anna"), NOW), Sentence(text), NOW)
    assert await witness.fetchval("SELECT count(*) FROM delivery") == 3
    for text in ("two", "one"):
        async with outbox.transaction():
            await customers.tell(await theirs.at(BORYS, Person("Borys"), NOW), Sentence(text), NOW)
    assert await witness.fetchval("SELECT count(*) FROM delivery WHERE kind = 'say'") == 5


async def test_a_new_name_or_language_is_shown_and_the_same_ones_cost_nothing(
    db: str, witness: "asyncpg.Connection"
) -> None:
    await anna(1, "Where is it?")
    for act, kinds in (
        (lambda address: theirs.choose_language(address, "uk", NOW), ["card", "look"]),
        (lambda _address: theirs.at(ANNA, Person("Anna"), NOW), []),
        (lambda _address: theirs.at(ANNA, Person("Anna Maria"), NOW), ["card", "look"]),
    ):
        await witness.execute("DELETE FROM delivery")
        async with outbox.transaction():
            address = await customers.find(ANNA)
            assert address
            await act(address)
        found = await witness.fetch("SELECT kind FROM delivery ORDER BY id")
        assert [row["kind"] for row in found] == kinds


async def test_words_go_to_the_request_that_was_chosen(db: str) -> None:
    await anna(1, "Where is it?")
    async with outbox.transaction():
        await theirs.start_new(await theirs.at(ANNA, Person("Anna"), NOW), NOW)
    await anna(2, "And my password?")
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        await theirs.start_new(address, NOW)
        await theirs.choose(address, 1, NOW)
    assert (await anna(3, "It has come")).ticket_id == 1
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        assert [ticket.id for ticket in (await theirs.requests(address))[0]] == [2, 1]


async def test_buttons_go_with_the_words(db: str, witness: "asyncpg.Connection") -> None:
    async with outbox.transaction():
        address = await theirs.at(ANNA, Person("Anna"), NOW)
        await customers.tell(address, Sentence("Which?"), NOW, [[("This", "pick:1")]])
        await customers.tell(address, Sentence("Well"), NOW)
    rows = await witness.fetch("SELECT payload FROM delivery ORDER BY id")
    assert [orjson.loads(row["payload"])["buttons"] for row in rows] == [[[["This", "pick:1"]]], []]


async def test_who_blocks_and_returns_is_told_once_each(
    db: str, witness: "asyncpg.Connection"
) -> None:
    async with outbox.transaction():
        await reach.blocked(ANNA, NOW)  # nobody has ever written from there
        await theirs.at(BORYS, Person("Borys"), NOW)
        await reach.blocked(BORYS, NOW)  # they have no ticket
    assert await witness.fetchval(TOLD) == 0
    await anna(1, "Where is it?")
    for act, told in ((reach.returned, 0), (reach.blocked, 1), (reach.blocked, 1)):
        async with outbox.transaction():
            await act(ANNA, NOW)
        assert await witness.fetchval(TOLD) == told
    async with outbox.transaction():
        await reach.returned(ANNA, NOW)
    assert await witness.fetchval(TOLD) == 2
    await witness.execute("DELETE FROM delivery")
    async with outbox.transaction():
        await reach.blocked(ANNA, NOW)
    kinds = await witness.fetch("SELECT kind FROM delivery ORDER BY id")
    assert [row["kind"] for row in kinds] == ["tell", "card", "look"], "once more, and shown"


@pytest.mark.parametrize(("days", "ticket"), [(7, 1), (8, 2)])
@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
async def test_words_after_the_end_belong_to_it_for_a_week(
    db: str, witness: "asyncpg.Connection", status: Status, days: int, ticket: int
) -> None:
    await anna(1, "Where is it?")
    await turns(1, status)
    at = NOW + timedelta(days=days)
    received = await anna(2, "It is not here", at=at)
    assert (received.ticket_id, received.opened) == (ticket, ticket == 2)
    found = await witness.fetchrow(
        "SELECT status, previous_id, customer_at FROM ticket ORDER BY id DESC"
    )
    assert tuple(found) == (("open", None, at) if ticket == 1 else ("new", 1, at))


async def test_a_week_is_counted_from_the_end_that_came_last(db: str) -> None:
    await anna(1, "Where is it?")
    await turns(1, Status.RESOLVED)
    await turns(1, Status.CLOSED, NOW + timedelta(days=6))
    assert (await anna(2, "It is not here", at=NOW + timedelta(days=13))).ticket_id == 1
