"""What is said and done in a ticket's topic, besides commands and buttons."""

from dataclasses import replace
from datetime import datetime, timedelta

from aiogram import Bot, F, Router
from aiogram.enums import ContentType
from aiogram.types import Message, MessageReactionUpdated

from bot.config import Settings
from bot.desk import tickets
from bot.desk.errors import EditedCommand, TooLate
from bot.desk.people.actors import GROUP, HIDDEN
from bot.desk.said.prepared import Prepared
from bot.desk.talk import corrections, macros, notices, replies, using
from bot.desk.words import Words
from bot.forum import Forum
from bot.handlers import nowhere, speaking
from bot.handlers.commands import later, typed
from bot.handlers.customer import emoji_of
from bot.handlers.filters import Service, Where
from bot.middlewares.group import GroupMiddleware, Here
from bot.telegram import reading
from bot.texts import _
from models import Macro, Membership, Status

LATE_EDIT = timedelta(minutes=10)  # a typing error is corrected sooner


def build() -> Router:
    """The router of the group; commands are taken before it."""
    router = Router(name="topic")
    for observer in (router.message, router.edited_message, router.message_reaction):
        observer.middleware(GroupMiddleware(words=True))
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


async def shut(
    message: Message,
    bot: Bot,
    now: datetime,
    here: Here,
    forum: Forum,
    *,
    replayed: bool = False,
) -> None:
    """Somebody closed or reopened the topic in the app: so is the ticket."""
    thread = message.message_thread_id
    if here.topic is None or thread is None or _is_ours(message, bot):
        return
    if replayed:
        raise TooLate
    closed = message.forum_topic_closed is not None
    await forum.shut_in_app(here.group, thread, closed=closed)
    status = Status.CLOSED if closed else Status.OPEN
    member = here.member if here.member and here.member.is_there else None
    actor = member or GROUP.within(here.group)
    await tickets.change(here.topic, status, actor, now)


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
    commands = message.media_group_id is not None and typed(message) is not None
    if message.ephemeral_message_id and not commands:
        await _nobody_sees(message, now)
        return
    if here.topic is None:
        await _heard_nowhere(message, now, here, settings, commands=commands)
        return
    if here.member is None:
        await _ask_for_a_face(message, now)
        return
    content = reading.content(message)
    if content is None:
        await _refuse(message, now)
        return
    macro = await _chosen(message, content.words, here, here.member)
    content = replace(content, prepared=Prepared() if macro else None)
    spoken = await speaking.spoken(message, content, now, here, forum, replayed=replayed)
    spoken = replace(spoken, commands=commands)
    line = await replies.take(here.topic, spoken, now, mode=settings.reply_mode)
    if message.message_id:  # none of a part whose command nobody else sees
        await forum.remember(line, here.group, message.message_id)
    if macro:
        await macros.used(macro)


async def _chosen(message: Message, words: Words, here: Here, member: Membership) -> Macro | None:
    """The macro that was chosen from what we offer in the line."""
    if message.bot is None or message.via_bot is None or message.via_bot.id != message.bot.id:
        return None
    return await using.offered(member, words, here.group.language)


async def _heard_nowhere(
    message: Message, now: datetime, here: Here, settings: Settings, *, commands: bool
) -> None:
    if commands and reading.author(message) is not None and here.left_for is None:
        sentence = _("A command below several files is not carried out. Write it by itself.")
        await notices.answer(reading.spot(message), sentence, now)
        return
    await nowhere.take(message, now, here, settings)


async def edited(
    message: Message,
    now: datetime,
    here: Here,
    forum: Forum,
    settings: Settings,
    *,
    replayed: bool = False,
) -> None:
    """An operator changed their words. If they now are a command, it is not done.

    What was a command, mistyped perhaps, may be words now; what is old is asked about.
    """
    if reading.author(message) is not None:
        here.not_left()
    content = reading.content(message)
    found = await forum.at(here.group.chat_id, message.message_id)
    if content and found is None:
        await _heard_anew(message, now, here, forum, settings, replayed=replayed)
    elif content and found and found.message.operator_id:
        planned = later.planned_anew(message, settings.timezone)
        if planned:
            content = replace(content, words=planned[1])
        is_command = typed(message) is not None and planned is None
        in_doubt = replayed or here.is_outsider or is_command
        in_doubt = in_doubt or bool(reading.unread(message))
        actor = here.member or HIDDEN.within(here.group)
        note = await corrections.edited(
            found.message, content, actor, now, place=found.place, in_doubt=in_doubt
        )
        if note:
            await forum.cover(note.id, beneath=found.message.id)
        if planned and found.message.goes_at:
            await later.plan_anew(message, found.message, planned[0], actor, now, settings)


async def _heard_anew(
    message: Message,
    now: datetime,
    here: Here,
    forum: Forum,
    settings: Settings,
    *,
    replayed: bool,
) -> None:
    if typed(message) is None and here.topic:
        late = replayed or now - message.date > LATE_EDIT
        await said(message, now, here, forum, settings, replayed=late)
    elif typed(message) and here.member:
        await notices.answer(reading.mistyped(message), _(EditedCommand().sentence), now)


async def reacted(
    reaction: MessageReactionUpdated,
    now: datetime,
    here: Here,
    forum: Forum,
    *,
    replayed: bool = False,
) -> None:
    """An operator reacted to a post; a hidden admin's reaction, or a late one, stays inside."""
    found = await forum.at(here.group.chat_id, reaction.message_id)
    if found and here.member and not (here.is_outsider or replayed):
        emoji, place = emoji_of(reaction), found.place
        await replies.reacted(found.message, emoji, here.member, now, place=place)


async def _refuse(message: Message, now: datetime) -> None:
    """A kind that no bot can pass on: the operator is told, by its name."""
    name = reading.not_carried(message) or reading.NOT_CARRIED[ContentType.UNKNOWN]
    sentence = _("Telegram does not let bots pass on {kind}, so nothing was sent.")
    await notices.answer(reading.spot(message), sentence.format(kind=_(name)), now)


async def _nobody_sees(message: Message, now: datetime) -> None:
    """What replies to a message for one alone is seen by that one and us: no colleague could."""
    name = message.from_user.full_name if message.from_user else "…"
    sentence = _(
        "{name}, you have replied to a message that you alone see, so nobody sees your words, and "
        "nothing was sent. Please write them in the topic without a reply."
    )
    await notices.answer(reading.spot(message), sentence.format(name=name), now)


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
            "“Remain anonymous” for yourself in the group’s admin settings and write again."
        )
    else:
        sentence = _(
            "You write as the channel “{title}”, so this was not sent to the customer. Please "
            "choose yourself instead of it by the picture beside the message field (“Send as…”) "
            "and write again."
        ).format(title=hidden.title or hidden.username or "…")
    await notices.answer(reading.spot(message), sentence, now)
