"""The card: what it tells of a ticket, and its buttons by the state that it is in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot import texts
from bot.cards import face, keys
from bot.desk.people.fields import Filled
from bot.desk.said import Buttons
from bot.desk.said.buttons import read
from bot.desk.talk.glance import Glance
from models import Address, Contact, ContactKind, Customer, Priority, Status, Ticket

pytestmark = pytest.mark.usefixtures("db")  # a model has relations where there are tables
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def ticket(**values: Any) -> Ticket:
    """Anna's, number 12."""
    found = Ticket(id=12, status=Status.OPEN, subject="Box", opened_at=NOW, customer_at=NOW)
    found.customer = Customer(id=1, name="Anna", username="anna", language="uk", created_at=NOW)
    found.address = Address(id=1, channel="telegram", external_id="5", created_at=NOW)
    found.previous_id = None
    for name, value in values.items():
        setattr(found, name, value)
    return found


def glance(about: Ticket | None = None, **values: Any) -> Glance:
    return Glance(about or ticket(), NOW, **values)


def told(about: Glance) -> list[str]:
    words, _buttons = face.card(about, "Europe/Kyiv")
    return words.text.splitlines()


def labels(rows: Buttons) -> list[list[str]]:
    return [[label for label, _data in row] for row in rows]


def test_a_plain_ticket_is_two_lines() -> None:
    assert told(glance()) == ["#12 · open", "Anna @anna · Telegram · Українська"]


def test_all_that_is_known_is_told_in_a_few_lines() -> None:
    customer = ticket(
        priority=Priority.URGENT, tags=["refund", "late"], previous_id=9, notes_mode=True
    )
    customer.customer.is_vip = True
    customer.address.blocked_at = NOW
    contacts = [
        Contact(kind=ContactKind.PHONE, value="+380671234567", verified_at=NOW),
        Contact(kind=ContactKind.EMAIL, value="anna@example.com"),
    ]
    earlier = [ticket(id=9, status=Status.CLOSED), ticket(id=7, is_spam=True)]
    filled = [
        Filled("Order", 4512),
        Filled("Paid", True),
        Filled("Until", "2026-12-01", is_date=True),
    ]
    about = glance(
        customer,
        owner="Olena",
        department="Sales",
        contacts=contacts,
        fields=filled,
        earlier=earlier,
        before=5,
        answering="Taras",
        deadline=NOW + timedelta(hours=2),
    )
    assert told(about) == [
        "#12 · open · 🔥 urgent",
        "⭐️ Anna @anna · Telegram · Українська",
        "📱 +380671234567 ✓ · ✉️ anna@example.com",
        "👤 Olena · ✍️ Taras is answering",
        "🏢 Sales · 🏷 refund, late",
        "Order: 4512 · Paid: yes · Until: Dec 1, 2026",
        "🗂 Earlier: #9 closed, #7 spam and 3 more",
        "⏳ 16:00",
        "Continues #9",
        "🚫 The customer has blocked us in Telegram",
        "📝 Notes mode: nothing you write here reaches the customer",
    ]
    words, _buttons = face.card(about, "Europe/Kyiv")
    (counts,) = [one for one in words.entities if one["type"] == "date_time"]
    assert counts["date_time_format"] == "r"
    assert counts["unix_time"] == int((NOW + timedelta(hours=2)).timestamp())
    assert counts["length"] == len("16:00")


@pytest.mark.parametrize(
    ("values", "owner", "rows"),
    [
        ({}, None, ["🙋 Take ✅ Resolve", "🔄 Status 🔥 Priority", "📋 Macro 📝 Note ⋯ More"]),
        (
            {},
            "Olena",
            ["👤 Olena 👉 Give to…", "✅ Resolve 🔄 Status 🔥 Priority", "📋 Macro 📝 Note ⋯ More"],
        ),
        ({"status": Status.RESOLVED}, None, ["↩️ Reopen 🔒 Close", "📋 Macro 📝 Note ⋯ More"]),
        ({"status": Status.CLOSED}, None, ["↩️ Reopen"]),
        ({"status": Status.CLOSED, "is_spam": True}, None, ["↩️ It is no spam"]),
    ],
)
def test_the_buttons_fit_the_state(
    values: dict[str, Any], owner: str | None, rows: list[str]
) -> None:
    about = glance(ticket(**values), owner=owner)
    assert [" ".join(row) for row in labels(face.card(about, "UTC")[1])] == rows


def test_notes_mode_can_be_ended_on_the_card() -> None:
    on = glance(ticket(notes_mode=True))
    assert labels(keys.of_card(on))[-1] == ["💬 End notes mode", "📋 Macro", "📝 Note", "⋯ More"]


def test_who_has_it_is_named_on_a_button_that_cannot_be_pressed() -> None:
    (whose, _give), *_rest = keys.of_card(glance(owner="Olena"))
    assert read(whose[1])[0] == {"off"}


def test_menus_have_the_present_state_switched_off() -> None:
    shown = keys.statuses(ticket()) + keys.priorities(ticket(priority=Priority.URGENT))
    off = [label for row in shown for label, data in row if "off" in read(data)[0]]
    assert off == ["💬 Our turn", "🔥 urgent"]


def test_more_offers_what_can_be_done() -> None:
    alone = [label for row in keys.more(glance()) for label, _data in row]
    assert alone == ["📝 Notes mode", "📋 #12", "🗑 Spam"]
    phone = Contact(kind=ContactKind.PHONE, value="+380671234567")
    full = keys.more(glance(owner="Olena", department="Sales", contacts=[phone]))
    assert [label for row in full for label, _data in row] == [
        *("🏢 Another department", "↩️ Put it back", "📝 Notes mode"),
        *("📋 #12", "📋 +380671234567", "🗑 Spam"),
    ]


def test_names_that_are_the_same_are_told_apart() -> None:
    rows = keys.names(12, {1: "Ira", 2: "ira", 3: "Oleh"})
    assert labels(rows) == [["Ira · 1", "ira · 2"], ["Oleh"]]


def test_many_names_have_pages_that_telegram_takes() -> None:
    """Bot API: a markup is at most 10,240 bytes."""
    many = {10**12 + n: f"{n} {'Ї' * 130}" for n in range(100)}
    seen: list[str] = []
    for number in range(1, 8):
        *rows, row = keys.names(10**12, many, number)
        assert f"{number} / 7" in [label for label, _data in row]
        seen += [data for each in rows for _label, data in each]
        assert len(orjson.dumps([*rows, row])) < 10_240 - 60 * keys.AT_ONCE
    assert seen == [f"assign:{10**12}:{n}" for n in many]
    assert keys.names(12, many, 99) == keys.names(12, many, 7), "it has become shorter"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_button_is_too_long_for_telegram(language: str) -> None:
    """Bot API: 1-64 bytes of data, of which a signature is nine."""
    large = 10**12
    with texts.use(language):
        about = glance(ticket(id=large), owner="Olena", department="Sales")
        shown = [keys.of_card(about), keys.more(about), keys.statuses(about.ticket)]
        shown += [keys.priorities(about.ticket), keys.names(large, {large: "Olena"})]
        for rows in shown:
            for label, data in (key for row in rows for key in row):
                assert label
                assert len(read(data)[1].encode()) <= 64 - 9
