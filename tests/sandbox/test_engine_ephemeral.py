"""Ephemeral messages: who sees them, what bots may do with them, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk

Json = dict[str, Any]
PHOTO = Upload("cat.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + b"\0\0\1\0\0\0\0\x80rest")
MENU = [
    {"command": "queue", "description": "What waits", "is_ephemeral": True},
    {"command": "take", "description": "Take it"},
]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def whisper(desk: Desk, text: str = "for you", **more: Any) -> Json:
    to: Json = {"receiver_user_id": desk.petro.id}
    sent: Json = desk.call(
        "sendMessage",
        chat_id=desk.group,
        text=text,
        **{"ephemeral_message_parameters": to, **more},
    )
    return sent


def seen(desk: Desk, who: Any = None, thread: int | None = None) -> list[str]:
    shown = desk.world.whispered(who or desk.petro, desk.group, thread)
    return [each["text"] for each in shown]


def place(desk: Desk, sent: Json) -> Json:
    return {
        "chat_id": desk.group,
        "receiver_user_id": desk.petro.id,
        "ephemeral_message_id": sent["ephemeral_message_id"],
    }


def test_one_member_alone_sees_it(desk: Desk) -> None:
    thread = desk.topic()
    sent = whisper(desk, message_thread_id=thread)
    assert sent["message_id"] == 0
    assert sent["receiver_user"]["id"] == desk.petro.id
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert seen(desk, thread=thread) == ["for you"]
    assert seen(desk, thread=1) == []
    assert seen(desk, desk.olha) == []
    assert "for you" not in str(desk.world.history(desk.group))
    assert whisper(desk)["ephemeral_message_id"] != sent["ephemeral_message_id"]


def test_what_was_said_aside_is_gone_with_the_app_and_with_the_world(desk: Desk) -> None:
    whisper(desk)
    restored = LivingWorld.load(desk.world.export(), desk.clock)
    assert restored.whispered(desk.petro, desk.group) == []
    desk.petro.restarts()
    assert seen(desk) == []


def test_the_older_way_of_asking_for_it(desk: Desk) -> None:
    to: Json = {"receiver_user_id": desk.petro.id}
    sent = desk.call("sendMessage", chat_id=desk.group, text="for you", **to)
    assert sent["message_id"] == 0


def test_it_is_changed_and_taken_away_by_ways_of_its_own(desk: Desk) -> None:
    sent = whisper(desk)
    at = place(desk, sent)
    assert desk.call("editEphemeralMessageText", **at, text="anew") is True
    assert seen(desk) == ["anew"]
    keys = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    desk.call("editEphemeralMessageReplyMarkup", **at, reply_markup=keys)
    assert desk.world.whispered(desk.petro, desk.group)[0]["reply_markup"] == keys
    desk.refused(
        "message to edit not found",
        "editMessageText",
        chat_id=desk.group,
        **{"message_id": sent["ephemeral_message_id"], "text": "x"},
    )
    desk.refused(
        "message to delete not found",
        "deleteMessage",
        chat_id=desk.group,
        message_id=sent["ephemeral_message_id"],
    )
    assert desk.call("deleteEphemeralMessage", **at) is True
    assert seen(desk) == []
    desk.refused("message to edit not found", "editEphemeralMessageText", **at, text="x")
    desk.refused("message to delete not found", "deleteEphemeralMessage", **at)


def test_what_an_edit_may_not_be(desk: Desk) -> None:
    at = place(desk, whisper(desk))
    edit = "editEphemeralMessageText"
    other = {**at, "receiver_user_id": desk.olha.id}
    desk.refused("message to edit not found", edit, **other, text="x")
    desk.refused("message text is empty", edit, **at, text="")
    desk.refused("MEDIA_CAPTION_TOO_LONG", edit, **at, text="x" * 1025)
    desk.refused("there is no caption in the message to edit", "editEphemeralMessageCaption", **at)
    same = (
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    desk.refused(same, edit, **at, text="for you")


def test_a_picture_and_its_caption(desk: Desk) -> None:
    to: Json = {"receiver_user_id": desk.petro.id}
    sent = desk.call("sendPhoto", chat_id=desk.group, photo=PHOTO, ephemeral_message_parameters=to)
    at = place(desk, sent)
    desk.call("editEphemeralMessageCaption", **at, caption="look")
    media = {"type": "photo", "media": "attach://b", "caption": "this one"}
    desk.call("editEphemeralMessageMedia", **at, media=media, b=PHOTO)
    (shown,) = desk.world.whispered(desk.petro, desk.group)
    assert shown["caption"] == "this one"


def test_who_may_not_get_one(desk: Desk) -> None:
    def refused(why: str, receiver: int, **more: Any) -> None:
        to = {"receiver_user_id": receiver}
        values = {"chat_id": desk.group, "text": "x", "ephemeral_message_parameters": to, **more}
        desk.refused(why, "sendMessage", **values)

    refused("USER_NOT_PARTICIPANT", desk.anna.id)
    refused("USER_BOT_INVALID", desk.bot.id)
    refused("user not found", 7)
    groups = "ephemeral messages can be sent only to groups and supergroups"
    refused(groups, desk.anna.id, chat_id=desk.anna.id)
    refused("message thread not found", desk.petro.id, message_thread_id=777)
    nobody = "can't parse EphemeralMessageParameters: Can't find field \"receiver_user_id\""
    refused(nobody, 0)
    desk.petro.leaves(desk.group)
    refused("USER_NOT_PARTICIPANT", desk.petro.id)


def test_what_cannot_be_said_aside(desk: Desk) -> None:
    to: Json = {
        "chat_id": desk.group,
        "ephemeral_message_parameters": {"receiver_user_id": desk.petro.id},
    }
    desk.refused("ephemeral messages can't have this content", "sendDice", **to)
    login = [[{"text": "In", "login_url": {"url": "https://example.com"}}]]
    keys = {"inline_keyboard": login}
    desk.refused("BUTTON_TYPE_INVALID", "sendMessage", **to, text="x", reply_markup=keys)
    said = desk.petro.writes(desk.group, "words")
    copied = {"from_chat_id": desk.group, "message_id": said["message_id"]}
    why = "ephemeral messages can't be sent by this method"
    desk.refused(why, "copyMessage", **to, **copied)
    gone = {"message_id": 999, "allow_sending_without_reply": True}
    why = "message to be replied not found"
    desk.refused(why, "sendMessage", **to, text="x", reply_parameters=gone)


def test_a_command_for_the_bot_alone(desk: Desk) -> None:
    desk.call("setMyCommands", commands=MENU)
    thread = desk.topic()
    sent = desk.petro.writes(desk.group, "/queue mine", thread=thread)
    assert sent["message_id"] == 0
    (update,) = desk.updates()
    came = update["message"]
    assert (came["message_id"], came["text"]) == (0, "/queue mine")
    assert came["ephemeral_message_id"] == sent["ephemeral_message_id"]
    assert came["message_thread_id"] == thread
    assert seen(desk, thread=thread) == ["/queue mine"]
    assert seen(desk, desk.olha) == []
    assert "/queue" not in str(desk.world.history(desk.group))


@pytest.mark.parametrize("words", ["/take", "queue", "see /queue", "/queue@other_bot", "//queue"])
def test_all_other_words_are_for_all(desk: Desk, words: str) -> None:
    desk.call("setMyCommands", commands=MENU)
    assert desk.petro.writes(desk.group, words)["message_id"] > 0


def test_who_hides_commands_before_all(desk: Desk) -> None:
    desk.call("setMyCommands", commands=MENU)
    assert desk.olha.anonymously.writes(desk.group, "/queue")["message_id"] > 0


def test_a_bot_that_is_no_admin_answers_at_once_or_not_at_all(desk: Desk) -> None:
    desk.call("setMyCommands", commands=MENU)
    desk.olha.demotes(desk.bot, desk.group)
    to: Json = {
        "chat_id": desk.group,
        "text": "x",
        "ephemeral_message_parameters": {"receiver_user_id": desk.petro.id},
    }
    desk.refused("CHAT_ADMIN_REQUIRED", "sendMessage", **to)
    command = desk.petro.writes(desk.group, "/queue")["ephemeral_message_id"]
    answer: Json = {"reply_parameters": {"ephemeral_message_id": command}}
    desk.call("sendMessage", **to, **answer)
    why = "a reply to an ephemeral message must be ephemeral"
    desk.refused(why, "sendMessage", chat_id=desk.group, text="x", **answer)
    desk.clock.now += 16
    desk.refused("message to be replied not found", "sendMessage", **to, **answer)


def test_a_button_is_answered_aside(desk: Desk) -> None:
    keys = {"inline_keyboard": [[{"text": "Whose?", "callback_data": "whose"}]]}
    card = desk.call("sendMessage", chat_id=desk.group, text="card", reply_markup=keys)
    desk.olha.demotes(desk.bot, desk.group)
    query = desk.petro.presses(card["message_id"], desk.group, "Whose?")
    desk.call("answerCallbackQuery", callback_query_id=query)

    def to(who: int, **more: Any) -> Json:
        return {"ephemeral_message_parameters": {"receiver_user_id": who, **more}}

    whisper(desk, **to(desk.petro.id, callback_query_id=query))
    late = "query is too old and response timeout expired or query ID is invalid"
    values: Json = {"chat_id": desk.group, "text": "x"}
    desk.refused(late, "sendMessage", **values, **to(desk.olha.id, callback_query_id=query))
    instead = {"callback_query_id": query, "replace_callback_query_message": True}
    whisper(desk, "instead", **to(desk.petro.id, **instead))
    assert desk.world.whispered(desk.petro, desk.group)[-1]["replaces"] == card["message_id"]
    desk.clock.now += 16
    desk.refused(late, "sendMessage", **values, **to(desk.petro.id, callback_query_id=query))


def test_buttons_of_what_one_sees_alone(desk: Desk) -> None:
    keys = {"inline_keyboard": [[{"text": "›", "callback_data": "next"}]]}
    thread = desk.topic()
    sent = whisper(desk, reply_markup=keys, message_thread_id=thread)
    number = sent["ephemeral_message_id"]
    query = desk.petro.presses_ephemeral(number, desk.group, "›")
    (update,) = desk.updates()
    pressed = update["callback_query"]
    assert (pressed["id"], pressed["data"]) == (query, "next")
    assert pressed["message"]["ephemeral_message_id"] == number
    assert pressed["message"]["message_thread_id"] == thread
    with pytest.raises(Refused):
        desk.olha.presses_ephemeral(number, desk.group, "›")
    to = {"receiver_user_id": desk.petro.id, "callback_query_id": query}
    instead = {**to, "replace_callback_query_message": True}
    why = "message to replace is an ephemeral one"
    values: Json = {"chat_id": desk.group, "text": "x"}
    desk.refused(why, "sendMessage", **values, ephemeral_message_parameters=instead)


def test_what_does_not_arrive_is_answered_ok(desk: Desk) -> None:
    desk.world.ephemeral = "lost"
    sent = whisper(desk)
    assert sent["message_id"] == 0
    assert seen(desk) == []
    desk.call("editEphemeralMessageText", **place(desk, sent), text="anew")
    assert seen(desk) == []


def test_an_old_server_knows_nothing_of_it(desk: Desk) -> None:
    desk.world.ephemeral = "unknown"
    desk.call("setMyCommands", commands=MENU)
    sent = whisper(desk)
    assert sent["message_id"] > 0
    assert "ephemeral_message_id" not in sent
    assert desk.world.history(desk.group)[-1]["text"] == "for you"
    at = {"chat_id": desk.group, "receiver_user_id": desk.petro.id, "ephemeral_message_id": 1}
    desk.refused("method not found", "deleteEphemeralMessage", code=404, **at)
    assert desk.petro.writes(desk.group, "/queue")["message_id"] > 0


def test_a_reply_to_what_one_alone_sees_is_for_the_bot_alone(desk: Desk) -> None:
    number = whisper(desk, message_thread_id=desk.topic())["ephemeral_message_id"]
    sent = desk.petro.answers_ephemeral(number, desk.group, "words")
    (came,) = desk.messages()
    assert came["ephemeral_message_id"] == sent["ephemeral_message_id"]
    assert (came["message_id"], came["text"]) == (0, "words")
    assert "words" not in str(desk.world.history(desk.group))
    with pytest.raises(Refused):
        desk.olha.answers_ephemeral(number, desk.group, "words")
