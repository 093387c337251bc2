"""The customer's own side: one message that shows how a request stands, and what they do by it."""

import asyncpg
import pytest

from tests.bridges.webhook.site import message
from tests.stories.chat import Customer, Topic, buttons, words
from tests.stories.conftest import Stage
from tests.stories.test_webhook import Shop, shop

__all__ = ["shop"]

ADD, SOLVED, PERSON = "✍️ Доповнити", "✅ Уже вирішено", "🙋 Покликати оператора"
MANY = """
INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at)
SELECT 1, 1, 'closed', 'Давнє', now(), now() FROM generate_series(1, 9)
"""


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The operators read Ukrainian."""
    await stage.opens(language="uk")
    return stage


async def asks(desk: Stage) -> tuple[Customer, Topic]:
    anna = desk.customer("Ганна", "uk")
    anna.writes("Де моє замовлення?")
    topic = await desk.topic("#1")
    await topic.shows("Де моє замовлення?")
    await anna.shows("Звернення #1 отримано")
    return anna, topic


async def test_one_message_tells_how_the_request_stands(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    sign = await anna.shows("Звернення #1 отримано")
    assert buttons(sign) == [ADD, SOLVED, PERSON]
    desk.olena.writes(topic, "Вже їде")
    await anna.shows("Вже їде")
    await anna.changes(sign, "Звернення #1 у роботі")
    assert buttons(anna.now(sign)) == [ADD, SOLVED, PERSON]
    before = anna.last
    desk.olena.writes(topic, "/resolve")
    await anna.changes(sign, "✅ Звернення #1 вирішено")
    assert buttons(anna.now(sign)) == []
    [rings] = await anna.shows_after(before)
    assert "Звернення #1 вирішено" in words(rings), "what is resolved rings"
    desk.olena.writes(topic, "/close")
    await anna.changes(sign, "🏁 Звернення #1 закрито")
    anna.writes("Не їде!")
    await anna.changes(sign, "Звернення #1 у роботі")
    await desk.settles(witness)
    assert len(anna.since(rings)) == 1, "hers alone: the rest was edited"


async def test_who_says_that_it_is_solved_hears_so_once(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    sign = await anna.shows("Звернення #1 отримано")
    before = anna.last
    answer = await anna.presses(sign, SOLVED)
    assert "Дякуємо" in answer["text"]
    await anna.changes(sign, "✅ Звернення #1 вирішено")
    await topic.turns(topic.card, lambda now: "вирішено" in words(now))
    await desk.settles(witness)
    assert anna.since(before) == []


async def test_a_person_is_called_and_the_operators_see_it(desk: Stage) -> None:
    anna, topic = await asks(desk)
    sign = await anna.shows("Звернення #1 отримано")
    answer = await anna.presses(sign, PERSON)
    assert "покликали оператора" in answer["text"]
    await topic.shows("🙋 Ганна просить")
    again = await anna.presses(sign, PERSON)
    assert "вже покликано" in again["text"]
    assert topic.copies("🙋", desk.bot.id) == 1


async def test_details_go_to_the_request_whose_button_it_is(desk: Stage) -> None:
    anna, topic = await asks(desk)
    first = await anna.shows("Звернення #1 отримано")
    anna.writes("/new")
    await anna.shows("Напишіть")
    anna.writes("А де чек?")
    second = await desk.topic("#2")
    await second.shows("А де чек?")
    await anna.presses(first, ADD)
    await anna.shows("звернення #1")
    anna.writes("Номер замовлення 77")
    await topic.shows("Номер замовлення 77")
    second.lacks("77")


async def test_status_is_of_ones_own_requests_only(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    borys = desk.customer("Борис", "uk")
    borys.writes("А моє?")
    await (await desk.topic("#2")).shows("А моє?")
    desk.olena.writes(topic, "Вже їде")
    await anna.shows("Вже їде")
    anna.writes("/status 1")
    shown = await anna.shows("#1 · Де моє замовлення? · чекаємо на вашу відповідь")
    assert buttons(shown) == [ADD, SOLVED, PERSON]
    anna.writes("/status 2")
    await anna.shows("У вас немає звернення #2.")
    anna.writes("/status 3")
    await anna.shows("У вас немає звернення #3.")
    for nonsense in ("/status", "/status один", "/status -1", "/status 1; DROP"):
        asked = anna.writes(nonsense)
        [told] = await anna.shows_after(asked)
        assert "/status 123" in words(told), nonsense
    asked = anna.writes(f"/status {'9' * 400}")
    [told] = await anna.shows_after(asked)
    assert "У вас немає" in words(told)
    assert await witness.fetchval("SELECT count(*) FROM set_aside") == 0


async def test_many_requests_are_turned_in_their_place(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, _topic = await asks(desk)
    await witness.execute(MANY)
    anna.writes("/requests")
    listed = await anna.shows("Ваші звернення")
    assert "сторінка 1 з 2" in words(listed)
    before = anna.last
    await anna.presses(listed, "▶️")
    await anna.changes(listed, "сторінка 2 з 2")
    assert "#1 · Де моє замовлення? · нове" in buttons(anna.now(listed))
    await anna.presses(anna.now(listed), "◀️")
    await anna.changes(listed, "сторінка 1 з 2")
    assert anna.since(before) == [], "nothing new has rung"


async def test_a_list_that_is_gone_is_said_anew(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, _topic = await asks(desk)
    await witness.execute(MANY)
    anna.writes("/requests")
    listed = await anna.shows("Ваші звернення")
    desk.sandbox.faults.next(
        do="400",
        method="editMessageText",
        chat=anna.person.id,
        text="Bad Request: message to edit not found",
    )
    await anna.presses(listed, "▶️")
    again = await anna.shows("сторінка 2 з 2")
    assert again["message_id"] != listed["message_id"]


async def test_a_deleted_sign_is_missed_by_nobody(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await asks(desk)
    desk.sandbox.faults.next(do="400", method="editMessageText", chat=anna.person.id)
    desk.olena.writes(topic, "Вже їде")
    await anna.shows("Вже їде")
    desk.olena.writes(topic, "/resolve")
    await anna.shows("Звернення #1 вирішено")
    await desk.settles(witness)
    topic.lacks("⚠️")
    assert await witness.fetchval("SELECT count(*) FROM sign") == 0


async def test_an_operator_who_asks_is_a_customer_there(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    """Taras writes to the bot in private: that is his own request, and no answer to anybody."""
    anna, topic = await asks(desk)
    desk.taras.writes(topic, "Вже їде")
    await anna.shows("Вже їде")
    taras = Customer(desk.sandbox, desk.taras.person, desk.bot, desk.noted)
    taras.starts()
    taras.writes("/close")
    await taras.shows("Я не знаю такої команди")
    taras.writes("// Скажіть, коли зарплата?")
    his = await desk.topic("#2 Taras")
    await his.shows("// Скажіть, коли зарплата?")
    sign = await taras.shows("Звернення #2 отримано")
    desk.olena.writes(his, "П’ятого")
    await taras.shows("П’ятого")
    await taras.presses(sign, SOLVED)
    await taras.changes(sign, "✅ Звернення #2 вирішено")
    taras.writes("/status 1")
    await taras.shows("У вас немає звернення #1.")
    desk.taras.writes(his, "Дякую всім")
    await taras.shows("Дякую всім")
    await desk.settles(witness)
    anna.lacks("зарплата")
    assert await witness.fetchval("SELECT status FROM ticket WHERE id = 1") == "waiting"


async def test_where_a_channel_has_no_buttons_words_are_enough(
    shop: Shop, witness: asyncpg.Connection
) -> None:
    topic = await shop.asks()
    shop.desk.olena.writes(topic, "On its way")
    await shop.shows("On its way")
    await shop.shows("Request #1 is being worked on")
    shop.desk.olena.writes(topic, "/resolve")
    await shop.shows("If something is still not right, just write here.")
    await shop.brings(message("2", "It is not here"))
    await topic.shows("It is not here")
    await shop.desk.settles(witness)
    assert len([text for text in shop.there.read if "Request #1" in text]) == 2
