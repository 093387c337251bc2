"""What topics are called, by the template of their department."""

from datetime import UTC, datetime

import pytest

from bot import cards
from bot.desk.people import preferences
from models import Customer, Status, Ticket

pytestmark = pytest.mark.usefixtures("db")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def called(template: str, *, name: str = "Anna", subject: str = "A box") -> str:
    ticket = Ticket(id=12, status=Status.NEW, subject=subject, opened_at=NOW, customer_at=NOW)
    customer = Customer(id=1, name=name, language="uk", created_at=NOW)
    return cards.topic_name(ticket, customer, template)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        (cards.TEMPLATE, "#12 Anna · A box"),
        ("#{number} {subject} — {name}", "#12 A box — Anna"),
        ("#{number} {subject}", "#12 A box"),
        ("#{number} Shop", "#12 Shop"),
        ("#{number}", "#12"),
        ("{name} wants {subject}", "#12 Anna wants A box"),
    ],
)
def test_a_topic_is_called_as_its_department_has_it(template: str, name: str) -> None:
    assert called(template) == name


@pytest.mark.parametrize("template", [cards.TEMPLATE, "#{number} {name} — {subject}"])
def test_nothing_hangs_at_the_end_where_there_is_no_subject(template: str) -> None:
    assert called(template, subject="") == "#12 Anna"


def test_what_people_call_themselves_is_no_gap() -> None:
    assert called(cards.TEMPLATE, name="{subject} {number}") == "#12 {subject} {number} · A box"


def test_a_long_name_is_cut() -> None:
    assert len(called("#{number} {name}", name="x" * 300)) == cards.NAME_LIMIT


def test_what_is_kept_as_a_template_begins_with_what_is_found_again() -> None:
    assert preferences.BEGINNING.startswith(cards.NUMBER)
    assert preferences.template_of(cards.TEMPLATE) == cards.TEMPLATE
    assert {"number", "name", "subject"} == {*preferences.GAPS}


def test_a_status_is_called_as_its_department_has_it() -> None:
    assert cards.status_name(Status.OPEN, {"open": "At the workshop"}) == "At the workshop"
    assert cards.status_name(Status.NEW, {"open": "At the workshop"}) == "new"
