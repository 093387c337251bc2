"""What is said and done in a ticket's topic, besides commands and buttons."""

from datetime import datetime

from aiogram import Bot, F, Router
from aiogram.enums import ContentType
from aiogram.types import (
    Message,
    MessageOriginChat,
    MessageOriginUser,
    MessageReactionUpdated,
)

from bot import texts
from bot.config import Settings
from bot.desk import operators, replies, reports, tickets
from bot.desk.replies import Spoken
from bot.forum import Forum
from bot.handlers import nowhere
from bot.handlers.commands import typed
from bot.handlers.customer import emoji_of
from bot.handlers.filters import Service, Where
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading
from bot.texts import _
from models import Status


def build() -> Router:
    """The router of the group; commands are taken before it."""
    router = Router(name="topic")
    for observer in (router.message, router.edited_message, router.message_reaction):
        observer.middleware(GroupMiddleware())
    router.message.register(said, ~Service())
    router.message.register(migrated, Where(F.migrate_to_chat_id))
    router.message.register(created, Where(F.forum_topic_created))
    router.message.register(shut, Where(F.forum_topic_closed | F.forum_topic_reopened))
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
    message: Message,
    now: datetime,
    here: Here,
    forum: Forum,
    settings: Settings,
    *,
    replayed: bool = False,
) -> None:
    """Words in a topic: to the customer, or a note. Elsewhere they go nowhere, and that is said."""
    if here.topic is None:
        await nowhere.take(message, now, here, settings)
        return
    if here.operator is None:
        await _ask_for_a_face(message, now)
        return
    content = reading.content(message)
    if content is None:
        await _refuse(message, now)
        return
    answered = _answered(message)
    group = here.group
    line = await forum.message_at(group.chat_id, answered.message_id) if answered else None
    known = line is not None and line.ticket_id == here.topic
    spoken = Spoken(
        operator=here.operator,
        content=content,
        answered=line if known else None,
        quote=reading.quote(message) if known else None,
        doubt=await _doubt(message, here, known=known or answered is None, replayed=replayed),
    )
    line = await replies.take(here.topic, spoken, now, mode=settings.reply_mode)
    await forum.remember(line.id, group, message.message_id)


async def edited(
    message: Message, now: datetime, here: Here, forum: Forum, *, replayed: bool = False
) -> None:
    """An operator changed their words. If they now are a command, it is not done."""
    content = reading.content(message)
    line = await forum.message_at(here.group.chat_id, message.message_id)
    if content and line and line.operator_id:
        in_doubt = replayed or typed(message) is not None
        await replies.edited(line, content, now, in_doubt=in_doubt)


async def reacted(
    reaction: MessageReactionUpdated,
    now: datetime,
    here: Here,
    forum: Forum,
    *,
    replayed: bool = False,
) -> None:
    """An operator reacted to a post; a hidden admin's reaction, or a late one, stays inside."""
    line = await forum.message_at(here.group.chat_id, reaction.message_id)
    if line and here.operator and not replayed:
        await replies.reacted(line, emoji_of(reaction), now)


def _answered(message: Message) -> Message | None:
    """What is replied to. Plain words in a topic reply to its creation, and so to nothing."""
    answered = message.reply_to_message
    return None if answered is None or answered.forum_topic_created else answered


async def _doubt(message: Message, here: Here, *, known: bool, replayed: bool) -> str | None:
    """Why it is not certain that the customer is meant: a msgid, or None where it is certain.

    `known`: what it replies to, if anything, is a message of this ticket.
    """
    if replayed:
        return texts.mark(
            "📝 This was handled late, so it was kept as a note. Write it anew if the customer "
            "is to read it."
        )
    if not known or message.external_reply:
        return texts.mark(
            "📝 Kept as a note: it replies to something that is neither the customer's nor sent "
            "to the customer. Write it without a reply if the customer is to read it."
        )
    if await _is_the_groups_own(message, here):
        return texts.mark(
            "📝 Kept as a note: these are a colleague's words or a post of mine. Write them "
            "yourself if the customer is to read them."
        )
    return None


async def _is_the_groups_own(message: Message, here: Here) -> bool:
    """Whether it forwards what may be a note: words of a colleague or of the bot."""
    match message.forward_origin:
        case MessageOriginUser(sender_user=author):
            if author.is_bot:
                return message.bot is not None and author.id == message.bot.id
            mine = here.operator is not None and author.id == here.operator.user_id
            return not mine and await operators.is_one(author.id)
        case MessageOriginChat(sender_chat=chat):
            return bool(chat.id == here.group.chat_id)
    return False


async def _refuse(message: Message, now: datetime) -> None:
    """A kind that no bot can pass on: the operator is told, by its name."""
    name = reading.not_carried(message) or reading.NOT_CARRIED[ContentType.UNKNOWN]
    sentence = _("By Telegram's rules {kind} cannot be passed on, so nothing was sent.")
    await reports.answer(reading.place(message), sentence.format(kind=_(name)), now)


def _is_ours(message: Message, bot: Bot) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


async def _ask_for_a_face(message: Message, now: datetime) -> None:
    """Words without a person behind them are not sent: the customer is owed a person."""
    hidden = message.sender_chat
    if hidden is None or message.is_automatic_forward:  # another bot of the group, or a channel
        return
    if hidden.id == message.chat.id:
        sentence = _(
            "You write anonymously, so this was not sent to the customer. Please turn off "
            "«Remain anonymous» for yourself in the group's admin settings and write again."
        )
    else:
        sentence = _(
            "You write as the channel «{title}», so this was not sent to the customer. Please "
            "choose yourself instead of it by the picture beside the message field («Send as…») "
            "and write again."
        ).format(title=hidden.title or hidden.username or "…")
    await reports.answer(reading.place(message), sentence, now)
