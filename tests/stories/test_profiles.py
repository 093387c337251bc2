"""Who the customer is: `/profile` shows it, and colleagues write down what they know."""

import asyncpg
import pytest

from models import Role
from tests.stories.chat import Operator, Seen, Topic, buttons, words
from tests.stories.conftest import Stage
from tests.stories.test_held import buttons_in
from tests.stories.test_roles import is_made


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The operators read Ukrainian."""
    await stage.opens(language="uk")
    return stage


async def profile(desk: Stage, topic: Topic, who: Operator | None = None) -> Seen:
    """Olena asks who that is."""
    shown = await (who or desk.olena).asks(topic, "/profile")
    assert "👤" in words(shown)
    return shown


async def test_a_profile_tells_who_it_is_and_how_their_requests_ended(desk: Stage) -> None:
    anna, topic = await desk.asks("Де моє замовлення?")
    desk.olena.writes(topic, "Вже їде")
    desk.olena.writes(topic, "/resolve")
    await anna.shows("resolved")
    anna.writes("/new")
    await anna.shows("Write your question")
    anna.writes("А де чек?")
    second = await desk.topic("#2")
    shown = words(await profile(desk, second))
    assert "Anna" in shown
    assert "Telegram" in shown
    assert "English" in shown
    assert "Звернень: 2" in shown
    assert "#1 · Де моє замовлення? · вирішено" in shown
    assert "#2 · А де чек? · нове" in shown
    anna.lacks("Звернень")


async def test_it_is_changed_by_words_and_by_buttons(desk: Stage) -> None:
    anna, topic = await desk.asks()
    for typed in ("note Платить вчасно", "phone +38 (067) 123-45-67", "email Anna@Example.com"):
        await desk.olena.asks(topic, f"/profile {typed}")
    shown = await profile(desk, topic)
    for line in ("📝 Платить вчасно", "📱 +380671234567", "✉️ anna@example.com"):
        assert line in words(shown)
    assert "✓" not in words(shown), "nobody but she has said so"
    older = await profile(desk, topic)
    assert (await desk.olena.presses(shown, "⭐️ Зробити VIP"))["text"] == "Готово."
    await desk.olena.presses(shown, "🗑 +380671234567")
    await desk.olena.presses(shown, "🗑 Стерти нотатки")
    now = await desk.olena.alone(topic).turns(shown, lambda now: "Платить" not in words(now))
    assert "VIP" in words(now)
    assert "+380671234567" not in words(now)
    assert buttons(now) == ["Більше не VIP", "🗑 anna@example.com"]
    again = await desk.olena.presses(older, "🗑 Стерти нотатки")
    assert "Так уже є" in again["text"]
    await desk.olena.alone(topic).turns(older, lambda now: "Платить" not in words(now))
    anna.lacks("Платить")


async def test_tags_and_fields_of_the_person(desk: Stage, witness: asyncpg.Connection) -> None:
    anna, topic = await desk.asks()
    await witness.execute(
        """INSERT INTO custom_field ("of", key, label, kind, created_at)
        VALUES ('customer', 'city', 'Місто', 'text', now()), ('customer', 'age', 'Вік', 'number',
            now()), ('ticket', 'order', 'Замовлення', 'text', now())"""
    )
    assert "Місто: —" in words(await profile(desk, topic))
    for typed in ("tag опт, Постійний", "tag -ОПТ", "field місто Біла Церква", "field age 42"):
        await desk.olena.asks(topic, f"/profile {typed}")
    shown = words(await profile(desk, topic))
    for line in ("🏷 Постійний", "Місто: Біла Церква", "Вік: 42"):
        assert line in shown
    assert "Замовлення" not in shown, "that is the request’s"
    emptied = await desk.olena.asks(topic, "/profile field city")
    assert "Місто: —" in words(emptied)
    anna.lacks("Біла")


async def test_many_requests_are_turned_page_by_page(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    _anna, topic = await desk.asks()
    await witness.execute(
        "INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at) "
        "SELECT 1, 1, 'closed', 'Давнє', now(), now() FROM generate_series(1, 12)"
    )
    first = await profile(desk, topic)
    assert "1 / 2" in buttons(first)
    assert "#13" in words(first)
    await desk.olena.presses(first, "›")
    second = await desk.olena.alone(topic).changes(first, "#1 ·")
    assert [label for label in buttons(second) if "/" in label or label in "‹›"] == ["‹", "2 / 2"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("phone 067 123 45 67", "код"),
        ("phone дзвоніть увечері", "код"),
        ("email anna", "anna@example.com"),
        ("vip", "/profile"),
        ("vip maybe", "/profile"),
        ("note", "/profile"),
        ("tag", "/profile"),
        ("tag !", "«!»"),
        ("field", "/profile"),
        ("field колір синій", "«колір»"),
        ("колір синій", "/profile"),
    ],
)
async def test_what_is_not_understood_changes_nothing(
    desk: Stage, witness: asyncpg.Connection, typed: str, said: str
) -> None:
    anna, topic = await desk.asks()
    before = await witness.fetchval("SELECT count(*) FROM event")
    told = await desk.olena.asks(topic, f"/profile {typed}")
    assert said in words(told)
    assert await witness.fetchval("SELECT count(*) FROM event") == before
    anna.lacks("увечері")


async def test_an_observer_reads_it_and_changes_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "Добрий день")
    await anna.shows("Добрий день")
    await is_made(desk, witness, Role.OBSERVER)
    shown = await profile(desk, topic, desk.taras)
    assert "Anna" in words(shown)
    answer = await desk.taras.presses(shown, "⭐️ Зробити VIP")
    assert "спостерігач" in answer["text"]
    assert not await witness.fetchval("SELECT is_vip FROM customer")


async def test_in_another_topic_its_buttons_do_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await desk.asks()
    await desk.olena.asks(topic, "/profile note Платить вчасно")
    shown = await profile(desk, topic)
    borys = desk.customer("Borys")
    borys.writes("А моє?")
    other = await desk.topic("#2")
    copy = await buttons_in(desk, other, shown)
    for label in ("⭐️ Зробити VIP", "🗑 Стерти нотатки"):
        answer = await desk.olena.presses(copy, label)
        assert answer["text"] == "Ця кнопка належить іншому зверненню."
    assert not await witness.fetchval("SELECT count(*) FROM customer WHERE is_vip")
    anna.lacks("вчасно")
