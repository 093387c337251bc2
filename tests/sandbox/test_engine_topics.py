"""Forum topics: ids, rights, closing, deletion, General (Bot API: createForumTopic …)."""

from __future__ import annotations

import pytest

from sandbox.errors import Refused
from tests.sandbox.engine_desk import Desk, Json


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_thread_id_is_the_id_of_the_created_message_and_comes_back_to_the_bot(desk: Desk) -> None:
    made = desk.call("createForumTopic", chat_id=desk.group, name="  a\n b  ", icon_color=7322096)
    (told,) = desk.messages()
    assert told["message_id"] == made["message_thread_id"] == told["message_thread_id"]
    assert told["is_topic_message"] is True
    assert told["from"]["id"] == desk.bot.id
    assert told["forum_topic_created"] == {"name": "a b", "icon_color": 7322096}
    sent = desk.call(
        "sendMessage", chat_id=desk.group, text="x", message_thread_id=made["message_thread_id"]
    )
    assert sent["message_id"] == made["message_thread_id"] + 1
    assert sent["reply_to_message"]["message_id"] == made["message_thread_id"]
    assert desk.updates() == []


def test_names_are_cleaned_and_cut_never_refused_for_length(desk: Desk) -> None:
    desk.refused("name must be non-empty", "createForumTopic", chat_id=desk.group, name=" \n ")
    made = desk.call("createForumTopic", chat_id=desk.group, name="ї" * 200)
    assert made["name"] == "ї" * 128


def test_colours(desk: Desk) -> None:
    create = "createForumTopic"
    desk.refused(
        "invalid icon color specified", create, chat_id=desk.group, name="a", icon_color=0x1000000
    )
    desk.refused("TOPIC_ICON_COLOR_INVALID", create, chat_id=desk.group, name="a", icon_color=5)


def test_rights_over_topics(desk: Desk) -> None:
    mine = desk.topic()
    other = desk.olha.creates_topic(desk.group, "Olha's")
    desk.olha.sets_bot_rights(
        desk.bot,
        desk.group,
        can_manage_topics=False,
        can_delete_messages=False,
        can_pin_messages=False,
    )
    group: Json = {"chat_id": desk.group}
    theirs: Json = {**group, "message_thread_id": other}
    desk.refused("not enough rights to create a topic", "createForumTopic", **group, name="x")
    desk.refused("not enough rights to edit the topic", "editForumTopic", **theirs, name="x")
    desk.refused("not enough rights to close or open the topic", "closeForumTopic", **theirs)
    desk.refused("not enough rights to delete the topic", "deleteForumTopic", **theirs)
    desk.refused(
        "not enough rights to manage pinned messages in the chat",
        "unpinAllForumTopicMessages",
        **theirs,
    )
    assert desk.call("closeForumTopic", **group, message_thread_id=mine) is True


def test_editing_tells_only_what_changed(desk: Desk) -> None:
    thread = desk.topic()
    where: Json = {"chat_id": desk.group, "message_thread_id": thread}
    assert desk.call("editForumTopic", **where) is True
    assert desk.updates() == []
    desk.refused("TOPIC_NOT_MODIFIED", "editForumTopic", **where, name="#1 Anna")
    desk.call("editForumTopic", **where, name="new", icon_custom_emoji_id="5312016608254762256")
    desk.call("editForumTopic", **where, icon_custom_emoji_id="")
    first, second = (told["forum_topic_edited"] for told in desk.messages())
    assert first == {"name": "new", "icon_custom_emoji_id": "5312016608254762256"}
    assert second == {"icon_custom_emoji_id": ""}
    desk.refused(
        "invalid forum topic identifier specified",
        "editForumTopic",
        chat_id=desk.group,
        message_thread_id=0,
        name="a",
    )


def test_closing_twice_is_not_modified_and_closed_topics_refuse_plain_members(desk: Desk) -> None:
    thread = desk.topic()
    where: Json = {"chat_id": desk.group, "message_thread_id": thread}
    desk.call("closeForumTopic", **where)
    desk.refused("TOPIC_NOT_MODIFIED", "closeForumTopic", **where)
    assert "forum_topic_closed" in desk.messages()[0]
    assert desk.call("sendMessage", **where, text="creator may")["message_id"]
    with pytest.raises(Refused):
        desk.petro.writes(desk.group, "may I?", thread=thread)
    desk.olha.reopens_topic(desk.group, thread)
    (told,) = desk.messages()
    assert told["forum_topic_reopened"] == {}
    assert told["from"]["id"] == desk.olha.id
    desk.petro.writes(desk.group, "now", thread=thread)


def test_a_closed_topic_of_another_needs_the_right(desk: Desk) -> None:
    thread = desk.olha.creates_topic(desk.group, "Hers")
    desk.olha.sets_bot_rights(desk.bot, desk.group, can_manage_topics=False)
    desk.olha.closes_topic(desk.group, thread)
    desk.refused(
        "TOPIC_CLOSED", "sendMessage", chat_id=desk.group, text="x", message_thread_id=thread
    )


def test_deletion_says_nothing_and_the_thread_is_gone(desk: Desk) -> None:
    thread = desk.topic()
    sent = desk.call("sendMessage", chat_id=desk.group, text="x", message_thread_id=thread)
    desk.olha.deletes_topic(desk.group, thread)
    assert desk.updates() == []
    gone = "message thread not found"
    desk.refused(gone, "sendMessage", chat_id=desk.group, text="x", message_thread_id=thread)
    desk.refused(
        gone,
        "copyMessage",
        chat_id=desk.group,
        from_chat_id=desk.anna.id,
        message_id=1,
        message_thread_id=thread,
    )
    desk.refused(
        "message to edit not found",
        "editMessageText",
        chat_id=desk.group,
        message_id=sent["message_id"],
        text="y",
    )
    desk.world.deleted_topic_text = "TOPIC_DELETED"
    desk.refused(
        "TOPIC_DELETED", "sendMessage", chat_id=desk.group, text="x", message_thread_id=thread
    )


def test_misplacing_puts_it_into_general_and_says_ok(desk: Desk) -> None:
    thread = desk.topic()
    desk.olha.deletes_topic(desk.group, thread)
    desk.world.misplaces = True
    sent = desk.call("sendMessage", chat_id=desk.group, text="lost", message_thread_id=thread)
    assert "message_thread_id" not in sent
    assert desk.world.history(desk.group, 1)[-1]["text"] == "lost"
    desk.refused(
        "message thread not found",
        "sendMessage",
        chat_id=desk.group,
        text="x",
        message_thread_id=9999,
    )


def test_general_has_no_thread_id(desk: Desk) -> None:
    desk.refused(
        "message thread not found", "sendMessage", chat_id=desk.group, text="x", message_thread_id=1
    )
    first = desk.petro.writes(desk.group, "in General")
    desk.petro.writes(desk.group, "a reply", reply_to=first["message_id"])
    plain, reply = desk.messages()
    assert "message_thread_id" not in plain
    assert reply["message_thread_id"] == first["message_id"]
    assert "is_topic_message" not in reply


def test_general_closes_hides_and_is_renamed(desk: Desk) -> None:
    group: Json = {"chat_id": desk.group}
    desk.call("editGeneralForumTopic", **group, name="Hall")
    desk.call("hideGeneralForumTopic", **group)
    desk.refused("TOPIC_NOT_MODIFIED", "closeGeneralForumTopic", **group)
    desk.call("reopenGeneralForumTopic", **group)
    kinds = [next(k for k in told if "forum_topic" in k) for told in desk.messages()]
    assert kinds == [
        "forum_topic_edited",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "forum_topic_reopened",
    ]
    assert desk.world.topics(desk.group)[0]["name"] == "Hall"


def test_groups_without_topics_ignore_thread_ids(desk: Desk) -> None:
    thread = desk.topic()
    desk.olha.turns_forum(desk.group, False)
    sent = desk.call("sendMessage", chat_id=desk.group, text="x", message_thread_id=thread)
    assert "message_thread_id" not in sent
    desk.refused("the chat is not a forum", "createForumTopic", chat_id=desk.group, name="x")
    desk.refused(
        "the chat is not a supergroup forum",
        "closeForumTopic",
        chat_id=desk.anna.id,
        message_thread_id=5,
    )


def test_a_reply_without_thread_goes_where_its_target_is(desk: Desk) -> None:
    thread = desk.topic()
    words = desk.petro.writes(desk.group, "here", thread=thread)
    reply: Json = {"message_id": words["message_id"]}
    sent = desk.call("sendMessage", chat_id=desk.group, text="x", reply_parameters=reply)
    assert sent["message_thread_id"] == thread
    other = desk.topic("other")
    far = desk.call(
        "sendMessage", chat_id=desk.group, text="x", reply_parameters=reply, message_thread_id=other
    )
    assert far["external_reply"]["message_id"] == words["message_id"]


def test_icon_stickers_have_custom_emoji_ids(desk: Desk) -> None:
    icons = desk.call("getForumTopicIconStickers")
    assert icons
    assert all(icon["custom_emoji_id"].isdigit() for icon in icons)
