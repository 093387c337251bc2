"""Topics in private chats, as a bot has them since Bot API 9.3 (User.has_topics_enabled)."""

from __future__ import annotations

import orjson
import pytest

from sandbox.botfather import switch_topics
from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.overview import overview
from tests.sandbox.engine_desk import Desk, Json

NOT_A_FORUM = "the chat is not a forum"
NO_SUPERGROUP = "the chat is not a supergroup forum"


@pytest.fixture
def desk() -> Desk:
    found = Desk()
    switch_topics(found.world, found.bot, True)
    return found


def created(desk: Desk, name: str = "#1 lamp") -> int:
    made = desk.call("createForumTopic", chat_id=desk.anna.id, name=name)
    desk.updates()
    return int(made["message_thread_id"])


def sent(desk: Desk, text: str, thread: int = 0) -> Json:
    where: Json = {"message_thread_id": thread} if thread else {}
    shown: Json = desk.call("sendMessage", chat_id=desk.anna.id, text=text, **where)
    return shown


def test_getme_tells_what_is_switched_on(desk: Desk) -> None:
    me = desk.call("getMe")
    assert (me["has_topics_enabled"], me["allows_users_to_create_topics"]) == (True, False)
    switch_topics(desk.world, desk.bot, True, of_people=True)
    assert desk.call("getMe")["allows_users_to_create_topics"] is True
    switch_topics(desk.world, desk.bot, False, of_people=True)
    me = desk.call("getMe")
    assert (me["has_topics_enabled"], me["allows_users_to_create_topics"]) == (False, False)


def test_a_bot_without_them_creates_none_and_its_threads_are_ignored() -> None:
    desk = Desk()
    desk.refused(NOT_A_FORUM, "createForumTopic", chat_id=desk.anna.id, name="a")
    shown = sent(desk, "hello", 77)
    assert "message_thread_id" not in shown
    assert "is_topic_message" not in shown


def test_the_thread_is_the_message_that_tells_of_it(desk: Desk) -> None:
    made = desk.call("createForumTopic", chat_id=desk.anna.id, name=" #1\n lamp ")
    (told,) = desk.messages()
    assert told["message_id"] == made["message_thread_id"] == told["message_thread_id"]
    assert told["chat"] == {
        "id": desk.anna.id, "first_name": "Anna", "last_name": "Bird", "type": "private"
    }  # fmt: skip
    assert told["forum_topic_created"]["name"] == made["name"] == "#1 lamp"
    assert told["is_topic_message"] is True


def test_both_sides_write_in_a_thread_and_outside_of_all(desk: Desk) -> None:
    lamp, kettle = created(desk), created(desk, "#2 kettle")
    assert sent(desk, "in the lamp's", lamp)["message_thread_id"] == lamp
    desk.anna.writes(desk.bot, "and I in the kettle's", thread=kettle)
    desk.anna.writes(desk.bot, "and this nowhere")
    inside, outside = desk.messages()
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (kettle, True)
    assert not {"message_thread_id", "is_topic_message", "reply_to_message"} & outside.keys()
    texts = [one.get("text") for one in desk.world.history(desk.bot, lamp, desk.anna.id)]
    assert texts == [None, "in the lamp's"]
    with pytest.raises(Refused):
        desk.anna.writes(desk.bot, "in none that there is", thread=999)


def test_albums_copies_and_edits_stay_in_their_thread(desk: Desk) -> None:
    thread = created(desk)
    where: Json = {"chat_id": desk.anna.id, "message_thread_id": thread}
    theirs = desk.anna.album(desk.bot, [{"kind": "photo"}, {"kind": "photo"}], thread=thread)
    assert {part["message_thread_id"] for part in desk.messages()} == {thread}
    numbers = [part["message_id"] for part in theirs]
    copies = desk.call("copyMessages", **where, from_chat_id=desk.anna.id, message_ids=numbers)
    chat = desk.world.private_chat(desk.bot, desk.anna.id)
    assert {chat.messages[copy["message_id"]].thread for copy in copies} == {thread}
    said = sent(desk, "soon", thread)
    number = said["message_id"]
    now = desk.call("editMessageText", chat_id=desk.anna.id, message_id=number, text="today")
    assert now["message_thread_id"] == thread


def test_an_answer_to_a_message_stands_in_its_thread(desk: Desk) -> None:
    thread, other = created(desk), created(desk, "#2 kettle")
    asked = desk.anna.writes(desk.bot, "when?", thread=thread)
    where: Json = {"chat_id": desk.anna.id, "reply_parameters": {"message_id": asked["message_id"]}}
    shown = desk.call("sendMessage", **where, text="today")
    assert shown["message_thread_id"] == thread
    away = desk.call("sendMessage", **where, text="today", message_thread_id=other)
    assert away["message_thread_id"] == other
    assert "external_reply" in away
    assert "reply_to_message" not in away


def test_the_bot_renames_any_and_closes_none(desk: Desk) -> None:
    switch_topics(desk.world, desk.bot, True, of_people=True)
    theirs = desk.anna.begins_topic(desk.bot, "The lamp has come broken, and what now, please?")
    made, first = desk.messages()
    thread = theirs["message_thread_id"]
    assert first["message_thread_id"] == made["message_thread_id"] == thread
    assert made["forum_topic_created"]["is_name_implicit"] is True
    assert made["forum_topic_created"]["name"] == "The lamp has come broken, and wh"
    where: Json = {"chat_id": desk.anna.id, "message_thread_id": thread}
    assert desk.call("editForumTopic", **where, name="#1 · lamp") is True
    assert desk.messages()[0]["forum_topic_edited"] == {"name": "#1 · lamp"}
    desk.refused("TOPIC_NOT_MODIFIED", "editForumTopic", **where, name="#1 · lamp")
    for method in ("closeForumTopic", "reopenForumTopic"):
        desk.refused(NO_SUPERGROUP, method, **where)
    for method in ("closeGeneralForumTopic", "hideGeneralForumTopic"):
        desk.refused(NO_SUPERGROUP, method, chat_id=desk.anna.id)
    desk.refused(NO_SUPERGROUP, "editGeneralForumTopic", chat_id=desk.anna.id, name="x")


def test_people_make_topics_only_where_they_may(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.anna.begins_topic(desk.bot, "the lamp")
    with pytest.raises(Refused):
        desk.anna.creates_topic(desk.bot, "lamp")
    switch_topics(desk.world, desk.bot, True, of_people=True)
    thread = desk.anna.creates_topic(desk.bot, "lamp")
    desk.anna.renames_topic(desk.bot, thread, "kettle")
    (mine,) = desk.world.topics(desk.bot, desk.anna.id)
    assert mine["name"] == "kettle"


@pytest.mark.parametrize("by_bot", [True, False])
def test_nobody_is_told_of_a_deleted_one_and_sends_are_refused(desk: Desk, by_bot: bool) -> None:
    thread = created(desk)
    where: Json = {"chat_id": desk.anna.id, "message_thread_id": thread}
    if by_bot:
        assert desk.call("deleteForumTopic", **where) is True
    else:
        desk.anna.deletes_topic(desk.bot, thread)
    assert desk.updates() == []
    assert desk.world.topics(desk.bot, desk.anna.id) == []
    desk.refused("message thread not found", "sendMessage", **where, text="x")
    desk.refused("message thread not found", "editForumTopic", **where, name="x")
    desk.refused(
        "message thread not found", "sendMessage", **{**where, "message_thread_id": 1}, text="x"
    )


def test_servers_of_before_let_it_fall_into_the_chat(desk: Desk) -> None:
    """tdlib/telegram-bot-api#854: answered with ok, and shown outside all topics."""
    thread = created(desk)
    desk.anna.deletes_topic(desk.bot, thread)
    desk.world.misplaces = True
    shown = sent(desk, "fallen", thread)
    assert not {"message_thread_id", "is_topic_message"} & shown.keys()


def test_a_keyboard_s_button_writes_where_it_stands(desk: Desk) -> None:
    thread = created(desk)
    keyboard = {"keyboard": [[{"text": "Yes"}, {"text": "Phone", "request_contact": True}]]}
    asked = desk.call(
        "sendMessage",
        chat_id=desk.anna.id, message_thread_id=thread, text="?", reply_markup=keyboard,
    )  # fmt: skip
    desk.anna.presses(asked["message_id"], desk.bot, "Yes")
    desk.anna.presses(asked["message_id"], desk.bot, "Phone")
    assert [one["message_thread_id"] for one in desk.messages()] == [thread, thread]


def test_it_outlives_the_server(desk: Desk) -> None:
    thread = created(desk)
    desk.anna.writes(desk.bot, "when?", thread=thread)
    state = orjson.loads(orjson.dumps(desk.world.export()))
    world = LivingWorld.load(state, desk.clock)
    bot = world.bots_by_id[desk.bot.id]
    assert bot.me()["has_topics_enabled"] is True
    (topic,) = world.topics(bot, desk.anna.id)
    assert (topic["thread"], topic["messages"]) == (thread, 2)


def test_the_page_is_told_of_them(desk: Desk) -> None:
    thread = created(desk)
    sent(desk, "soon", thread)
    shown = overview(desk.world)
    (anna,) = [one for one in shown["people"] if one["id"] == desk.anna.id]
    (topic,) = anna["topics"][str(desk.bot.id)]
    assert (topic["thread"], topic["name"], topic["last"]["text"]) == (thread, "#1 lamp", "soon")
    assert (shown["bot"]["topics"], shown["bot"]["topics_of_people"]) == (True, False)
