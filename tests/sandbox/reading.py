"""How the tests of texts call the sandbox's reading of them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import entities
from sandbox.errors import ApiError
from sandbox.params import Params


def read(text: str, mode: str = "", **values: Any) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and the entities of a call's text."""
    return entities.parse(Params({"text": text, "parse_mode": mode, **values}))


def spans(text: str, mode: str = "", **values: Any) -> list[tuple[str, int, int]]:
    """The entities as (type, offset, length)."""
    return [(e["type"], e["offset"], e["length"]) for e in read(text, mode, **values)[1]]


def refusal(text: str, mode: str = "", **values: Any) -> str:
    """The description of the error the text is refused with."""
    with pytest.raises(ApiError) as refused:
        read(text, mode, **values)
    assert refused.value.code == 400
    return refused.value.description


def unparsed(text: str, mode: str) -> str:
    """What is wrong with the markup."""
    return refusal(text, mode).removeprefix("Bad Request: can't parse entities: ")
