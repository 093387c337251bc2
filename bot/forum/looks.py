"""How a topic looks: its name, its icon, open or closed, its card pinned; or not there at all."""

from contextlib import suppress

import structlog
from aiogram.methods import (
    CloseForumTopic,
    EditForumTopic,
    PinChatMessage,
    ReopenForumTopic,
)

from bot.desk import tickets
from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds import to_topic
from bot.desk.tickets import theirs
from bot.forum import lines, topics
from bot.forum.errand import NOTHING, Errand
from bot.forum.icons import icon_of
from bot.telegram.refusals import BadIcon, Missing, NoRights, NotModified, TopicGone
from models import Status, Topic

log = structlog.get_logger(__name__)


async def look(errand: Errand, _what: to_topic.Look) -> Carried:
    """Bring the topic's name and icon up to date."""
    topic = await topics.present(errand)
    if topic is None:
        return NOTHING
    ticket = await theirs.with_people(errand.ticket_id)
    name = await lines.topic_name(ticket)
    icon = await icon_of(errand.ground, ticket.status)
    if (topic.name, topic.icon) == (name, icon):
        return NOTHING
    try:
        await _change(errand, topic, name, icon)
    except BadIcon:
        errand.ground.all.bad_icons.add(icon)
        icon = ""
        if name != topic.name:
            await _change(errand, topic, name, topic.icon)

    async def record() -> None:
        await Topic.filter(id=topic.id).update(name=name, icon=icon)

    return Carried(record=record)


async def _change(errand: Errand, topic: Topic, name: str, icon: str) -> None:
    method = EditForumTopic(
        chat_id=errand.group.chat_id,
        message_thread_id=topic.thread_id,
        name=name if name != topic.name else None,
        icon_custom_emoji_id=icon if icon != topic.icon else None,
    )
    with suppress(NotModified, TopicGone):  # a new topic is made when there is something to say
        await errand.speaker.call(method)


async def shut(errand: Errand, _what: to_topic.Shut) -> Carried:
    """Close or reopen the topic, as its ticket is."""
    topic = await topics.present(errand)
    if topic is None:
        return NOTHING
    ticket = await theirs.with_people(errand.ticket_id)
    closed = ticket.status is Status.CLOSED
    if topic.is_closed == closed:
        return NOTHING
    method = CloseForumTopic if closed else ReopenForumTopic
    where = {"chat_id": errand.group.chat_id, "message_thread_id": topic.thread_id}
    with suppress(NotModified, TopicGone):  # closed in the app already, or gone
        await errand.speaker.call(method(**where))

    async def record() -> None:
        await Topic.filter(id=topic.id).update(is_closed=closed)

    return Carried(record=record)


async def pin(errand: Errand, _what: to_topic.Pin) -> Carried:
    """Pin the card. Without the right to pin it stays where it is.

    That of a ticket that has ended meanwhile is pinned when the ticket goes on.
    """
    topic = await topics.present(errand)
    if topic is None or topic.card_id is None or topic.is_pinned:
        return NOTHING
    if (await theirs.with_people(errand.ticket_id)).status in tickets.ENDED:
        return NOTHING
    try:
        await errand.speaker.call(
            PinChatMessage(
                chat_id=errand.group.chat_id, message_id=topic.card_id, disable_notification=True
            )
        )
    except (NoRights, Missing) as refusal:
        log.warning("card_not_pinned", ticket=topic.ticket_id, reason=refusal.detail)
        return NOTHING

    async def record() -> None:
        await Topic.filter(id=topic.id).update(is_pinned=True)

    return Carried(record=record)


async def remove(errand: Errand, what: to_topic.RemoveTopic) -> Carried:
    """Delete a topic that no ticket needs; in a group that is left behind it does no harm."""
    if what.chat_id == errand.group.chat_id:
        await topics.delete(errand, what.thread_id)
    return NOTHING
