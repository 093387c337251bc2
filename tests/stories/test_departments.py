"""Two departments: each has a group of its own, and requests go from one to the other."""

from typing import Any

import asyncpg
import pytest

from bot.desk.outbox import claims
from bot.desk.talk.notices import MOST_WAITING
from models import FIRST
from tests.stories.chat import General, Operator, Topic, buttons, eventually
from tests.stories.conftest import Stage
from tests.stories.test_handing_over import INSTEAD, ready

ANOTHER = "Another department"
GATES = "SELECT DISTINCT gate FROM delivery WHERE gate LIKE 'forum%' ORDER BY 1"
EVENT = "SELECT before, after FROM event WHERE name = 'department'"


class Sales:
    """A second group, Ivan's."""

    def __init__(self, stage: Stage, ivan: Operator, general: General) -> None:
        self.stage, self.ivan, self.general = stage, ivan, general

    async def topic(self, prefix: str) -> Topic:
        """Wait for the topic whose name begins so; there is exactly one."""
        world, chat = self.stage.world, self.ivan.chat

        def found() -> list[Any]:
            return [one for one in world.topics(chat) if one["name"].startswith(prefix)]

        (only,) = await eventually(found, lambda: f"no topic {prefix}")
        return Topic(self.stage.sandbox, chat, only["thread"], self.stage.noted)


async def connected(stage: Stage) -> Sales:
    """Ivan gives a code in his group, and makes it another department."""
    ivan, general = ready(stage)
    ivan.writes(general, f"/setup {await stage.code()}")
    question = await general.shows("The desk works in “Operators” already")
    assert buttons(question) == [ANOTHER, "Instead of “Operators”"]
    await ivan.presses(question, ANOTHER)
    await general.shows("This is the operators’ group now")
    return Sales(stage, ivan, general)


@pytest.fixture
async def sales(desk: Stage) -> Sales:
    return await connected(desk)


async def test_a_further_group_becomes_another_department(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    """New requests go on coming to the first, which is told of the other."""
    await desk.general.shows("Ivan has connected another department: “Shop”")
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "On its way")
    await sales.topic("Test ticket")
    await desk.settles(witness)
    assert not [one for one in desk.world.topics(sales.ivan.chat) if one["name"].startswith("#")]
    bound = "SELECT department_id FROM operator_group WHERE is_bound ORDER BY 1"
    assert [row["department_id"] for row in await witness.fetch(bound)] == [FIRST, 2]


async def test_a_request_is_moved_and_takes_its_history_along(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks("Do you sell boats?")
    desk.olena.writes(topic, "// she has written before")
    desk.olena.writes(topic, "A colleague will answer you")
    await anna.shows("A colleague will answer you")
    desk.olena.writes(topic, "/move")
    asked = await desk.olena.hears(topic, "To which department does this request go?")
    assert buttons(asked) == ["Shop"]
    pressed = await desk.olena.presses(asked, "Shop")
    assert "Moving it to “Shop”" in pressed["text"]

    there = await sales.topic("#1")
    await there.shows("Moved here from the department “Operators”")
    for words in ("Do you sell boats?", "she has written before", "A colleague will answer you"):
        await there.shows(words)
    pointer = await topic.shows("➡️ Request #1 has been moved to the department “Shop”")
    link = next(each["url"] for each in pointer["entities"] if each["type"] == "text_link")
    assert link == f"https://t.me/c/{-sales.ivan.chat - 10**12}/{there.thread}"
    await topic.becomes(closed=True)
    card = await topic.shows("Do you sell boats?")
    assert buttons(card) == [], "what it offered is offered there"

    sales.ivan.writes(there, "Yes, we do")
    await anna.shows("Yes, we do")
    anna.writes("Green ones?")
    await there.shows("Green ones?")
    topic.lacks("Green ones?")
    (event,) = await witness.fetch(EVENT)
    assert '"department_id": 2' in event["after"]
    assert '"department_id": 1' in event["before"]


GONE = "This request is in another topic now, of the department “Shop”"


async def test_who_goes_on_where_a_request_was_is_told_each_time(desk: Stage, sales: Sales) -> None:
    """An admin can write in a closed topic, and anybody can edit there: it all goes nowhere."""
    anna, topic = await desk.asks()
    said = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.writes(topic, "/move shop")
    await desk.olena.hears(topic, "Moving it to “Shop”…")
    await topic.shows("has been moved to the department “Shop”")
    await topic.becomes(closed=True)

    for times, words in enumerate(("It left yesterday", "It left indeed"), 1):
        written = desk.olena.writes(topic, words)
        told = await topic.shows(GONE, times=times)
        assert told["reply_to_message"]["message_id"] == written["message_id"]
    for times, words in enumerate(("It leaves tomorrow", "/resolve"), 3):
        desk.olena.edits(said, words)
        told = await topic.shows(GONE, times=times)
        assert told["reply_to_message"]["message_id"] == said["message_id"]
    for times, command in enumerate(("/move", "/move Operators", "/resolve"), 1):
        desk.olena.writes(topic, command)
        await desk.olena.hears(topic, GONE, times=times)
    for times, command in enumerate(("/unsend", "/history"), 4):
        desk.olena.writes(topic, command, reply_to=said)
        await desk.olena.hears(topic, GONE, times=times)
    topic.lacks("There is one department")
    for unsent in ("yesterday", "tomorrow", "resolved"):
        anna.lacks(unsent)


async def test_many_words_where_a_request_was_are_told_one_by_one(
    desk: Stage, sales: Sales
) -> None:
    """Telegram is away for a while: of answers to commands the last would do, of words none."""
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move shop")
    await topic.becomes(closed=True)
    away = desk.sandbox.faults.next(do="500", method="sendMessage", chat=desk.group, times=1000)
    last = desk.sandbox.faults.log["500"]
    for number in range(2 * MOST_WAITING):
        desk.olena.writes(topic, f"It leaves on day {number}")
    await eventually(lambda: not len(desk.bot.updates), lambda: "it does not hear them")
    assert desk.sandbox.faults.log["500"] > last
    desk.sandbox.faults.withdraw(away)
    await topic.shows(GONE, times=2 * MOST_WAITING)


async def test_where_a_request_was_before_it_came_back_it_is_not(desk: Stage, sales: Sales) -> None:
    """Its former topic in the same group is as closed as any."""
    anna, topic = await desk.asks()
    said = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Moved here from the department “Operators”")
    sales.ivan.writes(there, "/move operators")
    await there.shows("has been moved to the department “Operators”")
    back = "This request is in another topic now, of the department “Operators”"
    desk.olena.edits(said, "It leaves tomorrow")
    await topic.shows(back)
    desk.olena.writes(topic, "It left yesterday")
    await topic.shows(back, times=2)
    for unsent in ("yesterday", "tomorrow"):
        anna.lacks(unsent)


async def test_before_the_other_group_hears_of_it_who_is_in_the_old_topic_is_told(
    desk: Stage, sales: Sales
) -> None:
    """Words, an edit, a button, a command: none of them does anything unheard."""
    anna, topic = await desk.asks()
    said = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.writes(topic, "/ note?")
    asked = await topic.shows("Is this a note, or is it for the customer?")
    await silenced(desk, sales)
    desk.olena.writes(topic, "/move Shop")
    await desk.olena.hears(topic, "Moving it to “Shop”…")

    written = desk.olena.writes(topic, "It left yesterday")
    told = await topic.shows(GONE)
    assert told["reply_to_message"]["message_id"] == written["message_id"]
    desk.olena.edits(said, "It leaves tomorrow")
    told = await topic.shows(GONE, times=2)
    assert told["reply_to_message"]["message_id"] == said["message_id"]
    for number, command in enumerate(("/resolve", "/move", "/move Shop"), 1):
        desk.olena.writes(topic, command)
        await desk.olena.hears(topic, GONE, times=number)
    for label in ("📝 It is a note", "📨 Send to the customer"):
        assert GONE in (await desk.olena.presses(asked, label))["text"]
    assert GONE in (await desk.olena.presses(topic.card, "✅ Resolve"))["text"]
    for lie in ("Kept as a note", "You are not in"):
        topic.lacks(lie)
    for unsent in ("It left yesterday", "It leaves tomorrow", "resolved"):
        anna.lacks(unsent)


async def silenced(desk: Stage, sales: Sales) -> None:
    """Telegram lets the bot say nothing in the second group for a minute."""
    chat = sales.ivan.chat
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=chat, retry_after=60)
    before = len(desk.sandbox.calls.of("sendMessage", chat))
    sales.ivan.writes(sales.general, "/nonsense")
    await eventually(
        lambda: len(desk.sandbox.calls.of("sendMessage", chat)) > before,
        lambda: "nothing is said there",
    )
    await desk.noted()


async def test_a_request_comes_back(desk: Stage, sales: Sales) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Moved here from the department “Operators”")
    sales.ivan.writes(there, "/move operators")
    await there.shows("has been moved to the department “Operators”")
    again = await eventually(
        lambda: [one for one in desk.topics("#1") if one.thread != topic.thread],
        lambda: "it never comes back",
    )
    await again[0].shows("Moved here from the department “Shop”")
    desk.olena.writes(again[0], "It leaves today")
    await anna.shows("It leaves today")


async def test_a_button_that_stays_where_a_request_was_does_nothing(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move")
    asked = await desk.olena.hears(topic, "To which department does this request go?")
    await desk.olena.presses(asked, "Shop")
    await (await sales.topic("#1")).shows("Where is my order?")
    answer = await desk.olena.presses(asked, "Shop")
    assert GONE in answer["text"]
    assert len(await witness.fetch(EVENT)) == 1


async def test_each_group_reads_its_own_language_and_has_its_own_flood_waits(
    desk: Stage, sales: Sales
) -> None:
    """Telegram silences one of them: the other notices nothing."""
    sales.ivan.writes(sales.general, "/language uk")
    await sales.general.shows("Відтепер у цій групі я пишу українською")
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Передано сюди з відділу «Operators»")
    desk.sandbox.faults.next(do="429", method="sendMessage", chat=sales.ivan.chat, retry_after=30)
    anna.writes("Hello?")
    borys = desk.customer("Borys")
    borys.writes("Where is mine?")
    await (await desk.topic("#2")).shows("Where is mine?")
    there.lacks("Hello?")


async def test_an_admin_chooses_which_language_their_group_reads(desk: Stage, sales: Sales) -> None:
    """Its cards and menus too; the other group goes on as it was."""
    _anna, topic = await desk.asks()
    desk.customer("Borys").writes("Where is mine?")
    other = await desk.topic("#2")
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Where is my order?")
    card = there.card
    assert "✅ Resolve" in buttons(card)
    sales.ivan.writes(sales.general, "/language Klingon")
    asked = await sales.ivan.hears(sales.general, "Which language is this group to read?")
    assert buttons(asked) == ["Українська", "Русский", "English"]
    await sales.ivan.presses(asked, "Українська")
    await sales.general.shows("Відтепер у цій групі я пишу українською.")
    await there.turns(card, lambda now: "✅ Вирішено" in buttons(now))
    menu = desk.bot.commands.get({"type": "chat", "chat_id": sales.ivan.chat}, "")
    assert {"command": "close", "description": "Закрити звернення"} in menu
    desk.olena.writes(other, "/notes")
    await other.shows("Notes mode is on")


async def test_who_is_no_admin_changes_no_language(desk: Stage) -> None:
    mallory = desk.world.person("Mallory")
    mallory.joins(desk.olena.chat)
    member = Operator(desk.sandbox, mallory, desk.olena.chat)
    for number, command in enumerate(("/language", "/language uk"), 1):
        member.writes(desk.general, command)
        await member.hears(desk.general, "Only admins of this group can do that.", times=number)
    desk.general.lacks("Which language")


async def test_of_one_department_nothing_can_be_moved(desk: Stage) -> None:
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move")
    await desk.olena.hears(topic, "There is one department.")
    desk.olena.writes(topic, "/move Sales")
    await desk.olena.hears(topic, "There is one department.", times=2)


async def test_a_department_that_is_not_there(desk: Stage, sales: Sales) -> None:
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Saels")
    await desk.olena.hears(topic, "There is no such department. Write /move to choose one.")


async def test_a_part_of_its_name_is_enough_where_only_one_has_it(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    """But a department's own name is no part of another's."""
    await witness.execute("UPDATE department SET name = 'Operators: ПРОДАЖІ' WHERE id = 2")
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move operators")
    await desk.olena.hears(topic, "The request is in this department already.")
    desk.olena.writes(topic, "/move продажі")
    await desk.olena.hears(topic, "Moving it to “Operators: ПРОДАЖІ”…")
    await sales.topic("#1")


async def test_departments_of_one_name_are_told_apart(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    """A second Shop has another name; where it had the same before, it is asked which is meant."""
    mariia, other = ready(desk, "Mariia")
    mariia.writes(other, f"/setup {await desk.code()}")
    await mariia.presses(await other.shows("What is this group to be?"), ANOTHER)
    await desk.general.shows("Mariia has connected another department: “Shop (2)”")
    _anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move")
    asked = await desk.olena.hears(topic, "To which department does this request go?")
    assert buttons(asked) == ["Shop", "Shop (2)"]
    desk.olena.writes(topic, "/move SHO")
    asked = await desk.olena.hears(topic, "Several departments are called so. Which one is it?")
    assert buttons(asked) == ["Shop", "Shop (2)"]

    await witness.execute("UPDATE department SET name = 'Shop' WHERE name = 'Shop (2)'")
    desk.olena.writes(topic, "/move shop")
    asked = await desk.olena.hears(topic, "Several departments are called so.", times=2)
    assert buttons(asked) == ["Shop · 2", "Shop · 3"]
    await desk.olena.presses(asked, "Shop · 3")
    here = Sales(desk, mariia, other)
    await (await here.topic("#1")).shows("Where is my order?")


async def test_only_who_gave_the_code_or_an_admin_says_what_a_group_becomes(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    ivan, general = ready(desk)
    ivan.writes(general, f"/setup {await desk.code()}")
    question = await general.shows("What is this group to be?")
    mallory = desk.world.person("Mallory")
    mallory.joins(ivan.chat)
    await Operator(desk.sandbox, mallory, ivan.chat).presses(question, ANOTHER)
    await general.shows("Only who gave the code can answer this, or an admin of this group.")
    assert await witness.fetchval("SELECT count(*) FROM operator_group WHERE is_bound") == 1
    await ivan.presses(question, ANOTHER)
    await general.shows("This is the operators’ group now")
    await ivan.presses(question, ANOTHER)  # nobody knows whether the first press was heard
    await general.shows("This is the operators’ group now", times=2)
    assert await witness.fetchval("SELECT count(*) FROM department") == 2


ANSWERED = (
    "This was answered before: the group is that of the department “{}”. Nothing was changed."
)


async def test_who_presses_another_answer_afterwards_reads_that_it_was_answered(
    desk: Stage, sales: Sales
) -> None:
    """All buttons of the question stay; only the one that was pressed is done again."""
    question = await sales.general.shows("What is this group to be?")
    await sales.ivan.presses(question, INSTEAD)
    await sales.general.shows(ANSWERED.format("Shop"))
    await sales.general.shows("This is the operators’ group now")
    desk.general.lacks("asks to move the desk")


async def test_who_presses_another_department_after_a_group_has_taken_a_place(
    desk: Stage, sales: Sales
) -> None:
    """Of the first department, and of a further one."""
    for owner, place in (("Mariia", "Operators"), ("Petro", "Shop")):
        one, general = ready(desk, owner)
        desk.world.chats[one.chat].title = owner
        one.writes(general, f"/setup {await desk.code()}")
        question = await general.shows("What is this group to be?")
        await one.presses(question, f"Instead of “{place}”")
        former, admin = (
            (desk.general, desk.olena) if place == "Operators" else (sales.general, sales.ivan)
        )
        offer = await former.shows(f"{owner} asks to move the desk")
        await admin.presses(offer, f"Hand the desk over to “{owner}”")
        await general.shows("This is the operators’ group now")
        await one.presses(question, ANOTHER)
        await general.shows(ANSWERED.format(place))
        await general.shows("This is the operators’ group now")


async def test_no_department_is_made_while_a_process_knows_none(
    desk: Stage, witness: asyncpg.Connection, database_url: str
) -> None:
    """One of the version before fails at whatever it does as soon as two groups are bound."""
    ivan, general = ready(desk)
    before = await asyncpg.connect(database_url, server_settings={"application_name": "topicdesk"})
    await before.execute("SELECT pg_advisory_lock_shared($1, 1)", claims.LIFE)
    ivan.writes(general, f"/setup {await desk.code()}")
    question = await general.shows("What is this group to be?")
    await ivan.presses(question, ANOTHER)
    await general.shows("A process of an earlier version is still running")
    assert await witness.fetchval("SELECT count(*) FROM operator_group WHERE is_bound") == 1
    await before.close()
    await ivan.presses(question, ANOTHER)
    await general.shows("This is the operators’ group now")


async def test_both_go_on_after_a_restart(desk: Stage, sales: Sales) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Moved here")
    await desk.closes()
    anna.writes("Are you there?")
    borys = desk.customer("Borys")
    borys.writes("Hello!")
    await desk.opens()
    await there.shows("Are you there?")
    await (await desk.topic("#2")).shows("Hello!")


async def test_a_kill_in_the_middle_of_a_move_loses_nothing(
    desk: Stage, sales: Sales, witness: asyncpg.Connection
) -> None:
    """Telegram has made the topic there, and nobody heard of it."""
    anna, topic = await desk.asks()
    desk.sandbox.faults.next(do="drop_after", method="createForumTopic", chat=sales.ivan.chat)
    desk.olena.writes(topic, "/move Shop")
    there = await sales.topic("#1")
    await there.shows("Where is my order?")
    await topic.shows("has been moved to the department “Shop”")
    anna.writes("And my change?")
    await there.shows("And my change?")
    await desk.settles(witness)
    assert len([one for one in desk.world.topics(sales.ivan.chat) if "#1" in one["name"]]) == 1
