"""Whose a request is: taken, given, put back; what it is sorted by; all in the group's language."""

from typing import Any

import asyncpg
import pytest

from bot.desk.tickets import lists
from models import FieldKind, FieldOf
from tests.stories.chat import Seen, Topic, buttons, eventually, words
from tests.stories.conftest import Stage

OWNER = "SELECT name FROM operator JOIN ticket ON ticket.assignee_id = operator.id"
NOTES = "SELECT words ->> 'text' AS text FROM message WHERE direction = 'note' ORDER BY id"
FIELD = """
INSERT INTO custom_field (of, key, label, kind, choices, created_at)
VALUES ($1, 'order', 'Замовлення', $2, NULL, now())
"""


async def in_uk(desk: Stage) -> tuple[Any, Topic]:
    """Anna asks, and the group reads Ukrainian."""
    desk.olena.writes(desk.general, "/language uk")
    await desk.general.shows("українською")
    return await desk.asks("Де моє замовлення?")


async def card_says(topic: Topic, *told: str) -> Seen:
    """The card says all of it."""
    return await topic.turns(topic.card, lambda now: all(one in words(now) for one in told))


async def owner(witness: asyncpg.Connection) -> str | None:
    found: str | None = await witness.fetchval(OWNER)
    return found


async def test_a_request_is_taken_and_the_card_says_by_whom(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await in_uk(desk)
    answer = await desk.olena.presses(topic.card, "🙋 Узяти")
    assert answer["text"] == "Звернення тепер ваше."
    await card_says(topic, "👤 Olena")
    key = topic.card["reply_markup"]["inline_keyboard"][0][0]
    assert (key["text"], key["disabled"]) == ("👤 Olena", {})
    assert await owner(witness) == "Olena"
    desk.taras.writes(topic, "/take")
    await desk.taras.hears(topic, "Це звернення вже взято в роботу: Olena.")
    desk.olena.writes(topic, "/take")
    await desk.olena.hears(topic, "Звернення вже ваше.")
    desk.olena.writes(topic, "/unassign")
    await topic.turns(topic.card, lambda now: "🙋 Узяти" in buttons(now))
    wrote = desk.taras.writes(topic, "/TAKE")
    await topic.turns(wrote, lambda now: now["reactions"])
    await card_says(topic, "👤 Taras")


async def test_who_presses_a_moment_later_learns_who_has_it(desk: Stage) -> None:
    _anna, topic = await in_uk(desk)
    card = topic.card
    await desk.olena.presses(card, "🙋 Узяти")
    told = await desk.taras.presses(card, "🙋 Узяти", still_open=True)
    assert told["text"] == "Це звернення вже взято в роботу: Olena."
    assert told["show_alert"]


async def test_a_request_is_given_with_a_note(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await in_uk(desk)
    desk.taras.writes(topic, "// я на зміні")
    await desk.settles(witness)
    given = desk.olena.writes(topic, "/give @taras зателефонуй їй, **будь ласка**")
    told = await topic.shows("👉 Taras, Olena передає вам це звернення.")
    assert told["reply_to_message"]["message_id"] == given["message_id"]
    (mention,) = [one for one in told["entities"] if one["type"] == "text_mention"]
    assert mention["user"]["id"] == desk.taras.person.id
    await card_says(topic, "👤 Taras")
    notes = [row["text"] for row in await witness.fetch(NOTES)]
    assert notes[-1] == "зателефонуй їй, **будь ласка**"
    desk.taras.writes(topic, "вже телефоную", reply_to=given["message_id"])
    await desk.settles(witness)
    assert (await witness.fetch(NOTES))[-1]["text"] == "вже телефоную", "a reply to a note is one"
    anna.lacks("зателефонуй")
    anna.lacks("телефоную")


async def test_who_has_it_is_told_of_a_further_note(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await in_uk(desk)
    await desk.taras.presses(topic.card, "🙋 Узяти")
    given = desk.olena.writes(topic, "/give @taras зателефонуй їй зараз")
    told = await topic.shows("👉 Taras, Olena лишає вам нотатку.")
    assert told["reply_to_message"]["message_id"] == given["message_id"]
    (mention,) = [one for one in told["entities"] if one["type"] == "text_mention"]
    assert mention["user"]["id"] == desk.taras.person.id
    desk.taras.writes(topic, "/give @taras не забути про знижку")
    await desk.settles(witness)
    await topic.shows("лишає вам нотатку")
    assert [row["text"] for row in await witness.fetch(NOTES)] == [
        "зателефонуй їй зараз",
        "не забути про знижку",
    ]
    anna.lacks("зателефонуй")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/give @taras", "Напишіть так: /give @ім’я що треба зробити"),
        ("/give", "Напишіть так: /give @ім’я що треба зробити"),
        ("/give @nobody привіт", "У цій групі нікого не звуть «@nobody»."),
        ("/assign @nobody", "У цій групі нікого не звуть «@nobody»."),
        ("/priority soon", "Напишіть так: /priority низький, звичайний, високий"),
        ("/tag <b>", "«<b>» — не мітка"),
        ("/field", "Полів ще немає."),
        ("/field order 12", "Поля «order» немає."),
        ("/spam perhaps", "Напишіть так: /spam"),
        ("/unassign", "Звернення й так нічиє."),
    ],
)
async def test_what_is_wrong_is_said(
    desk: Stage, witness: asyncpg.Connection, said: str, told: str
) -> None:
    anna, topic = await in_uk(desk)
    desk.olena.writes(topic, said)
    await desk.olena.hears(topic, told)
    await desk.settles(witness)
    anna.lacks(said.rsplit(maxsplit=1)[-1])
    assert await owner(witness) is None


@pytest.mark.parametrize(
    "command", ["/take", "/assign", "/unassign", "/give @olena x", "/priority", "/tag x", "/spam"]
)
async def test_where_there_is_no_request_that_is_said(desk: Stage, command: str) -> None:
    desk.olena.writes(desk.general, command)
    await desk.olena.hears(desk.general, "This topic has no ticket")


async def test_names_to_choose_from(desk: Stage, witness: asyncpg.Connection) -> None:
    _anna, topic = await in_uk(desk)
    for person in (desk.taras, desk.olena):
        person.writes(topic, "// я тут")
    await desk.settles(witness)
    desk.olena.writes(topic, "/assign")
    asked = await desk.olena.hears(topic, "Кому передати це звернення?")
    assert buttons(asked) == ["Olena", "Taras"]
    assert (await desk.olena.presses(asked, "Taras"))["text"] == "Тепер відповідає: Taras."
    await topic.shows("👉 Taras, Olena передає вам це звернення.")
    await card_says(topic, "👤 Taras")
    asked = await pressed(desk, topic, "👉 Передати…", "Кому передати це звернення?", times=2)
    assert buttons(asked) == ["Olena"]
    await desk.olena.presses(asked, "Olena")
    await card_says(topic, "👤 Olena")


async def pressed(desk: Stage, topic: Topic, label: str, told: str, *, times: int = 1) -> Seen:
    """What a button of the card asks who has pressed it, and nobody else sees."""
    await desk.olena.presses(topic.card, label)
    asked = await desk.olena.hears(topic, told, times=times)
    topic.lacks(told)
    return asked


async def test_priority_and_status_by_buttons(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await in_uk(desk)
    asked = await pressed(desk, topic, "🔥 Пріоритет", "Наскільки термінове це звернення?")
    assert buttons(asked)[:2] == ["🚨 аварійний", "🔥 терміновий"]
    await desk.olena.presses(asked, "🔥 терміновий")
    await card_says(topic, "🔥 терміновий")
    desk.olena.writes(topic, "/priority високий")
    await card_says(topic, "🔼 високий")
    desk.olena.writes(topic, "/priority normal")
    await topic.turns(topic.card, lambda now: "високий" not in words(now))
    asked = await pressed(desk, topic, "🔄 Статус", "Який статус має звернення #1?")
    await desk.olena.presses(asked, "☕️ Чекаємо на клієнта")
    await card_says(topic, "чекаємо на клієнта")
    await desk.olena.presses(asked, "🔒 Закрито")
    await topic.becomes(closed=True)
    await anna.shows("is resolved")


async def test_tags_and_fields(desk: Stage, witness: asyncpg.Connection) -> None:
    await witness.execute(FIELD, FieldOf.TICKET, FieldKind.NUMBER)
    _anna, topic = await in_uk(desk)
    desk.olena.writes(topic, "/tag повернення, #Затримка")
    await desk.olena.hears(topic, "Мітки: повернення, Затримка")
    await card_says(topic, "🏷 повернення, Затримка")
    desk.olena.writes(topic, "/tag -затримка")
    await topic.turns(topic.card, lambda now: "Затримка" not in words(now))
    desk.olena.writes(topic, "/field замовлення багато")
    await desk.olena.hears(topic, "«Замовлення» — це число, наприклад 12 або 12,5.")
    desk.olena.writes(topic, "/field Замовлення 4512")
    await card_says(topic, "Замовлення: 4512")
    desk.olena.writes(topic, "/field")
    await desk.olena.hears(topic, "Замовлення (order): 4512")


async def test_spam_goes_without_a_word_and_comes_back(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await in_uk(desk)
    asked = await pressed(desk, topic, "⋯ Ще", "Звернення #1")
    keys = {key["text"]: key for row in asked["reply_markup"]["inline_keyboard"] for key in row}
    assert keys["🗑 Спам"]["style"] == "danger"
    assert keys["📋 #1"]["copy_text"] == {"text": "#1"}
    await desk.olena.presses(asked, "🗑 Спам")
    await topic.becomes(closed=True)
    await card_says(topic, "🗑 спам")
    assert buttons(topic.card) == ["↩️ Це не спам"]
    await desk.settles(witness)
    anna.lacks("resolved")
    await desk.olena.presses(topic.card, "↩️ Це не спам")
    await topic.becomes(closed=False)
    await topic.turns(topic.card, lambda now: "спам" not in words(now))


async def test_a_note_by_a_button_stays_inside(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await in_uk(desk)
    await desk.olena.presses(topic.card, "📝 Нотатка")
    asked = await topic.shows("Нотатка, яку пише Olena")
    assert asked["reply_markup"]["force_reply"]
    desk.olena.writes(topic, "вона вже писала вчора", reply_to=asked["message_id"])
    await desk.settles(witness)
    assert [row["text"] for row in await witness.fetch(NOTES)] == ["вона вже писала вчора"]
    anna.lacks("вчора")
    topic.lacks("Лишилося нотаткою")
    await desk.olena.presses(asked, "✖️ Без нотатки")
    await topic.changes(asked, "✖️ Без нотатки.")


async def test_what_is_mine_and_what_is_nobodys(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await in_uk(desk)
    told = await desk.olena.asks(topic, "/queue")
    assert words(told).startswith("Нічийні: 1 звернення")
    assert "❗️ #1 Anna · Де моє замовлення? · чекає" in words(told)
    (link,) = [one["url"] for one in told["entities"] if one["type"] == "text_link"]
    assert link == f"https://t.me/c/{-desk.group - 10**12}/{topic.thread}"
    for number, urgency in ((2, "low"), (3, "urgent")):
        anna.writes("/new")
        await anna.shows("new request", times=number - 1)
        anna.writes(f"Питання {number}")
        other = await desk.topic(f"#{number}")
        await other.shows(f"Питання {number}")
        desk.olena.writes(other, f"/priority {urgency}")
        desk.olena.writes(other, "/take")
        await card_says(other, "👤 Olena")
    told = await desk.olena.asks(desk.general, "/mine")
    assert words(told).startswith("Ваші: 2 звернення")
    lines = words(told).splitlines()[1:]
    assert [one[:5] for one in lines] == ["🔥 #3 ", "🔽 #2 "], lines
    assert words(await desk.taras.asks(desk.general, "/mine")) == "Ваших звернень немає."
    await desk.olena.presses(topic.card, "🙋 Узяти")
    told = await desk.taras.asks(desk.general, "/queue")
    assert words(told) == "Нічийних звернень, що чекають на нас, немає."


async def test_a_long_list_turns_its_pages_where_it_stands(
    desk: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SHOWN", 1)
    anna, _topic = await in_uk(desk)
    anna.writes("/new")
    await anna.shows("new request")
    anna.writes("Питання 2")
    await (await desk.topic("#2")).shows("Питання 2")
    told = await desk.olena.asks(desk.general, "/queue")
    assert ("#1 Anna" in words(told), buttons(told)) == (True, ["1 / 2", "›"])
    await desk.olena.presses(told, "›")
    alone = desk.olena.alone(desk.general)
    told = await alone.turns(told, lambda now: "#2 Anna" in words(now))
    assert ("#1 Anna" in words(told), buttons(told)) == (False, ["‹", "2 / 2"])
    assert len(alone.answers()) == 1, "it is the same message"


async def test_who_leaves_puts_theirs_back_and_the_card_says_so(desk: Stage) -> None:
    _anna, topic = await in_uk(desk)
    desk.taras.writes(topic, "/take")
    await card_says(topic, "👤 Taras")
    desk.taras.person.leaves(desk.group)
    await topic.turns(topic.card, lambda now: "🙋 Узяти" in buttons(now))


async def test_who_is_answering_is_shown_unless_it_is_theirs(desk: Stage) -> None:
    anna, topic = await in_uk(desk)
    desk.taras.writes(topic, "Уже шукаємо")
    await anna.shows("Уже шукаємо")
    await card_says(topic, "✍️ відповідає Taras")
    desk.olena.writes(topic, "Знайшли!")
    await card_says(topic, "✍️ відповідає Olena")
    desk.taras.writes(topic, "Завтра буде у вас")
    await card_says(topic, "✍️ відповідає Taras")
    desk.taras.writes(topic, "/take")
    await topic.turns(topic.card, lambda now: "✍️" not in words(now))
    assert "👤 Taras" in words(topic.card)


async def test_earlier_requests_and_what_became_of_them(desk: Stage) -> None:
    anna, topic = await in_uk(desk)
    desk.olena.writes(topic, "/spam")
    await topic.becomes(closed=True)
    anna.writes("/new")
    await anna.shows("new request")
    anna.writes("А ще одне")
    another = await desk.topic("#2")
    await another.shows("А ще одне")
    assert "🗂 Раніше: #1 спам" in words(another.card)
    await eventually(lambda: "🙋 Узяти" in buttons(another.card), lambda: str(another.card))
