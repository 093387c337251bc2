"""Moments in a text: how they are to be shown (Bot API: Date-time entity formatting)."""

from __future__ import annotations

from collections.abc import Callable

Choice = Callable[[list[str]], str]

_LETTERS = frozenset("wWdDtT")


class FormatError(Exception):
    """The format has letters that mean nothing."""


def in_markup(form: str) -> str:
    """A format of HTML or Markdown as it comes back; of a part given both ways the short counts."""
    return _normal(form, lambda letters: min(letters, key=str.isupper))


def in_entity(form: str) -> str:
    """A format of an entity as it comes back; of a part given both ways the last counts."""
    return _normal(form, lambda letters: letters[-1])


def _normal(form: str, choose: Choice) -> str:
    if form in ("r", "R"):
        return "r"
    if not set(form) <= _LETTERS:
        raise FormatError
    day = "w" if "w" in form.lower() else ""
    return day + "".join(_part(form, letter, choose) for letter in "dt")


def _part(form: str, short: str, choose: Choice) -> str:
    letters = [letter for letter in form if letter.lower() == short]
    return choose(letters) if letters else ""
