"""The door: what cannot be stored is cleaned, what cannot be read is left out and named."""

import copy
from typing import Any

import orjson
import pytest
from aiogram import Bot
from aiogram.types import Update
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.telegram import door, reading

BOT = Bot("7000000001:AAHstory-bot-of-the-sandbox-0000000")
FUTURE = {"type": "hologram", "length": 4, "offset": 0}


def update(**more: Any) -> dict[str, Any]:
    """A customer's words."""
    anna = {"id": 5, "is_bot": False, "first_name": "Anna"}
    chat = {"id": 5, "type": "private", "first_name": "Anna"}
    message = {"message_id": 7, "date": 1_790_000_000, "chat": chat, "from": anna, "text": "Hello"}
    return {"update_id": 1, "message": message | more}


def read(**more: Any) -> tuple[str, list[str]]:
    """The words, and the names of what could not be read."""
    message = door.read(update(**more), BOT).message
    assert message is not None
    return message.text or "", reading.unread(message)


def test_a_hidden_origin_without_a_name() -> None:
    assert read(forward_origin={"type": "hidden_user", "date": 1}) == ("Hello", ["forward_origin"])


def test_an_origin_of_a_later_version() -> None:
    assert read(forward_origin={"type": "planet", "date": 1}) == ("Hello", ["forward_origin"])


def test_a_reply_to_what_cannot_be_read_is_still_a_reply() -> None:
    replied = update(forward_origin={"type": "hidden_user", "date": 1})["message"]
    message = door.read(update(reply_to_message=replied), BOT).message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "Hello"
    assert reading.unread(message) == []


@pytest.mark.parametrize("replied", ["?", {"message_id": 3}, {"message_id": 3, "chat": "?"}])
def test_a_reply_to_what_is_cut_wholly_is_named(replied: Any) -> None:
    """Else nobody would know that it was one: it may have answered a note."""
    assert read(reply_to_message=replied) == ("Hello", ["reply_to_message"])


def test_bad_entities_cost_no_good_ones() -> None:
    bad = {"type": "bold", "offset": "here", "length": 1}
    good = [
        {"type": "italic", "offset": 0, "length": 1},
        {"type": "code", "offset": 1, "length": 1},
    ]
    message = door.read(update(entities=[bad, bad, *good]), BOT).message
    assert message is not None
    assert [entity.type for entity in message.entities or []] == ["italic", "code"]


@pytest.mark.parametrize("missing", ["from", "chat", "date", "message_id"])
def test_without_its_author_or_place_it_is_not_read(missing: str) -> None:
    broken = update()
    broken["message"][missing] = "?"
    with pytest.raises(ValidationError):
        door.read(broken, BOT)


def test_what_it_says_of_a_later_version_is_words_all_the_same() -> None:
    raw = update(hologram={"depth": 3}, caption="Look at this")
    del raw["message"]["text"]
    message = door.read(raw, BOT).message
    assert message is not None
    content = reading.content(message)
    assert content is not None
    assert (content.kind, content.words.text) == ("text", "Look at this")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
OPTIONAL = sorted(
    {
        "forward_origin",
        "reply_to_message",
        "entities",
        "photo",
        "quote",
        "external_reply",
        "via_bot",
    }
    | {"contact", "venue", "poll", "reply_markup", "link_preview_options", "sticker", "dice"}
)


@given(st.dictionaries(st.sampled_from(OPTIONAL), JSON, max_size=4))
@settings(max_examples=300, deadline=None)
def test_the_words_always_arrive(strange: dict[str, Any]) -> None:
    raw = update(**strange)
    before = copy.deepcopy(raw)
    found: Update = door.read(door.clean(raw), BOT)
    assert found.message is not None
    assert found.message.text == "Hello"
    assert raw == before


@given(JSON)
def test_what_is_clean_can_be_stored(value: Any) -> None:
    cleaned = door.clean({"text": "\0\ud83d", "more": value, "half \ud83d": value})
    stored = orjson.dumps(cleaned).decode()  # refuses halves of surrogate pairs
    assert "\\u0000" not in stored
