"""Inline mode: what may not be offered, and whatever else somebody sends."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import ApiError, Refused
from sandbox.living import LivingWorld
from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.line import (
    ANSWER,
    DESK,
    KEY,
    OLD,
    RESULT,
    TYPES,
    WRONG,
    article,
    desk,
    offered,
    refused,
)
from tests.sandbox.place import Place

__all__ = ["desk"]


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ("x", WRONG + "Inline query result must be an object"),
        ({"id": "1"}, WRONG + 'Can\'t find field "type"'),
        ({"type": "article"}, WRONG + 'Can\'t find field "id"'),
        ({"type": "article", "id": "1"}, WRONG + 'Can\'t find field "message_text"'),
        (
            article(input_message_content={}),
            WRONG + "Input message content is not specified",
        ),
        (
            article(input_message_content="x"),
            WRONG + 'Field "input_message_content" must be of type Object',
        ),
        ({**article(), "title": None}, WRONG + 'Can\'t find field "title"'),
        (article(title=["x"]), WRONG + 'Field "title" must be of type String'),
        (article(title=""), "ARTICLE_TITLE_EMPTY"),
        ({**article(), "id": "x" * 65}, "RESULT_ID_INVALID"),
        ({**article(), "id": ""}, "RESULT_ID_INVALID"),
        (article(words="x" * 4097), "message is too long"),
        (article(words=" "), "text must be non-empty"),
        (
            article(input_message_content={"message_text": "<b>x", "parse_mode": "HTML"}),
            WRONG + "Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            article(reply_markup={"inline_keyboard": [[{"text": "x"}]]}),
            WRONG + "Can't parse inline keyboard button: "
            "Text buttons are unallowed in the inline keyboard",
        ),
        (article(reply_markup={"keyboard": [["x"]]}), "inline keyboard expected"),
        (article(reply_markup="x"), WRONG + 'Field "reply_markup" must be of type Object'),
        (
            {"type": "song", "id": "1"},
            WRONG + 'type "song" is unsupported for the inline query result',
        ),
        ({"type": "photo", "id": "1"}, WRONG + 'Can\'t find field "photo_file_id"'),
        (
            {"type": "document", "id": "1", "document_file_id": "x"},
            "wrong file identifier/HTTP URL specified",
        ),
    ],
)
def test_what_may_not_be_offered(desk: Desk, result: Any, why: str) -> None:
    refused(desk, why, result)


@settings(deadline=None)
@given(kind=st.sampled_from(TYPES), result=RESULT)
def test_any_json_is_either_offered_or_refused(kind: str, result: Json) -> None:
    query = DESK.petro.asks_inline(DESK.group, "refund")
    offer = {"type": kind, "id": "1", "title": "R", **result}
    try:
        DESK.call(ANSWER, inline_query_id=query, results=[offer], cache_time=0)
    except ApiError:
        return
    DESK.petro.chooses(DESK.group, query)
    DESK.updates()


def test_how_much_may_be_offered(desk: Desk) -> None:
    fifty = [article(number) for number in range(50)]
    offered(desk, *fifty)
    query = desk.petro.asks_inline(desk.group, "more")
    ask: Json = {"inline_query_id": query}
    desk.refused(
        "too many inline query results specified", ANSWER, **ask, results=[*fifty, article(50)]
    )
    desk.refused("RESULT_ID_DUPLICATE", ANSWER, **ask, results=[article(1), article(1)])
    desk.refused("NEXT_OFFSET_INVALID", ANSWER, **ask, results=[], next_offset="я" * 33)
    desk.refused("expected an Array of inline query results", ANSWER, **ask, results={"a": 1})
    desk.refused("can't parse JSON encoded inline query results", ANSWER, **ask, results="{")
    assert desk.call(ANSWER, **ask, next_offset="я" * 32) is True
    assert desk.world.inline.answers[query].json()["results"] == []


@pytest.mark.parametrize(
    ("button", "why"),
    [
        (
            "x",
            "can't parse inline query results button: InlineQueryResultsButton must be an Object",
        ),
        ({}, "can't parse inline query results button: Can't find field \"text\""),
        (
            {"text": "x"},
            "can't parse inline query results button: "
            "InlineQueryResultsButton must have exactly one optional field",
        ),
        ({"text": "x", "start_parameter": ""}, "can't use empty start_parameter"),
        ({"text": "x", "start_parameter": "x" * 65}, "too long start_parameter specified"),
        (
            {"text": "x", "start_parameter": "a b"},
            "unallowed characters in start_parameter are used",
        ),
    ],
)
def test_the_button_above_the_list(desk: Desk, button: Any, why: str) -> None:
    query = desk.petro.asks_inline(desk.group, "refund")
    given = orjson.dumps(button).decode()
    desk.refused(why, ANSWER, inline_query_id=query, results=[], button=given)


def test_who_may_not_send_others_things_uses_no_bots(desk: Desk) -> None:
    query = offered(desk, article())
    permissions = {"can_send_messages": True}
    desk.call("setChatPermissions", chat_id=desk.group, permissions=permissions)
    with pytest.raises(Refused):
        desk.petro.asks_inline(desk.group, "refund")
    with pytest.raises(Refused):
        desk.petro.chooses(desk.group, query)
    assert desk.olha.asks_inline(desk.group, "refund")


def test_a_forward_says_by_which_bot_it_was_made(desk: Desk) -> None:
    sent = desk.petro.chooses(desk.group, offered(desk, article(reply_markup=KEY)))
    desk.olha.forwards(sent, desk.group)
    forwarded = desk.messages()[-1]
    assert forwarded["via_bot"] == sent["via_bot"]
    assert "reply_markup" not in forwarded
    where: Json = {"chat_id": desk.group, "message_id": forwarded["message_id"]}
    desk.refused("message can't be edited", "editMessageText", **where, text="x")


def test_a_choice_is_kept_with_the_world(desk: Desk) -> None:
    sent = desk.petro.chooses(desk.group, offered(desk, article()))
    kept = LivingWorld.load(desk.world.export(), desk.clock)
    assert kept.history(desk.group)[-1]["via_bot"] == sent["via_bot"]
    bot = kept.bots_by_id[desk.bot.id]
    assert (bot.inline, bot.inline_feedback) == (True, False)
    of_before = desk.world.export()
    for saved in of_before["bots"]:
        del saved["inline"], saved["met"]
    bot = LivingWorld.load(of_before, desk.clock).bots_by_id[desk.bot.id]
    assert (bot.inline, bot.inline_feedback, bot.met) == (True, True, set())


async def test_inline_mode_over_http(place: Place) -> None:
    place.bot.inline = True

    async def does(what: str, **args: Any) -> Any:
        body = {"who": place.owner.id, "do": what, "args": {"chat": place.group, **args}}
        async with place.http.post(f"{place.sandbox.url}/sandbox/act", json=body) as answer:
            said = await answer.json()
        assert said["ok"], said
        return said["result"]

    async def shown(query: str) -> Any:
        async with place.http.get(f"{place.sandbox.url}/sandbox/inline?id={query}") as answer:
            return await answer.json()

    seen: list[Json] = []
    place.world.listeners.append(seen.append)
    query = await does("asks_inline", query="refund", bot="desk_bot")
    (update,) = await place.calls("getUpdates")
    assert update["inline_query"]["id"] == query
    assert await shown(query) is None
    button = {"text": "All of them", "start_parameter": "macros"}
    answer = {"results": [article(description="3 days")], "next_offset": "1", "button": button}
    await place.calls(ANSWER, inline_query_id=query, cache_time=0, **answer)
    listed = await shown(query)
    words = {"words": "Refund in 3 days", "description": "3 days", "title": "R"}
    assert listed["results"] == [{"id": "1", "type": "article", **words}]
    assert (listed["next_offset"], listed["button"]) == ("1", button)
    assert {"type": "answer", "id": query, **listed}.items() <= seen[-1].items()
    said = await does("chooses", query=query, number=0)
    assert (said["text"], said["via_bot"]["username"]) == ("Refund in 3 days", "desk_bot")
    late = await place.asks(ANSWER, inline_query_id=query, results=[])
    assert late["description"] == f"Bad Request: {OLD}"
