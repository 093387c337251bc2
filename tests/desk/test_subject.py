"""What a ticket is about: its first words, cut where a reader would cut them."""

import pytest

from bot.desk.tickets import SUBJECT, subject_of

FIRST = "Вітаю. Привезли шафу, а дверцят у коробках немає"


@pytest.mark.parametrize("stop", [".", ",", ";", ":", "…", "...", " –", " -"])
def test_what_is_cut_has_no_stop_before_its_dots(stop: str) -> None:
    assert subject_of(f"{FIRST}{stop} Замовлення 48213") == f"{FIRST}…"


@pytest.mark.parametrize("mark", ["?", "!", "»", ")"])
def test_a_mark_that_means_something_stays(mark: str) -> None:
    assert subject_of(f"{FIRST}{mark} Замовлення 48213") == f"{FIRST}{mark}…"


def test_what_fits_is_left_as_it_is() -> None:
    assert subject_of(f"{FIRST}.") == f"{FIRST}."


@pytest.mark.parametrize("text", ["." * 200, "-" * 59 + " " + "a" * 99, "a" * 200])
def test_a_line_of_nothing_but_stops_has_a_subject_too(text: str) -> None:
    assert 0 < len(subject_of(text)) <= SUBJECT
