"""What is known of a customer: their requests by pages, and what colleagues note."""

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.errors import Observing, TooLong, TooManyContacts
from bot.desk.people import contacts, customers
from bot.desk.said import ChannelAddress
from bot.desk.tickets import profiles
from bot.desk.tickets.profiles import ABOUT, MOST_CONTACTS, SHOWN
from models import Customer, Event
from tests.desk.talk import NOW, SOMEBODY, anna
from tests.desk.test_access import somebody

MANY = """
INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
SELECT 1, 1, 'closed', 'Another', now(), now() FROM generate_series(2, $1::int)
"""
CARDS = "SELECT count(*) FROM delivery WHERE kind = 'card'"


async def test_all_requests_are_shown_by_pages(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    assert (await profiles.of(1)).pages == 1
    await anna(1, "And mine", by=ChannelAddress("telegram", "2"))
    await witness.execute(MANY, 2 * SHOWN + 1)
    first, last = await profiles.of(1), await profiles.of(1, 99)
    assert (first.total, first.pages, first.page, last.page) == (2 * SHOWN + 1, 3, 1, 3)
    assert [one.id for one in last.requests] == [1]
    found = [one.id for page in (1, 2, 3) for one in (await profiles.of(1, page)).requests]
    assert found == sorted(found, reverse=True)
    assert len({*found}) == 2 * SHOWN + 1
    assert 2 not in found, "somebody else’s"


async def test_notes_are_added_and_none_is_cut(db: str) -> None:
    await anna(1, "Hello")
    async with outbox.transaction():
        await profiles.add_note(1, "Pays on time", SOMEBODY, NOW)
        await profiles.add_note(1, " Call after six ", SOMEBODY, NOW)
    assert (await Customer.get(id=1)).about == "Pays on time\nCall after six"
    with pytest.raises(TooLong):
        async with outbox.transaction():
            await profiles.add_note(1, "x" * ABOUT, SOMEBODY, NOW)
    async with outbox.transaction():
        assert await profiles.clear_notes(1, SOMEBODY, NOW)
        assert not await profiles.clear_notes(1, SOMEBODY, NOW)
    *_noted, cleared = await Event.filter(name="about").order_by("id")
    assert cleared.before == {"about": "Pays on time\nCall after six"}, "nothing is lost"


async def test_what_is_so_already_changes_nothing(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    async with outbox.transaction():
        assert await profiles.set_vip(1, True, SOMEBODY, NOW)
        assert await profiles.add_contact(1, contacts.phone("+380671234567"), SOMEBODY, NOW)
    before = await Event.all().count(), await witness.fetchval(CARDS)
    async with outbox.transaction():
        assert not await profiles.set_vip(1, True, SOMEBODY, NOW)
        assert not await profiles.add_contact(1, contacts.phone("+380671234567"), SOMEBODY, NOW)
        assert not await profiles.drop_contact(1, 99, SOMEBODY, NOW)
    assert before == (await Event.all().count(), await witness.fetchval(CARDS))


async def test_contacts_are_few(db: str) -> None:
    await anna(1, "Hello")
    async with outbox.transaction():
        for number in range(MOST_CONTACTS):
            typed = contacts.phone(f"+38067000000{number}")
            await profiles.add_contact(1, typed, SOMEBODY, NOW)
    with pytest.raises(TooManyContacts):
        async with outbox.transaction():
            await profiles.add_contact(1, contacts.phone("+380501112233"), SOMEBODY, NOW)


async def test_an_observer_changes_nothing(db: str) -> None:
    await anna(1, "Hello")
    observer = await somebody("observer")
    with pytest.raises(Observing):
        async with outbox.transaction():
            await profiles.set_vip(1, True, observer, NOW)


async def test_every_address_is_shown(db: str) -> None:
    await anna(1, "Hello")
    await customers.also_at(1, ChannelAddress("mail", "anna@example.com"), NOW)
    assert [one.channel for one in (await profiles.of(1)).addresses] == ["telegram", "mail"]
