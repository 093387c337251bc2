"""A bot that offers something in the line, for the tests beside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st

from tests.sandbox.engine_desk import Desk, Json

ANSWER = "answerInlineQuery"


OLD = "query is too old and response timeout expired or query ID is invalid"


WRONG = "can't parse inline query result: "


KEY = {"inline_keyboard": [[{"text": "Pay", "callback_data": "pay"}]]}


def article(number: int = 1, words: str = "Refund in 3 days", **more: Any) -> Json:
    said = {"message_text": words}
    return {
        "type": "article",
        "id": str(number),
        "title": "R",
        "input_message_content": said,
    } | more


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.bot.inline = True
    return made


def offered(desk: Desk, *results: Json, **more: Any) -> str:
    """A query of Petro's in the group, answered so."""
    query = desk.petro.asks_inline(desk.group, "refund")
    assert desk.call(ANSWER, inline_query_id=query, results=list(results), **more) is True
    desk.updates()
    return query


def refused(desk: Desk, why: str, result: Any) -> None:
    query = desk.petro.asks_inline(desk.group, "refund")
    desk.refused(why, ANSWER, inline_query_id=query, results=[result])


KEYS = (
    *("type", "id", "title", "message_text", "input_message_content", "reply_markup", "caption"),
    *("photo_file_id", "latitude", "longitude", "phone_number", "first_name", "entities"),
    *("parse_mode", "address", "description", "link_preview_options", "inline_keyboard", "text"),
)


TYPES = ("article", "photo", "document", "gif", "contact", "location", "venue", "game", "audio")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.sampled_from(TYPES)
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=16,
)


RESULT = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)


DESK = Desk()


DESK.bot.inline = True
