"""A ticket's topic: opened, found again when the answer was lost, replaced when it vanished."""

import asyncio
import re
from contextlib import suppress
from time import monotonic

import structlog
from aiogram.methods import (
    CreateForumTopic,
    DeleteForumTopic,
    GetChat,
    ReopenForumTopic,
)
from aiogram.types import ForumTopic
from tortoise.exceptions import IntegrityError

from bot.desk import outbox
from bot.desk.outbox.carrying import TryLater
from bot.desk.outbox.kinds.to_topic import RemoveTopic
from bot.desk.tickets import theirs
from bot.forum import footing, lines, memory, moving, practice
from bot.forum.errand import Errand
from bot.forum.ground import Lacking
from bot.forum.groups import now
from bot.forum.icons import icon_of
from bot.telegram.calls import ask
from bot.telegram.refusals import BadIcon, NoRights, NotForum, NotModified, TopicGone
from bot.telegram.speaker import Thread
from models import Group, Ticket, Topic
from models.rows import add, fetch, find, read

log = structlog.get_logger(__name__)

LOST_ANSWER = 2.0  # seconds: how long the update about a topic of ours may take
FIRST_GLANCE = 0.3  # seconds: mostly it takes no longer
LOOK_AGAIN = 0.05
SOON = 1.0  # seconds until it is looked again which group a ticket is of
MEANT = """
SELECT 1 FROM ticket JOIN operator_group USING (department_id)
WHERE ticket.id = $1 AND operator_group.id = $2 AND is_bound
"""
ADOPT = """
INSERT INTO topic (ticket_id, group_id, thread_id, name)
SELECT id, $2, $3, $4 FROM ticket WHERE id = $1
ON CONFLICT DO NOTHING
"""
NAME = re.compile(r"#(\d+) ")


async def present(errand: Errand) -> Topic | None:
    """The ticket's topic in this group; one in the group that it was moved from is left behind.

    Raises Lacking while no other can be made instead of it.
    """
    found = await errand.ground.all.topics.rows(errand.ticket_id)
    topic = read(Topic, found[0]) if found else None
    if topic is None or topic.group_id == errand.group.id:
        return topic
    await _is_meant(errand)
    errand.ground.may_try(footing.TOPICS)
    await moving.leave(errand, topic)
    return None


async def _is_meant(errand: Errand) -> None:
    """Go on if this is the group of the ticket's department. Raises TryLater.

    What was put while the ticket was just being moved follows it. If all is in its place, this
    group is bound no more, as will be seen in a second.
    """
    if not await fetch(MEANT, errand.ticket_id, errand.group.id):
        async with outbox.transaction():
            followed = await outbox.follow(errand.ticket_id)
        why, after = "the ticket is another group’s now", 0.0 if followed else SOON
        raise TryLater(why, after=after, certain=True, blameless=True)


async def opened(errand: Errand) -> Topic:
    """The ticket's topic, made if there is none; the errand speaks in it from now on."""
    topic = await present(errand)
    if topic is None and errand.parcel.uncertain:
        topic = await _adopted(errand, LOST_ANSWER)
    if topic is None:
        await _is_meant(errand)
        topic = await _create(errand, await theirs.with_people(errand.ticket_id))
    errand.speaker.place = Thread(errand.group.chat_id, topic.thread_id)
    return topic


async def there(errand: Errand) -> None:
    """Go on if the group has topics (Bot API: getChat). Raises NotForum.

    Without them, words for a topic land in the chat, and the topics are only hidden.
    """
    chat = await ask(errand.ground.bot, GetChat(chat_id=errand.group.chat_id))
    if not chat.is_forum:
        raise NotForum("the chat is not a forum")


async def replaced(errand: Errand, topic: Topic) -> Topic:
    """A new topic instead of one that is gone. Raises NotForum if all of them are just hidden."""
    await there(errand)
    await memory.forget(topic)
    log.warning("topic_gone", ticket=topic.ticket_id, thread=topic.thread_id)
    return await opened(errand)


async def adopt(group: Group, thread_id: int, name: str) -> None:
    """A topic of our own making came as an update: if its answer was lost, here it is.

    Called inside a transaction. A ticket that has another topic needs no second one.
    """
    named = NAME.match(name)
    if not named:
        await practice.adopt(group, thread_id)
        return
    ticket_id = int(named[1])
    await fetch(ADOPT, ticket_id, group.id, thread_id, name)
    found = await find(Topic, "ticket_id = $1", ticket_id)
    if found and found[0].group_id == group.id and found[0].thread_id != thread_id:
        await outbox.put(RemoveTopic(group.chat_id, thread_id).draft(None), now())


async def reopen(errand: Errand, topic: Topic) -> None:
    """Open a closed topic that refuses our words. Without the right to, only its ticket waits."""
    where = {"chat_id": errand.group.chat_id, "message_thread_id": topic.thread_id}
    try:
        with suppress(NotModified):
            await errand.speaker.call(ReopenForumTopic(**where))
    except NoRights as refusal:
        raise Lacking(footing.TOPICS, refusal.detail) from refusal


async def _create(errand: Errand, ticket: Ticket) -> Topic:
    errand.ground.needs(footing.TOPICS)
    name = await lines.topic_name(ticket)
    icon = await icon_of(errand.ground, ticket.status)
    try:
        made = await _ask_for_one(errand, name, icon)
    except BadIcon:
        errand.ground.all.bad_icons.add(icon)
        icon = ""
        made = await _ask_for_one(errand, name, icon)
    except TryLater as trouble:
        found = None if trouble.certain else await _adopted(errand, FIRST_GLANCE)
        if found is None:
            raise
        return found
    return await _keep(errand, made.message_thread_id, name, icon)


async def _ask_for_one(errand: Errand, name: str, icon: str) -> ForumTopic:
    """Raises Lacking where the group does not let us make topics."""
    chat_id = errand.group.chat_id
    method = CreateForumTopic(chat_id=chat_id, name=name, icon_custom_emoji_id=icon or None)
    try:
        made = await errand.speaker.call(method)
    except NotForum:
        raise
    except NoRights as refusal:
        raise Lacking(footing.TOPICS, refusal.detail) from refusal
    if errand.ground.has(footing.TOPICS) or errand.group.lacks == footing.TOPICS:
        await footing.mended(errand.group, footing.TOPICS)
    return made


async def _keep(errand: Errand, thread_id: int, name: str, icon: str) -> Topic:
    """Save it at once: whatever happens now, this topic is not made twice.

    Raises TryLater where the ticket has got one in another group meanwhile.
    """
    ticket_id = errand.ticket_id
    values = {"group_id": errand.group.id, "thread_id": thread_id, "name": name, "icon": icon}
    with suppress(IntegrityError):  # its own update was faster
        return await add(Topic, ticket_id=ticket_id, **values)
    topic = await Topic.get_or_none(ticket_id=ticket_id, group_id=errand.group.id)
    if topic is None or topic.thread_id != thread_id:
        await delete(errand, thread_id)
    if topic is None:
        raise TryLater("its topic is in another group", after=SOON, certain=True, blameless=True)
    if topic.thread_id == thread_id:
        topic.icon = icon
        await topic.save(update_fields=["icon"])
    return topic


async def delete(errand: Errand, thread_id: int) -> None:
    """Delete a topic that no ticket needs. Without the right to, it stays."""
    chat_id = errand.group.chat_id
    try:
        with suppress(TopicGone):
            await errand.speaker.call(
                DeleteForumTopic(chat_id=chat_id, message_thread_id=thread_id)
            )
    except NoRights as refusal:
        log.warning("topic_not_deleted", thread=thread_id, reason=refusal.detail)


async def _adopted(errand: Errand, within: float) -> Topic | None:
    """Wait a little for the update about a topic whose answer was lost."""
    deadline = monotonic() + within
    while monotonic() < deadline:
        topic = await present(errand)
        if topic is not None:
            return topic
        await asyncio.sleep(LOOK_AGAIN)
    return None
