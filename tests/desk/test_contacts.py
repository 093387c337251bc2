"""Phones and e-mail addresses, written the one way in which they compare."""

from datetime import timedelta

import pytest

from bot.desk import outbox
from bot.desk.errors import BadEmail, BadPhone
from bot.desk.people import contacts
from models import Contact, ContactKind
from tests.desk.talk import NOW, anna

KYIV = contacts.phone("+380671234567")


@pytest.mark.parametrize(
    "typed",
    [
        "+380671234567",
        "+38 (067) 123-45-67",
        "+38 067 123 45 67",
        "00380 67 1234567",
        "380671234567",
        "＋380671234567",
        "+38.067.123‑45–67",
    ],
)
def test_a_phone_is_written_one_way(typed: str) -> None:
    assert contacts.phone(typed) == KYIV


@pytest.mark.parametrize(
    "typed",
    [
        *("", "+", "Anna", "+38067ABCDEFG", "+380671234567 ext 5", "+380671234567, +380501112233"),
        *("067 123 45 67", "8 916 123 45 67", "+0671234567", "+12345", "+1234567890123456"),
        *("+٣٨٠٦٧١٢٣٤٥٦٧", "++380671234567", "380671234567890123"),
    ],
)
def test_what_is_no_phone_with_its_country_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        contacts.phone(typed)


def test_telegram_leaves_out_the_sign() -> None:
    assert contacts.shared_phone("380671234567") == KYIV
    assert contacts.shared_phone("+380671234567") == KYIV
    assert contacts.shared_phone("12025550123").value == "+12025550123"
    with pytest.raises(BadPhone):
        contacts.shared_phone("")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Anna@Example.com", "anna@example.com"),
        (" mailto:anna+shop@mail.example.co.uk ", "anna+shop@mail.example.co.uk"),
        ("анна@приклад.укр", "анна@приклад.укр"),
    ],
)
def test_an_address_is_written_in_small_letters(typed: str, value: str) -> None:
    assert contacts.email(typed) == contacts.Typed(ContactKind.EMAIL, value)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "anna", "anna@", "@example.com", "anna@example", "anna@@example.com", "a b@ex.com"),
        *("anna@ex.com, olena@ex.com", "anna@-ex.com", "anna@ex..com", "<anna@ex.com>"),
        *(f"{'a' * 65}@example.com", f"anna@{'a.' * 120}example.com", "anna@1.2.3.4"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        contacts.email(typed)


async def test_what_was_typed_becomes_known_and_stays_so(db: str) -> None:
    await anna(1, "Hello")
    later = NOW + timedelta(days=1)
    async with outbox.transaction():
        assert await contacts.keep(1, KYIV, None, NOW)
        assert not await contacts.keep(1, KYIV, None, NOW), "it is there"
        assert await contacts.keep(1, KYIV, NOW, NOW), "it is known to be hers now"
        assert not await contacts.keep(1, KYIV, later, later), "it was"
        assert not await contacts.keep(1, KYIV, None, later), "who types it takes nothing away"
    [one] = await contacts.of(1)
    assert (one.value, one.verified_at) == ("+380671234567", NOW)


async def test_the_contact_of_somebody_else_is_not_forgotten(db: str) -> None:
    await anna(1, "Hello")
    async with outbox.transaction():
        await contacts.keep(1, KYIV, None, NOW)
        assert not await contacts.forget(2, 1)
        assert await Contact.all().count() == 1
        assert await contacts.forget(1, 1)
        assert not await contacts.forget(1, 1)
