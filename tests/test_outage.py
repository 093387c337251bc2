"""A store that is away, told apart from what is wrong."""

import pytest

from bot.outage import is_outage


def raised(*errors: Exception) -> Exception:
    """The last of these, each the cause of the next one, and the last of the first."""
    for cause, error in zip((errors[-1], *errors[:-1]), errors, strict=True):
        error.__cause__ = cause
    return errors[-1]


@pytest.mark.parametrize(
    ("errors", "away"),
    [
        ([ValueError()], False),
        ([ValueError(), KeyError()], False),
        ([ConnectionError(), KeyError()], True),
        ([KeyError(), ConnectionError(), ValueError()], True),
    ],
)
def test_causes_that_go_in_a_circle_are_asked_once(errors: list[Exception], away: bool) -> None:
    assert is_outage(raised(*errors)) is away
