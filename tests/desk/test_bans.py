"""Bans: who is banned, until when, who knows of it, and what it costs."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from bot.desk import outbox
from bot.desk.errors import LeadsOnly, NotBanned, TooLong
from bot.desk.people import bans, customers
from bot.desk.said import ChannelAddress
from bot.desk.said.sentences import Sentence
from bot.desk.talk import barring
from bot.desk.tickets import banning
from models import Customer
from models.database import connected
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, apart, olena

LATER = NOW + timedelta(days=1)
SHOP = ChannelAddress("webhook", "shop:anna")
TOLD = "SELECT payload ->> 'address' FROM delivery WHERE kind = 'say' AND id > $1"


async def bans_anna(hours: int | None = 2, reason: str = "shouts") -> None:
    async with outbox.transaction():
        until = None if hours is None else NOW + timedelta(hours=hours)
        await banning.ban(1, until, reason, SOMEBODY, NOW)


async def unbans_anna() -> None:
    async with outbox.transaction():
        await banning.unban(1, SOMEBODY, NOW)


async def is_told(place: ChannelAddress = ANNA) -> None:
    ban = await bans.at(place, NOW)
    assert ban
    async with outbox.transaction():
        await barring.tell(ban, Sentence(barring.FOR_GOOD), NOW)


async def last(witness: asyncpg.Connection) -> int:
    return int(await witness.fetchval("SELECT coalesce(max(id), 0) FROM delivery"))


async def test_a_ban_ends_by_itself(db: str) -> None:
    await anna(1, "Hello")
    assert await bans.at(ANNA, NOW) is None
    await bans_anna(2)
    assert await bans.at(ANNA, NOW + timedelta(minutes=119))
    assert await bans.at(ANNA, NOW + timedelta(hours=2)) is None
    customer = await Customer.get(id=1)
    assert bans.stands(customer, NOW)
    assert not bans.stands(customer, LATER)
    await bans_anna(None)
    assert await bans.at(ANNA, NOW + timedelta(days=9999))


async def test_it_is_of_the_person_by_whichever_address(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    await customers.also_at(1, SHOP, NOW)
    await anna(1, "Hello", by=ChannelAddress("telegram", "2"))
    await bans_anna()
    assert await bans.at(SHOP, NOW)
    assert await bans.at(ChannelAddress("telegram", "2"), NOW) is None, "somebody else"
    assert await bans.at(ChannelAddress("telegram", "9"), NOW) is None, "nobody that is known"
    before = await last(witness)
    await is_told(SHOP)
    await is_told(ANNA)
    assert [row[0] for row in await witness.fetch(TOLD, before)] == ["2"], "once, where they wrote"


async def test_of_two_messages_at_once_one_is_answered(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        await anna(1, "Hello")
        await bans_anna()
        before = await last(witness)
        await asyncio.gather(*[apart(is_told()) for _message in range(2)])
    assert len(await witness.fetch(TOLD, before)) == 1


async def test_a_further_ban_is_told_of_anew(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    await bans_anna(2)
    await is_told()
    await bans_anna(48)
    before = await last(witness)
    await is_told()
    assert len(await witness.fetch(TOLD, before)) == 1


async def test_who_knows_of_the_ban_hears_of_its_end(db: str, witness: asyncpg.Connection) -> None:
    await anna(1, "Hello")
    await bans_anna()
    before = await last(witness)
    await unbans_anna()
    assert await witness.fetch(TOLD, before) == [], "they have not known of it"
    await bans_anna()
    await is_told()
    before = await last(witness)
    await unbans_anna()
    assert len(await witness.fetch(TOLD, before)) == 1
    with pytest.raises(NotBanned):
        await unbans_anna()


async def test_a_ban_that_has_ended_cannot_be_lifted(db: str) -> None:
    await anna(1, "Hello")
    await bans_anna(2)
    with pytest.raises(NotBanned):
        async with outbox.transaction():
            await banning.unban(1, SOMEBODY, LATER)


async def test_an_operator_does_not_ban_and_no_reason_is_cut(db: str) -> None:
    await anna(1, "Hello")
    for reason, who, error in (("x", await olena(), LeadsOnly), ("x" * 201, SOMEBODY, TooLong)):
        with pytest.raises(error):
            async with outbox.transaction():
                await banning.ban(1, None, reason, who, NOW)
    assert await bans.at(ANNA, NOW) is None
