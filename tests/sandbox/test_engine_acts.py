"""Edits, deletions, reactions, buttons, pins, polls, and a world kept and found again."""

from __future__ import annotations

import orjson
import pytest

from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.params import Upload
from tests.sandbox.engine_desk import Desk, Json

BUTTON = {"inline_keyboard": [[{"text": "Close", "callback_data": "close"}]]}
SAME = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _card(desk: Desk) -> Json:
    sent = desk.call("sendMessage", chat_id=desk.group, text="card", reply_markup=BUTTON)
    return {"chat_id": desk.group, "message_id": sent["message_id"]}


def test_editing_own_texts(desk: Desk) -> None:
    card = _card(desk)
    desk.refused(SAME, "editMessageText", **card, text="card", reply_markup=BUTTON)
    desk.clock.now += 100 * 86400
    edited = desk.call("editMessageText", **card, text="new")
    assert edited["edit_date"] == int(desk.clock.now)
    assert "reply_markup" not in edited
    assert desk.call("editMessageReplyMarkup", **card, reply_markup=BUTTON)["reply_markup"]
    assert desk.updates() == []
    said = desk.petro.writes(desk.group, "mine")["message_id"]
    edit: Json = {"chat_id": desk.group, "text": "x"}
    desk.refused("message can't be edited", "editMessageText", **edit, message_id=said)
    desk.refused("message to edit not found", "editMessageText", **edit, message_id=999)
    keyboard = {"keyboard": [[{"text": "a"}]]}
    asked = desk.call("sendMessage", chat_id=desk.anna.id, text="?", reply_markup=keyboard)
    desk.refused(
        "message can't be edited",
        "editMessageText",
        chat_id=desk.anna.id,
        message_id=asked["message_id"],
        text="x",
    )


def test_editing_captions_and_media(desk: Desk) -> None:
    photo = desk.call("sendPhoto", chat_id=desk.group, photo=Upload("a", "", b"1"), caption="a")
    where: Json = {"chat_id": desk.group, "message_id": photo["message_id"]}
    assert desk.call("editMessageCaption", **where, caption="b")["caption"] == "b"
    edited = desk.call(
        "editMessageMedia",
        **where,
        new=Upload("b.txt", "", b"2"),
        media={"type": "document", "media": "attach://new"},
    )
    assert edited["document"]["file_name"] == "b.txt"
    assert "photo" not in edited
    desk.refused("there is no text in the message to edit", "editMessageText", **where, text="x")


def test_people_edit_and_bots_hear(desk: Desk) -> None:
    said = desk.anna.writes(desk.bot, "teh")
    desk.updates()
    desk.clock.now += 5
    desk.anna.edits(said["message_id"], desk.bot, "the")
    (told,) = desk.updates()
    assert told["edited_message"]["text"] == "the"
    assert told["edited_message"]["edit_date"] == told["edited_message"]["date"] + 5
    desk.clock.now += 49 * 3600
    with pytest.raises(Refused):
        desk.anna.edits(said["message_id"], desk.bot, "late")


def test_deletions(desk: Desk) -> None:
    thread = desk.topic()
    said = desk.petro.writes(desk.group, "a")["message_id"]
    old = desk.petro.writes(desk.group, "b")["message_id"]
    desk.updates()
    desk.call("deleteMessage", chat_id=desk.group, message_id=said)
    desk.refused(
        "message to delete not found", "deleteMessage", chat_id=desk.group, message_id=said
    )
    desk.refused(
        "message can't be deleted for everyone",
        "deleteMessage",
        chat_id=desk.group,
        message_id=thread,
    )
    desk.clock.now += 48 * 3600 + 1
    desk.refused("message can't be deleted", "deleteMessage", chat_id=desk.group, message_id=old)
    words = desk.anna.writes(desk.bot, "x")["message_id"]
    desk.updates()
    assert desk.call("deleteMessages", chat_id=desk.anna.id, message_ids=[words, 800]) is True
    desk.petro.deletes(old, desk.group)
    assert desk.updates() == []


def test_reactions_only_when_asked_for(desk: Desk) -> None:
    card = _card(desk)
    number = card["message_id"]
    desk.petro.reacts(number, desk.group, ["👍"])
    assert desk.updates() == []
    desk.bot.updates.allow(["message", "message_reaction"])
    desk.petro.reacts(number, desk.group, ["❤️"])
    (told,) = desk.updates()
    reaction = told["message_reaction"]
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["new_reaction"] == [{"type": "emoji", "emoji": "❤"}]
    assert "message_thread_id" not in reaction
    react = {"method": "setMessageReaction"}
    desk.call(react["method"], **card, reaction=[{"type": "emoji", "emoji": "👀"}])
    assert desk.updates() == []
    assert {"emoji": "👀", "by": desk.bot.id} in desk.world.history(desk.group)[-1]["reactions"]
    desk.refused(
        "REACTION_INVALID", react["method"], **card, reaction=[{"type": "emoji", "emoji": "🥕"}]
    )
    desk.refused("message to react not found", react["method"], chat_id=desk.group, message_id=999)
    desk.olha.demotes(desk.bot, desk.group)
    desk.updates()
    desk.petro.reacts(number, desk.group, [])
    assert desk.updates() == []


def test_album_reactions_go_to_the_first_message(desk: Desk) -> None:
    desk.anna.album(desk.bot, [{"kind": "photo", "data": b"1"}, {"kind": "photo", "data": b"2"}])
    first, second = desk.messages()
    desk.call(
        "setMessageReaction",
        chat_id=desk.anna.id,
        message_id=second["message_id"],
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )
    seen = {one["message_id"]: one for one in desk.world.private(desk.anna, desk.bot)}
    assert seen[first["message_id"]]["reactions"]
    assert not seen[second["message_id"]]["reactions"]


def test_buttons_are_answered_once_and_in_time(desk: Desk) -> None:
    card = _card(desk)
    query = desk.petro.presses(card["message_id"], desk.group, "Close")
    (told,) = desk.updates()
    assert told["callback_query"]["data"] == "close"
    assert told["callback_query"]["message"]["text"] == "card"
    answer = "answerCallbackQuery"
    old = "query is too old and response timeout expired or query ID is invalid"
    desk.refused("MESSAGE_TOO_LONG", answer, callback_query_id=query, text="a" * 201)
    desk.call(answer, callback_query_id=query, text="Done", show_alert=True)
    assert desk.world.answers[query]["text"] == "Done"
    desk.refused(old, answer, callback_query_id=query)
    late = desk.petro.presses(card["message_id"], desk.group, "Close", inaccessible=True)
    assert desk.updates()[0]["callback_query"]["message"]["date"] == 0
    desk.clock.now += 151
    desk.refused(old, answer, callback_query_id=late)


def test_the_app_keeps_people_to_its_limits(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.anna.writes(desk.bot, "a" * 4097)
    with pytest.raises(Refused):
        desk.anna.writes(desk.bot, " \n ")
    said = desk.anna.sends(desk.bot, "photo", caption="a" * 2048)
    copied = desk.call(
        "copyMessage", chat_id=desk.group, from_chat_id=desk.anna.id, message_id=said["message_id"]
    )
    kept = desk.world.chats[desk.group].messages[copied["message_id"]]
    assert len(kept.content["caption"]) == 2048
    with pytest.raises(Refused):
        desk.petro.edits(said["message_id"], desk.group, "not mine")
    with pytest.raises(Refused):
        desk.petro.creates_topic(desk.group, "no right")
    with pytest.raises(Refused):
        desk.petro.kicks(desk.bot, desk.group)
    with pytest.raises(Refused):
        desk.anna.writes(desk.group, "not a member")


def test_reply_keyboards_write(desk: Desk) -> None:
    keyboard = {"keyboard": [[{"text": "Yes"}]]}
    asked = desk.call("sendMessage", chat_id=desk.anna.id, text="?", reply_markup=keyboard)
    desk.anna.presses(asked["message_id"], desk.bot, "Yes")
    assert desk.messages()[0]["text"] == "Yes"


def test_the_contact_button_gives_the_persons_own_number(desk: Desk) -> None:
    keyboard = {"keyboard": [[{"text": "My number", "request_contact": True}, "No"]]}
    asked = desk.call("sendMessage", chat_id=desk.anna.id, text="?", reply_markup=keyboard)
    desk.anna.takes_number("+380 50 111-22-33")
    assert desk.anna.presses(asked["message_id"], desk.bot, "My number") == ""
    (told,) = desk.messages()
    assert told["contact"] == {
        "phone_number": "+380 50 111-22-33",
        "first_name": "Anna",
        "last_name": "Bird",
        "user_id": desk.anna.id,
    }
    assert told["reply_to_message"]["message_id"] == asked["message_id"]


def test_telegram_says_whose_number_it_is(desk: Desk) -> None:
    desk.petro.takes_number("+380501112233")
    numbers = {
        "380501112233": desk.petro.id,
        "+38 (050) 111-22-33": desk.petro.id,
        "+380999999999": None,
        "unknown": None,
    }
    for phone, owner in numbers.items():
        claim: Json = {"phone_number": phone, "first_name": "Anna", "user_id": desk.anna.id}
        desk.anna.sends(desk.bot, "contact", **claim)
        assert desk.messages()[0]["contact"].get("user_id") == owner
        sent = desk.call("sendContact", chat_id=desk.anna.id, **claim)
        assert sent["contact"].get("user_id") == owner
    desk.petro.deletes_account()
    desk.anna.sends(desk.bot, "contact", phone_number="380501112233", first_name="Petro")
    assert "user_id" not in desk.messages()[0]["contact"]


def test_what_the_app_does_alone_tells_no_bot(desk: Desk) -> None:
    buttons = [
        {"text": "Number", "copy_text": {"text": "TD-1"}},
        {"text": "Macro", "switch_inline_query_current_chat": "refund"},
        {"text": "Taken by Olha", "disabled": {"reason": "of a version to come"}},
        {"text": "Site", "url": "https://a.ua/"},
    ]
    card = desk.call(
        "sendMessage", chat_id=desk.group, text="card", reply_markup={"inline_keyboard": [buttons]}
    )
    shown = card["reply_markup"]["inline_keyboard"][0]
    assert shown[2] == {"text": "Taken by Olha", "disabled": {}}
    pressed = (card["message_id"], desk.group)
    assert desk.petro.presses(*pressed, "Number") == "TD-1"
    assert desk.petro.presses(*pressed, "Macro") == "@desk_bot refund"
    for text, why in (("Taken by Olha", "disabled"), ("Site", "outside")):
        with pytest.raises(Refused, match=why):
            desk.petro.presses(*pressed, text)
    assert desk.updates() == []


def test_an_edit_does_not_change_whether_a_keyboard_asks_for_a_reply(desk: Desk) -> None:
    asking = {**BUTTON, "force_reply": True}
    sent = desk.call("sendMessage", chat_id=desk.group, text="?", reply_markup=asking)
    assert sent["reply_markup"]["force_reply"] is True
    where: Json = {"chat_id": desk.group, "message_id": sent["message_id"]}
    desk.refused(SAME, "editMessageText", **where, text="?", reply_markup=BUTTON)
    edited = desk.call("editMessageText", **where, text="??", reply_markup=BUTTON)
    assert edited["reply_markup"]["force_reply"] is True
    quiet = _card(desk)
    edited = desk.call("editMessageText", **quiet, text="new", reply_markup=asking)
    assert "force_reply" not in edited["reply_markup"]


def test_pins(desk: Desk) -> None:
    thread = desk.topic()
    sent = desk.call("sendMessage", chat_id=desk.group, text="x", message_thread_id=thread)
    where: Json = {"chat_id": desk.group, "message_id": sent["message_id"]}
    desk.call("pinChatMessage", **where)
    (told,) = desk.messages()
    assert told["pinned_message"]["message_id"] == sent["message_id"]
    assert told["message_thread_id"] == thread
    assert desk.call("getChat", chat_id=desk.group)["pinned_message"]["text"] == "x"
    desk.refused(
        "service messages can't be pinned", "pinChatMessage", chat_id=desk.group, message_id=thread
    )
    desk.call("unpinAllForumTopicMessages", chat_id=desk.group, message_thread_id=thread)
    assert desk.updates() == []
    assert not desk.world.history(desk.group, thread)[-2]["pinned"]
    desk.olha.sets_bot_rights(desk.bot, desk.group, can_pin_messages=False)
    desk.refused(
        "not enough rights to manage pinned messages in the chat", "pinChatMessage", **where
    )


def test_polls_and_live_locations(desk: Desk) -> None:
    poll = desk.call(
        "sendPoll", chat_id=desk.group, question="?", options=["a", "b"], is_anonymous=False
    )
    desk.petro.votes(poll["message_id"], desk.group, [1])
    state, answer = desk.updates()
    assert state["poll"]["options"][1]["voter_count"] == 1
    assert answer["poll_answer"]["option_ids"] == [1]
    live = desk.anna.sends(desk.bot, "live_location", latitude=50.0, longitude=30.0)
    desk.updates()
    desk.anna.moves(live["message_id"], desk.bot, 51.0, 31.0)
    assert desk.updates()[0]["edited_message"]["location"]["latitude"] == 51.0
    sent = desk.call("sendLocation", chat_id=desk.anna.id, latitude=1, longitude=1, live_period=60)
    where: Json = {"chat_id": desk.anna.id, "message_id": sent["message_id"]}
    desk.call("editMessageLiveLocation", **where, latitude=2, longitude=2)
    stopped = desk.call("stopMessageLiveLocation", **where)
    assert stopped["location"] == {"latitude": 2.0, "longitude": 2.0}


def test_every_kind_a_person_can_send_parses(desk: Desk) -> None:
    place: Json = {"latitude": 50.0, "longitude": 30.0}
    fields: dict[str, Json] = {
        "location": place,
        "live_location": place,
        "venue": {**place, "title": "t", "address": "a"},
        "contact": {"phone_number": "+1", "first_name": "n"},
        "poll": {"question": "?", "options": ["a", "b"]},
    }
    kinds = (
        "photo",
        "video",
        "animation",
        "document",
        "audio",
        "voice",
        "video_note",
        "sticker",
        "location",
        "live_location",
        "venue",
        "contact",
        "poll",
        "dice",
    )
    for kind in kinds:
        desk.anna.sends(desk.bot, kind, **fields.get(kind, {}))
    assert len(desk.messages()) == len(kinds)


def test_events_of_the_world(desk: Desk) -> None:
    seen: list[Json] = []
    desk.world.listeners.append(seen.append)
    thread = desk.topic()
    said = desk.petro.writes(desk.group, "x", thread=thread)
    desk.petro.edits(said["message_id"], desk.group, "y")
    desk.petro.reacts(said["message_id"], desk.group, ["👍"])
    desk.petro.deletes(said["message_id"], desk.group)
    kinds = [event["type"] for event in seen]
    assert kinds == ["message", "topic", "message", "edited", "reaction", "deleted"]
    assert seen[3]["message"]["edited"] is True
    assert {event["thread"] for event in seen} == {thread}
    assert orjson.dumps(seen)


def test_a_world_is_kept_and_found_again(desk: Desk) -> None:
    thread = desk.topic()
    desk.anna.sends(desk.bot, "photo", data=b"picture", caption="c")
    shown = desk.messages()[0]["photo"][-1]["file_id"]
    poll = desk.call("sendPoll", chat_id=desk.group, question="?", options=["a", "b"])
    desk.petro.reacts(poll["message_id"], desk.group, ["👍"])
    state = orjson.loads(orjson.dumps(desk.world.export()))
    world = LivingWorld.load(state, desk.clock)
    world.files.blobs.update(desk.world.files.blobs)
    assert world.export() == desk.world.export()
    assert world.history(desk.group) == desk.world.history(desk.group)
    desk.world, desk.bot = world, world.bots["42:token"]
    assert desk.call("sendPhoto", chat_id=desk.anna.id, photo=shown)["photo"]
    person = world.as_person(desk.petro.id)
    person.votes(poll["message_id"], desk.group, [0])
    assert world.history(desk.group)[-1]["poll"]["total_voter_count"] == 1
    sent = desk.call("sendMessage", chat_id=desk.group, text="x", message_thread_id=thread)
    assert sent["message_id"] == poll["message_id"] + 1
