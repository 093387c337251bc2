"""Forum topics."""

from __future__ import annotations

from typing import Any

from sandbox import stickers
from sandbox.chats import Chat, Topic
from sandbox.errors import bad
from sandbox.forum import (
    COLORS,
    clean_name,
    close_topic,
    create_topic,
    delete_topic,
    edit_topic,
    hide_general,
)
from sandbox.methods.call import Call, method
from sandbox.methods.target import forum, manages, open_chat

Json = dict[str, Any]

_NOT_MODIFIED = "TOPIC_NOT_MODIFIED"


@method("createForumTopic")
def create_forum_topic(call: Call) -> Json:
    """Bot API: createForumTopic."""
    chat = forum(call)
    if not chat.may(call.bot.id, "can_manage_topics"):
        raise bad("not enough rights to create a topic")
    name = clean_name(call.params.text("name"))
    if not name:
        raise bad("name must be non-empty")
    color = call.params.integer("icon_color", COLORS[0])
    if not 0 <= color <= 0xFFFFFF:
        raise bad("invalid icon color specified")
    if color not in COLORS:
        raise bad("TOPIC_ICON_COLOR_INVALID")
    topic = Topic(0, name, color, call.bot.id, icon=_icon(call))
    create_topic(call.world, chat, topic)
    shown: Json = {"message_thread_id": topic.thread, "name": name, "icon_color": color}
    if topic.icon:
        shown["icon_custom_emoji_id"] = topic.icon
    return shown


def _icon(call: Call) -> str:
    icon = call.params.text("icon_custom_emoji_id")
    if icon and not icon.isdigit():
        raise bad("invalid custom emoji identifier specified")
    return icon


def _topic(call: Call) -> tuple[Chat, Topic]:
    chat = forum(call)
    thread = call.params.integer("message_thread_id")
    if thread <= 0:
        raise bad("invalid forum topic identifier specified")
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad("message thread not found" if thread == 1 else call.world.deleted_topic_text)
    return chat, topic


@method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    """Bot API: editForumTopic. Without anything to change it is a success without effect."""
    chat, topic = _topic(call)
    if not chat.private and not manages(chat, topic, call.bot.id):
        raise bad("not enough rights to edit the topic")
    name = clean_name(call.params.text("name"))
    icon = _icon(call) if call.params.given("icon_custom_emoji_id") else None
    if not name and icon is None:
        return True
    if not edit_topic(call.world, chat, topic, call.bot.id, name=name, icon=icon):
        raise bad(_NOT_MODIFIED)
    return True


@method("closeForumTopic")
def close_forum_topic(call: Call) -> bool:
    """Bot API: closeForumTopic."""
    return _set_closed(call, True)


@method("reopenForumTopic")
def reopen_forum_topic(call: Call) -> bool:
    """Bot API: reopenForumTopic."""
    return _set_closed(call, False)


def _check_supergroup(call: Call) -> None:
    """In private chats topics are neither closed nor reopened, and there is no General."""
    if open_chat(call).private:
        raise bad("the chat is not a supergroup forum")


def _set_closed(call: Call, closed: bool) -> bool:
    _check_supergroup(call)
    chat, topic = _topic(call)
    if not manages(chat, topic, call.bot.id):
        raise bad("not enough rights to close or open the topic")
    if topic.closed == closed:
        raise bad(_NOT_MODIFIED)
    close_topic(call.world, chat, topic, call.bot.id, closed)
    return True


@method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    """Bot API: deleteForumTopic. Emits nothing."""
    chat, topic = _topic(call)
    if not chat.private and not chat.admin_may(call.bot.id, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    delete_topic(call.world, chat, topic)
    return True


@method("getForumTopicIconStickers")
def icon_stickers(call: Call) -> list[Json]:
    """Bot API: getForumTopicIconStickers."""
    return stickers.topic_icons()


@method("getCustomEmojiStickers")
def custom_emoji_stickers(call: Call) -> list[Json]:
    """Bot API: getCustomEmojiStickers; the sandbox knows those of topic icons."""
    wanted = call.params.array("custom_emoji_ids", "custom emoji identifiers") or []
    return [icon for icon in stickers.topic_icons() if icon["custom_emoji_id"] in wanted]


def _general(call: Call, right_text: str) -> Chat:
    _check_supergroup(call)
    chat = forum(call)
    if not chat.admin_may(call.bot.id, "can_manage_topics"):
        raise bad(f"not enough rights to {right_text} the topic")
    return chat


@method("editGeneralForumTopic")
def edit_general(call: Call) -> bool:
    """Bot API: editGeneralForumTopic."""
    chat = _general(call, "edit")
    name = clean_name(call.params.text("name"))
    if not name:
        raise bad("name must be non-empty")
    if not edit_topic(call.world, chat, chat.general, call.bot.id, name=name):
        raise bad(_NOT_MODIFIED)
    return True


@method("closeGeneralForumTopic")
def close_general(call: Call) -> bool:
    """Bot API: closeGeneralForumTopic."""
    return _close_general(call, True)


@method("reopenGeneralForumTopic")
def reopen_general(call: Call) -> bool:
    """Bot API: reopenGeneralForumTopic. It also shows a hidden topic again."""
    return _close_general(call, False)


def _close_general(call: Call, closed: bool) -> bool:
    chat = _general(call, "close or open")
    if chat.general.closed == closed:
        raise bad(_NOT_MODIFIED)
    if chat.general.hidden:
        hide_general(call.world, chat, call.bot.id, False)
    close_topic(call.world, chat, chat.general, call.bot.id, closed)
    return True


@method("hideGeneralForumTopic")
def hide_general_topic(call: Call) -> bool:
    """Bot API: hideGeneralForumTopic. Hiding closes it too."""
    return _hide_general(call, True)


@method("unhideGeneralForumTopic")
def unhide_general_topic(call: Call) -> bool:
    """Bot API: unhideGeneralForumTopic."""
    return _hide_general(call, False)


def _hide_general(call: Call, hidden: bool) -> bool:
    chat = _general(call, "edit")
    if chat.general.hidden == hidden:
        raise bad(_NOT_MODIFIED)
    hide_general(call.world, chat, call.bot.id, hidden)
    return True
