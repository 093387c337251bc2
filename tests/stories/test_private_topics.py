"""Each request in a topic of its own in the customer's chat (PRIVATE_TOPICS=on)."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bot.telegram import branches
from models import Branch as Row
from sandbox.botfather import switch_topics
from sandbox.chats import Topic as Created
from sandbox.forum import COLORS, create_topic
from tests.chaos.desk import Desk
from tests.stories.chat import Branch, Customer, Topic, buttons, eventually, words
from tests.stories.conftest import TOKEN, Stage

ADD, SOLVED, PERSON = "✍️ Доповнити", "✅ Уже вирішено", "🙋 Покликати оператора"
LONG_AGO = "UPDATE ticket SET closed_at = now() - interval '30 days' WHERE id = $1"
MANY = """
INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
SELECT 1, 1, 'closed', 'Давнє', now(), now() FROM generate_series(1, 9)
"""
ALONE = """
SELECT count(*) FROM delivery WHERE kind = 'words' AND (payload ->> 'merge')::bool IS NOT TRUE
"""
MERGE = "UPDATE ticket SET merged_into_id = $2 WHERE id = $1"
ROWS = "SELECT ticket_id, thread_id FROM branch ORDER BY id"


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The bot has topics in private chats, and people may make some; operators read Ukrainian."""
    switch_topics(stage.world, stage.bot, True, of_people=True)
    await stage.opens(language="uk", private_topics="on")
    return stage


async def asks(desk: Stage, text: str = "Де лампа?") -> tuple[Customer, Branch, Topic]:
    """Ганна with one request, which has its topic on both sides."""
    anna = desk.customer("Ганна", "uk")
    anna.writes(text)
    branch = await anna.branch(f"#1 · {text}")
    await branch.shows("Звернення #1 отримано")
    topic = await desk.topic("#1")
    await topic.shows(text)
    return anna, branch, topic


async def asks_more(desk: Stage, anna: Customer, text: str, number: int) -> tuple[Branch, Topic]:
    """A further request of hers."""
    anna.writes("/new")
    await anna.outside.shows("Напишіть", times=number - 1)
    anna.writes(text)
    branch = await anna.branch(f"#{number} · {text}")
    await branch.shows(f"Звернення #{number} отримано")
    topic = await desk.topic(f"#{number} ")
    await topic.shows(text)
    return branch, topic


async def test_a_request_is_a_topic_in_which_all_of_it_is_said(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, branch, topic = await asks(desk)
    sign = await branch.shows("Звернення #1 отримано")
    assert buttons(sign) == [ADD, SOLVED, PERSON]
    desk.olena.writes(topic, "Вже їде")
    await branch.shows("Вже їде")
    await branch.changes(sign, "Звернення #1 у роботі")
    branch.writes("А коли саме?")
    asked = await topic.shows("А коли саме?")
    desk.olena.writes(topic, "О п’ятій", reply_to=asked["message_id"])
    answer = await branch.shows("О п’ятій")
    assert words(answer["reply_to_message"]) == "А коли саме?"
    desk.olena.sends(topic, "photo", caption="Ось вона")
    await branch.shows("Ось вона")
    desk.olena.person.album(desk.group, [{"kind": "photo"}, {"kind": "photo"}], thread=topic.thread)
    await branch.shows_kind("photo", times=3)
    desk.olena.writes(topic, "/resolve")
    await branch.shows("Звернення #1 вирішено. Якщо")
    await branch.changes(sign, "✅ Звернення #1 вирішено")
    await desk.settles(witness)
    outside = [words(each) for each in anna.outside.messages()]
    assert len(outside) == 3, "what she pressed and wrote first, and the greeting"


async def test_of_two_open_requests_none_hears_of_the_other(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, lamp, about_lamp = await asks(desk)
    kettle, about_kettle = await asks_more(desk, anna, "А чайник?", 2)
    lamp.writes("Лампа настільна")
    kettle.writes("Чайник білий")
    lamp.writes("І з абажуром")
    await about_lamp.shows("І з абажуром")
    await about_kettle.shows("Чайник білий")
    for number in range(3):
        desk.olena.writes(about_kettle, f"Чайник {number}")
        desk.taras.writes(about_lamp, f"Лампа {number}")
    await lamp.shows_in_order("Лампа 0", "Лампа 1", "Лампа 2")
    await kettle.shows_in_order("Чайник 0", "Чайник 1", "Чайник 2")
    await desk.settles(witness)
    for screen in (lamp, about_lamp):
        screen.lacks("Чайник")
    for screen in (kettle, about_kettle):
        screen.lacks("Лампа")
    anna.outside.lacks("Лампа ")


async def test_edits_and_reactions_stay_where_they_belong(desk: Stage) -> None:
    anna, branch, topic = await asks(desk)
    said = branch.writes("Номер 77")
    shown = await topic.shows("Номер 77")
    anna.edits(said, "Номер 78")
    await topic.changes(shown, "Номер 78")
    answer = desk.olena.writes(topic, "Їде завтра")
    there = await branch.shows("Їде завтра")
    desk.olena.edits(answer, "Їде сьогодні")
    await branch.changes(there, "Їде сьогодні")
    anna.reacts(there, "❤")
    await topic.turns(answer, lambda now: any(each["emoji"] == "❤" for each in now["reactions"]))
    picture = desk.olena.sends(topic, "photo", caption="Ось вона")
    await branch.shows("Ось вона")
    desk.olena.edits(picture, f"Ось вона{'.' * 1500}остання")
    await branch.shows("остання")


async def test_what_is_said_outside_goes_on_as_in_a_flat_chat(desk: Stage) -> None:
    """Apps that know no topics write there alone: not each line of theirs is a request."""
    anna, branch, topic = await asks(desk)
    anna.writes("Настільна")
    anna.writes("З абажуром")
    await topic.shows("З абажуром")
    desk.olena.writes(topic, "Їде")
    await branch.shows("Їде")
    assert len(desk.topics()) == len(anna.branches()) == 1


async def test_a_topic_that_the_customer_has_made_is_a_request(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, lamp, _topic = await asks(desk)
    first = anna.person.begins_topic(desk.bot, "А чайник де?")
    theirs = Branch(anna, first["message_thread_id"])
    sign = await theirs.shows("Звернення #2 отримано")
    topic = await desk.topic("#2")
    await topic.shows("А чайник де?")
    await eventually(lambda: theirs.name == "#2 · А чайник де?", lambda: theirs.name)
    theirs.writes("Білий")
    await topic.shows("Білий")
    desk.olena.writes(topic, "Їде")
    await theirs.shows("Їде")
    await anna.presses(sign, ADD)
    await theirs.shows("Ваші наступні повідомлення")
    await desk.settles(witness)
    assert len(anna.branches()) == 2
    lamp.lacks("Їде")


async def test_a_new_request_is_written_outside_of_the_topic(desk: Stage) -> None:
    anna, lamp, topic = await asks(desk)
    lamp.writes("/new")
    await lamp.shows("Напишіть запитання поза цією темою")
    lamp.writes("Настільна")
    await topic.shows("Настільна")
    anna.writes("А чайник?")
    await (await desk.topic("#2")).shows("А чайник?")
    await (await anna.branch("#2 · А чайник?")).shows("отримано")


async def test_commands_are_answered_where_they_are_given(desk: Stage) -> None:
    anna, lamp, topic = await asks(desk)
    kettle, _other = await asks_more(desk, anna, "А чайник?", 2)
    lamp.writes("/status 1")
    shown = await lamp.shows("#1 · Де лампа? · нове")
    anna.writes("/help")
    await anna.outside.shows("/requests")
    kettle.writes("/requests")
    listed = await kettle.shows("Ваші звернення")
    await anna.presses(listed, "#1 · Де лампа? · нове")
    await kettle.shows("Для звернення #1 пишіть у його темі або поза темами")
    kettle.writes("Чайник білий")
    await _other.shows("Чайник білий")
    answer = await anna.presses(shown, PERSON)
    assert "покликали оператора" in answer["text"]
    await topic.shows("🙋 Ганна просить")
    answer = await anna.presses(shown, SOLVED)
    assert "Дякуємо" in answer["text"]
    sign = await lamp.shows("✅ Звернення #1 вирішено")
    assert buttons(sign) == []


async def test_the_same_question_in_two_topics_is_answered_in_both(desk: Stage) -> None:
    anna, lamp, _topic = await asks(desk)
    kettle, _other = await asks_more(desk, anna, "А чайник?", 2)
    desk.sandbox.faults.next(do="slow", method="sendMessage", chat=anna.person.id, seconds=3.0)
    anna.writes("/language")
    await eventually(
        lambda: [one for one in anna.messages() if "мовою" in words(one)], lambda: "no answer"
    )
    for screen in (lamp, kettle, lamp):
        screen.writes("/help")
    await lamp.shows("/requests")
    await kettle.shows("/requests")


async def test_a_list_that_is_gone_is_said_anew_where_it_stood(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, lamp, _topic = await asks(desk)
    await witness.execute(MANY)
    lamp.writes("/requests")
    listed = await lamp.shows("Ваші звернення")
    gone = "Bad Request: message to edit not found"
    desk.sandbox.faults.next(do="400", method="editMessageText", chat=anna.person.id, text=gone)
    await anna.presses(listed, "▶️")
    await lamp.shows("сторінка 2 з 2")


async def test_a_phone_is_shared_in_a_topic(desk: Stage) -> None:
    anna, lamp, topic = await asks(desk)
    lamp.writes("/phone")
    asked = await lamp.shows("Натисніть кнопку")
    anna.person.presses(asked["message_id"], desk.bot, "📱 Поділитися телефоном")
    await lamp.shows("Дякуємо")
    await topic.shows("підтверджений телефон")


async def test_an_answer_by_a_button_is_about_the_request_of_its_topic(desk: Stage) -> None:
    """Also of who has asked for a new one elsewhere meanwhile."""
    anna, lamp, topic = await asks(desk)
    await desk.olena.asks(topic, "/macro new there Уже у вас?\n[Так, дякую]")
    desk.olena.writes(topic, "/macro there")
    got = await lamp.shows("Уже у вас?")
    await topic.shows("🔘 Так, дякую")
    known = len(topic.messages())
    anna.writes("/new")
    await anna.outside.shows("Напишіть своє запитання")
    await anna.presses(got, "Так, дякую")
    await eventually(lambda: len(topic.messages()) > known, lambda: "her answer never comes")
    assert words(topic.last) == "Так, дякую"
    assert len(desk.topics("#")) == 1


async def test_plain_words_in_a_topic_answer_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Telegram has each of them reply to the topic's beginning; they may share a post."""
    _anna, lamp, topic = await asks(desk)
    lamp.writes("Настільна")
    await topic.shows("Настільна")
    assert await witness.fetchval(ALONE) == 0


async def test_topics_of_ours_are_nothing_that_the_customer_has_sent(stage: Stage) -> None:
    """Else they would fill the bucket at the door."""
    switch_topics(stage.world, stage.bot, True)
    await stage.opens(
        language="uk", private_topics="on", customer_messages_per_minute=1, customer_burst=2
    )
    anna = stage.customer("Ганна", "uk", starts=False)
    anna.writes("Де лампа?")
    branch = await anna.branch("#1")
    await branch.shows("отримано")
    branch.writes("Настільна")
    topic = await stage.topic("#1")
    await topic.shows("Настільна")


async def test_words_in_the_topic_of_a_closed_request_open_it_again(desk: Stage) -> None:
    anna, lamp, topic = await asks(desk)
    kettle, _other = await asks_more(desk, anna, "А чайник?", 2)
    desk.olena.writes(topic, "/close")
    await lamp.shows("🏁 Звернення #1 закрито")
    lamp.writes("Не приїхала!")
    await topic.shows("Не приїхала!")
    await topic.becomes(closed=False)
    await lamp.shows("Звернення #1 у роботі")
    kettle.lacks("#1")


async def test_long_after_that_a_new_request_goes_on_there(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, branch, topic = await asks(desk)
    desk.olena.writes(topic, "/close")
    await branch.shows("🏁 Звернення #1 закрито")
    await witness.execute(LONG_AGO, 1)
    branch.writes("Лампа згоріла")
    await branch.shows("Звернення #2 отримано")
    await eventually(lambda: branch.name == "#2 · Лампа згоріла", lambda: branch.name)
    new = await desk.topic("#2")
    await new.shows("Лампа згоріла")
    desk.olena.writes(new, "Замінимо")
    await branch.shows("Замінимо")
    branch.writes("Дякую")
    await new.shows("Дякую")
    desk.olena.writes(topic, "/reopen")
    desk.olena.writes(topic, "А стара де?")
    old = await anna.branch("#1 · Де лампа?")
    await old.shows("А стара де?")
    branch.lacks("А стара де?")


async def test_merged_requests_are_spoken_of_where_the_customer_speaks(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, lamp, _about_lamp = await asks(desk)
    kettle, about_kettle = await asks_more(desk, anna, "А чайник?", 2)
    await witness.execute(MERGE, 1, 2)
    desk.olena.writes(about_kettle, "Їде все разом")
    await kettle.shows("Їде все разом")
    lamp.writes("Чудово")
    await about_kettle.shows("Чудово")
    desk.olena.writes(about_kettle, "Радий")
    await lamp.shows("Радий")
    kettle.writes("А коли?")
    await about_kettle.shows("А коли?")
    desk.olena.writes(about_kettle, "О шостій")
    await kettle.shows("О шостій")


async def test_at_the_limit_they_are_told_where_they_wrote(stage: Stage) -> None:
    switch_topics(stage.world, stage.bot, True, of_people=True)
    await stage.opens(language="uk", private_topics="on", open_tickets=1)
    anna, lamp, topic = await asks(stage)
    first = anna.person.begins_topic(stage.bot, "А чайник?")
    theirs = Branch(anna, first["message_thread_id"])
    await theirs.shows("в останнє з них, #1")
    await topic.shows("А чайник?")
    stage.olena.writes(topic, "Їде")
    await theirs.shows("Їде")
    theirs.writes("Дякую")
    await topic.shows("Дякую")
    await theirs.shows("в останнє з них", times=1)
    lamp.lacks("Їде")


@pytest.mark.parametrize("misplaces", [False, True], ids=["refused", "fallen through"])
async def test_a_deleted_topic_is_made_anew_and_nothing_is_lost_or_said_twice(
    desk: Stage, witness: asyncpg.Connection, misplaces: bool
) -> None:
    """tdlib/telegram-bot-api#854: servers of before answered with ok, and put it outside."""
    anna, branch, topic = await asks(desk)
    desk.world.misplaces = misplaces
    anna.person.deletes_topic(desk.bot, branch.thread)
    desk.olena.writes(topic, "Вже їде")
    desk.olena.writes(topic, "О п’ятій")
    anew = await anna.branch("#1 · Де лампа?")
    await anew.shows_in_order("Вже їде", "О п’ятій")
    await desk.settles(witness)
    anna.outside.lacks("їде")
    assert anna.copies("Вже їде", desk.bot.id) == 1
    anew.writes("Дякую")
    await topic.shows("Дякую")
    topic.lacks("⚠️")


async def test_a_vanished_topic_s_command_is_answered_outside(desk: Stage) -> None:
    anna, branch, _topic = await asks(desk)
    desk.sandbox.faults.next(
        do="400",
        method="sendMessage",
        chat=anna.person.id,
        text="Bad Request: message thread not found",
    )
    branch.writes("/help")
    await anna.outside.shows("/requests")


async def test_without_topics_at_botfather_the_chat_is_flat(stage: Stage) -> None:
    await stage.opens(language="uk", private_topics="on")
    anna = stage.customer("Ганна", "uk")
    anna.writes("Де лампа?")
    await anna.shows("Звернення #1 отримано")
    topic = await stage.topic("#1")
    stage.olena.writes(topic, "Їде")
    await anna.shows("Їде")
    anna.writes("Дякую")
    await topic.shows("Дякую")
    calls = stage.sandbox.calls.of("createForumTopic")
    asked = [one for one in calls if one.chat_id == str(anna.person.id)]
    assert len(asked) == 1, "once, and not again for a while"


async def test_switched_off_at_botfather_meanwhile_the_chat_goes_on_flat(desk: Stage) -> None:
    anna, _branch, topic = await asks(desk)
    switch_topics(desk.world, desk.bot, False)
    desk.olena.writes(topic, "Вже їде")
    shown = await anna.shows("Вже їде")
    assert "message_thread_id" not in shown
    anna.writes("Дякую")
    await topic.shows("Дякую")


async def test_off_by_default_topics_are_nothing_to_the_desk(stage: Stage) -> None:
    switch_topics(stage.world, stage.bot, True, of_people=True)
    await stage.opens(language="uk")
    anna = stage.customer("Ганна", "uk")
    anna.person.begins_topic(stage.bot, "Де лампа?")
    await anna.outside.shows("Звернення #1 отримано")
    assert len(anna.branches()) == 1, "her own alone"


@pytest.mark.parametrize("kept", [True, False], ids=["slow", "lost"])
async def test_a_topic_whose_answer_is_lost_is_found_again(
    desk: Stage, witness: asyncpg.Connection, kept: bool
) -> None:
    anna = desk.customer("Ганна", "uk")
    desk.sandbox.faults.next(
        do="slow" if kept else "drop_after", method="createForumTopic", chat=anna.person.id
    )
    anna.writes("Де лампа?")
    branch = await anna.branch("#1")
    await branch.shows("Звернення #1 отримано")
    await desk.settles(witness)
    assert len(anna.branches()) == 1
    (row,) = await witness.fetch(ROWS)
    assert (row["ticket_id"], row["thread_id"]) == (1, branch.thread)


async def test_killed_when_the_topic_has_just_been_made(
    stage: Stage, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    switch_topics(stage.world, stage.bot, True)
    settings = {
        "BOT_TOKEN": TOKEN,
        "OPERATOR_GROUP_ID": str(stage.group),
        "TELEGRAM_API_URL": stage.sandbox.url,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PRIVATE_TOPICS": "on",
    }
    desk = Desk(tmp_path, stage.sandbox.calls, settings)
    await desk.launch()
    try:
        assert await desk.serving(), desk.last_words()
        anna = stage.customer("Ганна", "uk", starts=False)
        stage.sandbox.faults.next(
            do="slow", method="createForumTopic", chat=anna.person.id, seconds=60.0
        )
        anna.writes("Де лампа?")
        branch = await anna.branch("#1")
        await desk.kill()
        await desk.launch()
        await branch.shows("Звернення #1 отримано")
        topic = await stage.topic("#1")
        stage.olena.writes(topic, "Їде")
        await branch.shows("Їде")
        assert len(anna.branches()) == 1, desk.last_words()
    finally:
        await desk.kill()


async def test_one_topic_too_many_is_deleted(desk: Stage) -> None:
    """Made just before a kill, and known only when its request had another one."""
    anna, branch, _topic = await asks(desk)
    made = Created(0, "#1 · Де лампа?", COLORS[0], desk.bot.id)
    create_topic(desk.world, desk.world.private_chat(desk.bot, anna.person.id), made)
    await eventually(lambda: len(anna.branches()) == 1, lambda: f"{len(anna.branches())} topics")
    assert anna.branches()[0].thread == branch.thread


async def test_a_banned_customer_is_told_once_where_they_wrote(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, branch, topic = await asks(desk)
    await desk.olena.asks(topic, "/ban 1d Спам")
    gone = "Bad Request: message to be replied not found"  # so nothing but the topic holds it
    desk.sandbox.faults.next(do="400", method="sendMessage", chat=anna.person.id, text=gone)
    branch.writes("Агов?")
    await branch.shows("не можете нам писати")
    branch.writes("Агов!")
    await desk.settles(witness)
    assert anna.copies("не можете нам писати", desk.bot.id) == 1
    topic.lacks("Агов")


async def test_a_topic_of_ours_is_no_word_of_a_banned_customer_s(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, branch, topic = await asks(desk)
    await desk.olena.asks(topic, "/ban 1d Спам")
    anna.person.deletes_topic(desk.bot, branch.thread)
    desk.olena.writes(topic, "Вже їде")
    anew = await anna.branch("#1 · Де лампа?")
    await anew.shows("Вже їде")
    await desk.settles(witness)
    anna.lacks("не можете нам писати")


async def test_a_request_of_before_gets_its_topic_with_the_next_answer(stage: Stage) -> None:
    await stage.opens(language="uk")
    anna = stage.customer("Ганна", "uk")
    anna.writes("Де лампа?")
    topic = await stage.topic("#1")
    await anna.shows("отримано")
    await stage.closes()
    switch_topics(stage.world, stage.bot, True)
    await stage.opens(language="uk", private_topics="on")
    stage.olena.writes(topic, "Уже в дорозі")
    lamp = await anna.branch("#1")
    await lamp.shows("Уже в дорозі")
    stage.olena.writes(topic, "Буде завтра")
    await lamp.shows("Буде завтра")
    assert not stage.sandbox.calls.of("deleteForumTopic")


async def test_a_topic_that_its_maker_keeps_at_that_moment_is_not_deleted(
    desk: Stage, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update about it has looked for its row, and finds it a moment later."""
    anna, lamp, _topic = await asks(desk)
    await witness.execute("DELETE FROM branch")
    found = branches.home

    async def kept_meanwhile(ticket_id: int, chat_id: int) -> Row | None:
        await branches.keep(chat_id, lamp.thread, ticket_id, "#1", datetime.now(UTC))
        return await found(ticket_id, chat_id)

    monkeypatch.setattr(branches, "home", kept_meanwhile)
    chat = anna.person.id
    assert await branches.adopt(chat, lamp.thread, "#1 · Де лампа?", datetime.now(UTC))
    assert not await branches.adopt(chat, lamp.thread + 1, "#1 · Де лампа?", datetime.now(UTC))
