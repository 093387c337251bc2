"""Sending: texts, replies, quotes, media, albums, keyboards (Bot API: sendMessage …)."""

from __future__ import annotations

import pytest

from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json

PHOTO = Upload("cat.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + b"\0\0\1\0\0\0\0\x80rest")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_message_ids_belong_to_the_chat(desk: Desk) -> None:
    ivan = desk.world.person("Ivan")
    ivan.start(desk.bot)
    to_anna = desk.call("sendMessage", chat_id=desk.anna.id, text="a")
    to_ivan = desk.call("sendMessage", chat_id=ivan.id, text="b")
    assert to_anna["message_id"] == to_ivan["message_id"] == 2


def test_own_words_never_come_back(desk: Desk) -> None:
    desk.call("sendMessage", chat_id=desk.anna.id, text="a")
    desk.call("sendMessage", chat_id=desk.group, text="a")
    assert desk.updates() == []


def test_text_with_entities_and_keyboard(desk: Desk) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Close", "callback_data": "c"}]]}
    sent = desk.call(
        "sendMessage",
        chat_id=desk.anna.id,
        text="<b>hi</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
        protect_content=True,
    )
    assert sent["text"] == "hi"
    assert sent["entities"] == [{"offset": 0, "length": 2, "type": "bold"}]
    assert sent["reply_markup"] == keyboard
    assert sent["has_protected_content"] is True
    reply: Json = {"keyboard": [[{"text": "Yes"}]], "resize_keyboard": True}
    plain = desk.call("sendMessage", chat_id=desk.anna.id, text="?", reply_markup=reply)
    assert "reply_markup" not in plain
    seen = desk.world.private(desk.anna, desk.bot)[-1]
    assert seen["reply_markup"]["keyboard"] == [[{"text": "Yes"}]]


def test_refusals(desk: Desk) -> None:
    desk.refused("message text is empty", "sendMessage", chat_id=desk.anna.id, text="")
    desk.refused("chat_id is empty", "sendMessage", text="x")
    desk.refused("message is too long", "sendMessage", chat_id=desk.anna.id, text="a" * 4097)
    desk.refused(
        "can't use message effects in the chat",
        "sendMessage",
        chat_id=desk.group,
        text="x",
        message_effect_id="1",
    )
    desk.refused(
        "wrong parameter action in request",
        "sendChatAction",
        chat_id=desk.anna.id,
        action="dancing",
    )
    desk.refused("method not found", "sendMassage", code=404)
    desk.refused("method sendInvoice is not modelled by the sandbox", "sendInvoice")


def test_replies_and_quotes(desk: Desk) -> None:
    words = desk.anna.writes(desk.bot, "Добрий 😀 день, де мій пакунок?")
    number = words["message_id"]
    sent = desk.call(
        "sendMessage",
        chat_id=desk.anna.id,
        text="x",
        reply_parameters={"message_id": number, "quote": "день"},
    )
    assert sent["reply_to_message"]["text"] == words["text"]
    assert sent["quote"] == {"text": "день", "position": 10, "is_manual": True}
    desk.refused(
        "QUOTE_TEXT_INVALID",
        "sendMessage",
        chat_id=desk.anna.id,
        text="x",
        reply_parameters={"message_id": number, "quote": "ніч"},
    )
    missing: Json = {"message_id": 999}
    desk.refused(
        "message to be replied not found",
        "sendMessage",
        chat_id=desk.anna.id,
        text="x",
        reply_parameters=missing,
    )
    missing["allow_sending_without_reply"] = True
    assert "reply_to_message" not in desk.call(
        "sendMessage", chat_id=desk.anna.id, text="x", reply_parameters=missing
    )
    desk.refused(
        "message to be replied not found",
        "sendMessage",
        chat_id=desk.group,
        text="x",
        reply_parameters={**missing, "chat_id": desk.anna.id},
    )


def test_people_reply_across_chats(desk: Desk) -> None:
    elsewhere = desk.petro.writes(desk.group, "our news")
    desk.updates()
    desk.petro.start(desk.bot)
    desk.petro.writes(desk.bot, "about this", reply_to=elsewhere, quote="news")
    told = desk.messages()[-1]
    assert told["external_reply"]["chat"]["id"] == desk.group
    assert told["quote"]["position"] == 4
    assert "reply_to_message" not in told


def test_replies_across_chats_are_external(desk: Desk) -> None:
    photo = desk.anna.sends(desk.bot, "photo", data=b"picture", caption="see")
    sent = desk.call(
        "sendMessage",
        chat_id=desk.group,
        text="x",
        reply_parameters={"message_id": photo["message_id"], "chat_id": desk.anna.id},
    )
    assert sent["external_reply"]["origin"]["sender_user"]["id"] == desk.anna.id
    assert sent["external_reply"]["photo"][-1]["file_unique_id"]
    assert "caption" not in sent["external_reply"]


@pytest.mark.parametrize(
    "kind", ["photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker"]
)
def test_every_kind_of_file_goes_up_and_again_by_id(desk: Desk, kind: str) -> None:
    files: Json = {kind: PHOTO}
    method = "send" + kind.title().replace("_", "")
    sent = desk.call(method, chat_id=desk.anna.id, **files)
    shown = sent[kind][-1] if kind == "photo" else sent[kind]
    again = desk.call(method, chat_id=desk.group, **{kind: shown["file_id"]})
    assert again[kind] == sent[kind]
    desk.refused(
        f"there is no {kind.replace('_', ' ')} in the request", method, chat_id=desk.anna.id
    )


def test_photo_has_its_own_size(desk: Desk) -> None:
    sent = desk.call(
        "sendPhoto",
        chat_id=desk.anna.id,
        photo=PHOTO,
        caption="*b*",
        parse_mode="Markdown",
        has_spoiler=True,
    )
    assert (sent["photo"][-1]["width"], sent["photo"][-1]["height"]) == (256, 128)
    assert sent["caption_entities"][0]["type"] == "bold"
    assert sent["has_media_spoiler"] is True
    desk.refused(
        "message caption is too long",
        "sendPhoto",
        chat_id=desk.anna.id,
        photo=PHOTO,
        caption="a" * 1025,
    )


def test_places_contacts_polls_dice(desk: Desk) -> None:
    anna: Json = {"chat_id": desk.anna.id}
    place: Json = {"latitude": 50.45, "longitude": 30.52}
    assert desk.call("sendLocation", **anna, **place, live_period=60)["location"]["live_period"]
    assert desk.call("sendVenue", **anna, **place, title="t", address="a")["venue"]["title"] == "t"
    assert desk.call("sendContact", **anna, phone_number="+380", first_name="A")["contact"]
    assert 1 <= desk.call("sendDice", **anna, emoji="🎯")["dice"]["value"] <= 6
    poll = desk.call("sendPoll", **anna, question="?", options=["a", {"text": "b"}])
    assert [option["text"] for option in poll["poll"]["options"]] == ["a", "b"]
    assert desk.call("stopPoll", **anna, message_id=poll["message_id"])["is_closed"] is True
    desk.refused("poll has already been closed", "stopPoll", **anna, message_id=poll["message_id"])
    desk.refused("wrong location specified", "sendLocation", **anna, latitude=99, longitude=0)


def test_albums(desk: Desk) -> None:
    media = [
        {"type": "photo", "media": "attach://a", "caption": "both"},
        {"type": "photo", "media": "attach://b"},
    ]
    sent = desk.call("sendMediaGroup", chat_id=desk.anna.id, media=media, a=PHOTO, b=PHOTO)
    assert [part.get("caption") for part in sent] == ["both", None]
    assert len({part["media_group_id"] for part in sent}) == 1
    assert sent[1]["message_id"] == sent[0]["message_id"] + 1


def test_album_refusals_leave_nothing(desk: Desk) -> None:
    album: Json = {"chat_id": desk.anna.id}
    photo: Json = {"type": "photo", "media": "attach://a"}
    before = len(desk.world.private(desk.anna, desk.bot))
    desk.refused("there are no messages to send", "sendMediaGroup", **album, media=[])
    desk.refused(
        "too many messages to send as an album", "sendMediaGroup", **album, media=[photo] * 11
    )
    desk.refused(
        "Document can't be mixed with other media types",
        "sendMediaGroup",
        **album,
        a=PHOTO,
        media=[photo, {**photo, "type": "document"}],
    )
    desk.refused(
        'type "animation" can\'t be used in sendMediaGroup',
        "sendMediaGroup",
        **album,
        media=[{**photo, "type": "animation"}],
    )
    desk.refused(
        "failed to send message #2 with the error message "
        '"wrong file identifier/HTTP URL specified"',
        "sendMediaGroup",
        **album,
        a=PHOTO,
        media=[photo, {"type": "photo", "media": "garbage"}],
    )
    assert len(desk.world.private(desk.anna, desk.bot)) == before


def test_what_is_not_modelled_is_refused_and_not_shown_to_all(desk: Desk) -> None:
    group: Json = {"chat_id": desk.group, "text": "for one"}
    desk.refused(
        "business connection not found", "sendMessage", **group, business_connection_id="b"
    )


def test_quizzes_know_the_answer(desk: Desk) -> None:
    quiz: Json = {"chat_id": desk.anna.id, "question": "?", "options": ["a", "b"], "type": "quiz"}
    desk.refused("wrong correct option ID specified", "sendPoll", **quiz, correct_option_id=2)
    sent = desk.call("sendPoll", **quiz, correct_option_id=1)
    assert sent["poll"]["correct_option_ids"] == [1]


def test_what_the_group_does_not_permit(desk: Desk) -> None:
    desk.olha.demotes(desk.bot, desk.group)
    found = desk.world.chats[desk.group]
    found.permissions -= {"can_send_messages", "can_send_photos"}
    group: Json = {"chat_id": desk.group}
    desk.refused(
        "not enough rights to send text messages to the chat", "sendMessage", **group, text="x"
    )
    desk.refused("not enough rights to send photos to the chat", "sendPhoto", **group, photo=PHOTO)
