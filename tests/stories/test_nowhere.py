"""Words that go nowhere: their author is told at once, where they wrote them, once."""

import aiohttp
import asyncpg
import orjson
import pytest

from bot.app import App
from bot.desk import outbox
from bot.forum import groups
from tests.desk.talk import SOMEBODY
from tests.stories.chat import Operator, Seen, Topic, eventually, words
from tests.stories.conftest import RIGHTS, Stage
from tests.stories.test_handing_over import HAND_OVER, ready, wants_its_place

NO_CUSTOMER = "reaches a customer"


async def test_words_in_general_are_told_once_to_each(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    first = desk.olena.writes(desk.general, "It leaves today")
    told = await desk.general.shows("Nothing written in General reaches a customer")
    assert told["reply_to_message"]["message_id"] == first["message_id"]
    desk.olena.writes(desk.general, "Really")
    desk.taras.writes(desk.general, "I see")
    await desk.general.shows("Nothing written in General reaches a customer", times=2)
    await desk.settles(witness)
    assert len(desk.general.since(first)) == 4, "two more of people’s, and one answer to each"


async def test_words_in_a_topic_of_ones_own_are_told_once_in_each(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, ticket = await desk.asks()
    for name in ("Lunch", "Parcels"):
        thread = desk.olena.person.creates_topic(desk.group, name)
        own = Topic(desk.sandbox, desk.group, thread)
        desk.olena.writes(own, "Who is coming?")
        desk.olena.writes(own, "Anybody?")
        await own.shows("This topic belongs to no request")
    desk.olena.writes(ticket, "It leaves today")
    await anna.shows("It leaves today")
    await desk.settles(witness)
    anna.lacks("Anybody?")
    ticket.lacks(NO_CUSTOMER)


async def test_other_bots_and_telegram_itself_are_not_answered(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    robot = desk.world.add_bot("7000000002:AAHanother-bot-of-the-sandbox-000000", "Robot", "robot")
    desk.olena.person.adds_bot(robot, desk.group)
    url = f"{desk.sandbox.url}/bot7000000002:AAHanother-bot-of-the-sandbox-000000/sendMessage"
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"chat_id": desk.group, "text": "Deployed"})
    desk.olena.person.renames(desk.group, "The desk")
    desk.olena.person.pins(desk.general.messages()[-2]["message_id"], desk.group)
    await desk.settles(witness)
    desk.general.lacks(NO_CUSTOMER)


@pytest.fixture
async def practice(stage: Stage) -> Topic:
    """The test ticket of a desk that was connected with a code."""
    await stage.opens(operator_group_id=None)
    stage.olena.writes(stage.general, f"/setup {await stage.code()}")
    topic = await stage.topic("Test ticket")
    await topic.shows("no customer reads this topic")
    await stage.general.shows("This is the operators’ group now")
    return topic


async def test_the_test_ticket_answers_as_a_ticket_does(
    stage: Stage, practice: Topic, witness: asyncpg.Connection
) -> None:
    said = stage.taras.writes(practice, "It leaves <today>")
    told = await practice.shows("the customer would now have this message")
    assert words(told).endswith("\nIt leaves <today>")
    await practice.turns(said, lambda now: now["reactions"])
    again = stage.taras.writes(practice, "And tomorrow")
    await practice.turns(again, lambda now: now["reactions"])
    note = stage.taras.writes(practice, "// he is difficult")
    await practice.shows("📝 A note: it stays here")
    stage.taras.writes(practice, "I agree", reply_to=note["message_id"])
    for inside in ("// very", ".// very", "/ note very"):
        stage.taras.writes(practice, inside)
    stage.taras.person.forwards(said, stage.group, practice.thread)
    stage.olena.writes(practice, "/close")
    await stage.olena.hears(practice, "This topic has no ticket")
    stage.olena.person.closes_topic(stage.group, practice.thread)
    stage.olena.person.reopens_topic(stage.group, practice.thread)
    await stage.settles(witness)
    assert not practice.now(note)["reactions"]
    await practice.shows("📝 A note: it stays here")
    await practice.shows("the customer would now have this message")
    assert await witness.fetchval("SELECT count(*) FROM message") == 0


FORMER = "The desk is in another group now"


async def test_who_writes_in_the_former_group_is_told(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """In a topic that was a request's each time: a customer was meant. Elsewhere once."""
    anna, topic = await desk.asks()
    said = desk.olena.writes(topic, "On Friday")
    await anna.shows("On Friday")
    ivan = await left_for_another(desk)

    async def is_told(written: Seen, times: int) -> None:
        told = await topic.shows(FORMER, times=times)
        assert told["reply_to_message"]["message_id"] == written["message_id"]

    await is_told(desk.olena.writes(topic, "It leaves today"), 1)
    await is_told(desk.olena.writes(topic, "Tomorrow at the latest"), 2)
    desk.olena.edits(said, "On Monday")
    await is_told(said, 3)
    hidden = desk.olena.person.anonymously
    await is_told(hidden.writes(desk.group, "It has left", thread=topic.thread), 4)
    await is_told(hidden.writes(desk.group, "Really", thread=topic.thread), 5)
    await is_told(desk.olena.sends(topic, "story"), 6)
    await is_told(desk.olena.writes(topic, "/resolve"), 7)
    desk.olena.person.renames(desk.group, "The desk")
    desk.olena.person.pins(said["message_id"], desk.group)

    chat = desk.olena.writes(desk.general, "Where is everybody?")
    await desk.general.shows(FORMER)
    desk.olena.writes(desk.general, "Hello?")
    desk.olena.edits(chat, "Is anybody here?")
    await desk.settles(witness)
    await topic.shows(FORMER, times=7)
    await desk.general.shows(FORMER)
    for unsent in ("It leaves today", "On Monday", "It has left"):
        anna.lacks(unsent)

    async with outbox.transaction():  # back, and away again, before anybody looks
        await groups.bind(desk.group, "Operators", None, SOMEBODY, instead_of=ivan.chat)
        await groups.bind(ivan.chat, "Shop", None, SOMEBODY, instead_of=desk.group)
    desk.olena.writes(desk.general, "And now?")
    await desk.general.shows(FORMER, times=2)


async def left_for_another(desk: Stage) -> Operator:
    """The desk is handed over to Ivan's group."""
    ivan, general = ready(desk)
    await wants_its_place(desk, ivan, general)
    asked = await desk.general.shows("asks to move the desk")
    await desk.olena.presses(asked, HAND_OVER)
    await general.shows("This is the operators’ group now")
    return ivan


async def test_whose_walk_goes_on_in_the_former_group_is_told_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Each step comes as an edit, for hours."""
    anna, topic = await desk.asks()
    place = desk.olena.sends(topic, "live_location", latitude=50.45, longitude=30.52)
    await anna.shows_kind("location")
    await left_for_another(desk)
    for step in (50.46, 50.47, 50.48):
        desk.olena.person.moves(place["message_id"], desk.group, step, 30.52)
    told = await topic.shows(FORMER)
    assert told["reply_to_message"]["message_id"] == place["message_id"]
    await desk.settles(witness)
    await topic.shows(FORMER)


async def test_who_writes_as_a_channel_is_told_about_that(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.olena.person.as_channel("Shop news").writes(
        desk.group, "It leaves today", thread=topic.thread
    )
    told = await topic.shows("You write as the channel “Shop news”")
    assert "Remain anonymous" not in told["text"]
    desk.olena.person.anonymously.writes(desk.group, "It leaves", thread=topic.thread)
    await topic.shows("Remain anonymous")
    await desk.settles(witness)
    anna.lacks("It leaves")


# The bot cannot hear


async def test_a_bot_that_is_demoted_says_so_and_from_when_to_when_it_heard_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    bob = desk.customer("Bob")
    bob.writes("And mine?")
    await desk.topic("#2")
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.person.demotes(desk.bot, desk.group)
    told = await desk.general.shows("I am not an admin here any more")
    assert "your answers reach no customer" in told["text"]
    desk.olena.writes(topic, "Tomorrow at the latest")
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, **RIGHTS)
    back = await desk.general.shows("I see again what is written here")
    assert "1 customer waits for an answer." in back["text"]
    desk.olena.writes(topic, "On Friday")
    await anna.shows("On Friday")
    await desk.settles(witness)
    anna.lacks("Tomorrow")
    await desk.general.shows("I am not an admin here any more")
    await desk.general.shows("I see again what is written here")
    desk.general.lacks("Missing right")


async def test_a_bot_without_privacy_mode_hears_though_it_is_no_admin(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    """It only makes no topics; what it heard need not be sent again."""
    stage.bot.privacy = False
    await stage.opens()
    anna, topic = await stage.asks()
    stage.olena.person.demotes(stage.bot, stage.group)
    await stage.general.shows("Missing right “Manage Topics”")
    stage.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    stage.olena.person.sets_bot_rights(stage.bot, stage.group, **RIGHTS)
    await stage.general.shows("It works again")
    await stage.settles(witness)  # else a card may wait until the bot is back
    stage.olena.person.kicks(stage.bot, stage.group)
    stage.olena.person.unbans(stage.bot, stage.group)
    await eventually(lambda: not stage.bot.updates, lambda: "the updates are never done")
    stage.general.lacks("I am not an admin")
    stage.general.lacks("I see again")
    assert await witness.fetchval("SELECT deaf_since FROM operator_group"), "who is out is deaf"
    stage.olena.person.adds_bot(stage.bot, stage.group)
    back = await stage.general.shows("I see again what is written here")
    assert "wait for an answer" not in back["text"], "nobody does"


async def test_kicked_and_added_back(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, _topic = await desk.asks()
    await desk.settles(witness)  # else the pin may wait until the bot is back
    desk.olena.person.kicks(desk.bot, desk.group)
    await desk.settles(witness)
    desk.general.lacks("I am not an admin")
    desk.olena.person.unbans(desk.bot, desk.group)
    desk.olena.person.adds_bot(desk.bot, desk.group)
    await desk.general.shows("I am not an admin here any more")
    desk.general.lacks("To make this your operators’ group")
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, **RIGHTS)
    await desk.general.shows("I see again what is written here")
    assert await witness.fetchval("SELECT deaf_since FROM operator_group") is None
    anna.writes("Are you there?")
    await (await desk.topic("#1")).shows("Are you there?")


async def test_demoted_while_the_desk_was_away(stage: Stage) -> None:
    """Updates are kept for a day only: the start looks for itself."""
    await stage.opens()
    await stage.asks()
    await stage.closes()
    stage.olena.person.demotes(stage.bot, stage.group)
    stage.bot.updates.clear()
    await stage.opens()
    await stage.general.shows("I am not an admin here any more")


async def test_a_right_that_is_taken_is_missed_at_once(desk: Stage) -> None:
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, can_manage_topics=False)
    await desk.general.shows("Missing right “Manage Topics”")
    desk.olena.person.sets_bot_rights(desk.bot, desk.group, can_manage_topics=True)
    await desk.general.shows("It works again")


async def test_demoted_and_promoted_while_the_desk_was_away(
    stage: Stage, witness: asyncpg.Connection
) -> None:
    await stage.opens()
    await stage.asks()
    await stage.closes()
    stage.olena.person.demotes(stage.bot, stage.group)
    stage.olena.person.sets_bot_rights(stage.bot, stage.group, **RIGHTS)
    await stage.opens()
    await stage.general.shows_in_order(
        "I am not an admin here any more", "I see again what is written here"
    )


async def test_what_is_replayed_is_no_news_of_the_bot(
    stage: Stage, witness: asyncpg.Connection, database_url: str, redis_url: str
) -> None:
    """It was demoted once, and may have been promoted since: the group is looked at."""
    await stage.opens()
    await stage.asks()
    await stage.closes()
    stage.olena.person.demotes(stage.bot, stage.group)
    (demoted,) = [one for one in stage.bot.updates if b"my_chat_member" in one.body]
    update = orjson.loads(demoted.body)["my_chat_member"]
    stage.bot.updates.clear()
    await stage.sets_aside(witness, my_chat_member=update)
    stage.olena.person.sets_bot_rights(stage.bot, stage.group, **RIGHTS)
    stage.bot.updates.clear()
    async with App(stage.settings, database_url, redis_url) as app:
        assert await app.replay(None, lambda _line: None) == (1, 0)
    await stage.opens()
    await stage.settles(witness)
    stage.general.lacks("I am not an admin")
    assert await witness.fetchval("SELECT deaf_since FROM operator_group") is None
