"""A customer is turned away for a time, or for good: told once, and then it costs nothing."""

import asyncpg

from models import Role
from tests.bridges.webhook.site import message
from tests.stories.chat import Customer, Topic, words
from tests.stories.conftest import Stage
from tests.stories.test_roles import LEADS, is_made
from tests.stories.test_webhook import Shop, shop

__all__ = ["shop"]

TURNED_AWAY = "Nobody reads what you send"
COSTS = (
    "SELECT (SELECT count(*) FROM delivery), (SELECT count(*) FROM message), "
    "(SELECT count(*) FROM ticket), (SELECT count(*) FROM event), "
    "(SELECT count(*) FROM seen_update)"
)


async def banned(desk: Stage, command: str = "/ban 7d лається") -> tuple[Customer, Topic]:
    """Anna has asked, Olena has banned her."""
    anna, topic = await desk.asks()
    desk.olena.writes(topic, command)
    await desk.olena.hears(topic, "turned away")
    return anna, topic


async def test_a_banned_customer_is_told_once_and_costs_nothing_more(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await banned(desk)
    said = anna.writes("You are all thieves")
    told = await anna.shows(TURNED_AWAY)
    assert told["reply_to_message"]["message_id"] == said["message_id"]
    assert "until" in words(told)
    assert "лається" not in words(told), "the reason is for colleagues"
    await desk.settles(witness)
    before = await witness.fetchrow(COSTS)
    anna.writes("Thieves!")
    anna.sends("photo")
    anna.edits(said, "Thieves, all of you")
    anna.reacts(told, "👎")
    anna.writes("/new")
    await desk.settles(witness)
    assert await witness.fetchrow(COSTS) == before
    assert anna.copies(TURNED_AWAY, desk.bot.id) == 1
    topic.lacks("hieves")


async def test_a_time_that_is_not_plain_is_no_reason(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Who is to be banned until tomorrow is not banned for good."""
    _anna, topic = await desk.asks()
    for number, wrong in enumerate(("завтра о 25 лається", "сьогодні о 0 лається"), 1):
        desk.olena.writes(topic, f"/ban {wrong}")
        await desk.olena.hears(topic, "Write it like this: /ban", times=number)
    assert not await witness.fetchval("SELECT count(*) FROM customer WHERE banned_at IS NOT NULL")


async def test_colleagues_see_it_on_the_card_and_in_the_profile(desk: Stage) -> None:
    anna, topic = await banned(desk, "/ban лається")
    await topic.changes(topic.card, "⛔️ Turned away for good: лається")
    shown = await desk.olena.asks(topic, "/profile")
    assert "⛔️ Turned away for good: лається" in words(shown)
    desk.olena.writes(topic, "/unban")
    await topic.turns(topic.card, lambda now: "⛔️" not in words(now))
    anna.lacks("лається")


async def test_a_button_is_answered_and_does_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    anna.writes("/requests")
    listed = await anna.shows("Your requests")
    desk.olena.writes(topic, "/ban спам")
    await desk.olena.hears(topic, "turned away")
    answer = await anna.presses(listed, "➕ New request")
    assert TURNED_AWAY in answer["text"]
    await desk.settles(witness)
    anna.lacks("Write your question")


async def test_it_ends_by_itself(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await banned(desk, "/ban 1 год кричить")
    anna.writes("Hello?")
    await anna.shows(TURNED_AWAY)
    await witness.execute("UPDATE customer SET banned_until = now()")  # an hour later
    anna.writes("I am calm now")
    await topic.shows("I am calm now")
    topic.lacks("Hello?")


async def test_unban_lets_them_in_at_once_and_says_so(desk: Stage) -> None:
    anna, topic = await banned(desk)
    anna.writes("Hello?")
    await anna.shows(TURNED_AWAY)
    desk.olena.writes(topic, "/unban")
    await desk.olena.hears(topic, "can write to us again")
    await anna.shows("You can write to us again.")
    anna.writes("Thank you")
    await topic.shows("Thank you")


async def test_colleagues_still_write_to_them(desk: Stage) -> None:
    anna, topic = await banned(desk)
    desk.olena.writes(topic, "Your money is on its way")
    await anna.shows("Your money is on its way")


async def test_leads_ban_and_operators_do_not(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "/ban спам")
    await desk.taras.hears(topic, LEADS)
    anna.writes("I am still here")
    await topic.shows("I am still here")
    await is_made(desk, witness, Role.LEAD)
    desk.taras.writes(topic, "/ban спам")
    await desk.taras.hears(topic, "turned away")


async def test_a_ban_that_is_not_understood_is_none(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    for typed in (
        "/ban",
        "/ban 7d",
        "/ban 7",
        "/ban 0d спам",
        "/ban -1д спам",
        "/ban 7 місяців спам",
    ):
        told = await desk.olena.asks(topic, typed)
        assert "/ban 7d" in words(told), typed
    told = await desk.olena.asks(topic, "/unban")
    assert "not banned" in words(told)
    anna.writes("Hello again")
    await topic.shows("Hello again")


async def test_who_answers_customers_is_banned_as_a_customer_only(desk: Stage) -> None:
    """Taras writes to the bot himself, and is turned away; in the group he works on."""
    taras = Customer(desk.sandbox, desk.taras.person, desk.bot, desk.noted)
    taras.starts()
    taras.writes("I want a discount")
    his = await desk.topic("#1 Taras")
    await taras.shows("отримано")
    desk.olena.writes(his, "/ban просить знижку")
    await desk.olena.hears(his, "turned away")
    taras.writes("Please")
    await taras.shows("Ніхто не читає")
    anna = desk.customer("Anna")
    anna.writes("Where is it?")
    hers = await desk.topic("#2")
    await hers.shows("Where is it?")
    desk.taras.writes(hers, "On its way")
    await anna.shows("On its way")
    await desk.taras.presses(hers.card, "✅ Resolve")
    await anna.shows("is resolved")


async def test_what_is_asked_in_the_group_goes_on_in_the_private_chat(desk: Stage) -> None:
    """Where the bot cannot whisper, its answers stand there, and their buttons are the group's."""
    taras = Customer(desk.sandbox, desk.taras.person, desk.bot, desk.noted)
    taras.starts()
    taras.writes("I want a discount")
    his = await desk.topic("#1 Taras")
    await taras.shows("отримано")
    desk.taras.writes(his, "Good afternoon")
    await taras.shows("Good afternoon")
    desk.olena.writes(his, "/ban просить знижку")
    await desk.olena.hears(his, "turned away")
    desk.olena.person.demotes(desk.bot, desk.group)
    desk.taras.writes(his, "/profile")
    shown = await taras.shows("👤 Taras")
    answer = await taras.presses(shown, "⭐️ Make VIP")
    assert answer["text"] == "Done."


async def test_at_a_site_it_is_the_same(shop: Shop, witness: asyncpg.Connection) -> None:
    topic = await shop.asks()
    shop.desk.olena.writes(topic, "/ban спам")
    await shop.desk.olena.hears(topic, "turned away")
    await shop.brings(message("2", "Buy my watches"))
    await shop.shows(TURNED_AWAY)
    await shop.desk.settles(witness)
    before = await witness.fetchrow(COSTS)
    await shop.brings(message("3", "Buy my watches"))
    await shop.brings({**message("1", "Buy my watches"), "type": "edited"})
    await shop.desk.settles(witness)
    assert await witness.fetchrow(COSTS) == before
    topic.lacks("watches")
