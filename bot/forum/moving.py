"""Moving: a ticket leaves its topic for another department's group, on purpose only."""

from contextlib import suppress

from aiogram.methods import CloseForumTopic, EditMessageReplyMarkup

from bot import sentences, texts
from bot.desk import outbox, tickets
from bot.desk.outbox import waiting
from bot.desk.outbox.carrying import Carried, TryLater
from bot.desk.outbox.kinds.to_group import Left
from bot.desk.people import departments
from bot.desk.talk import held
from bot.desk.words import Words, join, link, plain
from bot.forum import groups, memory
from bot.forum.errand import NOTHING, Errand
from bot.forum.ground import Ground
from bot.forum.groups import now
from bot.telegram import origins
from bot.telegram.refusals import (
    Missing,
    NoRights,
    NotEditable,
    NotModified,
    TopicClosed,
    TopicGone,
)
from bot.texts import _
from models import Group, Topic
from models.rows import fetch

NAME = "\0"  # where the name stands in the sentence; no name contains it
SOON = 2.0  # seconds until it is looked again for the topic that is being made
LEFT = """
INSERT INTO former_topic (group_id, thread_id, ticket_id) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
"""
LEFT_FOR = """
SELECT ticket.department_id AS department
FROM former_topic JOIN ticket ON ticket.id = former_topic.ticket_id
WHERE group_id = (SELECT id FROM operator_group WHERE chat_id = $1) AND thread_id = $2
"""


async def leave(errand: Errand, topic: Topic) -> None:
    """Forget the topic that the ticket had in another group, and have that said there.

    Where the desk works no more, nothing is said: who writes there is told by himself.
    """
    former = await Group.get(id=topic.group_id)
    async with outbox.transaction():
        if not await memory.forget(topic):
            return
        await fetch(LEFT, topic.group_id, topic.thread_id, topic.ticket_id)
        if former.is_bound:
            left = Left(former.chat_id, topic.thread_id, topic.card_id, topic.ticket_id)
            await outbox.put(left.draft(), now())


async def left_for(chat_id: int, thread_id: int) -> int | None:
    """The department of the ticket that has left this topic, if one has."""
    found = await fetch(LEFT_FOR, chat_id, thread_id)
    return found[0]["department"] if found else None


async def left(ground: Ground, what: Left, _number: int) -> Carried:
    """Say in the former topic where the ticket is; its card has no buttons any more; close it."""
    here = await groups.at(what.chat_id)
    speaker = ground.speaker(what.chat_id, what.thread_id)
    with texts.use(here.language if here else ground.all.language), suppress(TopicGone):
        try:
            words = await _whereto(what.ticket)
            if here:
                unsent = await held.left_by(what.ticket, here.department_id)
                words = join("\n", [words, *map(sentences.words, unsent)])
        except TryLater:
            await ground.purse.give_back(what.chat_id)
            raise
        if what.card is not None:
            with suppress(Missing, NotEditable, NotModified):
                bare = EditMessageReplyMarkup(chat_id=what.chat_id, message_id=what.card)
                await speaker.call(bare)
        with suppress(TopicClosed):
            await speaker.say(words)
        with suppress(NotModified, NoRights):
            where = {"chat_id": what.chat_id, "message_thread_id": what.thread_id}
            await speaker.call(CloseForumTopic(**where))
    return NOTHING


async def _whereto(ticket_id: int) -> Words:
    """Which department has it now, with a link that its members can open."""
    ticket = await tickets.current(ticket_id)
    if ticket is None:
        return Words(_("➡️ Request #{number} is not here any more.").format(number=ticket_id))
    at_work = Topic.filter(ticket_id=ticket_id, group__department_id=ticket.department_id)
    topic = await at_work.select_related("group").first()
    name = await departments.name_of(ticket.department_id)
    sentence = _("➡️ Request #{number} has been moved to the department “{name}”.")
    if topic is None:
        if await waiting.is_for_operators(ticket_id):
            raise TryLater("its new topic is being made", after=SOON, certain=True, blameless=True)
        # Over, it was inherited from a department that was dissolved: it gets one if it goes on.
        return Words(sentence.format(number=ticket_id, name=name or "…"))
    before, after = sentence.format(number=ticket_id, name=NAME).split(NAME)
    where = origins.address(topic.group.chat_id, topic.thread_id)
    return plain(before) + link(name or topic.group.title, where) + plain(after)
