"""What is for one person does not stand in the group: which way it goes, and what if it cannot."""

import asyncpg

from tests.stories.chat import Customer
from tests.stories.conftest import Stage

SAME = "Reply with this command to the message"


def private(desk: Stage) -> Customer:
    """Olena's own chat with the bot."""
    return Customer(desk.sandbox, desk.olena.person, desk.bot)


async def test_an_answer_is_seen_by_who_asked(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/unsend")
    await desk.olena.alone(topic).shows(SAME)
    await desk.settles(witness)
    topic.lacks(SAME)
    assert desk.taras.alone(topic).messages() == []
    assert len(desk.sandbox.calls.ephemeral(desk.group)) == 1


async def test_a_bot_that_is_no_admin_answers_in_the_private_chat(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    private(desk).starts()
    await private(desk).shows("Вітаємо")
    desk.olena.person.demotes(desk.bot, desk.group)
    desk.olena.writes(topic, "/unsend")
    await private(desk).shows(f"Operators\n{SAME}")
    await desk.settles(witness)
    topic.lacks(SAME)


async def test_where_no_other_way_is_left_it_stands_in_the_topic(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    desk.olena.person.demotes(desk.bot, desk.group)
    asked = desk.olena.writes(topic, "/unsend")
    said = await topic.shows(SAME)
    assert said["reply_to_message"]["message_id"] == asked["message_id"]
    await desk.settles(witness)


async def test_a_private_chat_that_was_shut_is_no_way(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    private(desk).starts()
    await private(desk).shows("Вітаємо")
    desk.bot.updates.clear()
    desk.olena.person.demotes(desk.bot, desk.group)
    desk.world.chat(desk.bot, desk.olena.person.id).blocked = True  # and the bot is not told
    desk.olena.writes(topic, "/unsend")
    await topic.shows(SAME)
    await desk.settles(witness)


async def test_a_server_from_before_is_found_out_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    desk.world.ephemeral = "unknown"
    desk.olena.writes(topic, "/unsend")
    await topic.shows(SAME)
    desk.taras.writes(topic, "/unsend")
    await topic.shows(SAME, times=2)
    await desk.settles(witness)
    assert len(desk.sandbox.calls.ephemeral(desk.group)) == 1


async def test_who_has_left_is_told_nothing_more(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await desk.asks()
    desk.taras.writes(topic, "/unsend")
    desk.taras.person.leaves(desk.group)
    await desk.settles(witness)
    dead = "SELECT count(*) FROM delivery WHERE state = 'dead'"
    assert await witness.fetchval(dead) == 0


async def test_words_that_went_nowhere_are_told_before_all(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/refund 100 please")
    await topic.shows("There is no command /refund, so nothing was sent.")
    await desk.settles(witness)
    assert desk.olena.alone(topic).messages() == []
