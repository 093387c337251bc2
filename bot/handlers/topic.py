"""What is said and done in a ticket's topic, besides commands and buttons."""

from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.types import Message, MessageReactionUpdated

from bot.config import Settings
from bot.desk import replies, reports, tickets
from bot.desk.errors import CannotCarry
from bot.desk.replies import Spoken
from bot.forum import Forum
from bot.handlers.customer import emoji_of
from bot.handlers.filters import GROUPS, Service
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading
from bot.texts import _
from models import Status


def build() -> Router:
    """The router of the group; commands are taken before it."""
    router = Router(name="topic")
    for observer in (router.message, router.edited_message, router.message_reaction):
        observer.filter(F.chat.type.in_(GROUPS))
        observer.middleware(GroupMiddleware())
    router.message.register(migrated, F.migrate_to_chat_id)
    router.message.register(created, F.forum_topic_created)
    router.message.register(shut, F.forum_topic_closed | F.forum_topic_reopened)
    router.message.register(said, ~Service())
    router.edited_message.register(edited)
    router.message_reaction.register(reacted)
    return router


async def migrated(message: Message, forum: Forum) -> None:
    """Telegram moved the group to a new id: follow it."""
    if message.migrate_to_chat_id:
        await forum.moved(message.chat.id, message.migrate_to_chat_id)


async def created(message: Message, bot: Bot, forum: Forum) -> None:
    """A topic of our own making comes back as an update: adopt it if its answer was lost."""
    if _is_ours(message, bot) and message.forum_topic_created and message.message_thread_id:
        await forum.adopt(
            message.chat.id, message.message_thread_id, message.forum_topic_created.name
        )


async def shut(message: Message, bot: Bot, now: datetime, here: Here, forum: Forum) -> None:
    """Somebody closed or reopened the topic in the app: so is the ticket."""
    thread = message.message_thread_id
    if here.topic is None or thread is None or _is_ours(message, bot):
        return
    closed = message.forum_topic_closed is not None
    await forum.shut_in_app(here.group, thread, closed=closed)
    status = Status.CLOSED if closed else Status.OPEN
    await tickets.change(here.topic, status, now, here.operator)


async def said(
    message: Message, now: datetime, here: Here, forum: Forum, settings: Settings
) -> None:
    """Words in a topic: to the customer, or a note. In General everything is a note."""
    if here.topic is None:
        return
    if here.operator is None:
        await _ask_for_a_face(message, now)
        return
    content = reading.content(message)
    if content is None:
        raise CannotCarry
    answered = _answered(message)
    group = here.group
    spoken = Spoken(
        operator=here.operator,
        content=content,
        answered=await forum.message_at(group.chat_id, answered.message_id) if answered else None,
        quote=reading.quote(message),
    )
    line = await replies.take(here.topic, spoken, now, mode=settings.reply_mode)
    await forum.remember(line.id, group, message.message_id)


async def edited(message: Message, now: datetime, here: Here, forum: Forum) -> None:
    """An operator changed their words."""
    content = reading.content(message)
    line = await forum.message_at(here.group.chat_id, message.message_id)
    if content and line and line.operator_id:
        await replies.edited(line, content, now)


async def reacted(
    reaction: MessageReactionUpdated, now: datetime, here: Here, forum: Forum
) -> None:
    """An operator reacted to a post; a hidden admin's reaction stays inside."""
    line = await forum.message_at(here.group.chat_id, reaction.message_id)
    if line and here.operator:
        await replies.reacted(line, emoji_of(reaction), now)


def _answered(message: Message) -> Message | None:
    """What is replied to. Plain words in a topic reply to its creation, and so to nothing."""
    answered = message.reply_to_message
    return None if answered is None or answered.forum_topic_created else answered


def _is_ours(message: Message, bot: Bot) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


async def _ask_for_a_face(message: Message, now: datetime) -> None:
    """Words without a person behind them are not sent: the customer is owed a person."""
    if message.sender_chat is None:  # another bot of the group, talking
        return
    sentence = _(
        "You write anonymously, so this was not sent to the customer. Please turn off "
        "«Remain anonymous» for yourself in the group's admin settings and write again."
    )
    await reports.answer(reading.place(message), sentence, now)
