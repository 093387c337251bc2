"""Inline mode: what is asked in the line, what a bot may offer, and what becomes of a choice."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import ApiError, Refused
from sandbox.living import LivingWorld
from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.place import Place

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


def test_a_bot_without_inline_mode_is_not_asked() -> None:
    desk = Desk()
    assert desk.call("getMe")["supports_inline_queries"] is False
    for bot in (None, desk.bot):
        with pytest.raises(Refused):
            desk.petro.asks_inline(desk.group, "refund", bot=bot)
    desk.bot.inline = True
    assert desk.call("getMe")["supports_inline_queries"] is True


def test_what_the_bot_hears_of_a_query(desk: Desk) -> None:
    query = desk.petro.asks_inline(desk.group, " refund ", offset="2")
    desk.anna.asks_inline(desk.bot)
    first, second = (update["inline_query"] for update in desk.updates())
    assert first == {
        "id": query,
        "from": desk.petro.user.json(),
        "query": " refund ",
        "offset": "2",
        "chat_type": "supergroup",
    }
    assert (second["chat_type"], second["query"], second["offset"]) == ("sender", "", "")
    with pytest.raises(Refused):
        desk.petro.asks_inline(desk.group, "x" * 257)
    with pytest.raises(Refused):
        desk.anna.asks_inline(desk.group, "not a member")


def test_a_query_is_forgotten_after_half_a_minute(desk: Desk) -> None:
    query = desk.petro.asks_inline(desk.group, "refund")
    desk.clock.now += 31
    assert desk.updates() == []
    desk.refused(OLD, ANSWER, inline_query_id=query, results=[])


def test_it_is_answered_once_and_by_its_own_bot(desk: Desk) -> None:
    other = desk.world.add_bot("43:token", "Other", "other_bot")
    query = desk.petro.asks_inline(desk.group, "refund")
    answer: Json = {"inline_query_id": query, "results": [article()]}
    desk.refused(OLD, ANSWER, bot=other, **answer)
    desk.refused(OLD, ANSWER, **{**answer, "inline_query_id": "5"})
    assert desk.call(ANSWER, **answer) is True
    desk.refused(OLD, ANSWER, **answer)


def test_what_is_chosen_is_posted_as_the_persons_own(desk: Desk) -> None:
    thread = desk.topic()
    bold = {"message_text": "<b>Refund</b> in 3 days", "parse_mode": "HTML"}
    query = offered(desk, article(1), article(2, input_message_content=bold))
    shown = desk.petro.chooses(desk.group, query, 1, thread=thread)
    (told,) = desk.messages()
    for message in (shown, told):
        assert message["text"] == "Refund in 3 days"
        assert message["entities"] == [{"type": "bold", "offset": 0, "length": 6}]
        assert message["from"]["id"] == desk.petro.id
        assert message["via_bot"]["id"] == desk.bot.id
        assert message["message_thread_id"] == thread
    desk.petro.chooses(desk.group, query, 0, reply_to=shown["message_id"], thread=thread)
    assert desk.messages()[0]["reply_to_message"]["via_bot"]["username"] == "desk_bot"
    for number in (-1, 2):
        with pytest.raises(Refused):
            desk.petro.chooses(desk.group, query, number)
    with pytest.raises(Refused):
        desk.olha.chooses(desk.group, query, 0)
    with pytest.raises(Refused):
        desk.petro.edits(shown["message_id"], desk.group, "mine")


def test_feedback_comes_if_it_is_wanted(desk: Desk) -> None:
    query = offered(desk, article(7), article(8, reply_markup=KEY))
    desk.petro.chooses(desk.group, query, 0)
    desk.messages()
    desk.bot.inline_feedback = True
    desk.petro.chooses(desk.group, query, 0)
    desk.petro.chooses(desk.group, query, 1)
    plain, keyed = (each["chosen_inline_result"] for each in desk.updates()[1::2])
    chosen = {"result_id": "7", "from": desk.petro.user.json(), "query": "refund"}
    assert plain == chosen
    assert keyed == {**chosen, "result_id": "8", "inline_message_id": keyed["inline_message_id"]}


def test_buttons_of_such_a_message_are_known_by_its_inline_id(desk: Desk) -> None:
    desk.bot.inline_feedback = True
    query = offered(desk, article(8, reply_markup=KEY))
    sent = desk.petro.chooses(desk.group, query)
    name = desk.updates()[1]["chosen_inline_result"]["inline_message_id"]
    desk.petro.presses(sent["message_id"], desk.group, "Pay")
    (pressed,) = desk.updates()
    assert pressed["callback_query"]["inline_message_id"] == name
    assert "message" not in pressed["callback_query"]
    edit: Json = {"inline_message_id": name, "text": "Paid"}
    assert desk.call("editMessageText", **edit) is True
    assert desk.world.history(desk.group)[-1]["text"] == "Paid"
    where: Json = {"chat_id": desk.group, "message_id": sent["message_id"]}
    assert desk.call("editMessageText", **where, text="Again")["via_bot"]["id"] == desk.bot.id
    other = desk.world.add_bot("43:token", "Other", "other_bot")
    desk.refused("MESSAGE_ID_INVALID", "editMessageText", bot=other, **edit)
    for wrong in ("x", "я", name[:-2]):
        desk.refused("MESSAGE_ID_INVALID", "editMessageText", inline_message_id=wrong, text="x")


def test_a_bot_in_privacy_mode_hears_of_what_was_sent_by_it(desk: Desk) -> None:
    desk.olha.demotes(desk.bot, desk.group)
    query = offered(desk, article())
    desk.petro.writes(desk.group, "unheard")
    desk.petro.chooses(desk.group, query)
    (told,) = desk.messages()
    assert told["text"] == "Refund in 3 days"


def test_an_answer_is_kept_for_those_who_ask_alike(desk: Desk) -> None:
    query = offered(desk, article(), cache_time=60)
    answers = desk.world.inline.answers
    for who, where in ((desk.petro, desk.group), (desk.olha, desk.group)):
        again = who.asks_inline(where, " refund")
        assert answers[again] is answers[query]
    assert desk.updates() == []
    desk.anna.asks_inline(desk.bot, "refund")
    desk.petro.asks_inline(desk.group, "refund", offset="1")
    desk.petro.asks_inline(desk.group, "refunds")
    assert len(desk.updates()) == 3
    desk.clock.now += 60
    desk.petro.asks_inline(desk.group, "refund")
    assert len(desk.updates()) == 1


def test_a_personal_answer_is_kept_for_one_and_none_for_nobody(desk: Desk) -> None:
    offered(desk, article(), is_personal=True)
    desk.petro.asks_inline(desk.group, "refund")
    assert desk.updates() == []
    desk.olha.asks_inline(desk.group, "refund")
    assert len(desk.updates()) == 1
    fresh = desk.petro.asks_inline(desk.group, "fresh")
    desk.call(ANSWER, inline_query_id=fresh, results=[], cache_time=0)
    desk.updates()
    desk.petro.asks_inline(desk.group, "fresh")
    assert len(desk.updates()) == 1


def test_files_that_telegram_has_are_offered_by_their_ids(desk: Desk) -> None:
    anna: Json = {"chat_id": desk.anna.id}
    photo = desk.call("sendPhoto", **anna, photo=Upload("a.png", "", b"1"))["photo"][-1]["file_id"]
    file = desk.call("sendDocument", **anna, document=Upload("a.pdf", "", b"2"))["document"]
    sound = desk.call("sendVoice", **anna, voice=Upload("a.ogg", "", b"3"))["voice"]["file_id"]
    query = offered(
        desk,
        {
            "type": "photo",
            "id": "1",
            "photo_file_id": photo,
            "caption": "*A*",
            "parse_mode": "Markdown",
        },
        {"type": "document", "id": "2", "title": "D", "document_file_id": file["file_id"]},
        {"type": "voice", "id": "3", "title": "V", "voice_file_id": sound},
        {
            "type": "photo",
            "id": "4",
            "photo_file_id": photo,
            "input_message_content": {"message_text": "w"},
        },
        {"type": "contact", "id": "5", "phone_number": "+380", "first_name": "A"},
        {"type": "location", "id": "6", "latitude": 50, "longitude": 30, "title": "L"},
        {"type": "venue", "id": "7", "latitude": 50, "longitude": 30, "title": "V", "address": "a"},
    )
    for number in range(7):
        desk.petro.chooses(desk.group, query, number)
    told = desk.messages()
    kinds = ("photo", "document", "voice", "text", "contact", "location", "venue")
    assert all(kind in message for kind, message in zip(kinds, told, strict=True))
    assert (told[0]["caption"], told[0]["caption_entities"][0]["type"]) == ("A", "bold")
    assert told[1]["document"]["file_name"] == "a.pdf"
    listed = desk.world.inline.answers[query].json()["results"]
    assert listed[0]["thumbnail"]
    assert (listed[4]["title"], listed[4]["description"]) == ("A", "+380")
    refused(
        desk,
        "wrong file identifier/HTTP URL specified",
        {"type": "photo", "id": "1", "photo_file_id": "x"},
    )
    wrong = {"type": "document", "id": "1", "title": "D", "document_file_id": photo}
    refused(desk, "can't use file of type Photo as Document", wrong)


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
