"""What is turned where it stands is never too long for that, whatever stands in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import profiles, texts
from bot.cards.pages import LONGEST
from bot.cards.timeline import timeline
from bot.desk.outbox.carried import Fate
from bot.desk.people.fields import Filled
from bot.desk.said import TEXT, Buttons
from bot.desk.talk.timeline import PAGE, Entry, Page
from bot.desk.tickets.profiles import SHOWN, Profile
from bot.desk.words import Words
from bot.desk.words.markup import utf16
from models import (
    Address,
    Contact,
    ContactKind,
    Customer,
    DeliveryState,
    Direction,
    Event,
    Message,
    Status,
    Ticket,
)

pytestmark = pytest.mark.usefixtures("db")  # a model has relations where there are tables
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
AGO = NOW - timedelta(days=400)
FAMILY = "👨‍👩‍👧‍👦"
NAMES = ["Anna", FAMILY * 80, "<b>&{name}</b>" * 6, "\u202eמרים " * 16, "W" * 80]
OWN: dict[str, str] = {each.value: "Ж" * 32 for each in Status}


def ticket(number: int, name: str, **values: Any) -> Ticket:
    found = Ticket(id=number, status=Status.OPEN, subject=name, opened_at=AGO, customer_at=AGO)
    found.customer = Customer(id=1, name=name, username="a" * 32, language="uk", created_at=NOW)
    for key, value in values.items():
        setattr(found, key, value)
    return found


def stands_well(words: Words, *, whole: str = FAMILY) -> None:
    """It can be turned, and nothing in it is broken."""
    assert 0 < len(words) <= LONGEST
    units = utf16(words.text)
    assert all(each["offset"] + each["length"] <= units for each in words.entities)
    rest = words.text.replace(whole, "")
    assert not set(rest) & set(whole), "no family is parted"


@pytest.mark.parametrize("name", NAMES, ids=["plain", "family", "markup", "hebrew", "long"])
def test_a_page_of_history(name: str) -> None:
    fate = Fate(DeliveryState.DEAD, why=name * 9)
    entries = []
    for number in range(PAGE // 2):
        message = Message(
            id=number,
            direction=Direction.OUT,
            kind=TEXT,
            words={"text": name * 9},
            operator_id=1,
        )
        event = Event(id=number, name="assignee", actor="operator", operator_id=1)
        event.before, event.after = {"assignee_id": 1}, {"assignee_id": 1}
        entries += [Entry(AGO, message, fate=fate), Entry(AGO, event=event)]
    page = Page(ticket(1_234_567, name), entries, 1, 1, {1: name}, {}, OWN, {}, frozenset())
    with texts.use("uk"):
        told = timeline(page, "Europe/Kyiv", NOW)
    stands_well(told)
    assert told.text.count("\n") == PAGE, "each has its line"


@pytest.mark.parametrize("name", NAMES, ids=["plain", "family", "markup", "hebrew", "long"])
@pytest.mark.parametrize(("fields", "noted", "total"), [(0, 0, 3), (0, 0, 25), (30, 2000, 25)])
def test_the_pages_of_a_profile(name: str, fields: int, noted: int, total: int) -> None:
    one = ticket(1_234_567, name)
    one.customer.about = (name * 500)[:noted]
    profile = Profile(
        one.id,
        one.customer,
        [Address(id=1, channel="telegram", external_id="5", created_at=NOW)],
        [Contact(id=n, kind=ContactKind.EMAIL, value=f"{n}@{'x' * 60}.ua") for n in range(2)],
        [Filled(f"{name}{n}"[:64], name * 3, False) for n in range(fields)],
        [ticket(1_234_567 - n, name) for n in range(min(total, SHOWN))],
        total,
        1,
        OWN,
    )
    with texts.use("uk"):
        above = profiles.about(profile, "Europe/Kyiv", NOW)
        told = [*above, profiles.words(profile, "Europe/Kyiv", NOW, alone=bool(above))]
        rows: Buttons = profiles.buttons(profile, 1, len(above) + profile.pages)
    for each in told:
        assert 0 < len(each) <= LONGEST
    text = "\n".join(each.text for each in told)
    assert f"#{one.id} ·" in text
    assert f"#{one.id - min(total, SHOWN) + 1} ·" in text
    assert "/profile note" in text, "its end is there"
    assert all(f"{n}@" in text for n in range(2))
    if len(above) + profile.pages > 1:
        assert rows[-1][-1][0] == "›"
