"""Inline mode: who is asked, what is offered, chosen and posted."""

from __future__ import annotations

import pytest

from sandbox.errors import Refused
from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json
from tests.sandbox.line import (
    ANSWER,
    KEY,
    OLD,
    article,
    desk,
    offered,
    refused,
)

__all__ = ["desk"]


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
