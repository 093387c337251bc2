"""What is for one person does not stand in the group: which way it goes, and what if it cannot."""

import asyncpg

from tests.stories.chat import Customer, Topic, eventually
from tests.stories.conftest import Stage
from tests.stories.test_held import buttons_in

MANY = """
INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
SELECT customer_id, address_id, 'closed', 'Long ago', now(), now()
FROM ticket CROSS JOIN generate_series(1, 12)
"""
LAST = "#1 ·"  # the oldest request stands on the last page
SAME = "Reply with this command to the message"


def private(desk: Stage) -> Customer:
    """Olena's own chat with the bot."""
    return Customer(desk.sandbox, desk.olena.person, desk.bot)


async def from_before(desk: Stage, topic: Topic, witness: asyncpg.Connection) -> None:
    """The server knows no ephemeral messages, and the desk has found that out."""
    desk.world.ephemeral = "unknown"
    desk.taras.writes(topic, "/move")
    await desk.settles(witness)


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


async def test_who_sees_no_whispers_asks_again_and_is_told_otherwise(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    desk.world.ephemeral = "lost"
    desk.olena.writes(topic, "/unsend")
    await desk.settles(witness)
    topic.lacks(SAME)
    desk.olena.writes(topic, "/unsend")
    await topic.shows(SAME)
    private(desk).starts()
    await private(desk).shows("Вітаємо")
    desk.olena.writes(topic, "/unsend")
    await private(desk).shows(SAME)
    await topic.shows(SAME)


async def test_whose_app_shows_whispers_may_ask_again_and_again(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    await desk.olena.asks(topic, "/help")
    for times in (1, 2, 3):
        desk.olena.writes(topic, "/unsend")
        await desk.olena.hears(topic, SAME, times=times)
    topic.lacks(SAME)


async def test_buttons_in_a_private_chat_act_in_the_topic(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    private(desk).starts()
    await private(desk).shows("Вітаємо")
    desk.world.ephemeral = "unknown"
    desk.olena.writes(topic, "/profile")
    shown = await private(desk).shows("👤 Anna")
    answer = await private(desk).presses(shown, "⭐️ Make VIP")
    assert answer["text"] == "Done."
    assert await witness.fetchval("SELECT is_vip FROM customer WHERE name = 'Anna'")
    desk.olena.person.leaves(desk.group)
    await desk.settles(witness)
    refused = await private(desk).presses(private(desk).now(shown), "VIP no more")
    assert "not in the operators’ group" in refused["text"]
    anna.lacks("VIP")


async def test_a_page_is_turned_where_it_stands(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await desk.asks()
    await witness.execute(MANY)
    first = await desk.olena.asks(topic, "/profile")
    await desk.olena.presses(first, "›")
    alone = desk.olena.alone(topic)
    await alone.changes(first, LAST)
    assert len(alone.answers()) == 1


async def test_a_page_is_turned_in_a_private_chat_and_before_all(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    await witness.execute(MANY)
    await from_before(desk, topic, witness)
    desk.olena.writes(topic, "/profile")
    shown = await topic.shows("👤 Anna")
    await desk.olena.presses(shown, "›")
    await topic.changes(shown, LAST)
    private(desk).starts()
    await private(desk).shows("Вітаємо")
    desk.olena.writes(topic, "/profile")
    own = await private(desk).shows("👤 Anna")
    await private(desk).presses(own, "›")
    await private(desk).changes(own, LAST)
    assert len([m for m in private(desk).messages() if "👤 Anna" in str(m.get("text"))]) == 1


async def test_a_kill_loses_no_whisper(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await desk.asks()
    await desk.settles(witness)
    held = {"method": "sendMessage", "chat": desk.group, "retry_after": 1}
    desk.sandbox.faults.next(do="429", **held)
    desk.olena.writes(topic, "/unsend")
    await eventually(lambda: desk.sandbox.faults.log["429"], lambda: "it was never tried")
    await desk.closes()
    assert desk.olena.alone(topic).messages() == []
    await desk.opens()
    await desk.olena.hears(topic, SAME)
    topic.lacks(SAME)


async def test_what_is_for_one_is_turned_by_nobody_else(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("first " + "a" * 900)
    copy = await topic.shows("first")
    for number in (2, 3, 4):
        anna.edits(said, f"wording {number} " + "b" * 900)
        await topic.changes(copy, f"wording {number}")
    await from_before(desk, topic, witness)
    desk.olena.writes(topic, "/history", reply_to=copy["message_id"])
    shown = await topic.shows("Earlier versions")
    refused = await desk.taras.presses(shown, "›")
    assert "ask for it yourself" in refused["text"]
    await desk.olena.presses(shown, "›")
    await topic.changes(shown, "wording 2")
    await desk.settles(witness)


async def test_the_wordings_of_another_request_are_not_shown(desk: Stage) -> None:
    anna, topic = await desk.asks()
    said = anna.writes("first " + "a" * 900)
    copy = await topic.shows("first")
    anna.edits(said, "second " + "b" * 900)
    await topic.changes(copy, "second")
    mine = await desk.olena.asks(topic, "/history", reply_to=copy["message_id"])
    desk.customer("Borys").writes("And mine?")
    other = await desk.topic("#2")
    forged = await buttons_in(desk, other, mine)
    answer = await desk.olena.presses(forged, "›")
    assert "belongs to another" in answer["text"]
    assert desk.olena.alone(other).messages() == []


async def test_words_that_reply_to_a_whisper_go_nowhere_and_all_are_told(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    told = await desk.olena.asks(topic, "/help")
    desk.olena.replies_aside(told, "It leaves today")
    await topic.shows("Olena, you have replied to a message that you alone see")
    await desk.settles(witness)
    anna.lacks("leaves")
    assert await witness.fetchval("SELECT count(*) FROM message") == 1
