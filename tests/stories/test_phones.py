"""A customer shares their phone: by Telegram's own button it is theirs, and nobody else's is."""

import asyncpg
import pytest

from tests.stories.chat import Customer, Topic, buttons, words
from tests.stories.conftest import Stage

BUTTON = "📱 Поділитися телефоном"
PHONES = "SELECT customer_id, value, verified_at IS NOT NULL AS known FROM contact ORDER BY id"


@pytest.fixture
async def desk(stage: Stage) -> Stage:
    """The operators read Ukrainian."""
    await stage.opens(language="uk")
    return stage


async def asks(desk: Stage, name: str = "Ганна", number: int = 1) -> tuple[Customer, Topic]:
    customer = desk.customer(name, "uk")
    customer.writes(f"Де моє замовлення, {name}?")
    topic = await desk.topic(f"#{number}")
    await topic.shows("Де моє замовлення")
    await customer.shows("отримано")
    return customer, topic


async def shares(customer: Customer) -> None:
    """By the button of her keyboard."""
    customer.writes("/phone")
    asked = await customer.shows("Натисніть кнопку")
    customer.person.presses(asked["message_id"], customer.bot, BUTTON)
    await customer.shows("Дякуємо")


async def phones(witness: asyncpg.Connection) -> list[tuple[int, str, bool]]:
    return [tuple(row) for row in await witness.fetch(PHONES)]


async def test_a_shared_phone_is_known_to_be_theirs(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    await shares(anna)
    number = f"+{anna.person.user.phone.lstrip('+')}"
    thanked = await anna.shows("Дякуємо")
    assert number in words(thanked)
    await topic.shows(f"Ганна: підтверджений телефон {number} ✓")
    await topic.changes(topic.card, f"📱 {number} ✓")
    assert await phones(witness) == [(1, number, True)]
    assert await witness.fetchval("SELECT count(*) FROM message") == 1, "it is no words"
    said = [str(each) for each in desk.sandbox.calls.of("sendMessage")]
    assert "remove_keyboard" in next(each for each in said if "Дякуємо" in each)


async def test_from_my_requests_too_and_nothing_is_opened_by_it(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    anna.writes("/requests")
    listed = await anna.shows("Ваші звернення")
    assert "📱 Мій телефон" in buttons(listed)
    await anna.presses(listed, "📱 Мій телефон")
    await anna.shows("Натисніть кнопку")
    desk.olena.writes(topic, "/close")
    await anna.shows("вирішено")
    await shares(anna)
    assert len(await phones(witness)) == 1
    assert await witness.fetchval("SELECT count(*) FROM ticket") == 1
    assert await witness.fetchval("SELECT status FROM ticket") == "closed"


async def test_what_is_not_hers_is_words(desk: Stage, witness: asyncpg.Connection) -> None:
    """Somebody else's, nobody's, her own that came by way of another: none is taken for hers."""
    anna, topic = await asks(desk)
    borys = desk.customer("Борис", "uk")
    anna.sends("contact", first_name="Борис", phone_number=borys.person.user.phone)
    anna.sends("contact", first_name="Ганна", phone_number="+380000000000")
    own = anna.person.user
    club = desk.world.group("Клуб", borys.person)
    anna.person.joins(club)
    shown = borys.person.sends(club, "contact", first_name="Я", phone_number=own.phone)
    anna.person.forwards(shown, anna.bot)
    await desk.settles(witness)
    assert len([one for one in topic.messages() if "contact" in one]) == 3
    assert await phones(witness) == []
    assert await witness.fetchval("SELECT count(*) FROM message") == 4, "all of it is words"


async def test_two_with_one_phone_are_proposed_for_joining(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    anna, topic = await asks(desk)
    await shares(anna)
    another, second = await asks(desk, "Аня", 2)
    await witness.execute(
        "INSERT INTO contact (customer_id, kind, value, verified_at, created_at) "
        "SELECT 2, kind, value, now(), now() FROM contact"
    )
    desk.olena.writes(second, "/close")
    await another.shows("вирішено")
    another.writes("/new")
    await another.shows("Напишіть")
    another.writes("Ще одне питання")
    third = await desk.topic("#3")
    told = await third.shows("🔗")
    assert "Ганна" in words(told)
    assert "#1" in words(told)
    topic.lacks("🔗")
    anna.lacks("🔗")
    another.lacks("🔗")
