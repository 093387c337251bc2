"""What becomes of forum topics, whoever asks for it: a bot or a person in the app."""

from __future__ import annotations

from typing import Any

from sandbox.chats import Chat, Topic
from sandbox.posting import announce, emit
from sandbox.world import World

Json = dict[str, Any]

COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
NAME_LIMIT = 128


def clean_name(name: str) -> str:
    """One line of at most 128 code points: Telegram cuts and never rejects for length."""
    return " ".join(name.split())[:NAME_LIMIT].rstrip()


def create_topic(world: World, chat: Chat, topic: Topic, *, implicit: bool = False) -> None:
    """Post the message that tells of the topic; its id becomes the topic's.

    `implicit`: the app took the name from somebody's first words, and a bot may find a better one.
    """
    topic.thread = chat.last_id + 1
    chat.topics[topic.thread] = topic
    created: Json = {"name": topic.name, "icon_color": topic.color}
    if topic.icon:
        created["icon_custom_emoji_id"] = topic.icon
    if implicit:
        created["is_name_implicit"] = True
    content = {"forum_topic_created": created}
    announce(world, chat, topic.creator, "forum_topic_created", content, thread=topic.thread)
    _changed(world, chat, topic)


def edit_topic(
    world: World, chat: Chat, topic: Topic, by: int, *, name: str = "", icon: str | None = None
) -> bool:
    """Change name or icon ("" removes it); False when nothing would change."""
    changed: Json = {}
    if name and name != topic.name:
        changed["name"] = topic.name = name
    if icon is not None and icon != topic.icon:
        changed["icon_custom_emoji_id"] = topic.icon = icon
    if changed:
        _tell(world, chat, topic, by, "forum_topic_edited", changed)
    return bool(changed)


def close_topic(world: World, chat: Chat, topic: Topic, by: int, closed: bool) -> None:
    """Close or reopen, General too."""
    topic.closed = closed
    _tell(world, chat, topic, by, "forum_topic_closed" if closed else "forum_topic_reopened", {})


def hide_general(world: World, chat: Chat, by: int, hidden: bool) -> None:
    """Hide General, which closes it, or show it again."""
    chat.general.hidden = hidden
    chat.general.closed = hidden or chat.general.closed
    kind = "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden"
    _tell(world, chat, chat.general, by, kind, {})


def delete_topic(world: World, chat: Chat, topic: Topic) -> None:
    """Remove a topic with its messages. Telegram tells no bot of it."""
    for number in topic.ids:
        chat.messages.pop(number, None)
    gone = set(topic.ids)
    chat.pinned = [number for number in chat.pinned if number not in gone]
    del chat.topics[topic.thread]
    chat.gone_topics.add(topic.thread)
    emit(world, "topic", chat, topic.thread, deleted=True)


def _tell(world: World, chat: Chat, topic: Topic, by: int, kind: str, changed: Json) -> None:
    thread = topic.thread if topic.thread in chat.topics else 0
    announce(world, chat, by, kind, {kind: changed}, thread=thread)
    _changed(world, chat, topic)


def _changed(world: World, chat: Chat, topic: Topic) -> None:
    emit(
        world,
        "topic",
        chat,
        topic.thread,
        name=topic.name,
        icon=topic.icon,
        color=topic.color,
        closed=topic.closed,
        hidden=topic.hidden,
    )
