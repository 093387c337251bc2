"""Everybody reads the bot in the language that they read when its words reach them."""

from datetime import UTC, datetime

import asyncpg

from bot.desk.outbox.kinds.to_customer import Say
from bot.desk.talk import updates
from bot.desk.words import Words
from models.rows import to_json
from tests.stories.chat import buttons
from tests.stories.conftest import Stage

OLDER = """
INSERT INTO delivery (gate, lane, kind, payload, priority, state, due_at, created_at)
SELECT 'telegram', 'telegram:' || id, 'say', $1, 10, 'head', now(), now() FROM address
"""


async def test_who_chooses_another_language_reads_what_waits_in_it(desk: Stage) -> None:
    anna = desk.customer("Anna", "en")
    anna.writes("/language")
    offered = await anna.shows("Which language")
    away = desk.sandbox.faults.next(do="500", method="sendMessage", chat=anna.person.id, times=1000)
    anna.writes("Where is my order?")
    await (await desk.topic("#1")).shows("Where is my order?")
    anna.writes("/requests")
    await anna.presses(offered, "Українська")
    desk.sandbox.faults.withdraw(away)

    await anna.shows("Звернення #1 отримано")
    listed = await anna.shows("Ваші звернення")
    assert buttons(listed) == [
        *("#1 · Where is my order? · нове", "➕ Нове звернення", "📱 Мій телефон")
    ]
    await anna.shows("Відтепер я спілкуюся з вами українською.")
    anna.lacks("received")


async def test_what_an_earlier_version_has_put_into_words_is_said_as_it_stands(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna = desk.customer("Анна", "uk")
    await anna.shows("Вітаємо")
    older = Say(1, Words("Request #7 received."), [[("New {request}", "new:")]])
    await witness.execute(OLDER, to_json(older.dump()))
    said = await anna.shows("Request #7 received.")
    assert buttons(said) == ["New {request}"]


async def test_whose_language_is_none_of_ours_reads_that_of_the_settings(stage: Stage) -> None:
    await stage.opens(language="ru")
    hans = stage.customer("Hans", "de")
    await hans.shows("Здравствуйте")
    hans.writes("Wo ist es?")
    await hans.shows("Обращение #1 получено")


async def test_operators_are_told_in_the_language_of_their_group(stage: Stage) -> None:
    await stage.opens(language="uk")
    await updates.set_aside(stage.bot.id, {"update_id": 77}, "?", 3, datetime.now(UTC))
    await stage.general.shows("відкладено (№1)")
